"""Boxes of the parameter space in which something happens far more often than elsewhere: scenario discovery
[BryantLempert2010] by a regression tree [Breiman1984], measured on sampled rows and worlds that the tree has not seen."""

from dataclasses import dataclass

import numpy as np

from experiments.explore.shares import gap, share
from experiments.explore.tree import grown

SEED = 20220105
LEAST_ROWS = 5  # of the design in a leaf, and in a box that is said to stand out
LEAST_CASES = 5  # of either kind among the training runs and among the held-out ones


class TooFew(ValueError):
    """Not enough to learn from, in words."""


@dataclass(frozen=True)
class Feature:
    """An axis as the tree sees it: `values` (runs,) numbers; or names, of which the tree may take any set."""

    path: str
    values: np.ndarray

    @property
    def ordered(self) -> bool:
        """Whether values are numbers."""
        return self.values.dtype.kind == "f"

    @property
    def names(self) -> list[str]:
        """The names that occur."""
        return sorted(set(self.values.tolist()))

    def columns(self) -> list[np.ndarray]:
        """Columns of the tree: the numbers, or one of zeros and ones per name."""
        return [self.values] if self.ordered else [(self.values == name).astype(float) for name in self.names]


@dataclass(frozen=True)
class Limit:
    """What a box says of one axis: bounds (infinite where open), or the names that it takes."""

    path: str
    low: float = -np.inf
    high: float = np.inf
    names: tuple[str, ...] | None = None

    def holds(self, values: np.ndarray) -> np.ndarray:
        """True where a value is inside; as in a tree, the lower bound is outside and the upper inside."""
        return np.isin(values, self.names) if self.names is not None else (values > self.low) & (values <= self.high)


@dataclass(frozen=True)
class Box:
    """A box and how it does on held-out runs: density = share of its runs that are cases, coverage = share of the cases
    that it holds, more = density less that of all other runs, each (value, low, high); runs, rows = those inside."""

    limits: tuple[Limit, ...]
    density: tuple[float, float, float]
    coverage: tuple[float, float, float]
    more: tuple[float, float, float]
    runs: int
    rows: int

    @property
    def stands_out(self) -> bool:
        """Whether cases are more frequent inside beyond doubt; few rows do not tell how much rows differ."""
        return bool(self.more[1] > 0 and self.rows >= LEAST_ROWS)


@dataclass(frozen=True)
class Discovery:
    """Boxes by falling density; all = share of cases among all held-out runs; together = all boxes as one."""

    boxes: tuple[Box, ...]
    together: Box
    all: tuple[float, float, float]
    weight: dict[str, float]  # path -> its part in what the tree explains
    trained: int  # runs
    held_out: int
    held_rows: int
    held_worlds: int
    by_world: bool  # whether the held-out worlds are others, too


@dataclass(frozen=True)
class Runs:
    """Runs: features, whether each is a case, and the sampled row and world it belongs to.

    A row that is crossed with levers is one row: its runs have all that was sampled in common.
    """

    features: list[Feature]
    case: np.ndarray
    row: np.ndarray
    world: np.ndarray

    def part(self, chosen: np.ndarray) -> "Runs":
        """Some of the runs."""
        features = [Feature(f.path, f.values[chosen]) for f in self.features]
        return Runs(features, self.case[chosen], self.row[chosen], self.world[chosen])

    def inside(self, limits: tuple[Limit, ...]) -> np.ndarray:
        """True for the runs in a box."""
        values = {f.path: f.values for f in self.features}
        return np.all([limit.holds(values[limit.path]) for limit in limits], axis=0)


def discover(runs: Runs, depth: int, confidence: float) -> Discovery:
    """Boxes learned on half of the sampled rows in half of the worlds, measured on the other half in the other worlds.

    depth: of the tree, the most limits that a box has. Raises TooFew.
    """
    if (rows := np.unique(runs.row).size) < 2 * LEAST_ROWS:
        raise TooFew(
            f"the design has {rows} independent {'row' if rows == 1 else 'rows'} (points of one trajectory or block are one row, and so are "
            f"equal runs of a single world); boxes are learned from half of the rows and measured on the other, so at least "
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
    usual = learn.case.mean()
    found = [limits for limits, density in leaves if limits and density > usual and _rows(learn, limits) >= LEAST_ROWS]
    boxes = sorted(
        (_measured(check, [limits], confidence) for limits in found),
        key=lambda box: -np.nan_to_num(box.density[0], nan=-1.0),
    )
    overall = share(check.case, check.row, check.world, confidence)
    return Discovery(
        tuple(boxes), _measured(check, found, confidence), overall, weight, learn.case.size, check.case.size,
        np.unique(check.row).size, np.unique(check.world).size, by_world,
    )  # fmt: skip


def halves(runs: Runs) -> tuple[Runs, Runs, bool]:
    """Two parts without a sampled row in common, and without a world in common if there are several worlds."""
    rng = np.random.default_rng(SEED)
    chosen = []
    for of in (runs.row, runs.world):
        kinds = rng.permutation(np.unique(of))
        chosen.append(np.isin(of, kinds[: (kinds.size + 1) // 2]))
    row, world = chosen
    several = bool((~world).any())
    return runs.part(row & world), runs.part(~row & (~world if several else world)), several


def _rows(runs: Runs, limits: tuple[Limit, ...]) -> int:
    """Sampled rows in a box."""
    return np.unique(runs.row[runs.inside(limits)]).size


def _measured(check: Runs, boxes: list[tuple[Limit, ...]], confidence: float) -> Box:
    """The union of boxes on held-out runs."""
    inside = np.any([check.inside(limits) for limits in boxes], axis=0) if boxes else np.zeros(check.case.shape, bool)
    density = share(check.case[inside], check.row[inside], check.world[inside], confidence)
    coverage = share(inside[check.case], check.row[check.case], check.world[check.case], confidence)
    more = gap(check.case, inside, check.row, check.world, confidence)
    return Box(
        boxes[0] if len(boxes) == 1 else (),
        density,
        coverage,
        more,
        int(inside.sum()),
        np.unique(check.row[inside]).size,
    )


def _leaves(learn: Runs, depth: int) -> tuple[list[tuple[tuple[Limit, ...], float]], dict[str, float]]:
    """Limits and density of every leaf of the tree that does best on left-out rows, and the weight of every axis."""
    columns = [(feature, name, column) for feature in learn.features
               for name, column in zip([None] if feature.ordered else feature.names, feature.columns(), strict=True)]  # fmt: skip
    x = np.column_stack([column for _, _, column in columns])
    per_row = -(-learn.case.size // np.unique(learn.row).size)
    # whole rows; or, if that tells more, a few rows at a single value of a lever, which are their runs in all worlds
    sizes = [LEAST_ROWS * runs for runs in (per_row, np.unique(learn.world).size)]
    tree = grown(x, learn.case.astype(float), learn.row, depth, sizes)
    weight = dict.fromkeys((feature.path for feature in learn.features), 0.0)
    for (feature, _, _), part in zip(columns, tree.feature_importances_, strict=True):
        weight[feature.path] += float(part)
    found, nodes = [], tree.tree_
    stack = [(0, {})]
    while stack:
        node, said = stack.pop()
        column = nodes.feature[node]
        if column < 0:
            found.append((_limits(said, columns), float(nodes.value[node].item())))
            continue
        low, high = said.get(column, (-np.inf, np.inf))
        cut = float(nodes.threshold[node])
        stack.append((nodes.children_left[node], said | {column: (low, min(high, cut))}))
        stack.append((nodes.children_right[node], said | {column: (max(low, cut), high)}))
    return found, weight


def _limits(said: dict[int, tuple[float, float]], columns: list) -> tuple[Limit, ...]:
    """Limits per axis from the limits per column of the tree."""
    found: dict[str, Limit] = {}
    for column, (low, high) in said.items():
        feature, name, _ = columns[column]
        if feature.ordered:
            found[feature.path] = Limit(feature.path, low, high)
            continue
        before = found.get(feature.path)
        names = before.names if before and before.names is not None else tuple(feature.names)
        found[feature.path] = Limit(feature.path, names=tuple(n for n in names if (n == name) == (low > 0)))
    return tuple(found.values())
