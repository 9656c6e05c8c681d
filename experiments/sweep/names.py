"""Standard names in a design: codes of actors, file names of scenarios and stages."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from pydantic import BaseModel

from experiments.sweep.axes import GROUPS, Axis
from experiments.sweep.design import Design
from experiments.sweep.point import key_in, with_value
from sim.actors.actor_codes import ActorCodes, AmbiguousActor
from sim.core.faults import ConfigError, describe_fault
from sim.spec.config_files import file_name
from sim.spec.schema import Spec


def with_codes(design: Design, spec: Spec, config_dir: str | None) -> Design:
    """The design with codes of actors in the paths and values of its axes. Raises ConfigError."""
    rename = [_value_renamer(axis, spec, config_dir) for axis in design.axes]
    n = len(design.crossed)
    rows = [tuple(of(value) for of, value in zip(rename[n:], row, strict=True)) for row in design.rows]
    return replace(
        design,
        crossed=tuple(_rename_axis(axis, of, spec) for axis, of in zip(design.crossed, rename[:n], strict=True)),
        steps=tuple(tuple(map(of, steps)) for steps, of in zip(design.steps, rename[:n], strict=True)),
        block=tuple(_rename_axis(axis, of, spec) for axis, of in zip(design.block, rename[n:], strict=True)),
        rows=rows if any(axis.values for axis in design.block) else design.rows,
    )


def _path(axis: Axis, spec: Spec) -> str:
    try:
        return ActorCodes.of(spec).path(axis.path)
    except AmbiguousActor as fault:
        raise ConfigError(f"{axis.path}: {fault}") from None


def _rename_axis(axis: Axis, of: Callable[..., Any], spec: Spec) -> Axis:
    path, values = _path(axis, spec), axis.values and tuple(map(of, axis.values))
    if axis.values and values and len({repr(value) for value in values}) < len(values):
        raise ConfigError(describe_fault(path, list(axis.values), "two of the values are names of the same", ()))
    return replace(axis, path=path, values=values)


def _value_renamer(axis: Axis, spec: Spec, config_dir: str | None) -> Callable[..., Any]:
    """Function from a value that the user wrote to the value in the table."""
    path = _path(axis, spec)
    if path in GROUPS:
        return lambda value: file_name(path, value, config_dir) if isinstance(value, str) else value
    words = any(isinstance(value, (str, list, dict)) for value in axis.values or ())
    return (lambda value: _read_back(spec, path, value)) if words and not axis.chooses_files else (lambda value: value)


def _read_back(spec: Spec, path: str, value: object) -> object:
    """The value after validation, with codes for names; an invalid value is refused later, with all other values."""
    if not isinstance(value, (str, list, dict)):
        return value
    try:
        node = with_value(spec, path, value)
    except ConfigError:
        return value
    for part in path.split("."):
        node = node.get(part) if isinstance(node, dict) else getattr(node, part)
        node = node.model_dump() if isinstance(node, BaseModel) else node  # in the form of the files
    return _as_in(node, value, ActorCodes.of(spec))


def _as_in(node: object, value: object, codes: ActorCodes) -> object:
    """A value with the words and keys of the validated part of the specification."""
    if isinstance(value, dict) and isinstance(node, dict):
        keys = {key: key_in(node, key, codes) for key in value}
        return {keys[key]: _as_in(node.get(keys[key]), part, codes) for key, part in value.items()}
    if isinstance(value, str) and isinstance(node, str):
        return str(node)
    words = isinstance(value, list) and isinstance(node, list) and all(isinstance(part, str) for part in node)
    return node if words else value
