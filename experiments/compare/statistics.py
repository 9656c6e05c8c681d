"""Means and paired differences with their intervals, and the gain from pairing."""

from typing import Any

import numpy as np
from scipy.stats import binomtest

from experiments.compare.intervals import UNBOUNDED, mean_interval, share_difference_interval
from experiments.results.interval_kinds import NONE, SCORE, WILSON


def interval(values: np.ndarray, confidence: float, share: bool = False) -> tuple[float, float, float, int]:
    """Mean, lowest, highest, n: Wilson for a share of replications [Wilson1927], else `mean_interval`.

    values (runs,), NaN = not observed and left out; 0 or 1 for a share. All NaN if nothing was observed.
    """
    cell = estimate(values, confidence, share)
    return cell["mean"], cell["low"], cell["high"], cell["n"]


def estimate(
    values: np.ndarray, confidence: float, share: bool = False, within: tuple[float, float] = UNBOUNDED
) -> dict[Any, Any]:
    """Mean, median, interval with its kind, and n. within: range of the values; the interval lies inside it."""
    finite = values[~np.isnan(values)]
    if finite.size == 0:
        return _empty_cell()
    low, high, kind = _of_share(finite, confidence) if share else _of_mean(finite, confidence, within)
    return {
        "mean": float(finite.mean()),
        "median": float(np.median(finite)),
        "low": low,
        "high": high,
        "interval": kind,
        "n": int(finite.size),
    }


def paired_difference(
    values: np.ndarray,
    baseline: np.ndarray,
    confidence: float,
    share: bool = False,
    within: tuple[float, float] = UNBOUNDED,
) -> dict[Any, Any]:
    """Difference over the replications that both arms observed. within: range of the values of either arm.

    mean, median, low, high, n; interval: its kind; share_positive, share_negative, share_equal of replications;
    differs_at_most: one-sided bound on the share of replications with another difference, if all observed ones are equal, else NaN;
    standardised: mean over the pooled standard deviation of the arms [Cohen1988]; variance_ratio: see `variance_ratio`.
    share: both arms hold 0 or 1, a share of replications.
    """
    both = ~(np.isnan(values) | np.isnan(baseline))
    arm_values, baseline_values = values[both], baseline[both]
    differences = arm_values - baseline_values
    if differences.size == 0:
        extra = ("share_positive", "share_negative", "share_equal", "differs_at_most", "standardised", "variance_ratio")
        return _empty_cell() | dict.fromkeys(extra, np.nan)
    cell = estimate(differences, confidence, within=differences_within(within))
    if share and differences.size > 1:
        low, high = share_difference_interval(
            (differences > 0).sum(), (differences < 0).sum(), differences.size, confidence
        )
        cell |= {"low": float(low), "high": float(high), "interval": SCORE}
    alike = np.ptp(differences) == 0.0
    return cell | {
        "share_positive": float((differences > 0).mean()),
        "share_negative": float((differences < 0).mean()),
        "share_equal": float((differences == 0).mean()),
        "differs_at_most": zero_count_bound(differences.size, confidence) if alike else np.nan,
        "standardised": _standardised(arm_values, baseline_values),
        "variance_ratio": variance_ratio(arm_values, baseline_values),
    }


def differences_within(within: tuple[float, float]) -> tuple[float, float]:
    """Range of the difference of two values of a range."""
    return within[0] - within[1], within[1] - within[0]


def zero_count_bound(n: int, confidence: float) -> float:
    """One-sided bound on the share of replications with an event that none of n shows: close to 3 / n at 95 % [Hanley1983]."""
    return float(-np.expm1(np.log1p(-confidence) / n))


def variance_ratio(values: np.ndarray, baseline: np.ndarray) -> float:
    """Variance of the paired difference over the variance for independent replications. At 0.1 pairing saves nine tenths of them.

    The latter is the mean variance over all ways to pair replication i of one arm with replication i + k of the other, k = 1 ... n - 1.
    NaN where neither arm varies.
    """
    n = len(values)
    if n < 2:
        return np.nan
    (variance, covariance), (_, baseline_variance) = np.cov(values, baseline)
    independent = variance + baseline_variance + 2.0 * covariance / (n - 1)
    return float(np.var(values - baseline, ddof=1) / independent) if independent > 0.0 else np.nan


def _standardised(values: np.ndarray, baseline: np.ndarray) -> float:
    if values.size < 2:
        return np.nan
    pooled = np.sqrt((values.var(ddof=1) + baseline.var(ddof=1)) / 2)
    return float((values - baseline).mean() / pooled) if pooled > 0.0 else np.nan


def _empty_cell() -> dict[Any, Any]:
    return dict.fromkeys(("mean", "median", "low", "high"), np.nan) | {"interval": NONE, "n": 0}


def _of_share(values: np.ndarray, confidence: float) -> tuple[float, float, str]:
    ci = binomtest(int(values.sum()), values.size).proportion_ci(confidence, method="wilson")
    return float(ci.low), float(ci.high), WILSON


def _of_mean(values: np.ndarray, confidence: float, within: tuple[float, float]) -> tuple[float, float, str]:
    """Interval of a mean; one value has none."""
    if values.size == 1:
        return np.nan, np.nan, NONE
    low, high, kind = mean_interval(values[:, None], confidence, within)
    return float(low[0]), float(high[0]), str(kind[0])
