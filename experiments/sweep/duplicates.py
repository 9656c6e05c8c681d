"""Check of a design: no setting is given twice, as a value and as an axis or by two axes."""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from experiments.sweep.axes import BASE, GROUPS, Axis
from experiments.sweep.design import Design
from sim.actors.actor_codes import ActorCodes, AmbiguousActor
from sim.core.faults import ConfigError, describe_fault
from sim.spec.overrides import parsed_overrides
from sim.spec.schema import Spec


def refuse_duplicates(design: Design, fixed: list[str], spec: Spec) -> None:
    """Refuse a setting that is given twice: one value would silently replace the other. Raises ConfigError.

    An axis may keep the base at some points, like a column with empty cells. There the typed value applies.
    """
    codes = ActorCodes.of(spec)
    keys_of_axes = [_keys(axis, codes) for axis in design.axes]
    _refuse_two_axes(design, keys_of_axes)
    overrides = [o for o in parsed_overrides(fixed) if not o.is_delete()]
    settings = [(o, _choice(o.key_or_group), set(_settings(o.key_or_group, o.value(), codes))) for o in overrides]
    for (axis, column), keys in zip(design.columns(), keys_of_axes, strict=True):
        if any(value is BASE for value in column):
            continue
        for override, choice, typed_keys in settings:
            if (keys & typed_keys) if axis.chooses_files or choice else _overlap(keys, typed_keys):
                allowed = f"is given as a value and as an axis, {axis.path}; give one of the two"
                raise ConfigError(describe_fault(override.key_or_group, override.value(), allowed, ()))


def _refuse_two_axes(design: Design, keys_of_axes: list[set[Any]]) -> None:
    """Refuse two axes that set the same key at the same point, under two names or one within the other."""
    n = len(design.crossed)
    for (i, one), (j, other) in combinations(enumerate(design.axes), 2):
        same = one.path == other.path
        if not same and (one.chooses_files or other.chooses_files or not _overlap(keys_of_axes[i], keys_of_axes[j])):
            continue
        if same or i < n or any(row[i - n] is not BASE and row[j - n] is not BASE for row in design.rows):
            raise ConfigError(
                f"{one.path}: the axis is given twice" + ("" if same else f", {other.path} sets the same key")
            )


def _choice(key: str) -> bool:
    """True for a choice of files, which other values may override."""
    return key in GROUPS or "@" in key


def _keys(axis: Axis, codes: ActorCodes) -> set[tuple[str, ...]]:
    """Every key that an axis sets at some point."""
    return {key for value in axis.values or (0.0,) for key in _settings(axis.path, value, codes)}


def _settings(path: str, value: object, codes: ActorCodes) -> Iterator[tuple[str, ...]]:
    """Keys that a value at a path sets, with codes for names of actors; a mapping sets the keys of its parts."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _settings(f"{path}.{key}", part, codes)
    else:
        yield tuple(_code(part, codes) for part in _coded(path, codes).split("."))


def _coded(path: str, codes: ActorCodes) -> str:
    try:
        return codes.path(path)
    except AmbiguousActor:
        return path


def _code(part: str, codes: ActorCodes) -> str:
    try:
        return codes.code(part)
    except AmbiguousActor:
        return part


def _overlap(ones: set[tuple[str, ...]], others: set[tuple[str, ...]]) -> bool:
    """True if a key of one set equals a key of the other, or lies within it."""
    above = [{key[:n] for key in keys for n in range(1, len(key) + 1)} for keys in (ones, others)]
    return not ones.isdisjoint(above[1]) or not others.isdisjoint(above[0])
