"""Boxes of the parameter space in which something happens far more often than elsewhere: scenario discovery
[BryantLempert2010] by a regression tree [Breiman1984], measured on sampled rows and worlds that the tree has not seen."""

from dataclasses import dataclass

import numpy as np

from experiments.explore.shares import gap, share

SEED = 20220105
FOLDS = 5
LEAST = 0.02  # share of the training runs that a leaf holds at least
LEAST_ROWS = 5  # of the design in a leaf, and in a box that is said to stand out
LEAST_CASES = 5  # of either kind among the training runs and among the held-out ones
ALPHAS = 12  # sizes of tree that are compared


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


def discover(runs: Runs, depth: int, level: float) -> Discovery:
    """Boxes learned on half of the sampled rows in half of the worlds, measured on the other half in the other worlds.

    depth: of the tree, the most limits that a box has. Raises TooFew.
    """
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
    found = [limits for limits, density in leaves if limits and density > usual]
    boxes = sorted(
        (_measured(check, [limits], level) for limits in found),
        key=lambda box: -np.nan_to_num(box.density[0], nan=-1.0),
    )
    overall = share(check.case, check.row, check.world, level)
    return Discovery(
        tuple(boxes), _measured(check, found, level), overall, weight, learn.case.size, check.case.size,
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


def _measured(check: Runs, boxes: list[tuple[Limit, ...]], level: float) -> Box:
    """The union of boxes on held-out runs."""
    inside = np.any([check.inside(limits) for limits in boxes], axis=0) if boxes else np.zeros(check.case.shape, bool)
    density = share(check.case[inside], check.row[inside], check.world[inside], level)
    coverage = share(inside[check.case], check.row[check.case], check.world[check.case], level)
    more = gap(check.case, inside, check.row, check.world, level)
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
    x, y = np.column_stack([column for _, _, column in columns]), learn.case.astype(float)
    tree = _grown(x, y, learn.row, depth)
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
        names = before.names if before else tuple(feature.names)
        found[feature.path] = Limit(feature.path, names=tuple(n for n in names if (n == name) == (low > 0)))
    return tuple(found.values())


def _grown(x: np.ndarray, y: np.ndarray, row: np.ndarray, depth: int):
    """The smallest tree within one standard error of the best, by cross-validation that leaves out whole sampled rows."""
    from sklearn.model_selection import GroupKFold, cross_val_score
    from sklearn.tree import DecisionTreeRegressor

    per_row = -(-y.size // np.unique(row).size)
    leaf = max(int(LEAST * y.size), LEAST_ROWS * per_row)
    tree = DecisionTreeRegressor(max_depth=depth, min_samples_leaf=leaf, random_state=SEED)
    alphas = tree.cost_complexity_pruning_path(x, y).ccp_alphas
    alphas = np.unique(np.maximum(0.0, alphas))
    alphas = alphas[np.unique(np.linspace(0, len(alphas) - 1, ALPHAS).round().astype(int))]
    folds = GroupKFold(min(FOLDS, np.unique(row).size))
    scores = np.array([
        cross_val_score(tree.set_params(ccp_alpha=a), x, y, groups=row, cv=folds, scoring="neg_mean_squared_error")
        for a in alphas
    ])  # fmt: skip
    worse = scores[scores.mean(axis=1).argmax()] - scores  # fold by fold, as some folds are harder for every tree
    enough = worse.mean(axis=1) <= worse.std(axis=1, ddof=1) / np.sqrt(scores.shape[1])
    return tree.set_params(ccp_alpha=alphas[enough].max()).fit(x, y)
