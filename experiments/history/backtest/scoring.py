"""Scores of probabilities and of distributions, with bootstrap over hosts; never accuracy."""

import numpy as np

RESAMPLES = 2000
SMALLEST = 1e-3  # probabilities are held this far from 0 and 1 in the log score


def brier(p: np.ndarray, y: np.ndarray) -> np.ndarray:
    """(n,) squared error of each probability [Brier1950]."""
    return (p - y) ** 2


def log_score(p: np.ndarray, y: np.ndarray) -> np.ndarray:
    """(n,) minus the log of what was given to the outcome [Good1952]."""
    p = np.clip(p, SMALLEST, 1.0 - SMALLEST)
    return -(y * np.log(p) + (1.0 - y) * np.log(1.0 - p))


def auc(p: np.ndarray, y: np.ndarray, weight: np.ndarray) -> float:
    """Area under the ROC curve; NaN if only one outcome was seen."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(y, p, sample_weight=weight)) if 0.0 < y.mean() < 1.0 else np.nan


def calibration_curve(p: np.ndarray, y: np.ndarray, weight: np.ndarray, bins: int = 5) -> list[dict]:
    """Mean forecast, observed share and weight in bins of equal width that hold cases."""
    which = np.minimum((p * bins).astype(int), bins - 1)
    found = []
    for b in range(bins):
        mine = which == b
        if mine.any():
            w = weight[mine]
            found.append(
                {
                    "forecast": float(w @ p[mine] / w.sum()),
                    "observed": float(w @ y[mine] / w.sum()),
                    "n": float(w.sum()),
                }
            )
    return found


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


class Hosts:
    """Bootstrap over groups of hosts: all crises of a drawn group come together [EfronTibshirani1993]."""

    def __init__(self, groups: list[str]):
        names = sorted(set(groups))
        self.member = np.array([[g == name for g in groups] for name in names], dtype=float)  # (G, n)
        rng = np.random.default_rng(20220105)
        draws = rng.integers(0, len(names), (RESAMPLES, len(names)))
        self.times = np.stack([np.bincount(row, minlength=len(names)) for row in draws])  # (R, G)

    def interval(self, values: np.ndarray, weight: np.ndarray, confidence: float = 0.95) -> tuple[float, float, float]:
        """Weighted mean of values (n,) and its percentile interval; NaN values are left out."""
        seen = ~np.isnan(values)
        w = np.where(seen, weight, 0.0)
        v = np.where(seen, values, 0.0)
        top, bottom = self.times @ (self.member @ (w * v)), self.times @ (self.member @ w)
        ratio = np.divide(top, bottom, out=np.full(len(top), np.nan), where=bottom > 0)
        mean = float(w @ v / w.sum()) if w.sum() > 0 else np.nan
        tail = (1.0 - confidence) / 2.0
        low, high = np.nanquantile(ratio, [tail, 1.0 - tail]) if np.isfinite(ratio).any() else (np.nan, np.nan)
        return mean, float(low), float(high)

    def skill(self, mine: np.ndarray, theirs: np.ndarray, weight: np.ndarray) -> tuple[float, float, float]:
        """1 - mean(mine) / mean(theirs), with its percentile interval over hosts."""
        seen = ~np.isnan(mine) & ~np.isnan(theirs)
        w = np.where(seen, weight, 0.0)
        a, b = w * np.where(seen, mine, 0.0), w * np.where(seen, theirs, 0.0)
        top, bottom = self.times @ (self.member @ a), self.times @ (self.member @ b)
        found = 1.0 - np.divide(top, bottom, out=np.full(len(top), np.nan), where=bottom > 0)
        low, high = np.nanquantile(found, [0.025, 0.975])
        return float(1.0 - a.sum() / b.sum()) if b.sum() > 0 else np.nan, float(low), float(high)

    def auc_interval(self, p: np.ndarray, y: np.ndarray, weight: np.ndarray) -> tuple[float, float, float]:
        """AUC and its percentile interval over hosts; a tenth of the resamples, it is slower."""
        seen = ~np.isnan(p) & ~np.isnan(y)
        found = []
        for times in self.times[: RESAMPLES // 10]:
            w = weight * (times @ self.member) * seen
            mine = w > 0
            if mine.any():
                found.append(auc(p[mine], y[mine], w[mine]))
        low, high = np.nanquantile(found, [0.025, 0.975]) if np.isfinite(found).any() else (np.nan, np.nan)
        return auc(p[seen], y[seen], weight[seen]), float(low), float(high)


def verdict(low: float, high: float) -> str:
    """What a difference of scores says; lower scores are better."""
    if not (np.isfinite(low) and np.isfinite(high)) or low <= 0.0 <= high:
        return "undecided"
    return "better" if high < 0.0 else "worse"
