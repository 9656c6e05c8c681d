"""Arithmetic that gives the same bits whatever the order of the actors and however wide the processor.

Transcendental functions go through the scalar C library (NumPy's vector versions differ in the last bit between
processors); sums over actors are taken in fixed point, so that permuting rows cannot change a bit.
"""

from math import exp, fsum, log1p

import numpy as np
from numba import njit

FIXED_POINT = 2.0**40

order_free_total = fsum  # exactly rounded, hence independent of order


def logistic(x: float) -> float:
    """1 / (1 + exp(-x)) without overflow."""
    if x >= 0.0:
        return 1.0 / (1.0 + exp(-x))
    e = exp(x)
    return e / (1.0 + e)


def order_free_sum(values: np.ndarray, axis: int) -> np.ndarray:
    """Sum along an axis, each term rounded to 2^-40 first."""
    return np.rint(values * FIXED_POINT).astype(np.int64).sum(axis=axis) / FIXED_POINT


def log1p_each(values: np.ndarray) -> np.ndarray:
    """Element-wise log(1 + x) by the scalar library."""
    return np.array([log1p(x) for x in values.ravel().tolist()]).reshape(values.shape)


@njit(cache=True)
def limit(values, low, high):
    """Bring numbers of a few actors within bounds, in place; `np.clip` takes ten times as long for them."""
    for i in range(values.size):
        values[i] = min(max(values[i], low), high)
