"""The daily pass over the alignments of citizens with patrons: whole numbers only, equal on every machine.

A row holds LANES alignments as fixed point with 12 fractional bits, in one 64-bit word. It moves towards what its
neighbours hold, what its segment hears, and its own innate position [FriedkinJohnsen1999]. The pass reads yesterday's
words and writes today's: neither the order of rows, nor blocks, nor threads can matter.

`sim.kernels.readable` is the same pass in plain Python, to be read first. As in `sim.kernels.citizens`, a block of
rows goes through short loops over few arrays; all lanes of all rows of a block go through a loop together.
"""

from math import ceil, log2

import numpy as np
from numba import prange

from sim.core.axes import LANES
from sim.core.compiled import njit
from sim.core.streams import Stream, bits
from sim.kernels.citizens import add_up
from sim.kernels.neighbours import SHARED, ends_of, row_words

_INNATE, _ROUNDING = Stream.INNATE, Stream.ROUNDING  # compiled code reads plain numbers

UNIT = 1 << 12  # an alignment of 1
LIMIT = np.int16(UNIT - 1)  # eight neighbours at the limit still sum to 16 bits
UNBOUNDED = 2 * UNIT
RING, BLOCKS, FULL = range(
    3
)  # whom a row hears: the ring; also long links, one set for SHARED rows; also its own long links
BLOCK = 384  # rows; the working arrays of a block stay in the first-level cache
_SPAN = 128  # blocks that a thread takes at a time
_SIGNS = np.uint64(0x8000800080008000)
_ONES = np.uint64(0x0001000100010001)
_EVEN = np.uint64(0x0000FFFF0000FFFF)
_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(0xFFFF)


def scale_of(neighbours: int) -> tuple[int, int]:
    """Bits by which an alignment is shifted (up, down) so that the sum over the neighbours just fits into 16 bits."""
    room = 3 - ceil(log2(max(1, neighbours)))
    return max(0, room), max(0, -room)


def peer_weight(share: float, neighbours: int) -> int:
    """Weight of the sum of the shifted neighbours, 2^-16, so that together they weigh `share`."""
    up, down = scale_of(neighbours)
    return min(round(share * 65536 * 2**down / 2**up / max(1, neighbours)), 32767)


@njit(cache=True)
def _around(lanes, first, n, ring, window):
    """Lanes of the rows first-ring..first+n+ring-1, (LANES (n + 2 ring),): a window of all, or copied where the ring closes."""
    low, high = LANES * (first - ring), LANES * (first + n + ring)
    if low >= 0 and high <= lanes.size:
        return lanes[low:high]
    filled, at = 0, low % lanes.size
    while filled < high - low:
        n_lanes = min(high - low - filled, lanes.size - at)
        window[filled : filled + n_lanes] = lanes[at : at + n_lanes]
        filled, at = filled + n_lanes, 0
    return window[: high - low]


@njit(cache=True)
def _sum_ring(around, ring, heard):
    """Sum of the rows on both sides, all heard."""
    heard[:] = 0
    for d in range(ring):
        left, right = around[LANES * d :], around[LANES * (2 * ring - d) :]
        for k in range(heard.size):
            heard[k] += left[k] + right[k]


@njit(cache=True)
def _hear(theirs, own, heard, bound, up, down):
    """Add neighbours' alignments; whoever is further away than the bound is replaced by the own alignment."""
    if bound >= UNBOUNDED and up == 0 and down == 0:
        for k in range(heard.size):
            heard[k] += theirs[k]
        return
    for k in range(heard.size):
        gap = np.int32(theirs[k]) - np.int32(own[k])
        voice = np.int32(theirs[k]) if abs(gap) <= bound else np.int32(own[k])
        heard[k] += np.int16((voice << up) >> down)


@njit(cache=True)
def _meet(words, links, bounds, homophily, key, first, n, draw, ends, met):
    """Words of the rows at the other ends of a long link of rows first..first+n-1."""
    far = ends_of(key, draw, first, bounds, homophily, links, ends[:n])
    for k in range(n):
        met[k] = words[far[k]]


@njit(cache=True)
def _meet_together(words, links, bounds, homophily, key, first, n, draw, end, met):
    """The same where SHARED rows meet as many rows that follow one another, from the link of the first of them."""
    n_rows = words.size
    for start in range(first - first % SHARED, first + n, SHARED):
        far = ends_of(key, draw, start, bounds, homophily, links, end)
        low, high = max(start, first), min(start + SHARED, first + n)
        at = np.int64(far[0]) + low - start
        theirs = met[low - first : high - first]
        if at + theirs.size <= n_rows:
            theirs[:] = words[at : at + theirs.size]
        else:
            for k in range(theirs.size):
                theirs[k] = words[(at + k) % n_rows]


@njit(cache=True)
def innate_lanes(key, first, n, own):
    """Four numbers of 8 bits a row, -128 to 127: its innate deviations from its segment. own: uint32 (>= n,), written."""
    row_words(bits(key, _INNATE, 0, 0, 0), first, own[:n])


@njit(cache=True)
def deviations_of(deviations, key, first, n, room):
    """`innate_lanes` of rows first..first+n-1 one by one, int8 (LANES n,), from the store if there is one: deviations uint32
    (rows,), or (0,) where they are not stored and room, uint32, is written.
    """
    if deviations.size > 0:
        return deviations[first : first + n].view(np.int8)
    innate_lanes(key, first, n, room)
    return room[:n].view(np.int8)


@njit(cache=True, inline="always")
def _times(a, b):
    """A product of two 16-bit numbers, 2^-16; kept within 32 bits, it is one instruction for 16 or 32 lanes."""
    return np.int16(np.int32(np.int32(a) * np.int32(b)) >> np.int32(16))


@njit(cache=True, inline="always")
def _step(own, heard, deviation, drawn, peers, spread, offset, rate):
    """A step of `rate` of the way to where a lane is drawn, rounded by bits that differ between rows and days."""
    lean = np.int16(deviation << 8)
    aim = np.int16(np.int16(_times(heard, peers) + drawn) + _times(lean, spread))
    way = np.int16(aim - own)
    rest = np.uint16(np.int16(way * rate))
    carry = np.int16(np.uint16(rest + np.uint16(np.uint16(lean) + offset)) < rest)
    moved = np.int16(np.int16(_times(way, rate) + own) + carry)
    return max(min(moved, LIMIT), np.int16(-LIMIT))


@njit(cache=True)
def _move(own, today, heard, innate, drawn, peers, spread, offset, rate):
    """The step of every lane."""
    for k in range(own.size):
        today[k] = _step(own[k], heard[k], innate[k], drawn[k], peers, spread, offset, rate)


@njit(cache=True)
def _move_on_ring(around, today, innate, drawn, peers, spread, offset, rate):
    """The same where three rows on either side are heard, and nobody else: what they say is not written down in between."""
    for k in range(today.size):
        left = np.int16(np.int16(around[k] + around[k + LANES]) + around[k + 2 * LANES])
        right = np.int16(np.int16(around[k + 4 * LANES] + around[k + 5 * LANES]) + around[k + 6 * LANES])
        heard = np.int16(left + right)
        today[k] = _step(around[k + 3 * LANES], heard, innate[k], drawn[k], peers, spread, offset, rate)


@njit(cache=True)
def _count(words, totals, favourable):
    """Add the sum of every lane, and the rows in which it is not negative; at most 65,535 rows."""
    even, odd, above = np.uint64(0), np.uint64(0), np.uint64(0)
    for k in range(words.size):
        lifted = words[k] ^ _SIGNS
        even += lifted & _EVEN
        odd += (lifted >> np.uint64(16)) & _EVEN
        above += (lifted >> np.uint64(15)) & _ONES
    zero = words.size << 15
    for pair in range(2):
        half = np.uint64(32 * pair)
        totals[2 * pair] += np.int64((even >> half) & _LOW) - zero
        totals[2 * pair + 1] += np.int64((odd >> half) & _LOW) - zero
    for lane in range(LANES):
        favourable[lane] += np.int64((above >> np.uint64(16 * lane)) & _HALF)


@njit(cache=True)
def _listen(
    before, around, links, bounds, homophily, key, first, n, bound, ring, up, down, network, ends, met, heard,
):  # fmt: skip
    """What the neighbours of rows first..first+n-1 hold, summed lane by lane: heard, int16 (LANES n,), written."""
    yesterday, met_lanes = before.view(np.int16), met.view(np.int16)
    own = yesterday[LANES * first : LANES * (first + n)]
    if bound >= UNBOUNDED and up == 0 and down == 0:
        _sum_ring(around, ring, heard)
    else:
        heard[:] = 0
        for d in range(2 * ring + 1):
            if d != ring:
                _hear(around[LANES * d :], own, heard, bound, up, down)
    if network != RING:
        for d in range(links.shape[0]):
            if network == FULL:
                _meet(before, links, bounds, homophily, key, first, n, d, ends, met)
            else:
                _meet_together(before, links, bounds, homophily, key, first, n, d, ends[:1], met)
            _hear(met_lanes, own, heard, bound, up, down)


@njit(cache=True)
def _rows(
    low, high, block, before, after, links, bounds, homophily, deviations, aims, peers, innate, rate, bound, ring, up, down,
    network, key, offset, totals, favourable,
):  # fmt: skip
    """Rows low..high-1, block by block; adds to totals and favourable (segments, LANES)."""
    window = np.empty(LANES * (block + 2 * ring), dtype=np.int16)
    work = np.empty((3, block), dtype=np.uint64)
    met, heard_lanes, drawn, drawn_lanes = work[0], work[1].view(np.int16), work[2], work[2].view(np.int16)
    yesterday, today = before.view(np.int16), after.view(np.int16)
    ends, room = np.empty(block, dtype=np.uint32), np.empty(block, dtype=np.uint32)
    usual = ring == 3 and network == RING and bound >= UNBOUNDED and up == 0 and down == 0
    filled = -1  # segment of which the whole working array speaks
    g = np.searchsorted(bounds, low, side="right") - 1
    for first in range(low, high, block):
        n = min(block, high - first)
        if filled != g or bounds[g + 1] < first + n:
            filled = g if bounds[g + 1] >= first + block else -1
            start, segment = first, g
            while start < first + n:
                end = min(bounds[segment + 1], first + n)
                drawn[start - first : end - first] = aims[segment]
                start, segment = end, segment + 1
        around = _around(yesterday, first, n, ring, window)
        born = deviations_of(deviations, key, first, n, room)
        now = today[LANES * first : LANES * (first + n)]
        if usual:
            _move_on_ring(around, now, born, drawn_lanes, peers, innate, offset, rate)
        else:
            heard, own = heard_lanes[: LANES * n], yesterday[LANES * first : LANES * (first + n)]
            _listen(
                before, around, links, bounds, homophily, key, first, n, bound, ring, up, down, network, ends, met, heard,
            )  # fmt: skip
            _move(own, now, heard, born, drawn_lanes, peers, innate, offset, rate)
        start = first
        while start < first + n:
            end = min(bounds[g + 1], first + n)
            _count(after[start:end], totals[g], favourable[g])
            start = end
            if end == bounds[g + 1]:
                g += 1


@njit(cache=True)
def opinions_day(
    before,
    after,
    links,
    bounds,
    homophily,
    deviations,
    aims,
    peers,
    innate,
    rate,
    bound,
    ring,
    scale,
    network,
    key,
    day,
    totals,
    favourable,
    block=BLOCK,
):
    """Move the alignments of every row for one day.

    before, after  uint64 (rows,)          yesterday's and today's alignments, LANES times int16, 2^-12
    links, bounds, homophily               as in `citizens.citizens_day`
    deviations     uint32 (rows,)          `innate_lanes`; (0,): not stored, hashed here
    aims           uint64 (segments,)      where a row is drawn to but for its neighbours and itself, LANES times int16, 2^-12
    peers                                  `peer_weight` of the neighbours
    innate                                 width of the innate deviations, -innate / 2 to innate / 2, 2^-12, below 2^15
    rate                                   share of the way to go today, 2^-16, below 2^15
    bound                                  neighbours further away are not heard, 2^-12; UNBOUNDED = all are
    ring, network                          neighbours on each side; RING, BLOCKS or FULL
    scale                                  `scale_of` the number of neighbours
    totals         int64 (segments, LANES) written: sum of the alignments, 2^-12
    favourable     int64 (segments, LANES) written: rows in which the alignment is not negative
    block                                  rows that are worked on at a time, at most 65,535; no result depends on it
    """
    totals[:] = 0
    favourable[:] = 0
    _rows(
        0, before.size, block, before, after, links, bounds, homophily, deviations, aims, np.int16(peers),
        np.int16(innate), np.int16(rate), np.int32(bound), ring, np.int32(scale[0]), np.int32(scale[1]), network, key,
        np.uint16(bits(key, _ROUNDING, day, 0, 0) & _HALF), totals, favourable,
    )  # fmt: skip


# a function of its own: sequential and parallel versions of one function would share a place in the cache of compiled code
@njit(cache=True, parallel=True)
def opinions_day_threaded(
    before,
    after,
    links,
    bounds,
    homophily,
    deviations,
    aims,
    peers,
    innate,
    rate,
    bound,
    ring,
    scale,
    network,
    key,
    day,
    totals,
    favourable,
    block=BLOCK,
):
    """`opinions_day` on all threads of numba, bit for bit the same; pays from about a million rows."""
    span = _SPAN * block
    n_rows = before.size
    n_spans = (n_rows + span - 1) // span
    weight, width, step, near = np.int16(peers), np.int16(innate), np.int16(rate), np.int32(bound)
    up, down = np.int32(scale[0]), np.int32(scale[1])
    offset = np.uint16(bits(key, _ROUNDING, day, 0, 0) & _HALF)
    partial = np.zeros((2, n_spans, totals.shape[0], LANES), dtype=np.int64)
    for s in prange(n_spans):
        _rows(
            s * span, min(n_rows, (s + 1) * span), block, before, after, links, bounds, homophily, deviations, aims, weight,
            width, step, near, ring, up, down, network, key, offset, partial[0, s], partial[1, s],
        )  # fmt: skip
    add_up(partial[0], totals)
    add_up(partial[1], favourable)
