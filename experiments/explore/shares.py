"""Shares of runs that are not independent: runs of one point, and runs of one world, belong together."""

import numpy as np
from scipy.stats import norm


def share(hit: np.ndarray, point: np.ndarray, world: np.ndarray, level: float) -> tuple[float, float, float]:
    """Share of runs that are a hit, with a Wilson interval [Wilson1927] for as many independent runs as they are worth
    [KornGraubard1998]. hit, point, world (runs,); NaN without runs."""
    if hit.size == 0:
        return np.nan, np.nan, np.nan
    mean = float(hit.mean())
    low, high = wilson(mean, worth(hit, point, world), level)
    return mean, low, high


def worth(hit: np.ndarray, point: np.ndarray, world: np.ndarray) -> float:
    """Number of independent runs with the variance that the share of hits has when points and worlds are clusters
    [CameronGelbachMiller2011]; the number of points where all runs agree, as nothing then tells how alike they are."""
    mean, n = hit.mean(), hit.size
    if mean in (0.0, 1.0):
        return float(np.unique(point).size)
    off = hit - mean
    variance = (_between(off, point) + _between(off, world) - (off**2).sum() * n / max(1, n - 1)) / n**2
    return float(np.clip(mean * (1 - mean) / variance, 1.0, n)) if variance > 0 else float(n)


def _between(off: np.ndarray, cluster: np.ndarray) -> float:
    """Sum of the squared sums of the clusters, corrected for their number."""
    _, of = np.unique(cluster, return_inverse=True)
    n = of.max() + 1
    return float((np.bincount(of, off) ** 2).sum()) * (n / (n - 1) if n > 1 else 0.0)


def wilson(mean: float, n: float, level: float) -> tuple[float, float]:
    """Wilson's interval for a share of n runs, n not necessarily whole."""
    z2 = norm.ppf(0.5 + level / 2) ** 2
    centre, half = mean + z2 / (2 * n), np.sqrt(z2 * (mean * (1 - mean) + z2 / (4 * n)) / n)
    return float(max(0.0, (centre - half) / (1 + z2 / n))), float(min(1.0, (centre + half) / (1 + z2 / n)))
