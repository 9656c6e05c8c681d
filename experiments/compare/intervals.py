"""Intervals of stated coverage, for means and for paired shares.

They hold for skewed values, for values near the ends of their range, and where few replications differ. docs/comparison.md
has the measured coverage; `python -m experiments.studies.coverage` measures it again.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import norm, t

from experiments.results.interval_kinds import BOOTSTRAP, FEW, NONE, RESAMPLES, SKEWED

BLOCK = 100  # resamples in memory at a time
UNBOUNDED = (-np.inf, np.inf)


def mean_interval(
    values: np.ndarray, confidence: float, within: tuple[float, float] = UNBOUNDED
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Lowest, highest and kind of the interval of the mean of each column; values (n, k), n >= 2, nothing missing.

    within: the range of the quantity; the interval lies inside it. The studentised bootstrap [Hall1988] covers skewed values.
    It misses the centre where differences are rare and go both ways, as every correction for skewness does. Student's t covers
    that case and misses the tail of skewed values. The interval contains both.
    """
    low, high = values.min(axis=0).astype(float), values.max(axis=0).astype(float)
    bottom, top = np.minimum(within[0], low), np.maximum(within[1], high)  # a value may step over its range by rounding
    kind = np.full(low.shape, NONE, dtype=object)
    varies = low < high
    if varies.any():
        mean, spread = values[:, varies].mean(axis=0), high[varies] - low[varies]
        place = (
            values[:, varies] - low[varies]
        ) / spread  # 0 to 1, exact where the values differ in their last bit only
        centre = place.mean(axis=0)
        with np.errstate(over="ignore"):  # an end that is too far away to count is infinitely far away
            slopes = (
                1.0 / ((low[varies] - bottom[varies]) / spread + centre),
                1.0 / ((top[varies] - high[varies]) / spread + 1.0 - centre),
            )
        below, above, kind[varies] = _around_zero(place - centre, slopes, confidence)
        low[varies], high[varies] = mean + spread * below, mean + spread * above
    return np.maximum(low, bottom), np.minimum(high, top), kind  # `_solved` lies inside, but for the last bit


def _around_zero(
    centred: np.ndarray, slopes: tuple[Any, ...], confidence: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Lowest, highest and kind for columns (n, k) of mean zero and spread one that all vary.

    slopes: one over the distance of the mean from the lowest and from the highest possible value, (k,) each.
    """
    n, zero = len(centred), np.zeros_like(slopes[0])
    error = centred.std(axis=0, ddof=1) / np.sqrt(n)
    many = _carrying(centred) >= FEW
    student, careful, ends = t.ppf((1 + confidence) / 2, n - 1), t.ppf((1 + confidence) / 2, _freedom(centred)), []
    one_end = (slopes[0] > 0.0) != (
        slopes[1] > 0.0
    )  # larger values than the observed ones are possible, as with deaths
    plain_quantile = np.where(one_end, careful, student)
    resampled = (
        _studentised(centred[:, many], error[many], [s[many] for s in slopes], confidence) if many.any() else None
    )
    for side, end_slopes in enumerate(((slopes[0], zero), (zero, slopes[1]))):
        sign = 1.0 - 2.0 * side
        quantile = _skew_corrected(centred, error, end_slopes, sign * careful)
        if resampled is not None:
            quantile[many] = resampled[side]
        quantile = sign * np.maximum(sign * quantile, student)
        corrected, plain = _solved(quantile * error, end_slopes), _solved(sign * plain_quantile * error, slopes)
        ends.append(sign * np.minimum(sign * corrected, sign * plain))
    return *ends, np.where(many, BOOTSTRAP, SKEWED)


def _solved(distance: np.ndarray, slopes: tuple[Any, ...]) -> np.ndarray:
    """The true mean x for which the observed mean 0 is `distance` standard errors away, (k,).

    The error at x is the error at 0 times sqrt((1 + x / a) (1 - x / b)), where a and b are the distances of 0 from the ends of
    the range. For zeros and ones this is Wilson's interval [Wilson1927]. So x lies inside the range for every distance; without
    ends it is minus the distance.
    """
    rise, fall = slopes
    size = distance**2
    tilt, scale = size * (rise - fall), 1.0 + size * rise * fall
    root = np.sqrt(tilt * tilt + 4.0 * size * scale)
    far = (np.abs(tilt) + root) / (
        2.0 * scale
    )  # of the two roots the one on the side of the tilt; their product is -size / scale
    near = size / scale / far
    return np.where(distance > 0.0, np.where(tilt < 0.0, -far, -near), np.where(tilt < 0.0, near, far))


def _carrying(centred: np.ndarray) -> np.ndarray:
    """Number of replications behind the variance of each column: n / 3 for normal values, the number of outliers where few stand out."""
    squares = centred**2
    return squares.sum(axis=0) ** 2 / (squares**2).sum(axis=0)


def _freedom(centred: np.ndarray) -> np.ndarray:
    """Degrees of freedom of the variance, given the kurtosis: n - 1 for normal values, about two for a single outlier."""
    n = len(centred)
    return np.clip(2.0 / np.maximum(1.0 / _carrying(centred) - 1.0 / n, 1e-9), 1.0, n - 1.0)


def _skew_corrected(
    centred: np.ndarray, error: np.ndarray, slopes: tuple[Any, ...], quantile: np.ndarray
) -> np.ndarray:
    """Quantile of (mean - truth) / error by Hall's cubic transformation of Student's t [Hall1992], in standard errors.

    The range explains a part of the skewness: the error grows with the distance from an end.
    """
    g = (centred**3).mean(axis=0) / (error**3 * len(centred) ** 2) - 1.5 * error * (
        slopes[0] - slopes[1]
    )  # over sqrt(n)
    g = np.where(np.abs(g) > 1e-9, g, 1e-9)
    return 3.0 / g * (np.cbrt(1.0 + g * (quantile - g / 6.0)) - 1.0)


def _studentised(
    centred: np.ndarray, error: np.ndarray, slopes: list[Any], confidence: float
) -> tuple[np.ndarray, np.ndarray]:
    """Upper and lower quantile of (mean - truth) / error by the bootstrap [Hall1988], in standard errors.

    The generator is fixed. A resample counts how often each replication was drawn: all columns share the counts, and a mean is
    a product of matrices. Each end has its error, see `_solved`. Quantiles are stretched as Student's t is against the normal.
    """
    n, rng, ratios = len(centred), np.random.default_rng(20220105), ([], [])
    squares = centred**2
    for _ in range(0, RESAMPLES, BLOCK):
        indices = rng.integers(0, n, (BLOCK, n)) + n * np.arange(BLOCK)[:, None]
        counts = np.bincount(indices.ravel(), minlength=BLOCK * n).reshape(BLOCK, n).astype(float)
        mean = counts @ centred / n
        variance = np.maximum(
            (counts @ squares / n - mean**2) / (n - 1), error**2 / n
        )  # a resample of equal values has none
        plain = mean / np.sqrt(variance)
        for ratios_at_end, slope in zip(ratios, (slopes[0], -slopes[1]), strict=True):
            ratios_at_end.append(_near_an_end(plain, mean, error, slope) if slope.any() else plain)
    stretch = t.ppf((1 + confidence) / 2, n - 1) / norm.ppf((1 + confidence) / 2)
    above = np.quantile(np.concatenate(ratios[0]), (1 + confidence) / 2, axis=0)
    return stretch * above, stretch * np.quantile(np.concatenate(ratios[1]), (1 - confidence) / 2, axis=0)


def _near_an_end(ratio: np.ndarray, mean: np.ndarray, error: np.ndarray, slope: np.ndarray) -> np.ndarray:
    """Ratios (resamples, k) with the error near an end of the range; a resample at the end has the error of the sample."""
    variance_factor = 1.0 + slope * mean
    return np.where(variance_factor < 1e-9, mean / error, ratio * np.sqrt(np.maximum(variance_factor, 0.0)))


def share_difference_interval(
    more: ArrayLike, fewer: ArrayLike, n: int, confidence: float
) -> tuple[np.ndarray, np.ndarray]:
    """Score interval [Tango1998] of a difference of shares over n paired replications.

    more, fewer: numbers of replications with 1 against 0 and with 0 against 1, arrays of one shape.
    """
    more, fewer = np.broadcast_arrays(np.asarray(more, float), np.asarray(fewer, float))
    quantile, difference = norm.ppf((1 + confidence) / 2), (more - fewer) / n
    low = _bisect(lambda d: _score(more, fewer, n, d) > quantile, np.full_like(difference, -1.0), difference)
    high = _bisect(lambda d: _score(more, fewer, n, d) >= -quantile, difference, np.full_like(difference, 1.0))
    return low, high


def _score(more: np.ndarray, fewer: np.ndarray, n: int, difference: np.ndarray) -> np.ndarray:
    """Standard normal score of the hypothesis that the true difference of paired shares is `difference`."""
    a, c = 2.0 * n, -fewer * difference * (1.0 - difference)
    b = -more - fewer + (2.0 * n - more + fewer) * difference
    nuisance = (np.sqrt(np.maximum(b * b - 4.0 * a * c, 0.0)) - b) / (2.0 * a)
    variance = n * (2.0 * nuisance + difference * (1.0 - difference))
    return (more - fewer - n * difference) / np.sqrt(np.maximum(variance, 1e-300))


def _bisect(is_below: Callable[[np.ndarray], np.ndarray], low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """The point between low and high at which is_below turns from true to false."""
    for _ in range(50):
        middle = (low + high) / 2
        below = is_below(middle)
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return (low + high) / 2
