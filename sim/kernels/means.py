"""Weighted means of alignments over the factions and segments of states, whose order cannot change a bit.

Sums are taken in fixed point; floats hold them, exact for whole numbers up to 2^53.
"""

import numpy as np

from sim.core.arithmetic import FIXED_POINT
from sim.core.compiled import njit


@njit(cache=True)
def _weigh(values, weights, low, high, total):
    """Weighted sum of rows low..high-1, written to total, and the sum of their weights."""
    weight = 0.0
    total[:] = 0.0
    for i in range(low, high):
        weight += np.rint(weights[i] * FIXED_POINT)
        for p in range(total.size):
            total[p] += np.rint(weights[i] * values[i, p] * FIXED_POINT)
    return weight


@njit(cache=True)
def mean_of_column(values, column, weights, low, high):
    """`weighted_means` of rows low..high-1 in one column."""
    weight = total = 0.0
    for i in range(low, high):
        weight += np.rint(weights[i] * FIXED_POINT)
        total += np.rint(weights[i] * values[i, column] * FIXED_POINT)
    return total / weight if weight > 0.0 else 0.0


@njit(cache=True, error_model="numpy")
def weighted_means(values, weights, starts, out) -> None:
    """Order-free weighted mean of consecutive rows: out[s] over rows starts[s]:starts[s+1]; 0 where all weights are 0."""
    total = np.empty(values.shape[1])
    for s in range(starts.size - 1):
        weight = _weigh(values, weights, starts[s], starts[s + 1], total)
        for p in range(total.size):
            out[s, p] = total[p] / weight if weight > 0.0 else 0.0


@njit(cache=True)
def state_means(alignment, weight, loyal, faction_starts, segment_starts, elites, publics) -> None:
    """`weighted_means` of the loyal factions and of the segments of every state, written to elites and publics.

    alignment (entities, patrons) and weight (entities,), factions first; loyal (factions,) bool; starts (states+1,),
    those of segments counted from the first segment; elites, publics (states, patrons).
    """
    n_factions = loyal.size
    weighted_means(alignment[:n_factions], weight[:n_factions] * loyal, faction_starts, elites)
    weighted_means(alignment[n_factions:], weight[n_factions:], segment_starts, publics)


@njit(cache=True)
def largest_means(values, weights, starts, out) -> None:
    """Largest of each row of `weighted_means`, or 0 where it is negative. out: float64 (groups,), written."""
    total = np.empty(values.shape[1])
    for s in range(starts.size - 1):
        weight = _weigh(values, weights, starts[s], starts[s + 1], total)
        out[s] = max(0.0, total.max() / weight) if weight > 0.0 else 0.0


@njit(cache=True)
def independence_left(disposition, weight, faction_starts, independence, price, out) -> None:
    """Independence of every state less `price` times the largest gratitude of its factions to one patron, in [0, 1].

    disposition (entities, patrons) and weight (entities,), factions first; independence (states,); out (states,), written.
    """
    largest_means(disposition, weight, faction_starts, out)
    for s in range(out.size):
        out[s] = min(max(independence[s] - price * out[s], 0.0), 1.0)
