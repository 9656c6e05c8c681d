"""Where an outcome crosses a threshold in a plane of two parameters, from a fraction of the plane's points."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple
from warnings import catch_warnings, simplefilter

import numpy as np
from scipy.stats import norm

SEED = 20220105
RESAMPLES = 200  # of the worlds
BATCHES = 10  # of points between two looks at the surface
FINE = 4  # nodes of the drawn surface per node of the grid
ROUGHNESS = (0.5, 1.5, 2.5)  # of the surface: steps, bends, smooth; the data choose
JITTER = 1e-6  # variance of an exact point, for the algebra
PRIOR_WORLDS = 4  # weight of the usual noise of a point against its own


class Crossing(NamedTuple):
    """A place from 0 to 1 along an axis, its interval, and whether the outcome rises there."""

    place: float
    low: float
    high: float
    rising: bool


@dataclass(frozen=True)
class Frontier:
    """Surface of an outcome over the unit square, with what is sure about it.

    cells (points, 2): evaluated grid nodes; outcomes (points, worlds); mean, sd (nodes, nodes), first index = first axis.
    """

    cells: np.ndarray
    outcomes: np.ndarray
    resolution: int
    threshold: float
    confidence: float
    mean: np.ndarray
    sd: np.ndarray

    @cached_property
    def nodes(self) -> np.ndarray:
        """Positions of the surface along either axis, 0 to 1."""
        return np.linspace(0.0, 1.0, len(self.mean))

    @cached_property
    def score(self) -> np.ndarray:
        """Distance from the threshold in bounds of the interval: beyond -1 and 1 the side is decided."""
        return (self.mean - self.threshold) / (self.sd * norm.ppf(0.5 + self.confidence / 2))

    @property
    def found(self) -> bool:
        """Whether both sides of the threshold are there beyond doubt."""
        return bool((self.score > 1).any() and (self.score < -1).any())

    @property
    def undecided(self) -> float:
        """Share of the plane whose side is not decided."""
        return float((np.abs(self.score) <= 1).mean())

    def lines(self) -> Any:
        """The lines (vertices, 2) in the unit square on which the mean is at the threshold; a closed one ends where it starts."""
        from contourpy import contour_generator

        return contour_generator(self.nodes, self.nodes, self.mean.T).lines(self.threshold) if self.found else []

    def crossings(self, axis: int, at: float) -> list["Crossing"]:
        """Where a line is crossed along the other axis when this axis stands at `at` (0 to 1), from its low end up.

        The interval is the undecided stretch, half a step of the grid wider on either side; NaN where it reaches the edge.
        """
        row = round(at * (len(self.nodes) - 1))
        gap, score = (np.take(a, row, axis) for a in (self.mean - self.threshold, self.score))
        where = np.flatnonzero((gap[:-1] > 0) != (gap[1:] > 0)) if self.found else []
        return [Crossing(self._zero(gap, i), *self._range(score, i), bool(gap[i + 1] > gap[i])) for i in where]

    def _zero(self, gap: np.ndarray, i: Any) -> float:
        step = gap[i] / (gap[i] - gap[i + 1])
        return float(self.nodes[i] + step * (self.nodes[i + 1] - self.nodes[i]))

    def _range(self, score: np.ndarray, i: Any) -> tuple[float, float]:
        sure, half = np.flatnonzero(np.abs(score) > 1), 0.5 / (self.resolution - 1)
        below, above = sure[sure <= i], sure[sure > i]
        low = self.nodes[below[-1]] - half if below.size else np.nan
        high = self.nodes[above[0]] + half if above.size else np.nan
        return float(np.maximum(low, 0.0)), float(np.minimum(high, 1.0))

    def band(self) -> np.ndarray:
        """Which nodes (nodes, nodes) lie in the interval of some crossing, along either axis."""
        inside = np.zeros(self.mean.shape, bool)
        for axis in (0, 1):
            for row, at in enumerate(self.nodes):
                for crossing in self.crossings(axis, at):
                    hit = ~((self.nodes < crossing.low) | (self.nodes > crossing.high))  # an open end compares false
                    (inside if axis == 0 else inside.T)[row] |= hit
        return inside


def search(
    evaluate: Callable[[np.ndarray], np.ndarray], resolution: int, threshold: float, budget: int, confidence: float
) -> Frontier:
    """Evaluate at most `budget` of the resolution x resolution grid nodes, chosen where the side of the threshold is least
    sure: the straddle rule of [Bryan2005] on a Gaussian process [RasmussenWilliams2006].

    evaluate: nodes (points, 2) of whole numbers -> outcomes (points, worlds), at least two worlds, the same in all points.
    """
    cells = lattice(resolution, budget // 3)
    outcomes = evaluate(cells)
    while len(cells) < budget:
        mean, sd = surface(cells, outcomes, resolution, resolution)
        straddle = norm.ppf(0.5 + confidence / 2) * sd - np.abs(mean - threshold)
        seen = Frontier(cells, outcomes, resolution, threshold, confidence, mean, sd)
        if straddle.max() < 0 and seen.found:
            break
        size = min(max(1, budget // BATCHES), budget - len(cells))
        more = _apart(straddle if straddle.max() > 0 else _distance(cells, resolution), cells, size)
        cells, outcomes = np.vstack([cells, more]), np.vstack([outcomes, evaluate(more)])
    fine = surface(cells, outcomes, resolution, FINE * (resolution - 1) + 1)
    return Frontier(cells, outcomes, resolution, threshold, confidence, *fine)


def lattice(resolution: int, points: int) -> np.ndarray:
    """About `points` grid nodes, evenly spread, the edges among them."""
    side = np.unique(np.linspace(0, resolution - 1, max(2, int(np.sqrt(points)))).round().astype(int))
    return np.stack(np.meshgrid(side, side, indexing="ij"), axis=-1).reshape(-1, 2)


def surface(cells: np.ndarray, outcomes: np.ndarray, resolution: int, nodes: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of the outcome on nodes x nodes places of the unit square.

    The deviation holds the worlds, resampled as a whole because all points share them, and what lies between the points.
    """
    from threadpoolctl import threadpool_limits

    line = np.linspace(0.0, 1.0, nodes)
    places = np.stack(np.meshgrid(line, line, indexing="ij"), axis=-1).reshape(-1, 2)
    x, y = cells / (resolution - 1), outcomes.mean(axis=1)
    centre, scale = y.mean(), max(y.std(), 1e-9 * max(1.0, np.abs(y).max()))
    noise = _noise(outcomes) / scale**2
    worlds = outcomes.shape[1]
    weights = np.random.default_rng(SEED).multinomial(worlds, np.full(worlds, 1.0 / worlds), RESAMPLES).T / worlds
    with threadpool_limits(1):  # the matrices are small, and the sums then have one order
        fitted = _fitted(x, (y - centre) / scale, noise, 1.0 / resolution)
        chance = _process(fitted.kernel_, noise).fit(x, (outcomes @ weights - centre) / scale).predict(places)
        between = _process(fitted.kernel_, 0.0).fit(x, np.zeros(len(x))).predict(places, return_std=True)[1]
        mean, sd = fitted.predict(places), np.hypot(chance.std(axis=1), between)
    return (centre + scale * mean).reshape(nodes, nodes), (scale * sd).reshape(nodes, nodes)


def _fitted(x: np.ndarray, y: np.ndarray, noise: np.ndarray, shortest: float) -> Any:
    """The Gaussian process of the likeliest roughness and lengths."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.gaussian_process.kernels import ConstantKernel, Matern

    lengths: Any = ([0.3, 0.3], (shortest, 3.0))  # one per axis, which the annotations of scikit-learn do not know
    amplitude = ConstantKernel(1.0, (0.1, 10.0))
    with catch_warnings():
        simplefilter("ignore", ConvergenceWarning)  # a length at its bound is an answer: no change along that axis
        tried = [_process(amplitude * Matern(*lengths, nu=nu), noise, "fmin_l_bfgs_b").fit(x, y) for nu in ROUGHNESS]
    return max(tried, key=lambda process: process.log_marginal_likelihood_value_)


def _process(kernel: Any, noise: Any, optimizer: Any = None) -> Any:
    from sklearn.gaussian_process import GaussianProcessRegressor

    return GaussianProcessRegressor(kernel, alpha=noise + JITTER, optimizer=optimizer)


def _noise(outcomes: np.ndarray) -> np.ndarray:
    """Variance of the mean of each point; a point whose worlds agree by luck borrows from the others."""
    worlds = outcomes.shape[1]
    own = outcomes.var(axis=1, ddof=1)
    return (PRIOR_WORLDS * own.mean() + (worlds - 1) * own) / (PRIOR_WORLDS + worlds - 1) / worlds


def _distance(cells: np.ndarray, resolution: int) -> np.ndarray:
    """Of every grid node from the nearest evaluated one."""
    line = np.arange(resolution)
    places = np.stack(np.meshgrid(line, line, indexing="ij"), axis=-1)
    return np.sqrt(((places[:, :, None] - cells) ** 2).sum(axis=-1)).min(axis=-1)


def _apart(worth: np.ndarray, cells: np.ndarray, size: int) -> np.ndarray:
    """The `size` new nodes of most worth, no two of them neighbours as long as there are others."""
    worth = worth.copy()
    worth[tuple(cells.T)] = -np.inf
    chosen, free = [], worth.copy()
    for _ in range(size):
        if not np.isfinite(free).any():
            free = worth.copy()
        i, j = np.unravel_index(free.argmax(), free.shape)
        chosen.append((i, j))
        worth[i, j] = -np.inf
        free[max(0, i - 1) : i + 2, max(0, j - 1) : j + 2] = -np.inf
    return np.array(chosen)
