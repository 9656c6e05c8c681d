"""Stocks of influence between all pairs of states: (C channels, S patrons, S states), float64 throughout."""

import numpy as np

from sim.core.arithmetic import FIXED_POINT, whole_sums
from sim.core.compiled import njit

_NOTHING = 1e-12  # flows below this are none


@njit(cache=True)
def adjust_stocks(bandwidth, dependence, bandwidth0, dependence0, gain, volume, volume0, rate) -> None:
    """Move stocks, in place, by `rate` of the way to the stocks that today's flows would sustain; a tie that is cut stays cut.

    bandwidth0, dependence0: stocks of the ties on the first day; gain: bandwidth of today's flows above that of the first
    day's; volume, volume0: flows of today and of the first day.
    """
    total, total0 = whole_sums(volume) / FIXED_POINT, whole_sums(volume0) / FIXED_POINT
    openness = whole_sums(dependence0) / FIXED_POINT
    for c in range(bandwidth.shape[0]):
        for p in range(bandwidth.shape[1]):
            for s in range(bandwidth.shape[2]):
                contact = reliance = 0.0
                if bandwidth0[c, p, s] > 0.0:
                    part0 = volume0[c, p, s] / max(total0[c, s], _NOTHING)
                    reliance_gain = (volume[c, p, s] / max(total[c, s], _NOTHING) - part0) * openness[c, s]
                    contact = min(max(bandwidth0[c, p, s] + gain[c, p, s], 0.0), 1.0)
                    reliance = min(max(dependence0[c, p, s] + reliance_gain, 0.0), 1.0)
                bandwidth[c, p, s] += rate * (contact - bandwidth[c, p, s])
                dependence[c, p, s] += rate * (reliance - dependence[c, p, s])


@njit(cache=True)
def shares(channel):
    """Influence of every patron on every state over the channels, (S, S), and each channel's part in all influence on it."""
    n_channels, n_patrons, n_states = channel.shape
    influence, share = np.zeros((n_patrons, n_states)), np.empty(channel.shape)
    total = whole_sums(channel.reshape(1, n_channels * n_patrons, n_states)) / FIXED_POINT
    for c in range(n_channels):
        for p in range(n_patrons):
            for s in range(n_states):
                influence[p, s] += channel[c, p, s]
                share[c, p, s] = channel[c, p, s] / (total[0, s] if total[0, s] > 0.0 else 1.0)
    return influence, share
