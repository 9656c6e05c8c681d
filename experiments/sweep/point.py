"""Specification of a point: values are set in the typed tree of a base, without composing files again."""

from typing import Any, cast

from pydantic import BaseModel

from experiments.sweep.axes import BASE, Axis
from sim.actors.actor_codes import ORGANISATION, STATE, ActorCodes, AmbiguousActor
from sim.core.faults import ConfigError, describe_fault
from sim.mechanisms import Mechanisms
from sim.spec.priors import record_of
from sim.spec.schema import Spec, State
from sim.spec.schema.indicators import exact, is_indicator
from sim.spec.validate import validated

CONTAINERS = (dict, Mechanisms)  # their parts are independent of each other
RESERVED = {
    "seed": "replications=N draws several replications",
    "replication": "replications=N draws several replications",
}


def with_value(spec: Spec, path: str, value: object) -> Spec:
    """The specification with a value at a configuration path. Raises ConfigError.

    Only the smallest part with dependent values is validated again: a mechanism, a state, the scenario. All other parts
    stay the same objects. `sim.spec.completed` checks that the parts fit each other.
    """
    parts = path.split(".")
    if parts[0] == "mechanisms":
        spec = spec.model_copy(update={"fixed": tuple(sorted({*spec.fixed, *parameter_paths(path, value)}))})
    trail = _trail(spec, parts, value)
    if len(trail) == 1 and not isinstance(getattr(spec, parts[0]), BaseModel):
        spec_with_value = validated(
            Spec, {name: getattr(spec, name) for name in Spec.model_fields} | {parts[0]: value}, ActorCodes.of(spec)
        )
        return spec.model_copy(update={parts[0]: getattr(spec_with_value, parts[0])})
    new: Any = _validate_part(
        cast(Any, _child(trail[-1], parts[len(trail) - 1])), parts, len(trail), value, ActorCodes.of(spec)
    )
    for node, part in zip(reversed(trail), reversed(parts[: len(trail)]), strict=True):
        new = {**node, part: new} if isinstance(node, dict) else node.model_copy(update={part: new})
    return new


def parameter_paths(path: str, value: object) -> list[str]:
    """Paths of the parameters that a value at a path of a mechanism sets; draws do not replace them."""
    return [f"{path}.{key}" for key in value] if isinstance(value, dict) else [path]


def parameter_records(
    bases: dict[tuple[Any, ...], Spec], axes: tuple[Axis, ...], files: list[dict[Any, Any]]
) -> dict[str, dict[Any, Any]]:
    """Entries of the manifest on parameters, by file name of each base: fixed, drawn, or varied by an axis."""
    values = {axis.path: axis.values or (None,) for axis in axes if axis.path.startswith("mechanisms.")}
    axis_paths = sorted(
        {path for axis, axis_values in values.items() for one in axis_values for path in parameter_paths(axis, one)}
    )
    return {
        entry["file"].removesuffix(".yaml"): record_of(bases[tuple(entry["values"])], axis_paths)
        | {"varied": axis_paths}
        for entry in files
    }


def at_point(bases: dict[tuple[Any, ...], Spec], axes: tuple[Axis, ...], values: tuple[Any, ...]) -> Spec:
    """The specification of a point: the base of its file choices with all other values. Raises ConfigError."""
    spec = bases[file_choices(axes, values)]
    for axis, value in zip(axes, values, strict=True):
        if not axis.chooses_files and value is not BASE:
            spec = with_value(spec, axis.path, value)
    return spec


def file_choices(axes: tuple[Axis, ...], values: tuple[Any, ...]) -> tuple[Any, ...]:
    """The file choices among the values of a point."""
    return tuple(value for axis, value in zip(axes, values, strict=True) if axis.chooses_files)


def _trail(spec: Spec, parts: list[str], value: object) -> list[Any]:
    """The nodes above the part that is validated as a whole, from the specification down. Raises ConfigError."""
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


def _child(node: BaseModel | dict[Any, Any], part: str) -> object:
    return node[part] if isinstance(node, dict) else getattr(node, part)


def _validate_part(part: BaseModel, parts: list[str], depth: int, value: object, codes: ActorCodes) -> BaseModel:
    """The part with the value, validated; a fault names its full key. Raises ConfigError."""
    below = parts[depth:]
    tree = cast(dict, _merge(part.model_dump(), below, value, codes))
    if isinstance(part, State) and is_indicator(below):
        exact(tree, below)
    try:
        return validated(type(part), tree, codes)
    except ConfigError as error:
        above, lines = ".".join(parts[:depth]), str(error).splitlines()
        raise ConfigError(
            "\n".join(above + line if line.startswith("=") else f"{above}.{line}" for line in lines)
        ) from None


def _merge(node: object, below: list[str], value: object, codes: ActorCodes) -> object:
    """A copy of a dumped tree with a value at the path below it. A mapping merges key by key, as when files are composed.

    A key that is another name of an actor in the tree counts as that actor's key.
    """
    if below:
        node = node if isinstance(node, dict) else {}
        return node | {below[0]: _merge(node.get(below[0]), below[1:], value, codes)}
    if not isinstance(node, dict) or not isinstance(value, dict):
        return value
    keys = _keys_as_in(node, value, codes)
    return node | {key: _merge(node.get(key), [], part, codes) for key, part in zip(keys, value.values(), strict=True)}


def _keys_as_in(node: dict[Any, Any], value: dict[Any, Any], codes: ActorCodes) -> list[Any]:
    """Keys of a mapping with the node's names of actors. Two names of one actor stay, so that validation refuses them."""
    keys = [key_in(node, key, codes) for key in value]
    return keys if len(set(keys)) == len(keys) else list(value)


def key_in(node: dict[Any, Any], key: object, codes: ActorCodes) -> object:
    """The mapping's key for the actor that a key names, or the key itself."""
    for kind in (STATE, ORGANISATION) if isinstance(key, str) and key not in node else ():
        try:
            code = codes.code(str(key), kind)
        except AmbiguousActor:
            continue
        if code in node:
            return code
    return key
