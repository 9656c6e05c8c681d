"""Shares of runs that are not independent: runs of one sampled row, and runs of one world, belong together."""

from typing import Any

import numpy as np
from scipy.stats import norm, t


def share(hit: np.ndarray, row: np.ndarray, world: np.ndarray, confidence: float) -> tuple[float, float, float]:
    """Share of runs that are a hit, with a Wilson interval [Wilson1927] for as many independent runs as they are worth
    [KornGraubard1998]. hit, row, world (runs,); NaN without runs."""
    if hit.size == 0:
        return np.nan, np.nan, np.nan
    mean = float(hit.mean())
    low, high = wilson(mean, worth(hit, row, world, confidence), confidence)
    return mean, low, high


def worth(hit: np.ndarray, row: np.ndarray, world: np.ndarray, confidence: float) -> float:
    """Number of independent runs with the variance that the share of hits has when sampled rows and worlds are clusters
    [CameronGelbachMiller2011], less what few clusters leave unsure of that variance [KornGraubard1998].

    Where all runs agree nothing tells how alike they are: it is the number of the rarer clusters then.
    """
    mean, n = hit.mean(), hit.size
    few = rarer(row, world)
    if mean in (0.0, 1.0) or few < 2:
        return float(few)
    variance = _variance((hit - mean) / n, row, world)
    unsure = (norm.ppf(0.5 + confidence / 2) / t.ppf(0.5 + confidence / 2, few - 1)) ** 2
    return float(np.clip(mean * (1 - mean) / variance, 1.0, n)) * float(unsure)


def rarer(row: np.ndarray, world: np.ndarray) -> int:
    """Clusters of the rarer kind; a single world is given, it is no cluster."""
    rows, worlds = np.unique(row).size, np.unique(world).size
    return min(rows, worlds) if worlds > 1 else rows


def gap(
    hit: np.ndarray, inside: np.ndarray, row: np.ndarray, world: np.ndarray, confidence: float
) -> tuple[float, float, float]:
    """Share of hits inside a box less that outside, and its interval; what both sides owe to the same worlds cancels.

    As many degrees of freedom as the rarer kind of cluster has [CameronGelbachMiller2011]. NaN if one side is empty, or
    lies in a single row.
    """
    sides = [np.unique(row[side]).size for side in (inside, ~inside)]
    if min(sides) < 2:
        return np.nan, np.nan, np.nan
    shares = np.array([hit[inside].mean(), hit[~inside].mean()])
    off = np.where(inside, (hit - shares[0]) / inside.sum(), (shares[1] - hit) / (~inside).sum())
    few = min(rarer(row, world), *sides)
    likely = np.clip(
        shares, 0.5 / (few + 1), 1.0 - 0.5 / (few + 1)
    )  # a side without any exception does not rule them out
    unseen = float((likely * (1.0 - likely) * (likely != shares) / sides).sum())
    quantile, variance = t.ppf(0.5 + confidence / 2, few - 1), _variance(off, row, world) + unseen
    more = float(shares[0] - shares[1])
    return more, *_difference(more, quantile**2 * variance / (1.0 - float(likely[0] - likely[1]) ** 2))


def _difference(more: float, size: Any) -> tuple[float, float]:
    """Ends of the interval of a difference of shares: all d with (d - more)^2 <= size (1 - d^2), as shares vary less near
    the ends of their range; so none is below -1 or above 1."""
    root = np.sqrt(size * (1.0 - more**2) + size**2)
    return float((more - root) / (1.0 + size)), float((more + root) / (1.0 + size))


def _variance(off: np.ndarray, row: np.ndarray, world: np.ndarray) -> float:
    """Variance of the sum of deviations whose clusters are sampled rows and worlds; at least that of independent runs."""
    alone = float((off**2).sum()) * off.size / max(1, off.size - 1)
    clusters = [_between(off, of) for of in (row, world) if np.unique(of).size > 1]
    return max(alone, sum(clusters) - alone * (len(clusters) - 1))


def _between(off: np.ndarray, cluster: np.ndarray) -> float:
    """Sum of the squared sums of the clusters, corrected for their number."""
    _, of = np.unique(cluster, return_inverse=True)
    n = of.max() + 1
    return float((np.bincount(of, off) ** 2).sum()) * n / (n - 1)


def wilson(mean: float, n: float, confidence: float) -> tuple[float, float]:
    """Wilson's interval for a share of n runs, n not necessarily whole."""
    z2 = norm.ppf(0.5 + confidence / 2) ** 2
    centre, half = mean + z2 / (2 * n), np.sqrt(z2 * (mean * (1 - mean) + z2 / (4 * n)) / n)
    low, high = (centre - half) / (1 + z2 / n), (centre + half) / (1 + z2 / n)
    return float(max(0.0, low)), float(min(1.0, high))  # inside but for the last bit
