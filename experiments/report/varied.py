"""What differs between the points of a sweep: their specifications by the settings that statements speak of, days, and values."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from experiments.statements.table import Part
from experiments.sweep.axes import BASE, Axis
from experiments.sweep.point import at_point, composed_values
from experiments.sweep.store import Store
from sim.metrics import metric_keys
from sim.spec.schema import Spec

SPOKEN = (
    "indicators",
    "parameters",
    "scenario.host",
    "scenario.patrons",
    "scenario.start_date",
)  # statements rest on these


@dataclass(frozen=True)
class Varied:
    """The points of a sweep, by what is to be said of them."""

    store: Store

    @cached_property
    def _by_point(self) -> dict[int, int]:
        """Point -> place of its part."""
        return {point: place for place, (_, points) in enumerate(self._groups) for point in points}

    @cached_property
    def _axes(self) -> tuple[Axis, ...]:
        return tuple(axis for axis in self.store.axes if axis.composed or axis.path in SPOKEN)

    @cached_property
    def _groups(self) -> list[tuple[tuple, list[int]]]:
        """Values of these axes, with the points that have them."""
        places = [self.store.axes.index(axis) for axis in self._axes]
        groups: dict[str, tuple[tuple, list[int]]] = {}
        for point, values in self.store.points().items():
            chosen = tuple(values[place] for place in places)
            groups.setdefault(repr(chosen), (chosen, []))[1].append(point)
        return list(groups.values())

    @cached_property
    def specs(self) -> list[Spec]:
        """One per part."""
        return [at_point(self.store.bases, self._axes, values) for values, _ in self._groups]

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The points with one choice of files, indicators, parameters, host and patrons each."""
        return tuple(
            Part(
                {a.path: _used(a, v, spec) for a, v in zip(self._axes, values, strict=True)}, {spec.scenario.name: spec}
            )
            for (values, _), spec in zip(self._groups, self.specs, strict=True)
        )

    @cached_property
    def days(self) -> tuple[int, int]:
        """The shortest and the longest horizon of any point."""
        place = next((i for i, axis in enumerate(self.store.axes) if axis.path == "days"), None)
        found = set()
        for values in self.store.points().values():
            base = self.store.bases[composed_values(self.store.axes, values)]
            found.add(base.days if place is None or values[place] is None else int(values[place]))
        return min(found), max(found)

    @cached_property
    def _keys(self) -> list[set[str]]:
        """Metrics of each part."""
        return [set(metric_keys(s.scenario.outside_patrons, tuple(s.organisations))) for s in self.specs]

    def absent(self, points, keys: list[str]) -> set[str]:
        """Metrics that the scenario of none of these points has."""
        places = {self._by_point[point] for point in points}
        return {key for key in keys if not any(key in self._keys[place] for place in places)}

    @cached_property
    def values(self) -> dict[str, str]:
        """Path of every axis -> what it takes, with the values of the bases where points leave it there."""
        columns = zip(*self.store.points().values(), strict=True)
        found = {}
        for axis, column in zip(self.store.axes, columns, strict=True):
            bases = [_used(axis, BASE, spec) for spec in self.store.bases.values()] if BASE in column else []
            found[axis.path] = ", ".join(dict.fromkeys([values_of(axis), *bases]))
        return found


def values_of(axis: Axis, most: int | None = None) -> str:
    """The values of an axis, or its distribution as the user said it."""
    what: Any = axis.said if axis.values is None else axis.values[:most]
    return ", ".join(f"{k} {v}" for k, v in what.items()) if isinstance(what, dict) else ", ".join(map(text, what))


def _used(axis: Axis, value, spec: Spec) -> str:
    """The value of an axis at a point; where the point leaves it at the base, that of the specification."""
    if value is not BASE or axis.composed:
        return text(value)
    node = spec
    for part in axis.path.split("."):
        node = node.get(part, BASE) if isinstance(node, dict) else getattr(node, part, BASE)
    return text(getattr(node, "value", node))


def text(value) -> str:
    """One value of an axis."""
    return "base" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
