"""Which states a mechanism has to look at: a handful of numbers, where a NumPy call costs more than the loop."""

import numpy as np
from numba import njit


@njit(cache=True)
def unsettled(in_crisis, active_share, level):
    """Rows of the states in crisis, with protesters, or whose level is below 1. All (states,); bool, float64, float64."""
    rows, n = np.empty(level.size, dtype=np.int64), 0
    for s in range(level.size):
        if in_crisis[s] or active_share[s] > 0.0 or level[s] < 1.0:
            rows[n] = s
            n += 1
    return rows[:n]
