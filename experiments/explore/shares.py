"""Shares of runs that are not independent: runs of one point, and runs of one world, belong together."""

import numpy as np
from scipy.stats import norm, t


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
    variance = _variance((hit - mean) / n, point, world)
    return float(np.clip(mean * (1 - mean) / variance, 1.0, n))


def gap(hit: np.ndarray, inside: np.ndarray, point: np.ndarray, world: np.ndarray, level: float) -> tuple[float, ...]:
    """Share of hits inside a box less that outside, and its interval; what both sides owe to the same worlds cancels.

    As many degrees of freedom as the rarer kind of cluster has [CameronGelbachMiller2011]. NaN if one side is empty.
    """
    if inside.all() or not inside.any():
        return np.nan, np.nan, np.nan
    shares = hit[inside].mean(), hit[~inside].mean()
    off = np.where(inside, (hit - shares[0]) / inside.sum(), (shares[1] - hit) / (~inside).sum())
    rarer = min(n for n in (np.unique(point).size, np.unique(world).size) if n > 1)
    half = t.ppf(0.5 + level / 2, rarer - 1) * np.sqrt(_variance(off, point, world))
    more = float(shares[0] - shares[1])
    return more, max(-1.0, more - half), min(1.0, more + half)


def _variance(off: np.ndarray, point: np.ndarray, world: np.ndarray) -> float:
    """Variance of the sum of deviations whose clusters are points and worlds; at least that of independent runs."""
    alone = float((off**2).sum()) * off.size / max(1, off.size - 1)
    clusters = [_between(off, of) for of in (point, world) if np.unique(of).size > 1]
    return max(alone, sum(clusters) - alone * (len(clusters) - 1))


def _between(off: np.ndarray, cluster: np.ndarray) -> float:
    """Sum of the squared sums of the clusters, corrected for their number."""
    _, of = np.unique(cluster, return_inverse=True)
    n = of.max() + 1
    return float((np.bincount(of, off) ** 2).sum()) * n / (n - 1)


def wilson(mean: float, n: float, level: float) -> tuple[float, float]:
    """Wilson's interval for a share of n runs, n not necessarily whole."""
    z2 = norm.ppf(0.5 + level / 2) ** 2
    centre, half = mean + z2 / (2 * n), np.sqrt(z2 * (mean * (1 - mean) + z2 / (4 * n)) / n)
    return float(max(0.0, (centre - half) / (1 + z2 / n))), float(min(1.0, (centre + half) / (1 + z2 / n)))
