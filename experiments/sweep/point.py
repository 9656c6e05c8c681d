"""One point of a design on a base specification: values are put into the typed tree, nothing is composed again."""

from typing import Any

from pydantic import BaseModel

from experiments.sweep.axes import BASE, Axis
from sim.actors.actor_codes import ORGANISATION, STATE, ActorCodes, AmbiguousActor
from sim.core.faults import ConfigError, describe_fault
from sim.mechanisms import Mechanisms
from sim.spec.priors import record_of
from sim.spec.schema import Spec, State
from sim.spec.schema.indicators import exact, is_indicator
from sim.spec.validate import validated

CONTAINERS = (dict, Mechanisms)  # their parts do not depend on one another
RESERVED = {"seed": "replications=N draws several worlds", "replication": "replications=N draws several worlds"}


def applied(spec: Spec, path: str, value) -> Spec:
    """The specification with a value at a configuration path. Raises ConfigError.

    What is checked again is the smallest part whose values may depend on one another: a mechanism, a state, the scenario.
    All other parts stay the same objects. Whether the parts fit one another is left to `sim.spec.completed`.
    """
    parts = path.split(".")
    if parts[0] == "mechanisms":
        spec = spec.model_copy(update={"fixed": tuple(sorted({*spec.fixed, *fixed_by(path, value)}))})
    trail = _trail(spec, parts, value)
    if len(trail) == 1 and not isinstance(getattr(spec, parts[0]), BaseModel):
        checked = validated(
            Spec, {name: getattr(spec, name) for name in Spec.model_fields} | {parts[0]: value}, ActorCodes.of(spec)
        )
        return spec.model_copy(update={parts[0]: getattr(checked, parts[0])})
    new: Any = _checked(_child(trail[-1], parts[len(trail) - 1]), parts, len(trail), value, ActorCodes.of(spec))
    for node, part in zip(reversed(trail), reversed(parts[: len(trail)]), strict=True):
        new = {**node, part: new} if isinstance(node, dict) else node.model_copy(update={part: new})
    return new


def fixed_by(path: str, value) -> list[str]:
    """Paths of the parameters that a value at a path of a mechanism sets; no draw replaces them."""
    return [f"{path}.{key}" for key in value] if isinstance(value, dict) else [path]


def parameter_records(bases: dict[tuple, Spec], axes: tuple[Axis, ...], files: list[dict]) -> dict[str, dict]:
    """What the manifest says of the parameters, by the name of the file of each base: fixed, drawn, or varied by an axis."""
    values = {axis.path: axis.values or (None,) for axis in axes if axis.path.startswith("mechanisms.")}
    varied = sorted({path for axis, several in values.items() for one in several for path in fixed_by(axis, one)})
    return {
        entry["file"].removesuffix(".yaml"): record_of(bases[tuple(entry["values"])], varied) | {"varied": varied}
        for entry in files
    }


def at_point(bases: dict[tuple, Spec], axes: tuple[Axis, ...], values: tuple) -> Spec:
    """The specification of a point: the base of its choices of files with all other values put in. Raises ConfigError."""
    spec = bases[composed_values(axes, values)]
    for axis, value in zip(axes, values, strict=True):
        if not axis.composed and value is not BASE:
            spec = applied(spec, axis.path, value)
    return spec


def composed_values(axes: tuple[Axis, ...], values: tuple) -> tuple:
    """The values of a point that are choices of files."""
    return tuple(value for axis, value in zip(axes, values, strict=True) if axis.composed)


def _trail(spec: Spec, parts: list[str], value) -> list:
    """The nodes above the part that is checked as a whole, from the specification down."""
    path, node, trail = ".".join(parts), spec, []
    if path in RESERVED:
        raise ConfigError(describe_fault(path, value, f"is no axis of a sweep; {RESERVED[path]}", ()))
    for i, part in enumerate(parts):
        trail.append(node)
        names = tuple(node) if isinstance(node, dict) else tuple(type(node).model_fields)
        if part not in names:
            valid = tuple(".".join([*parts[:i], name]) for name in names)
            raise ConfigError(describe_fault(path, value, "there is no such key", valid, ".".join(parts[: i + 1])))
        node = _child(node, part)
        if not isinstance(node, CONTAINERS):
            break
    if isinstance(node, CONTAINERS) or (len(trail) < len(parts) and not isinstance(node, BaseModel)):
        raise ConfigError(describe_fault(path, value, "is not one setting", ()))
    return trail


def _child(node, part: str):
    return node[part] if isinstance(node, dict) else getattr(node, part)


def _checked(unit: BaseModel, parts: list[str], depth: int, value, codes: ActorCodes) -> BaseModel:
    """The part with the value in it, validated; faults are named by their full key."""
    below = parts[depth:]
    tree = _merged(unit.model_dump(), below, value, codes)
    if isinstance(unit, State) and is_indicator(below):
        exact(tree, below)
    try:
        return validated(type(unit), tree, codes)
    except ConfigError as error:
        above, lines = ".".join(parts[:depth]), str(error).splitlines()
        raise ConfigError(
            "\n".join(above + line if line.startswith("=") else f"{above}.{line}" for line in lines)
        ) from None


def _merged(node, below: list[str], value, codes: ActorCodes):
    """A copy of a dumped tree with a value at the path below it: a mapping merges key by key, as in a composed configuration.

    A key that is another name of an actor in the tree goes to that actor's place.
    """
    if below:
        node = node if isinstance(node, dict) else {}
        return node | {below[0]: _merged(node.get(below[0]), below[1:], value, codes)}
    if not isinstance(node, dict) or not isinstance(value, dict):
        return value
    keys = _keys_as_in(node, value, codes)
    return node | {key: _merged(node.get(key), [], part, codes) for key, part in zip(keys, value.values(), strict=True)}


def _keys_as_in(node: dict, value: dict, codes: ActorCodes) -> list:
    """The keys of a mapping, names of actors as the node writes them; two names of one actor stay, for the check to refuse."""
    keys = [key_in(node, key, codes) for key in value]
    return keys if len(set(keys)) == len(keys) else list(value)


def key_in(node: dict, key, codes: ActorCodes):
    """The key under which a mapping has the actor that a key names, or the key itself."""
    for kind in (STATE, ORGANISATION) if isinstance(key, str) and key not in node else ():
        try:
            code = codes.code(key, kind)
        except AmbiguousActor:
            continue
        if code in node:
            return code
    return key
