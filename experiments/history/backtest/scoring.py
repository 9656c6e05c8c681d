"""Proper scores of probabilities and distributions, with a bootstrap over hosts."""

from typing import Any

import numpy as np

RESAMPLES = 2000
SMALLEST = 1e-3  # least distance of probabilities from 0 and 1 in the log score


def brier(p: np.ndarray, y: np.ndarray) -> np.ndarray:
    """(n,) squared error of each probability [Brier1950]."""
    return (p - y) ** 2


def log_score(p: np.ndarray, y: np.ndarray) -> np.ndarray:
    """(n,) minus the log of the probability of the outcome [Good1952]."""
    p = np.clip(p, SMALLEST, 1.0 - SMALLEST)
    return -(y * np.log(p) + (1.0 - y) * np.log(1.0 - p))


def auc(p: np.ndarray, y: np.ndarray, weight: np.ndarray) -> float:
    """Area under the ROC curve; NaN if only one outcome occurs."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(y, p, sample_weight=weight)) if 0.0 < y.mean() < 1.0 else np.nan


def calibration_curve(p: np.ndarray, y: np.ndarray, weight: np.ndarray, bins: int = 5) -> list[dict[Any, Any]]:
    """Mean forecast, observed share and weight in the bins with cases; bins have equal width."""
    which = np.minimum((p * bins).astype(int), bins - 1)
    curve = []
    for b in range(bins):
        in_bin = which == b
        if in_bin.any():
            w = weight[in_bin]
            curve.append(
                {
                    "forecast": float(w @ p[in_bin] / w.sum()),
                    "observed": float(w @ y[in_bin] / w.sum()),
                    "n": float(w.sum()),
                }
            )
    return curve


def crps(samples: np.ndarray, weights: np.ndarray, observed: float) -> float:
    """Continuous ranked probability score of a weighted sample (n,) [Gneiting2007]."""
    order = np.argsort(samples, kind="stable")
    x, w = samples[order], weights[order] / weights.sum()
    before = np.cumsum(w) - 0.5 * w
    # E|X - y| - E|X - X'| / 2, the second term by ranks
    return float(w @ np.abs(x - observed) - w @ (x * (2.0 * before - 1.0)))


def quantiles(samples: np.ndarray, weights: np.ndarray, levels: tuple[float, ...]) -> np.ndarray:
    """Quantiles of a weighted sample."""
    order = np.argsort(samples, kind="stable")
    reached = np.cumsum(weights[order]) / weights.sum()
    return samples[order][np.minimum(np.searchsorted(reached, levels), len(samples) - 1)]


class HostBootstrap:
    """Bootstrap over groups of hosts: a draw takes all crises of a group [EfronTibshirani1993]."""

    def __init__(self, groups: list[str]):
        names = sorted(set(groups))
        self.member = np.array([[g == name for g in groups] for name in names], dtype=float)  # (G, n)
        rng = np.random.default_rng(20220105)
        draws = rng.integers(0, len(names), (RESAMPLES, len(names)))
        self.times = np.stack([np.bincount(row, minlength=len(names)) for row in draws])  # (R, G)

    def interval(self, values: np.ndarray, weight: np.ndarray, confidence: float = 0.95) -> tuple[float, float, float]:
        """Weighted mean of values (n,) and its percentile interval; NaN values are left out."""
        is_coded = ~np.isnan(values)
        w = np.where(is_coded, weight, 0.0)
        v = np.where(is_coded, values, 0.0)
        top, bottom = self.times @ (self.member @ (w * v)), self.times @ (self.member @ w)
        ratio = np.divide(top, bottom, out=np.full(len(top), np.nan), where=bottom > 0)
        mean = float(w @ v / w.sum()) if w.sum() > 0 else np.nan
        tail = (1.0 - confidence) / 2.0
        low, high = np.nanquantile(ratio, [tail, 1.0 - tail]) if np.isfinite(ratio).any() else (np.nan, np.nan)
        return mean, float(low), float(high)

    def skill(self, scores: np.ndarray, baseline: np.ndarray, weight: np.ndarray) -> tuple[float, float, float]:
        """1 - mean(mine) / mean(theirs), with its percentile interval over hosts."""
        is_coded = ~np.isnan(scores) & ~np.isnan(baseline)
        w = np.where(is_coded, weight, 0.0)
        a, b = w * np.where(is_coded, scores, 0.0), w * np.where(is_coded, baseline, 0.0)
        top, bottom = self.times @ (self.member @ a), self.times @ (self.member @ b)
        skills = 1.0 - np.divide(top, bottom, out=np.full(len(top), np.nan), where=bottom > 0)
        low, high = np.nanquantile(skills, [0.025, 0.975])
        return float(1.0 - a.sum() / b.sum()) if b.sum() > 0 else np.nan, float(low), float(high)

    def auc_interval(self, p: np.ndarray, y: np.ndarray, weight: np.ndarray) -> tuple[float, float, float]:
        """AUC and its percentile interval over hosts, from a tenth of the resamples, because it is slow."""
        is_coded = ~np.isnan(p) & ~np.isnan(y)
        areas = []
        for times in self.times[: RESAMPLES // 10]:
            w = weight * (times @ self.member) * is_coded
            has_weight = w > 0
            if has_weight.any():
                areas.append(auc(p[has_weight], y[has_weight], w[has_weight]))
        low, high = np.nanquantile(areas, [0.025, 0.975]) if np.isfinite(areas).any() else (np.nan, np.nan)
        return auc(p[is_coded], y[is_coded], weight[is_coded]), float(low), float(high)


def verdict(low: float, high: float) -> str:
    """Verdict on a difference of scores with an interval; lower scores are better."""
    if not (np.isfinite(low) and np.isfinite(high)) or low <= 0.0 <= high:
        return "undecided"
    return "better" if high < 0.0 else "worse"
