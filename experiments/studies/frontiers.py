"""Study of tipping lines on functions with known frontiers: share of points, positions within the band, and time.

python -m experiments.studies.frontiers
"""

from collections.abc import Callable
from time import perf_counter

import numpy as np
from scipy.stats import norm

from experiments.explore.frontier import search

RESOLUTION, SEEDS, POSITIONS = 20, 24, (0.1, 0.3, 0.5, 0.7, 0.9)


def ridge(x: float | np.ndarray) -> float | np.ndarray:
    """The true line: the chance of a one is a half there."""
    return 0.3 + 0.4 * x * np.sin(3 * x)


def evaluator(replications: int, shared: float, seed: int) -> Callable[[np.ndarray], np.ndarray]:
    """Ones and zeros of a logistic ridge; shared: part of the variance of chance that is common to all points."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=replications)

    def evaluate(cells: np.ndarray) -> np.ndarray:
        x, y = (cells / (RESOLUTION - 1)).T
        chance = np.sqrt(shared) * common + np.sqrt(1 - shared) * rng.normal(size=(len(cells), replications))
        return (norm.cdf(chance) < 1 / (1 + np.exp(-20 * (y - ridge(x))))[:, None]).astype(float)

    return evaluate


def measure(replications: int, shared: float) -> tuple[float, float, float, float]:
    """Share of positions within the 95 % band, mean distance from the ridge, share of the grid, seconds of a search."""
    inside, distance, points, start = [], [], [], perf_counter()
    for seed in range(SEEDS):
        frontier = search(evaluator(replications, shared, seed), RESOLUTION, 0.5, RESOLUTION**2 // 5, 0.95)
        points.append(len(frontier.cells) / RESOLUTION**2)
        for at in POSITIONS:
            crossings, true = frontier.crossings(0, at), ridge(at)
            inside.append(any(not (true < c.low or true > c.high) for c in crossings))
            distance += [min(abs(c.position - true) for c in crossings)] if crossings else []
    return float(np.mean(inside)), float(np.mean(distance)), max(points), (perf_counter() - start) / SEEDS


def main() -> None:
    print(f"a noisy ridge on a grid of {RESOLUTION} x {RESOLUTION}, {SEEDS} seeds, {len(POSITIONS)} places each")
    print("worlds  luck in common  within the 95 % band  distance  of the grid  seconds")
    for replications, shared in ((5, 0.5), (10, 0.5), (20, 0.5), (20, 0.0), (20, 1.0)):
        inside, distance, points, seconds = measure(replications, shared)
        print(
            f"{replications:6d}{shared:16.1f}{100 * inside:20.0f} %{distance:10.3f}{100 * points:11.0f} %{seconds:9.2f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
