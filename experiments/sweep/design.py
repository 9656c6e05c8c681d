"""Designs of a sweep: the points that are run. A point is a number, and its values follow from the number.

Axes with values are crossed. Sampled values and named points form one block of rows. Every combination of the crossed
values repeats the block: point = combination * rows + row.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from experiments.extras import needs
from experiments.sweep.axes import BASE, Axis
from experiments.sweep.case_table import read_cases
from sim.core.faults import ConfigError, describe_fault
from sim.spec.renamed_keys import refuse_path

SAMPLED = ("lhs", "sobol", "morris", "saltelli", "saltelli_s2")
KINDS = ("grid", "cases", *SAMPLED, "oat")
MOST_POINTS = 1 << 24  # of a design


@dataclass(frozen=True)
class Design:
    """Points of a sweep. crossed: axes whose values are combined; block: axes whose values are columns of the rows."""

    kind: str
    crossed: tuple[Axis, ...]
    steps: tuple[tuple[Any, ...], ...]  # values of each crossed axis
    block: tuple[Axis, ...]
    rows: list[tuple[Any, ...]]
    names: tuple[str, ...] = ()  # of the named points

    @property
    def axes(self) -> tuple[Axis, ...]:
        """All axes, in the order of a point's values."""
        return self.crossed + self.block

    @property
    def combinations(self) -> int:
        """Combinations of the crossed values."""
        return prod(len(steps) for steps in self.steps)

    def __len__(self) -> int:
        return self.combinations * len(self.rows)

    def values(self, point: int) -> tuple[Any, ...]:
        """Values of the axes at a point."""
        combination, row = divmod(point, len(self.rows))
        return self._crossed_values(combination) + self.rows[row]

    def _crossed_values(self, combination: int) -> tuple[Any, ...]:
        values = []
        for steps in reversed(self.steps):
            combination, i = divmod(combination, len(steps))
            values.append(steps[i])
        return tuple(reversed(values))

    def point_names(self) -> list[str] | None:
        """Name of every point, or None if the points have no names."""
        return list(self.names) * self.combinations if self.names else None

    def points(self) -> Iterator[tuple[Any, ...]]:
        """Values of all points in order."""
        for crossed in product(*self.steps):
            for row in self.rows:
                yield crossed + row

    def columns(self) -> Iterator[tuple[Axis, Iterable[Any]]]:
        """Every axis with its values."""
        yield from zip(self.crossed, self.steps, strict=True)
        for index, axis in enumerate(self.block):
            yield axis, (row[index] for row in self.rows)

    def as_json(self) -> dict[Any, Any]:
        """Its entry in the manifest: crossed axes, number of combinations, axes and rows of the block."""
        return {
            "kind": self.kind,
            "points": len(self),
            "crossed": [axis.path for axis in self.crossed],
            "combinations": self.combinations,
            "block": [axis.path for axis in self.block],
            "rows": len(self.rows),
        }


def make_design(axes: tuple[Axis, ...], kind: str, samples: int, n_levels: int, seed: int, cases: str | None) -> Design:
    """The design of a kind of `KINDS`; 'auto' is lhs if an axis is continuous, else grid. Raises ConfigError.

    samples: points of lhs and sobol, base points of saltelli, trajectories of morris.
    """
    if kind == "auto":
        kind = "cases" if cases else "lhs" if any(axis.values is None for axis in axes) else "grid"
    if (kind == "cases") != (cases is not None):
        raise ConfigError(describe_fault("cases", cases, "a file of cases goes with design=cases", ()))
    if cases is not None:
        return _named_points(axes, Path(cases))
    if kind == "oat":
        return _one_at_a_time(axes, n_levels)
    sampled_axes = tuple(a for a in axes if kind in SAMPLED and a.role == "uncertainty")
    if kind in SAMPLED and not sampled_axes:
        raise ConfigError(describe_fault("design", kind, "samples uncertainties, and none is given", ()))
    crossed = tuple(a for a in axes if a not in sampled_axes)
    _check_size(kind, crossed, len(sampled_axes), samples, n_levels)
    unit = _unit_sample(kind, len(sampled_axes), samples, n_levels, seed) if sampled_axes else np.empty((1, 0))
    columns = [axis.at(unit[:, i]) for i, axis in enumerate(sampled_axes)]
    rows = list(zip(*columns, strict=True)) if sampled_axes else [()]
    return Design(kind, crossed, tuple(axis.steps(n_levels) for axis in crossed), sampled_axes, rows)


def _check_size(kind: str, crossed: tuple[Axis, ...], dimensions: int, samples: int, n_levels: int) -> None:
    """Refuse a design with too many points, before any point is made. Raises ConfigError."""
    per_sample = {"morris": dimensions + 1, "saltelli": dimensions + 2, "saltelli_s2": 2 * dimensions + 2}
    rows = samples * per_sample.get(kind, 1) if dimensions else 1
    points = rows * prod(n_levels if axis.values is None else len(axis.values) for axis in crossed)
    if points > MOST_POINTS:
        allowed = f"has {points:.3g} points, and a sweep takes at most {MOST_POINTS:,}: fewer values, levels or samples"
        raise ConfigError(describe_fault("design", kind, allowed, ()))


def _unit_sample(kind: str, dimensions: int, samples: int, n_levels: int, seed: int) -> np.ndarray:
    """Sample (rows, dimensions) in the unit cube: Latin hypercube [McKay1979] or Sobol sequence [Sobol1967].

    For elementary effects [Morris1991] and variance shares [Saltelli2010] SALib draws it.
    """
    from scipy.stats import qmc

    if kind == "lhs":
        return qmc.LatinHypercube(dimensions, rng=np.random.default_rng(seed)).random(samples)
    if kind in ("sobol", "saltelli", "saltelli_s2") and samples & (samples - 1):
        near = 2 ** round(np.log2(samples))
        raise ConfigError(describe_fault("samples", samples, f"must be a power of two for {kind}, like {near}", ()))
    if kind == "sobol":
        return qmc.Sobol(dimensions, rng=np.random.default_rng(seed)).random(samples)
    needs("analysis", "SALib")
    problem = {
        "num_vars": dimensions,
        "names": [str(i) for i in range(dimensions)],
        "bounds": [[0.0, 1.0]] * dimensions,
    }
    if kind.startswith("saltelli"):
        from SALib.sample import sobol

        return sobol.sample(problem, samples, calc_second_order=kind.endswith("s2"), seed=seed)
    from SALib.sample import morris

    if n_levels % 2:
        raise ConfigError(describe_fault("n_levels", n_levels, "must be even for morris, like 4", ()))
    return morris.sample(problem, samples, num_levels=n_levels, seed=seed)


def _one_at_a_time(axes: tuple[Axis, ...], n_levels: int) -> Design:
    """The base, then every value of every axis while the other axes stay at the base."""
    rows = [tuple(BASE for _ in axes)]
    for i, axis in enumerate(axes):
        rows += [tuple(value if j == i else BASE for j in range(len(axes))) for value in axis.steps(n_levels)]
    return Design("oat", (), (), axes, rows)


def _named_points(axes: tuple[Axis, ...], path: Path) -> Design:
    """Named points of a file as rows, crossed with the axes that have values. Raises ConfigError."""
    if any(axis.values is None for axis in axes):
        raise ConfigError(describe_fault("cases", path, "cases are crossed with axes of values, not of intervals", ()))
    points = read_cases(path)
    paths = tuple(dict.fromkeys(key for point in points.values() for key in point))
    for key, value in (item for point in points.values() for item in point.items()):
        refuse_path(key, value)
    shared = set(paths) & {axis.path for axis in axes}
    if shared:
        raise ConfigError(describe_fault("cases", path, f"{', '.join(sorted(shared))} is an axis already", ()))
    rows = [tuple(point.get(key, BASE) for key in paths) for point in points.values()]
    columns = zip(*rows, strict=True) if rows else ()
    _check_size("cases", axes, 1, len(rows), 1)
    block = tuple(
        Axis(key, "lever", tuple({repr(v): v for v in column if v is not BASE}.values()))
        for key, column in zip(paths, columns, strict=True)
    )
    return Design("cases", axes, tuple(axis.values or () for axis in axes), block, rows, tuple(points))
