"""Intervals of stated coverage: of means, also where values are skewed, near the ends of their range or few worlds differ, and of paired shares.

Measured coverage stands in docs/comparison.md; `python -m experiments.studies.coverage` measures it again.
"""

import numpy as np
from scipy.stats import norm, t

from experiments.compare.interval_kinds import BOOTSTRAP, FEW, NONE, RESAMPLES, SKEWED

BLOCK = 100  # resamples held at a time, so that memory does not grow with them
UNBOUNDED = (-np.inf, np.inf)


def mean_interval(
    values: np.ndarray, confidence: float, within: tuple[float, float] = UNBOUNDED
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Lowest, highest and kind of the interval of the mean of each column; values (n, k), n >= 2, nothing missing.

    within: the range of the quantity, in which the interval lies. The studentised bootstrap [Hall1988] covers skewed values, but
    misses the centre where differences are rare and go both ways, as does every correction for skewness; Student's t covers there
    and misses the tail of skewed values. The interval holds both.
    """
    low, high = values.min(axis=0).astype(float), values.max(axis=0).astype(float)
    bottom, top = np.minimum(within[0], low), np.maximum(within[1], high)  # a value may step over its range by rounding
    kind = np.full(low.shape, NONE, dtype=object)
    varies = low < high
    if varies.any():
        mean, spread = values[:, varies].mean(axis=0), high[varies] - low[varies]
        slopes = spread / (mean - bottom[varies]), spread / (top[varies] - mean)
        below, above, kind[varies] = _around_zero((values[:, varies] - mean) / spread, slopes, confidence)
        low[varies], high[varies] = mean + spread * below, mean + spread * above
    return np.maximum(low, bottom), np.minimum(high, top), kind  # `_solved` lies inside, but for the last bit


def _around_zero(centred: np.ndarray, slopes: tuple, confidence: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Lowest, highest and kind for columns (n, k) of mean zero that all vary, of a spread of one.

    slopes: one over the distance of the mean from the lowest and from the highest possible value, (k,) each.
    """
    n, zero = len(centred), np.zeros_like(slopes[0])
    error = centred.std(axis=0, ddof=1) / np.sqrt(n)
    many = _carrying(centred) >= FEW
    student, careful, ends = t.ppf((1 + confidence) / 2, n - 1), t.ppf((1 + confidence) / 2, _freedom(centred)), []
    one_end = (slopes[0] > 0.0) != (slopes[1] > 0.0)  # far beyond what was seen there may be more, as with deaths
    plain_quantile = np.where(one_end, careful, student)
    resampled = (
        _studentised(centred[:, many], error[many], [s[many] for s in slopes], confidence) if many.any() else None
    )
    for side, own in enumerate(((slopes[0], zero), (zero, slopes[1]))):
        sign = 1.0 - 2.0 * side
        quantile = _skew_corrected(centred, error, own, sign * careful)
        if resampled is not None:
            quantile[many] = resampled[side]
        quantile = sign * np.maximum(sign * quantile, student)
        corrected, plain = _solved(quantile * error, own), _solved(sign * plain_quantile * error, slopes)
        ends.append(sign * np.minimum(sign * corrected, sign * plain))
    return *ends, np.where(many, BOOTSTRAP, SKEWED)


def _solved(distance: np.ndarray, slopes: tuple) -> np.ndarray:
    """The true mean x, seen from a mean at 0, of which 0 is `distance` standard errors away, (k,).

    The error at x is to that at 0 as sqrt((1 + x / a) (1 - x / b)), a and b the distances of 0 from the ends of the range: the
    variance that is left near an end, as in Wilson's interval [Wilson1927], which this is for zeros and ones. So x is
    inside the range, whatever the distance; without ends it is minus the distance.
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
    """How many worlds carry the variance of each column: n / 3 for normal values, about the number of outliers where they are few."""
    squares = centred**2
    return squares.sum(axis=0) ** 2 / (squares**2).sum(axis=0)


def _freedom(centred: np.ndarray) -> np.ndarray:
    """Degrees of freedom that the kurtosis leaves to the variance: n - 1 for normal values, about two for a single outlier."""
    n = len(centred)
    return np.clip(2.0 / np.maximum(1.0 / _carrying(centred) - 1.0 / n, 1e-9), 1.0, n - 1.0)


def _skew_corrected(centred: np.ndarray, error: np.ndarray, slopes: tuple, quantile: np.ndarray) -> np.ndarray:
    """Quantile of (mean - truth) / error by Hall's cubic transformation of Student's t [Hall1992], in standard errors.

    Of the skewness the range explains a part: the error grows with the distance from an end.
    """
    g = (centred**3).mean(axis=0) / (error**3 * len(centred) ** 2) - 1.5 * error * (
        slopes[0] - slopes[1]
    )  # over sqrt(n)
    g = np.where(np.abs(g) > 1e-9, g, 1e-9)
    return 3.0 / g * (np.cbrt(1.0 + g * (quantile - g / 6.0)) - 1.0)


def _studentised(
    centred: np.ndarray, error: np.ndarray, slopes: list, confidence: float
) -> tuple[np.ndarray, np.ndarray]:
    """Upper and lower quantile of (mean - truth) / error by the bootstrap [Hall1988] with a fixed generator, in standard errors.

    Resamples are counts of how often each world was drawn, so that all columns share them and a mean is a product of matrices.
    Each end has the error that is left near it, see `_solved`. Quantiles are stretched as Student's t is against the normal.
    """
    n, rng, ratios = len(centred), np.random.default_rng(20220105), ([], [])
    squares = centred**2
    for _ in range(0, RESAMPLES, BLOCK):
        drawn = rng.integers(0, n, (BLOCK, n)) + n * np.arange(BLOCK)[:, None]
        counts = np.bincount(drawn.ravel(), minlength=BLOCK * n).reshape(BLOCK, n).astype(float)
        mean = counts @ centred / n
        variance = np.maximum(
            (counts @ squares / n - mean**2) / (n - 1), error**2 / n
        )  # a resample of equal values has none
        plain = mean / np.sqrt(variance)
        for found, slope in zip(ratios, (slopes[0], -slopes[1]), strict=True):
            found.append(_near_an_end(plain, mean, error, slope) if slope.any() else plain)
    stretch = t.ppf((1 + confidence) / 2, n - 1) / norm.ppf((1 + confidence) / 2)
    above = np.quantile(np.concatenate(ratios[0]), (1 + confidence) / 2, axis=0)
    return stretch * above, stretch * np.quantile(np.concatenate(ratios[1]), (1 - confidence) / 2, axis=0)


def _near_an_end(ratio: np.ndarray, mean: np.ndarray, error: np.ndarray, slope: np.ndarray) -> np.ndarray:
    """Ratios (resamples, k) with the error that the end of the range leaves; a resample at the end itself has that of the sample."""
    left = 1.0 + slope * mean
    return np.where(left < 1e-9, mean / error, ratio * np.sqrt(np.maximum(left, 0.0)))


def share_difference_interval(more, fewer, n: int, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    """Score interval [Tango1998] of a difference of shares over n paired worlds.

    more, fewer: numbers of worlds with 1 against 0 and with 0 against 1, arrays of one shape.
    """
    more, fewer = np.broadcast_arrays(np.asarray(more, float), np.asarray(fewer, float))
    quantile, found = norm.ppf((1 + confidence) / 2), (more - fewer) / n
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
