"""The daily pass over the citizens of the state in crisis: whole numbers only, equal on every machine.

A row is a mobilisable adult. Rows are sorted by segment (region, then language), neighbours are the rows next to it on a
ring plus hashed long links, so that the network needs no memory. All quantities of the decision are fixed point
with 16 fractional bits. The pass reads yesterday's actions and writes today's: the order of rows cannot matter.
"""

from math import log

import numpy as np
from numba import njit

from sim.streams import Stream, bits, mix

_TRAITS, _NETWORK, _PROTEST = Stream.TRAITS, Stream.NETWORK, Stream.PROTEST  # compiled code reads plain numbers

ONE = 1 << 16
QUIET, ACTIVE = 0, 1  # a value v > 1 is a detained citizen with v - 1 days to go
_NOISE_CELLS = 4096


def noise_table(tau: float) -> np.ndarray:
    """tau * logit(u) at the middle of 4096 cells, so that `utility > noise` is a logit choice [McFadden1974]."""
    u = (np.arange(_NOISE_CELLS) + 0.5) / _NOISE_CELLS
    return np.array([round(tau * log(x / (1 - x)) * ONE) for x in u], dtype=np.int64)


@njit(cache=True)
def draw_traits(key, n_rows):
    """Hardship and risk aversion of every row, uniform on [0, 1) as 16-bit fractions, uint16 (rows, 2) [Epstein2002]."""
    traits = np.empty((n_rows, 2), dtype=np.uint16)
    for i in range(n_rows):
        z = bits(key, _TRAITS, i, 0, 0)
        traits[i, 0] = z & np.uint64(0xFFFF)
        traits[i, 1] = (z >> np.uint64(16)) & np.uint64(0xFFFF)
    return traits


@njit(cache=True, inline="always")
def long_link(key, row, draw, low, high, n_rows, homophily):
    """Row at the other end of a long link: anywhere, or with probability homophily / 2^16 in the own segment."""
    z = bits(key, _NETWORK, row, 0, draw)
    far = (z >> np.uint64(32)) & np.uint64(0xFFFFFFFF)
    if np.int64(z & np.uint64(0xFFFF)) < homophily:
        return low + np.int64((far * np.uint64(high - low)) >> np.uint64(32))
    return np.int64((far * np.uint64(n_rows)) >> np.uint64(32))


@njit(cache=True)
def link_rows(key, bounds, n_long, homophily):
    """All long links as an array (rows, n_long): they never change, so that one world draws them once."""
    n_rows = bounds[-1]
    links = np.empty((n_rows, n_long), dtype=np.int32)
    for g in range(bounds.size - 1):
        for i in range(bounds[g], bounds[g + 1]):
            for d in range(n_long):
                links[i, d] = long_link(key, i, d, bounds[g], bounds[g + 1], n_rows, homophily)
    return links


@njit(cache=True)
def citizens_day(
    act,
    out,
    traits,
    links,
    bounds,
    grievance,
    exposure,
    noise,
    national,
    arrest_risk,
    threshold,
    redecide,
    arrest,
    detention_days,
    ring,
    key,
    day,
    counts,
):
    """Decide the protest of every row for one day.

    act, out        uint8 (rows,)        yesterday's and today's state of each row
    traits          uint16 (rows, 2)     `draw_traits`
    links           int32 (rows, q)      long links
    bounds          int64 (segments+1,)  first row of each segment
    grievance       int64 (segments,)    hardship is multiplied by this (illegitimacy plus pressure), 2^-16
    exposure        int64 (2 ring+q+1,)  utility of n active neighbours, 2^-16
    noise           int64 (4096,)        `noise_table`
    national, arrest_risk, threshold     scalars of the decision, 2^-16
    redecide, arrest                     probabilities times 2^32 and 2^16
    counts          int64 (segments, 2)  written: active and newly detained rows
    """
    n_rows = bounds[-1]
    q = links.shape[1]
    day_key = bits(key, _PROTEST, day, 0, 0)
    for g in range(bounds.size - 1):
        n_active = 0
        n_arrested = 0
        for i in range(bounds[g], bounds[g + 1]):
            state = act[i]
            draw = mix(day_key + np.uint64(i) * np.uint64(0x9E3779B97F4A7C15))
            if state > ACTIVE:
                out[i] = state - 1 if state > 2 else QUIET
                continue
            if state == ACTIVE and np.int64((draw >> np.uint64(32)) & np.uint64(0xFFFF)) < arrest:
                out[i] = detention_days + 1
                n_arrested += 1
                continue
            if np.int64(draw & np.uint64(0xFFFFFFFF)) < redecide:
                n = 0
                for d in range(1, ring + 1):
                    left = i - d if i >= d else i - d + n_rows
                    right = i + d if i + d < n_rows else i + d - n_rows
                    n += (act[left] == ACTIVE) + (act[right] == ACTIVE)
                for d in range(q):
                    n += act[links[i, d]] == ACTIVE
                hardship = np.int64(traits[i, 0])
                aversion = np.int64(traits[i, 1])
                utility = (
                    ((hardship * grievance[g]) >> 16)
                    + exposure[n]
                    + national
                    - ((aversion * arrest_risk) >> 16)
                    - threshold
                )
                cell = np.int64(draw >> np.uint64(52))
                state = ACTIVE if utility > noise[cell] else QUIET
            out[i] = state
            n_active += state
        counts[g, 0] = n_active
        counts[g, 1] = n_arrested
