"""The daily pass over the citizens of the state in crisis: whole numbers only, equal on every machine.

A row is a mobilisable adult. Rows are sorted by segment (region, then language), neighbours are the rows next to it on a
ring plus hashed long links. All quantities of the decision are fixed point with 16 fractional bits. The pass reads
yesterday's actions and writes today's: neither the order of rows, nor blocks, nor threads can matter.

`sim.kernels.readable` is the same pass in plain Python: read it first. Here rows go through in blocks, and a block through
short loops over few arrays each: in this form the compiler works on 8 to 64 rows at once.
"""

from math import log

import numpy as np
from numba import prange

from sim.core.compiled import njit
from sim.core.streams import Stream, bits
from sim.kernels.citizen_blocks import (
    ACTIVE,
    ONE,
    QUIET,
    add_up,
    count_rows,
    day_draw,
    decide,
    draw_bits,
    enact,
    look_up_noise,
    pack,
    see,
    sift,
    slope_of,
    weigh,
)

__all__ = [
    "ACTIVE", "BLOCK", "ONE", "QUIET", "active_rows", "add_up", "citizens_day", "citizens_day_threaded", "day_draw", "draw_traits",
    "noise_table", "slope_of",
]  # fmt: skip

_HALF = np.uint64(0xFFFF)
_TRAITS, _PROTEST = Stream.TRAITS, Stream.PROTEST  # compiled code reads plain numbers
BLOCK = 2048  # rows; the working arrays of a block stay in the first-level cache
_NOISE_CELLS = 4096
_SPAN = 64  # blocks that a thread takes at a time


def noise_table(tau: float) -> np.ndarray:
    """tau * logit(u) at the middle of 4096 cells, 2^-16, so that `utility > noise` is a logit choice [McFadden1974]."""
    u = (np.arange(_NOISE_CELLS) + 0.5) / _NOISE_CELLS
    return np.array([round(tau * log(x / (1 - x)) * ONE) for x in u], dtype=np.int32)


@njit(cache=True)
def draw_traits(key, n_rows):
    """Hardship and risk aversion of every row, uniform on [0, 1) as 16-bit fractions, uint16 (2, rows) [Epstein2002]."""
    traits = np.empty((2, n_rows), dtype=np.uint16)
    for i in range(n_rows):
        z = bits(key, _TRAITS, i, 0, 0)
        traits[0, i] = z & _HALF
        traits[1, i] = (z >> np.uint64(16)) & _HALF
    return traits


@njit(cache=True)
def active_rows(counts):
    """Active rows of all segments. counts int64 (segments, 2)."""
    return counts[:, 0].sum()


@njit(cache=True)
def _rows(
    low, high, block, act, out, words, traits, links, bounds, homophily, grievance, exposure, noise, base, risk, redecide,
    arrest, jail, ring, key, day_key, counts,
) -> None:  # fmt: skip
    """Rows low..high-1, block by block; adds to counts (segments, 2)."""
    window = np.empty(block + 2 * ring, dtype=np.uint8)
    flags = np.empty((4, block), dtype=np.uint8)
    active_neighbours, reviews, caught, wills = flags[0], flags[1], flags[2], flags[3]
    draws = np.empty((2, block), dtype=np.uint32)
    utility = np.empty(block, dtype=np.int32)
    ends = np.empty(block, dtype=np.uint32)
    straight, slope = slope_of(exposure)
    g = np.searchsorted(bounds, low, side="right") - 1
    for first in range(low, high, block):
        n = min(block, high - first)
        see(act, words, links, bounds, homophily, key, first, n, ring, window, ends, wills, active_neighbours)
        draw_bits(day_key, first, n, draws[0], draws[1])
        sift(draws[0], draws[1], n, redecide, arrest, reviews, caught)
        look_up_noise(draws[1], n, noise, utility)
        start, segment = first, g
        while start < first + n:
            end = min(bounds[segment + 1], first + n)
            weigh(
                traits[0, start:end], traits[1, start:end], grievance[segment], risk, base,
                utility[start - first : end - first],
            )  # fmt: skip
            start, segment = end, segment + 1
        decide(n, exposure, straight, slope, active_neighbours, utility, wills)
        enact(act[first : first + n], out[first : first + n], jail, wills, reviews, caught)
        start = first
        while start < first + n:
            end = min(bounds[g + 1], first + n)
            n_active, n_detained = count_rows(act, out, start, end)
            counts[g, 0] += n_active
            counts[g, 1] += n_detained
            start = end
            if end == bounds[g + 1]:
                g += 1


@njit(cache=True)
def citizens_day(
    act,
    out,
    traits,
    links,
    bounds,
    homophily,
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
    block=BLOCK,
) -> None:
    """Decide the protest of every row for one day.

    act, out        uint8 (rows,)        yesterday's and today's state of each row
    traits          uint16 (2, rows)     `draw_traits`
    links           uint32 (q, rows)     long links of `neighbours.link_rows`, or any others; (q, 0): not stored, hashed here
    bounds          int64 (segments+1,)  first row of each segment
    homophily       chance times 2^32 that a hashed long link stays in its segment
    grievance       int64 (segments,)    hardship is multiplied by this (illegitimacy plus pressure), 2^-16, below 2^29
    exposure        int32 (2 ring+q+1,)  utility of n active neighbours, 2^-16
    noise           int32 (4096,)        `noise_table`
    national, arrest_risk, threshold     scalars of the decision, 2^-16; arrest_risk from 0 to 1
    redecide, arrest                     probabilities times 2^32 and 2^16
    counts          int64 (segments, 2)  written: active and newly detained rows
    block                                rows of a pass through the loops; no result depends on it
    """
    n_rows = bounds[-1]
    crowd = act[:n_rows]
    words = np.zeros((n_rows >> 5) + 1, dtype=np.uint32)
    pack(crowd, words.view(np.uint8), 0, 4 * words.size)
    counts[:] = 0
    _rows(
        0, n_rows, block, crowd, out, words, traits, links, bounds, homophily, grievance, exposure, noise,
        np.int32(national - threshold), np.uint32(arrest_risk), np.uint64(redecide), np.uint32(arrest),
        np.uint8(detention_days + 1), ring, key, bits(key, _PROTEST, day, 0, 0), counts,
    )  # fmt: skip


# a separate function: sequential and parallel versions of one function would share a place in the cache of compiled code
@njit(cache=True, parallel=True)
def citizens_day_threaded(
    act,
    out,
    traits,
    links,
    bounds,
    homophily,
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
    block=BLOCK,
) -> None:
    """`citizens_day` on all threads of numba, bit for bit the same; pays from about a million rows."""
    n_rows = bounds[-1]
    crowd = act[:n_rows]
    words = np.zeros((n_rows >> 5) + 1, dtype=np.uint32)
    packed = words.view(np.uint8)
    span = _SPAN * block
    n_spans = (n_rows + span - 1) // span
    for s in prange(n_spans):
        pack(crowd, packed, packed.size * s // n_spans, packed.size * (s + 1) // n_spans)
    base, jail = np.int32(national - threshold), np.uint8(detention_days + 1)
    risk, review, catch = np.uint32(arrest_risk), np.uint64(redecide), np.uint32(arrest)
    day_key = bits(key, _PROTEST, day, 0, 0)
    partial = np.zeros((n_spans, counts.shape[0], 2), dtype=np.int64)
    for s in prange(n_spans):
        _rows(
            s * span, min(n_rows, (s + 1) * span), block, crowd, out, words, traits, links, bounds, homophily, grievance,
            exposure, noise, base, risk, review, catch, jail, ring, key, day_key, partial[s],
        )  # fmt: skip
    add_up(partial, counts)
