"""The daily pass over the citizens of the state in crisis: whole numbers only, equal on every machine.

A row is a mobilisable adult. Rows are sorted by segment (region, then language), neighbours are the rows next to it on a
ring plus hashed long links. All quantities of the decision are fixed point with 16 fractional bits. The pass reads
yesterday's actions and writes today's: neither the order of rows, nor blocks, nor threads can matter.

`sim.kernels.readable` is the same pass in plain Python, to be read first. Here the rows go through in blocks, and a block
through short loops over few arrays each: that is the form in which the compiler works on 8 to 64 rows at once.
"""

from math import log

import numpy as np
from numba import prange

from sim.core.compiled import njit
from sim.core.streams import UNIT, Stream, bits, mix
from sim.kernels.neighbours import ends_of

_TRAITS, _PROTEST = Stream.TRAITS, Stream.PROTEST  # compiled code reads plain numbers

ONE = 1 << 16
QUIET, ACTIVE = 0, 1  # a value v > 1 is a detained citizen with v - 1 days to go
BLOCK = 2048  # rows; the working arrays of a block stay in the first-level cache
_NOISE_CELLS = 4096
_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(0xFFFF)
_ONES = np.uint64(0x0101010101010101)
_SEVENS = np.uint64(0x7F7F7F7F7F7F7F7F)
_GATHER = np.uint64(0x0102040810204080)  # times eight bytes of 0 or 1: their bits in order, in the top byte
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


@njit(cache=True, inline="always")
def day_draw(day_key, row):
    """The 64 random bits of a row on the day with this key: output number `row` of SplitMix64 [Steele2014]."""
    return mix(day_key + np.uint64(row) * UNIT)


@njit(cache=True)
def _pack(act, packed, low, high):
    """Bit b of byte packed[k] tells whether row 8 k + b is active, for the bytes low..high-1: a long link then costs a
    look into n / 8 bytes, which stay in the cache of the processor.
    """
    full = act.size >> 3
    last = min(high, full)
    eights, whole = act[low << 3 : last << 3].view(np.uint64), packed[low:last]
    for k in range(whole.size):
        other = eights[k] ^ _ONES  # a byte is 0 where the row is active
        top = ~(((other & _SEVENS) + _SEVENS) | other | _SEVENS)  # its top bit is then 1, and all else 0
        whole[k] = np.uint8(((top >> np.uint64(7)) * _GATHER) >> np.uint64(56))
    if low <= full < high:
        rest = np.uint8(0)
        for i in range(full << 3, act.size):
            rest |= np.uint8(np.uint8(act[i] == ACTIVE) << np.uint8(i & 7))
        packed[full] = rest


@njit(cache=True)
def _see_ring(window, ring, seen):
    """seen[k] = active rows among window[k : k + 2 ring + 1] but for the middle; the usual ring in one loop."""
    if ring == 3:
        for k in range(seen.size):
            near, far = window[k + 2] + window[k + 4], window[k + 1] + window[k + 5]
            seen[k] = np.uint8(np.uint8(near) + np.uint8(far)) + np.uint8(window[k] + window[k + 6])
        return
    seen[:] = 0
    for d in range(ring):
        left, right = window[d:], window[2 * ring - d :]
        for k in range(seen.size):
            seen[k] += left[k] + right[k]


@njit(cache=True)
def _see(act, words, links, bounds, homophily, key, first, n, ring, window, ends, met, seen):
    """seen[k] = active neighbours of row first + k on the ring and over the long links."""
    n_rows = act.size
    for k in range(ring):
        window[k] = act[(first - ring + k) % n_rows] == ACTIVE
        window[ring + n + k] = act[(first + n + k) % n_rows] == ACTIVE
    inner, own = window[ring : ring + n], act[first : first + n]
    for k in range(n):
        inner[k] = own[k] == ACTIVE
    _see_ring(window, ring, seen[:n])
    if links.shape[0] == 2 and links.shape[1] > 0:  # the usual two: one loop does less
        far, farther = links[0, first : first + n], links[1, first : first + n]
        for k in range(n):
            i, j = far[k], farther[k]
            x = (words[i >> np.uint32(5)] >> (i & np.uint32(31))) & np.uint32(1)
            y = (words[j >> np.uint32(5)] >> (j & np.uint32(31))) & np.uint32(1)
            met[k] = np.uint8(x + y)
        for k in range(n):
            seen[k] += met[k]
        return
    for d in range(links.shape[0]):
        far = ends_of(key, d, first, bounds, homophily, links, ends[:n])
        for k in range(n):  # a look into a table is made row by row, a sum for many rows at once
            j = far[k]
            met[k] = np.uint8((words[j >> np.uint32(5)] >> (j & np.uint32(31))) & np.uint32(1))
        for k in range(n):
            seen[k] += met[k]


@njit(cache=True)
def _draw(day_key, first, n, low, high):
    """One 64-bit draw a row: bits 0-31, low, for the review; 32-47 for the arrest; 52-63 the cell of the decision noise."""
    for k in range(n):
        z = day_draw(day_key, first + k)
        low[k] = np.uint32(z)
        high[k] = np.uint32(z >> np.uint64(32))


@njit(cache=True)
def _sift(low, high, n, redecide, arrest, reviews, caught):
    """Which rows decide anew, and which would be caught if they protested."""
    some, last = np.uint8(redecide > 0), np.uint32(redecide - np.uint64(1))  # a chance of 1 is not within 32 bits
    for k in range(n):
        reviews[k] = np.uint8(low[k] <= last) & some
    for k in range(n):
        caught[k] = (high[k] & np.uint32(0xFFFF)) < arrest


@njit(cache=True)
def _hesitate(high, n, noise, doubt):
    """The decision noise of each row; alone in its loop, because a look at a table is made row by row."""
    for k in range(n):
        doubt[k] = noise[high[k] >> np.uint32(20)]


@njit(cache=True)
def _weigh(hardship, aversion, grievance, risk, base, utility):
    """Utility of acting but for the neighbours, of rows of one segment, less the noise that stands there; grievance in two
    parts stays within 32 bits.
    """
    whole, part = np.uint32(grievance >> 16), np.uint32(grievance & 0xFFFF)
    for k in range(utility.size):
        h = np.uint32(hardship[k])
        pull = np.int32(np.uint32(h * part) >> np.uint32(16))
        hold = np.int32(np.uint32(np.uint32(aversion[k]) * risk) >> np.uint32(16))
        utility[k] = np.int32(np.int32(pull + np.int32(h * whole) + base) - np.int32(hold + utility[k]))


@njit(cache=True)
def slope_of(exposure):
    """Whether the table is a straight line through zero, rounded, and its slope, 2^-24: a product costs less than a look."""
    low, high = -(1 << 24), 1 << 24
    for seen in range(1, exposure.size):
        below, above = 256 * np.int64(exposure[seen]) - 128, 256 * np.int64(exposure[seen]) + 127
        low, high = max(low, -(-below // seen)), min(high, above // seen)
    return low <= high and exposure[0] == 0, np.int32(low)


@njit(cache=True)
def _decide(n, exposure, straight, slope, seen, utility, wills):
    """Whether rows want to act, from their utility less noise and those whom they see."""
    if straight:
        for k in range(n):
            wills[k] = np.int32(utility[k] + np.int32(np.int32(np.int32(seen[k]) * slope + np.int32(128)) >> 8)) > 0
    else:
        for k in range(n):
            wills[k] = np.int32(utility[k] + exposure[seen[k]]) > 0


@njit(cache=True)
def _enact(state, today, jail, wills, reviews, caught):
    """Today's state of the rows of a block."""
    for k in range(state.size):
        v = state[k]
        free = wills[k] if reviews[k] else v
        at_large = jail if (v == ACTIVE) & (caught[k] != 0) else free
        held = np.uint8(v - 1) if v > 2 else np.uint8(QUIET)
        today[k] = held if v > ACTIVE else at_large


@njit(cache=True)
def add_up(parts, total):
    """Write the sum of the parts along their first axis; as an expression of arrays it would wake all threads for each."""
    total[:] = 0
    for part in range(parts.shape[0]):
        for i in range(total.shape[0]):
            for j in range(total.shape[1]):
                total[i, j] += parts[part, i, j]


@njit(cache=True)
def _count(act, out, low, high):
    """Rows active and rows newly detained among low..high-1."""
    was, now = act[low:high], out[low:high]
    n_active, n_detained = np.int32(0), np.int32(0)
    for k in range(high - low):
        n_active += np.int32(now[k] == ACTIVE)
        n_detained += np.int32((was[k] == ACTIVE) & (now[k] > ACTIVE))
    return n_active, n_detained


@njit(cache=True)
def active_rows(counts):
    """Active rows of all segments. counts int64 (segments, 2)."""
    return counts[:, 0].sum()


@njit(cache=True)
def _rows(
    low, high, block, act, out, words, traits, links, bounds, homophily, grievance, exposure, noise, base, risk, redecide,
    arrest, jail, ring, key, day_key, counts,
):  # fmt: skip
    """Rows low..high-1, block by block; adds to counts (segments, 2)."""
    window = np.empty(block + 2 * ring, dtype=np.uint8)
    flags = np.empty((4, block), dtype=np.uint8)
    seen, reviews, caught, wills = flags[0], flags[1], flags[2], flags[3]
    draws = np.empty((2, block), dtype=np.uint32)
    utility = np.empty(block, dtype=np.int32)
    ends = np.empty(block, dtype=np.uint32)
    straight, slope = slope_of(exposure)
    g = np.searchsorted(bounds, low, side="right") - 1
    for first in range(low, high, block):
        n = min(block, high - first)
        _see(act, words, links, bounds, homophily, key, first, n, ring, window, ends, wills, seen)
        _draw(day_key, first, n, draws[0], draws[1])
        _sift(draws[0], draws[1], n, redecide, arrest, reviews, caught)
        _hesitate(draws[1], n, noise, utility)
        start, segment = first, g
        while start < first + n:
            end = min(bounds[segment + 1], first + n)
            _weigh(
                traits[0, start:end], traits[1, start:end], grievance[segment], risk, base,
                utility[start - first : end - first],
            )  # fmt: skip
            start, segment = end, segment + 1
        _decide(n, exposure, straight, slope, seen, utility, wills)
        _enact(act[first : first + n], out[first : first + n], jail, wills, reviews, caught)
        start = first
        while start < first + n:
            end = min(bounds[g + 1], first + n)
            n_active, n_detained = _count(act, out, start, end)
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
):
    """Decide the protest of every row for one day.

    act, out        uint8 (rows,)        yesterday's and today's state of each row
    traits          uint16 (2, rows)     `draw_traits`
    links           uint32 (q, rows)     long links of `neighbours.link_rows`, or any others; (q, 0): not stored, hashed here
    bounds          int64 (segments+1,)  first row of each segment
    homophily       chance times 2^32 that a hashed long link stays in the own segment
    grievance       int64 (segments,)    hardship is multiplied by this (illegitimacy plus pressure), 2^-16, below 2^29
    exposure        int32 (2 ring+q+1,)  utility of n active neighbours, 2^-16
    noise           int32 (4096,)        `noise_table`
    national, arrest_risk, threshold     scalars of the decision, 2^-16; arrest_risk from 0 to 1
    redecide, arrest                     probabilities times 2^32 and 2^16
    counts          int64 (segments, 2)  written: active and newly detained rows
    block                                rows that are worked on at a time; no result depends on it
    """
    n_rows = bounds[-1]
    crowd = act[:n_rows]
    words = np.zeros((n_rows >> 5) + 1, dtype=np.uint32)
    _pack(crowd, words.view(np.uint8), 0, 4 * words.size)
    counts[:] = 0
    _rows(
        0, n_rows, block, crowd, out, words, traits, links, bounds, homophily, grievance, exposure, noise,
        np.int32(national - threshold), np.uint32(arrest_risk), np.uint64(redecide), np.uint32(arrest),
        np.uint8(detention_days + 1), ring, key, bits(key, _PROTEST, day, 0, 0), counts,
    )  # fmt: skip


# a function of its own: sequential and parallel versions of one function would share a place in the cache of compiled code
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
):
    """`citizens_day` on all threads of numba, bit for bit the same; pays from about a million rows."""
    n_rows = bounds[-1]
    crowd = act[:n_rows]
    words = np.zeros((n_rows >> 5) + 1, dtype=np.uint32)
    packed = words.view(np.uint8)
    span = _SPAN * block
    n_spans = (n_rows + span - 1) // span
    for s in prange(n_spans):
        _pack(crowd, packed, packed.size * s // n_spans, packed.size * (s + 1) // n_spans)
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
