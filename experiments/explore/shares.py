"""Shares over dependent runs: the runs of one sampled row, and those of one replication, are clusters."""

from typing import Any

import numpy as np
from scipy.stats import norm, t


def share(hit: np.ndarray, row: np.ndarray, replication: np.ndarray, confidence: float) -> tuple[float, float, float]:
    """Share of hits among runs, with a Wilson interval [Wilson1927] at the effective number of runs [KornGraubard1998].

    hit, row, replication (runs,); NaN without runs.
    """
    if hit.size == 0:
        return np.nan, np.nan, np.nan
    mean = float(hit.mean())
    low, high = wilson(mean, worth(hit, row, replication, confidence), confidence)
    return mean, low, high


def worth(hit: np.ndarray, row: np.ndarray, replication: np.ndarray, confidence: float) -> float:
    """Effective number of runs: independent runs with the same variance of the share of hits.

    Sampled rows and replications are clusters [CameronGelbachMiller2011]; few clusters lower the number further
    [KornGraubard1998]. If all runs agree, their likeness is unknown, and the number is that of the rarer clusters.
    """
    mean, n = hit.mean(), hit.size
    few = rarer(row, replication)
    if mean in (0.0, 1.0) or few < 2:
        return float(few)
    variance = _variance((hit - mean) / n, row, replication)
    unsure = (norm.ppf(0.5 + confidence / 2) / t.ppf(0.5 + confidence / 2, few - 1)) ** 2
    return float(np.clip(mean * (1 - mean) / variance, 1.0, n)) * float(unsure)


def rarer(row: np.ndarray, replication: np.ndarray) -> int:
    """Number of clusters of the rarer kind; a single replication is no cluster."""
    rows, replications = np.unique(row).size, np.unique(replication).size
    return min(rows, replications) if replications > 1 else rows


def gap(
    hit: np.ndarray, inside: np.ndarray, row: np.ndarray, replication: np.ndarray, confidence: float
) -> tuple[float, float, float]:
    """Share of hits inside a box less that outside, and its interval; effects of replications on both sides cancel.

    Degrees of freedom: those of the rarer kind of cluster [CameronGelbachMiller2011]. NaN if one side is empty, or lies in
    a single row.
    """
    sides = [np.unique(row[side]).size for side in (inside, ~inside)]
    if min(sides) < 2:
        return np.nan, np.nan, np.nan
    shares = np.array([hit[inside].mean(), hit[~inside].mean()])
    off = np.where(inside, (hit - shares[0]) / inside.sum(), (shares[1] - hit) / (~inside).sum())
    few = min(rarer(row, replication), *sides)
    likely = np.clip(
        shares, 0.5 / (few + 1), 1.0 - 0.5 / (few + 1)
    )  # a side without exceptions in the sample may have some
    unseen = float((likely * (1.0 - likely) * (likely != shares) / sides).sum())
    quantile, variance = t.ppf(0.5 + confidence / 2, few - 1), _variance(off, row, replication) + unseen
    more = float(shares[0] - shares[1])
    return more, *_difference(more, quantile**2 * variance / (1.0 - float(likely[0] - likely[1]) ** 2))


def _difference(more: float, size: Any) -> tuple[float, float]:
    """Ends of the interval of a difference of shares, inside -1 to 1.

    It holds all d with (d - more)^2 <= size (1 - d^2), as shares vary less near the ends of their range.
    """
    root = np.sqrt(size * (1.0 - more**2) + size**2)
    return float((more - root) / (1.0 + size)), float((more + root) / (1.0 + size))


def _variance(off: np.ndarray, row: np.ndarray, replication: np.ndarray) -> float:
    """Variance of the sum of deviations, clustered by sampled rows and replications; at least that of independent runs."""
    alone = float((off**2).sum()) * off.size / max(1, off.size - 1)
    clusters = [_between(off, of) for of in (row, replication) if np.unique(of).size > 1]
    return max(alone, sum(clusters) - alone * (len(clusters) - 1))


def _between(off: np.ndarray, cluster: np.ndarray) -> float:
    """Sum of the squared sums of the clusters, corrected for their number."""
    _, of = np.unique(cluster, return_inverse=True)
    n = of.max() + 1
    return float((np.bincount(of, off) ** 2).sum()) * n / (n - 1)


def wilson(mean: float, n: float, confidence: float) -> tuple[float, float]:
    """Wilson's interval for a share of n runs; n may be a fraction."""
    z2 = norm.ppf(0.5 + confidence / 2) ** 2
    centre, half = mean + z2 / (2 * n), np.sqrt(z2 * (mean * (1 - mean) + z2 / (4 * n)) / n)
    low, high = (centre - half) / (1 + z2 / n), (centre + half) / (1 + z2 / n)
    return float(max(0.0, low)), float(min(1.0, high))  # inside but for the last bit
