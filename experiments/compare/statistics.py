"""Means, paired differences, their intervals, and what pairing is worth."""

import numpy as np
from scipy.stats import binomtest

from experiments.compare.interval_kinds import NONE, SCORE, WILSON
from experiments.compare.intervals import UNBOUNDED, mean_interval, share_difference_interval


def interval(values: np.ndarray, confidence: float, share: bool = False) -> tuple[float, float, float, int]:
    """Mean, lowest, highest, n: Wilson for a share of worlds [Wilson1927], else `mean_interval`.

    values (runs,), NaN = not observed and left out; 0 or 1 for a share. All NaN if nothing was observed.
    """
    found = described(values, confidence, share)
    return found["mean"], found["low"], found["high"], found["n"]


def described(
    values: np.ndarray, confidence: float, share: bool = False, within: tuple[float, float] = UNBOUNDED
) -> dict:
    """Mean, median, interval and its kind, n. within: range of the values, in which the interval lies."""
    seen = values[~np.isnan(values)]
    if seen.size == 0:
        return _nothing()
    low, high, kind = _of_share(seen, confidence) if share else _of_mean(seen, confidence, within)
    return {
        "mean": float(seen.mean()),
        "median": float(np.median(seen)),
        "low": low,
        "high": high,
        "interval": kind,
        "n": int(seen.size),
    }


def paired(
    values: np.ndarray,
    baseline: np.ndarray,
    confidence: float,
    share: bool = False,
    within: tuple[float, float] = UNBOUNDED,
) -> dict:
    """Difference over worlds observed in both arms. within: range of the values of either arm.

    mean, median, low, high, n; interval: its kind; share_positive, share_negative, share_equal of worlds;
    differs_at_most: one-sided bound on the share of worlds that deviate from a difference that is the same in all (else NaN);
    standardised: mean over the pooled standard deviation of the arms [Cohen1988]; variance_ratio: see `variance_ratio`.
    share: both hold 0 or 1, a share of worlds.
    """
    both = ~(np.isnan(values) | np.isnan(baseline))
    mine, theirs = values[both], baseline[both]
    seen = mine - theirs
    if seen.size == 0:
        extra = ("share_positive", "share_negative", "share_equal", "differs_at_most", "standardised", "variance_ratio")
        return _nothing() | dict.fromkeys(extra, np.nan)
    found = described(seen, confidence, within=differences_within(within))
    if share and seen.size > 1:
        low, high = share_difference_interval((seen > 0).sum(), (seen < 0).sum(), seen.size, confidence)
        found |= {"low": float(low), "high": float(high), "interval": SCORE}
    alike = np.ptp(seen) == 0.0
    return found | {
        "share_positive": float((seen > 0).mean()),
        "share_negative": float((seen < 0).mean()),
        "share_equal": float((seen == 0).mean()),
        "differs_at_most": unseen_at_most(seen.size, confidence) if alike else np.nan,
        "standardised": _standardised(mine, theirs),
        "variance_ratio": variance_ratio(mine, theirs),
    }


def differences_within(within: tuple[float, float]) -> tuple[float, float]:
    """Range of the difference of two values of a range."""
    return within[0] - within[1], within[1] - within[0]


def unseen_at_most(n: int, confidence: float) -> float:
    """One-sided bound on the share of worlds with an event that none of n worlds shows: close to 3 / n at 95 % [Hanley1983]."""
    return float(-np.expm1(np.log1p(-confidence) / n))


def variance_ratio(values: np.ndarray, baseline: np.ndarray) -> float:
    """Variance of the paired difference over that of worlds that share no chance events; 0.1 is worth ten times the worlds.

    The latter is the mean variance over all ways to pair world i of one arm with world i + k of the other, k = 1 ... n - 1.
    NaN where neither arm varies.
    """
    n = len(values)
    if n < 2:
        return np.nan
    (mine, shared), (_, theirs) = np.cov(values, baseline)
    independent = mine + theirs + 2.0 * shared / (n - 1)
    return float(np.var(values - baseline, ddof=1) / independent) if independent > 0.0 else np.nan


def _standardised(values: np.ndarray, baseline: np.ndarray) -> float:
    if values.size < 2:
        return np.nan
    pooled = np.sqrt((values.var(ddof=1) + baseline.var(ddof=1)) / 2)
    return float((values - baseline).mean() / pooled) if pooled > 0.0 else np.nan


def _nothing() -> dict:
    return dict.fromkeys(("mean", "median", "low", "high"), np.nan) | {"interval": NONE, "n": 0}


def _of_share(seen: np.ndarray, confidence: float) -> tuple[float, float, str]:
    ci = binomtest(int(seen.sum()), seen.size).proportion_ci(confidence, method="wilson")
    return float(ci.low), float(ci.high), WILSON


def _of_mean(seen: np.ndarray, confidence: float, within: tuple[float, float]) -> tuple[float, float, str]:
    """One value has no interval."""
    if seen.size == 1:
        return np.nan, np.nan, NONE
    low, high, kind = mean_interval(seen[:, None], confidence, within)
    return float(low[0]), float(high[0]), str(kind[0])
