"""Scenario discovery [BryantLempert2010]: boxes of the parameter space with far more cases than elsewhere.

A regression tree [Breiman1984] finds the boxes. Held-out rows and replications measure them.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from experiments.explore.shares import gap, share
from experiments.explore.tree import grow_tree

SEED = 20220105
LEAST_ROWS = 5  # of the design in a leaf, and in a box that may stand out
LEAST_CASES = 5  # and as many others, among the training runs and among the held-out runs


class TooFew(ValueError):
    """Too few rows or cases; the message tells the numbers."""


@dataclass(frozen=True)
class Feature:
    """An axis as input of the tree: `values` (runs,) are numbers, or names of which the tree may take any set."""

    path: str
    values: np.ndarray

    @property
    def ordered(self) -> bool:
        """True if the values are numbers."""
        return self.values.dtype.kind == "f"

    @property
    def names(self) -> list[str]:
        """All names among the values, sorted."""
        return sorted(set(self.values.tolist()))

    def columns(self) -> list[np.ndarray]:
        """Columns of the tree: the numbers, or one of zeros and ones per name."""
        return [self.values] if self.ordered else [(self.values == name).astype(float) for name in self.names]


@dataclass(frozen=True)
class Limit:
    """Limit of a box on one axis: bounds (infinite where open), or names."""

    path: str
    low: float = -np.inf
    high: float = np.inf
    names: tuple[str, ...] | None = None

    def holds(self, values: np.ndarray) -> np.ndarray:
        """True where a value is inside; the lower bound is outside and the upper bound inside, as in a tree."""
        return np.isin(values, self.names) if self.names is not None else (values > self.low) & (values <= self.high)


@dataclass(frozen=True)
class Box:
    """A box and its measures on held-out runs, each (value, low, high).

    density: share of cases among its runs; coverage: its share of all cases; more: density less that of all other runs;
    runs, rows: numbers inside.
    """

    limits: tuple[Limit, ...]
    density: tuple[float, float, float]
    coverage: tuple[float, float, float]
    more: tuple[float, float, float]
    runs: int
    rows: int

    @property
    def stands_out(self) -> bool:
        """True if cases are more frequent inside, beyond chance; few rows do not show how much rows differ."""
        return bool(self.more[1] > 0 and self.rows >= LEAST_ROWS)


@dataclass(frozen=True)
class Discovery:
    """Boxes by falling density. all: share of cases among all held-out runs; together: the union of the boxes."""

    boxes: tuple[Box, ...]
    together: Box
    all: tuple[float, float, float]
    weight: dict[str, float]  # path -> its part in the variance that the tree explains
    trained: int  # runs
    held_out: int
    held_rows: int
    held_worlds: int
    by_world: bool  # True if the held-out replications are others, too


@dataclass(frozen=True)
class Runs:
    """Runs as arrays: features, case (True or False), sampled row and replication of each run.

    A row that is crossed with levers is one row: its runs share all sampled values.
    """

    features: list[Feature]
    case: np.ndarray
    row: np.ndarray
    replication: np.ndarray

    def part(self, chosen: np.ndarray) -> "Runs":
        """Some of the runs."""
        features = [Feature(f.path, f.values[chosen]) for f in self.features]
        return Runs(features, self.case[chosen], self.row[chosen], self.replication[chosen])

    def inside(self, limits: tuple[Limit, ...]) -> np.ndarray:
        """True for the runs in a box."""
        values = {f.path: f.values for f in self.features}
        return np.all([limit.holds(values[limit.path]) for limit in limits], axis=0)


def discover(runs: Runs, depth: int, confidence: float) -> Discovery:
    """Boxes from half of the sampled rows and replications, measured on the other half of both.

    depth: of the tree, and so the largest number of limits of a box. Raises TooFew.
    """
    if (rows := np.unique(runs.row).size) < 2 * LEAST_ROWS:
        raise TooFew(
            f"the design has {rows} independent {'row' if rows == 1 else 'rows'} (points of one trajectory or block are one row, and so are "
            f"equal runs of a single replication); boxes are learned from half of the rows and measured on the other, so at least "
            f"{2 * LEAST_ROWS} are needed"
        )
    learn, check, by_world = halves(runs)
    for name, part in (("learned from", learn), ("measured on", check)):
        cases = int(part.case.sum())
        if min(cases, part.case.size - cases) < LEAST_CASES:
            raise TooFew(
                f"{cases} of the {part.case.size} runs that boxes are {name} are cases; at least {LEAST_CASES} must be, and "
                f"{LEAST_CASES} must not"
            )
    leaves, weight = _leaves(learn, depth)
    base_rate = learn.case.mean()
    selected = [
        limits for limits, density in leaves if limits and density > base_rate and _rows(learn, limits) >= LEAST_ROWS
    ]
    boxes = sorted(
        (_box_on(check, [limits], confidence) for limits in selected),
        key=lambda box: -np.nan_to_num(box.density[0], nan=-1.0),
    )
    overall = share(check.case, check.row, check.replication, confidence)
    return Discovery(
        tuple(boxes), _box_on(check, selected, confidence), overall, weight, learn.case.size, check.case.size,
        np.unique(check.row).size, np.unique(check.replication).size, by_world,
    )  # fmt: skip


def halves(runs: Runs) -> tuple[Runs, Runs, bool]:
    """Two parts without a common sampled row, and without a common replication if there are several."""
    rng = np.random.default_rng(SEED)
    in_first = []
    for labels in (runs.row, runs.replication):
        shuffled = rng.permutation(np.unique(labels))
        in_first.append(np.isin(labels, shuffled[: (shuffled.size + 1) // 2]))
    row, replication = in_first
    has_replications = bool((~replication).any())
    return (
        runs.part(row & replication),
        runs.part(~row & (~replication if has_replications else replication)),
        has_replications,
    )


def _rows(runs: Runs, limits: tuple[Limit, ...]) -> int:
    """Number of sampled rows in a box."""
    return np.unique(runs.row[runs.inside(limits)]).size


def _box_on(check: Runs, boxes: list[tuple[Limit, ...]], confidence: float) -> Box:
    """The union of boxes, measured on held-out runs."""
    inside = np.any([check.inside(limits) for limits in boxes], axis=0) if boxes else np.zeros(check.case.shape, bool)
    density = share(check.case[inside], check.row[inside], check.replication[inside], confidence)
    coverage = share(inside[check.case], check.row[check.case], check.replication[check.case], confidence)
    more = gap(check.case, inside, check.row, check.replication, confidence)
    return Box(
        boxes[0] if len(boxes) == 1 else (),
        density,
        coverage,
        more,
        int(inside.sum()),
        np.unique(check.row[inside]).size,
    )


def _leaves(learn: Runs, depth: int) -> tuple[list[tuple[tuple[Limit, ...], float]], dict[str, float]]:
    """Limits and density of every leaf of the best tree in cross-validation, and the weight of every axis."""
    columns = [(feature, name, column) for feature in learn.features
               for name, column in zip([None] if feature.ordered else feature.names, feature.columns(), strict=True)]  # fmt: skip
    x = np.column_stack([column for _, _, column in columns])
    per_row = -(-learn.case.size // np.unique(learn.row).size)
    # whole rows; or a few rows at a single value of a lever, with their runs in all replications, if that predicts better
    sizes = [LEAST_ROWS * runs for runs in (per_row, np.unique(learn.replication).size)]
    tree = grow_tree(x, learn.case.astype(float), learn.row, depth, sizes)
    weight = dict.fromkeys((feature.path for feature in learn.features), 0.0)
    for (feature, _, _), part in zip(columns, tree.feature_importances_, strict=True):
        weight[feature.path] += float(part)
    leaves, nodes = [], tree.tree_
    stack = [(0, {})]
    while stack:
        node, bounds = stack.pop()
        column = nodes.feature[node]
        if column < 0:
            leaves.append((_limits(bounds, columns), float(nodes.value[node].item())))
            continue
        low, high = bounds.get(column, (-np.inf, np.inf))
        cut = float(nodes.threshold[node])
        stack.append((nodes.children_left[node], bounds | {column: (low, min(high, cut))}))
        stack.append((nodes.children_right[node], bounds | {column: (max(low, cut), high)}))
    return leaves, weight


def _limits(bounds: dict[int, tuple[float, float]], columns: list[Any]) -> tuple[Limit, ...]:
    """Limits per axis from the limits per column of the tree."""
    limits: dict[str, Limit] = {}
    for column, (low, high) in bounds.items():
        feature, name, _ = columns[column]
        if feature.ordered:
            limits[feature.path] = Limit(feature.path, low, high)
            continue
        before = limits.get(feature.path)
        names = before.names if before and before.names is not None else tuple(feature.names)
        limits[feature.path] = Limit(feature.path, names=tuple(n for n in names if (n == name) == (low > 0)))
    return tuple(limits.values())
