"""Arithmetic with the same bits in every order of the actors and on every processor.

Transcendental functions go through the scalar C library (NumPy's vector versions differ in the last bit between
processors); sums over actors are taken in fixed point, so that permuting rows cannot change a bit.
"""

from math import fsum, log1p, prod

import numpy as np

from sim.core.compiled import njit

FIXED_POINT = 2.0**40

order_free_total = fsum  # exactly rounded, hence independent of order


def order_free_sum(values: np.ndarray, axis: int) -> np.ndarray:
    """Sum along an axis, each term rounded to 2^-40 first."""
    before, after = values.shape[:axis], values.shape[axis + 1 :]
    total = whole_sums(np.ascontiguousarray(values).reshape(prod(before), values.shape[axis], prod(after)))
    return (total / FIXED_POINT).reshape(before + after)


@njit(cache=True)
def whole_sums(values):
    """Sums along the middle axis in whole units of 2^-40, int64 (n, m) of float64 (n, terms, m)."""
    n, n_terms, m = values.shape
    total = np.zeros((n, m), dtype=np.int64)
    for i in range(n):
        for t in range(n_terms):
            for j in range(m):
                total[i, j] += np.int64(np.rint(values[i, t, j] * FIXED_POINT))
    return total


def log1p_each(values: np.ndarray) -> np.ndarray:
    """Element-wise log(1 + x) by the scalar library."""
    return np.array([log1p(x) for x in values.ravel().tolist()]).reshape(values.shape)


@njit(cache=True)
def add_within(values, change, low, high) -> None:
    """Add a change to numbers of a few actors, within bounds, in place; `np.clip` takes ten times as long for them."""
    for i in range(values.size):
        values[i] = min(max(values[i] + change[i], low), high)
