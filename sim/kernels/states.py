"""Small loops over states or segments, for which a NumPy call costs more than the loop."""

import numpy as np

from sim.core.compiled import njit


@njit(cache=True)
def unsettled(in_crisis, active_share, level):
    """Rows of the states in crisis, with protesters, or whose level is below 1. All (states,); bool, float64, float64."""
    rows, n = np.empty(level.size, dtype=np.int64), 0
    for s in range(level.size):
        if in_crisis[s] or active_share[s] > 0.0 or level[s] < 1.0:
            rows[n] = s
            n += 1
    return rows[:n]


@njit(cache=True)
def whole_units(base, values, unit):
    """base + each value in whole units, at least 0. values float64 (n,); returns int64 (n,)."""
    units = np.empty(values.size, dtype=np.int64)
    for i in range(values.size):
        units[i] = max(0, np.int64(np.rint((base + values[i]) * unit)))
    return units


@njit(cache=True)
def recover(stock, resting, recovery) -> None:
    """A day of stocks that return to their resting level, in place. float64 (states,), float64, float64."""
    for s in range(stock.size):
        if stock[s] != resting:
            stock[s] += recovery * (resting - stock[s])


@njit(cache=True)
def drain_and_recover(stock, effort, drain, recovery, most) -> None:
    """A day of stocks that return to 1 and that effort drains, in place; 0 to most. stock, effort: float64 (states,)."""
    for s in range(stock.size):
        if effort[s] > 0.0 or stock[s] != 1.0:
            level = stock[s] + recovery * (1.0 - stock[s]) - drain * effort[s] * stock[s]
            stock[s] = min(max(level, 0.0), most)
