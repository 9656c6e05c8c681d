"""Splits the points of a sweep into parts with one specification each, for the statements."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from experiments.statements.table import Part
from experiments.sweep.axes import BASE, Axis
from experiments.sweep.point import at_point, file_choices
from experiments.sweep.store import Store
from sim.metrics import metric_keys
from sim.spec.schema import Spec

SPOKEN = (
    "indicators",
    "parameters",
    "scenario.host",
    "scenario.patrons",
    "scenario.start_date",
)  # settings that statements read


@dataclass(frozen=True)
class SweepParts:
    """The points of a sweep, in parts that differ in files, indicators, parameters, host or patrons."""

    store: Store

    @cached_property
    def _by_point(self) -> dict[int, int]:
        """Point -> index of its part."""
        return {point: index for index, (_, points) in enumerate(self._groups) for point in points}

    @cached_property
    def _axes(self) -> tuple[Axis, ...]:
        return tuple(axis for axis in self.store.axes if axis.chooses_files or axis.path in SPOKEN)

    @cached_property
    def _groups(self) -> list[tuple[tuple[Any, ...], list[int]]]:
        """Values of the axes that separate parts, with the points that have them."""
        indices = [self.store.axes.index(axis) for axis in self._axes]
        groups: dict[str, tuple[tuple[Any, ...], list[int]]] = {}
        for point, values in self.store.points().items():
            chosen = tuple(values[index] for index in indices)
            groups.setdefault(repr(chosen), (chosen, []))[1].append(point)
        return list(groups.values())

    @cached_property
    def specs(self) -> list[Spec]:
        """One specification per part."""
        return [at_point(self.store.bases, self._axes, values) for values, _ in self._groups]

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The parts, as statements read them."""
        return tuple(
            Part(
                {a.path: _used(a, v, spec) for a, v in zip(self._axes, values, strict=True)}, {spec.scenario.name: spec}
            )
            for (values, _), spec in zip(self._groups, self.specs, strict=True)
        )

    @cached_property
    def days(self) -> tuple[int, int]:
        """The shortest and the longest horizon of any point."""
        index = next((i for i, axis in enumerate(self.store.axes) if axis.path == "days"), None)
        horizons = set()
        for values in self.store.points().values():
            base = self.store.bases[file_choices(self.store.axes, values)]
            horizons.add(base.days if index is None or values[index] is None else int(values[index]))
        return min(horizons), max(horizons)

    @cached_property
    def _keys(self) -> list[set[str]]:
        """Metrics of each part."""
        return [set(metric_keys(s.scenario.outside_patrons, tuple(s.organisations))) for s in self.specs]

    def absent(self, points: Iterable[int], keys: list[str]) -> set[str]:
        """Metrics that none of these points' scenarios has."""
        indices = {self._by_point[point] for point in points}
        return {key for key in keys if not any(key in self._keys[index] for index in indices)}

    @cached_property
    def values(self) -> dict[str, str]:
        """Path of every axis -> its values in words, with the values of the bases where points leave them."""
        columns = zip(*self.store.points().values(), strict=True)
        by_path = {}
        for axis, column in zip(self.store.axes, columns, strict=True):
            bases = [_used(axis, BASE, spec) for spec in self.store.bases.values()] if BASE in column else []
            by_path[axis.path] = ", ".join(dict.fromkeys([values_of(axis), *bases]))
        return by_path


def values_of(axis: Axis, most: int | None = None) -> str:
    """The values of an axis, or its distribution as the user typed it."""
    what: Any = axis.distribution if axis.values is None else axis.values[:most]
    return ", ".join(f"{k} {v}" for k, v in what.items()) if isinstance(what, dict) else ", ".join(map(text, what))


def _used(axis: Axis, value: object, spec: Spec) -> str:
    """The value of an axis at a point. Where the point leaves the base, that of the specification."""
    if value is not BASE or axis.chooses_files:
        return text(value)
    node = spec
    for part in axis.path.split("."):
        node = node.get(part, BASE) if isinstance(node, dict) else getattr(node, part, BASE)
    return text(getattr(node, "value", node))


def text(value: object) -> str:
    """One value of an axis as text."""
    return "base" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
