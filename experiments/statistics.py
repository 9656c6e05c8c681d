"""Means, paired differences and their intervals."""

import numpy as np
from scipy.stats import binomtest, bootstrap

RESAMPLES = 2000


def interval(values: np.ndarray, level: float, share: bool = False) -> tuple[float, float, float, int]:
    """Mean, lowest, highest, n: Wilson for a share of worlds [Wilson1927], else the bootstrap [EfronTibshirani1993].

    values (runs,), NaN = not observed and left out; 0 or 1 for a share. All NaN if nothing was observed.
    """
    seen = values[~np.isnan(values)]
    n = seen.size
    if n == 0:
        return np.nan, np.nan, np.nan, 0
    mean = float(seen.mean())
    if share:
        ci = binomtest(int(seen.sum()), n).proportion_ci(level, method="wilson")
        return mean, float(ci.low), float(ci.high), n
    return (mean, *_bootstrapped(seen, level), n)


def paired(values: np.ndarray, reference: np.ndarray, level: float) -> dict:
    """Difference over worlds observed in both arms: mean, bootstrap interval, share of worlds in which it is positive."""
    difference = values - reference
    seen = difference[~np.isnan(difference)]
    if seen.size == 0:
        return {
            "mean": np.nan,
            "median": np.nan,
            "low": np.nan,
            "high": np.nan,
            "share_positive": np.nan,
            "share_negative": np.nan,
            "n": 0,
        }
    low, high = _bootstrapped(seen, level)
    return {
        "mean": float(seen.mean()),
        "median": float(np.median(seen)),
        "low": low,
        "high": high,
        "share_positive": float((seen > 0).mean()),
        "share_negative": float((seen < 0).mean()),
        "n": int(seen.size),
    }


def _bootstrapped(seen: np.ndarray, level: float) -> tuple[float, float]:
    """Percentile bootstrap of the mean with a fixed generator, so that a table repeats; one value has no interval."""
    if seen.size == 1:
        return np.nan, np.nan
    if np.ptp(seen) == 0.0:
        return float(seen[0]), float(seen[0])
    rng = np.random.default_rng(20220105)
    result = bootstrap((seen,), np.mean, n_resamples=RESAMPLES, confidence_level=level, method="percentile", rng=rng)
    return float(result.confidence_interval.low), float(result.confidence_interval.high)
