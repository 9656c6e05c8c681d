"""Search of tipping lines: an outcome crosses a threshold in a plane of two parameters, and few points are evaluated."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple
from warnings import catch_warnings, simplefilter

import numpy as np
from scipy.stats import norm

if TYPE_CHECKING:
    pass

SEED = 20220105
RESAMPLES = 200  # of the replications
BATCHES = 10  # of points between two looks at the surface
FINE = 4  # nodes of the plotted surface per node of the grid
ROUGHNESS = (0.5, 1.5, 2.5)  # of the surface: steps, bends, smooth; the data choose
JITTER = 1e-6  # variance of an exact point, for numerical stability
PRIOR_REPLICATIONS = 4  # weight of the mean noise of all points against that of the point itself


class Crossing(NamedTuple):
    """A position from 0 to 1 along an axis with its interval; rising: the outcome rises there."""

    position: float
    low: float
    high: float
    rising: bool


@dataclass(frozen=True)
class Frontier:
    """Surface of an outcome over the unit square, with its uncertainty.

    cells (points, 2): evaluated grid nodes; outcomes (points, replications); mean, sd (nodes, nodes), first index = first axis.
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
        """Positions of the surface's nodes along either axis, 0 to 1."""
        return np.linspace(0.0, 1.0, len(self.mean))

    @cached_property
    def score(self) -> np.ndarray:
        """Distance from the threshold in half-widths of the interval: beyond -1 and 1 the side is decided."""
        return (self.mean - self.threshold) / (self.sd * norm.ppf(0.5 + self.confidence / 2))

    @property
    def exists(self) -> bool:
        """True if the outcome lies on both sides of the threshold, beyond chance."""
        return bool((self.score > 1).any() and (self.score < -1).any())

    @property
    def undecided(self) -> float:
        """Share of the plane whose side is not decided."""
        return float((np.abs(self.score) <= 1).mean())

    def lines(self) -> Any:
        """Lines (vertices, 2) in the unit square with the mean at the threshold; a closed line ends at its start."""
        from contourpy import contour_generator

        return contour_generator(self.nodes, self.nodes, self.mean.T).lines(self.threshold) if self.exists else []

    def crossings(self, axis: int, at: float) -> list["Crossing"]:
        """Crossings along the other axis, from its low end up, while this axis is at position `at` (0 to 1).

        The interval is the undecided stretch, half a grid step wider on either side; NaN where it reaches the edge.
        """
        row = round(at * (len(self.nodes) - 1))
        gap, score = (np.take(a, row, axis) for a in (self.mean - self.threshold, self.score))
        where = np.flatnonzero((gap[:-1] > 0) != (gap[1:] > 0)) if self.exists else []
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
        """True (nodes, nodes) for the nodes in the interval of a crossing, along either axis."""
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
    """Evaluate at most `budget` of the resolution x resolution grid nodes, near the threshold first.

    The straddle rule of [Bryan2005] on a Gaussian process [RasmussenWilliams2006] chooses the nodes.
    evaluate: nodes (points, 2) of whole numbers -> outcomes (points, replications), two or more, the same at all points.
    """
    cells = lattice(resolution, budget // 3)
    outcomes = evaluate(cells)
    while len(cells) < budget:
        mean, sd = surface(cells, outcomes, resolution, resolution)
        straddle = norm.ppf(0.5 + confidence / 2) * sd - np.abs(mean - threshold)
        estimate = Frontier(cells, outcomes, resolution, threshold, confidence, mean, sd)
        if straddle.max() < 0 and estimate.exists:
            break
        size = min(max(1, budget // BATCHES), budget - len(cells))
        more = _apart(straddle if straddle.max() > 0 else _distance(cells, resolution), cells, size)
        cells, outcomes = np.vstack([cells, more]), np.vstack([outcomes, evaluate(more)])
    fine = surface(cells, outcomes, resolution, FINE * (resolution - 1) + 1)
    return Frontier(cells, outcomes, resolution, threshold, confidence, *fine)


def lattice(resolution: int, points: int) -> np.ndarray:
    """About `points` grid nodes, evenly spread, with the edges."""
    side = np.unique(np.linspace(0, resolution - 1, max(2, int(np.sqrt(points)))).round().astype(int))
    return np.stack(np.meshgrid(side, side, indexing="ij"), axis=-1).reshape(-1, 2)


def surface(cells: np.ndarray, outcomes: np.ndarray, resolution: int, nodes: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of the outcome on nodes x nodes positions of the unit square.

    The deviation has two parts: replications, resampled jointly because all points share them, and interpolation.
    """
    from threadpoolctl import threadpool_limits

    line = np.linspace(0.0, 1.0, nodes)
    positions = np.stack(np.meshgrid(line, line, indexing="ij"), axis=-1).reshape(-1, 2)
    x, y = cells / (resolution - 1), outcomes.mean(axis=1)
    centre, scale = y.mean(), max(y.std(), 1e-9 * max(1.0, np.abs(y).max()))
    noise = _noise(outcomes) / scale**2
    replications = outcomes.shape[1]
    weights = (
        np.random.default_rng(SEED).multinomial(replications, np.full(replications, 1.0 / replications), RESAMPLES).T
        / replications
    )
    with threadpool_limits(1):  # the matrices are small, and the sums then have one order
        process = _fit(x, (y - centre) / scale, noise, 1.0 / resolution)
        chance = _process(process.kernel_, noise).fit(x, (outcomes @ weights - centre) / scale).predict(positions)
        between = _process(process.kernel_, 0.0).fit(x, np.zeros(len(x))).predict(positions, return_std=True)[1]
        mean, sd = process.predict(positions), np.hypot(chance.std(axis=1), between)
    return (centre + scale * mean).reshape(nodes, nodes), (scale * sd).reshape(nodes, nodes)


def _fit(x: np.ndarray, y: np.ndarray, noise: np.ndarray, shortest: float) -> Any:
    """The Gaussian process with the likeliest roughness and lengths."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.gaussian_process.kernels import ConstantKernel, Matern

    lengths: Any = ([0.3, 0.3], (shortest, 3.0))  # one per axis, which the annotations of scikit-learn do not know
    amplitude = ConstantKernel(1.0, (0.1, 10.0))
    with catch_warnings():
        simplefilter("ignore", ConvergenceWarning)  # a length at its bound is a result: no change along that axis
        processes = [
            _process(amplitude * Matern(*lengths, nu=nu), noise, "fmin_l_bfgs_b").fit(x, y) for nu in ROUGHNESS
        ]
    return max(processes, key=lambda process: process.log_marginal_likelihood_value_)


def _process(kernel: Any, noise: Any, optimizer: Any = None) -> Any:  # whose annotations are narrower than their text
    from sklearn.gaussian_process import GaussianProcessRegressor

    return GaussianProcessRegressor(kernel, alpha=noise + JITTER, optimizer=optimizer)


def _noise(outcomes: np.ndarray) -> np.ndarray:
    """Variance of the mean of each point, shrunk to the mean variance: replications of a point may agree by chance."""
    replications = outcomes.shape[1]
    variance = outcomes.var(axis=1, ddof=1)
    return (
        (PRIOR_REPLICATIONS * variance.mean() + (replications - 1) * variance)
        / (PRIOR_REPLICATIONS + replications - 1)
        / replications
    )


def _distance(cells: np.ndarray, resolution: int) -> np.ndarray:
    """Distance of every grid node from the nearest evaluated node."""
    line = np.arange(resolution)
    nodes = np.stack(np.meshgrid(line, line, indexing="ij"), axis=-1)
    return np.sqrt(((nodes[:, :, None] - cells) ** 2).sum(axis=-1)).min(axis=-1)


def _apart(worth: np.ndarray, cells: np.ndarray, size: int) -> np.ndarray:
    """The `size` new nodes of most worth, without neighbours among them as far as possible."""
    worth = worth.copy()
    worth[tuple(cells.T)] = -np.inf
    nodes, not_adjacent = [], worth.copy()
    for _ in range(size):
        if not np.isfinite(not_adjacent).any():
            not_adjacent = worth.copy()
        i, j = np.unravel_index(not_adjacent.argmax(), not_adjacent.shape)
        nodes.append((i, j))
        worth[i, j] = -np.inf
        not_adjacent[max(0, i - 1) : i + 2, max(0, j - 1) : j + 2] = -np.inf
    return np.array(nodes)
