"""Intervals of stated coverage: of means, also where values are skewed or few worlds differ, and of paired shares.

Measured coverage stands in docs/comparison.md; `python -m benchmarks.coverage` measures it again.
"""

import numpy as np
from scipy.stats import norm, t

RESAMPLES = 2000
BLOCK = 100  # resamples held at a time, so that memory does not grow with them
FEW = 5  # worlds that carry the variance, below which resamples are too unlike to carry an interval

BOOTSTRAP, SKEWED, SCORE, WILSON, NONE = (
    "studentised bootstrap", "skewness-corrected t", "paired score", "Wilson score", "none",
)  # fmt: skip
EXPLAINED = {
    BOOTSTRAP: f"studentised bootstrap of the mean, {RESAMPLES} resamples, never narrower than Student's t",
    SKEWED: f"Student's t with correction for skewness where the variance rests on fewer than {FEW} worlds, never narrower than Student's t",
    SCORE: "score interval for paired shares of worlds",
    WILSON: "Wilson score interval for a share of worlds",
    NONE: "all values are equal, or one world: no interval",
}


def mean_interval(values: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Lowest, highest and kind of the interval of the mean of each column; values (n, k), n >= 2, nothing missing.

    The studentised bootstrap [Hall1988] covers skewed values, but misses the centre where differences are rare and go both
    ways, as does every correction for skewness; Student's t covers there and misses the tail of skewed values. The interval holds both.
    """
    low, high = values.min(axis=0).astype(float), values.max(axis=0).astype(float)
    kind = np.full(low.shape, NONE, dtype=object)
    varies = low < high
    if varies.any():
        mean, spread = values[:, varies].mean(axis=0), high[varies] - low[varies]
        below, above, kind[varies] = _around_zero((values[:, varies] - mean) / spread, level)
        low[varies], high[varies] = mean + spread * below, mean + spread * above
    return low, high, kind


def _around_zero(centred: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Lowest, highest and kind for columns (n, k) of mean zero that all vary, of a spread of one."""
    error = centred.std(axis=0, ddof=1) / np.sqrt(len(centred))
    low, high = _skew_corrected(centred, error, level)
    many = _carrying(centred) >= FEW
    if many.any():
        low[many], high[many] = _studentised(centred[:, many], error[many], level)
    plain = t.ppf((1 + level) / 2, len(centred) - 1) * error
    return np.minimum(low, -plain), np.maximum(high, plain), np.where(many, BOOTSTRAP, SKEWED)


def _carrying(centred: np.ndarray) -> np.ndarray:
    """How many worlds carry the variance of each column: n / 3 for normal values, about the number of outliers where they are few."""
    squares = centred**2
    return squares.sum(axis=0) ** 2 / (squares**2).sum(axis=0)


def _skew_corrected(centred: np.ndarray, error: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Hall's cubic transformation of Student's t [Hall1992], as distances of both ends from the mean."""
    n = len(centred)
    g = (centred**3).mean(axis=0) / (error**3 * n**2)  # skewness / sqrt(n)
    g = np.where(np.abs(g) > 1e-9, g, 1e-9)
    quantile = t.ppf((1 + level) / 2, n - 1)
    low, high = (-3.0 / g * (np.cbrt(1.0 + g * (q - g / 6.0)) - 1.0) * error for q in (quantile, -quantile))
    return low, high


def _studentised(centred: np.ndarray, error: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Bootstrap of (mean - truth) / error [Hall1988] with a fixed generator, as distances of both ends from the mean.

    Resamples are counts of how often each world was drawn, so that all columns share them and a mean is a product of matrices.
    """
    n, rng, ratios = len(centred), np.random.default_rng(20220105), []
    squares = centred**2
    for _ in range(0, RESAMPLES, BLOCK):
        drawn = rng.integers(0, n, (BLOCK, n)) + n * np.arange(BLOCK)[:, None]
        counts = np.bincount(drawn.ravel(), minlength=BLOCK * n).reshape(BLOCK, n).astype(float)
        mean = counts @ centred / n
        variance = (counts @ squares / n - mean**2) / (n - 1)
        ratios.append(mean / np.sqrt(np.maximum(variance, 1e-6 * error**2)))  # a resample of equal values has none
    below, above = np.quantile(np.concatenate(ratios), [(1 - level) / 2, (1 + level) / 2], axis=0)
    return -above * error, -below * error


def share_difference_interval(more, fewer, n: int, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Score interval [Tango1998] of a difference of shares over n paired worlds.

    more, fewer: numbers of worlds with 1 against 0 and with 0 against 1, arrays of one shape.
    """
    more, fewer = np.broadcast_arrays(np.asarray(more, float), np.asarray(fewer, float))
    quantile, found = norm.ppf((1 + level) / 2), (more - fewer) / n
    low = _bisect(lambda d: _score(more, fewer, n, d) > quantile, np.full_like(found, -1.0), found)
    high = _bisect(lambda d: _score(more, fewer, n, d) >= -quantile, found, np.full_like(found, 1.0))
    return low, high


def _score(more: np.ndarray, fewer: np.ndarray, n: int, difference: np.ndarray) -> np.ndarray:
    """Standard normal score of the hypothesis that the true difference of paired shares is `difference`."""
    a, c = 2.0 * n, -fewer * difference * (1.0 - difference)
    b = -more - fewer + (2.0 * n - more + fewer) * difference
    nuisance = (np.sqrt(np.maximum(b * b - 4.0 * a * c, 0.0)) - b) / (2.0 * a)
    variance = n * (2.0 * nuisance + difference * (1.0 - difference))
    return (more - fewer - n * difference) / np.sqrt(np.maximum(variance, 1e-300))


def _bisect(is_below, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """The point between low and high where is_below turns from true to false."""
    for _ in range(50):
        middle = (low + high) / 2
        below = is_below(middle)
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return (low + high) / 2
