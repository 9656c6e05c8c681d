"""The daily pass over the alignments of citizens with patrons: whole numbers only, equal on every machine.

A row holds LANES alignments as fixed point with 12 fractional bits, in one 64-bit word. It moves towards the
alignments of its neighbours, the messages to its segment, and its innate position [FriedkinJohnsen1999]. The pass reads
yesterday's words and writes today's: neither the order of rows, nor blocks, nor threads can matter.

`sim.kernels.readable` is the same pass in plain Python: read it first. As in `sim.kernels.citizens`, a block of
rows goes through short loops over few arrays; all lanes of all rows of a block go through a loop together.
"""

from math import ceil, log2

import numpy as np
from numba import prange

from sim.core.axes import LANES
from sim.core.compiled import njit
from sim.core.streams import Stream, bits
from sim.kernels.citizens import add_up
from sim.kernels.opinion_blocks import (
    LIMIT,
    UNBOUNDED,
    UNIT,
    around_rows,
    count_lanes,
    deviations_of,
    hear,
    innate_lanes,
    meet,
    meet_together,
    move,
    move_on_ring,
    sum_ring,
)

__all__ = [
    "BLOCK", "BLOCKS", "FULL", "LANES", "LIMIT", "RING", "UNBOUNDED", "UNIT", "innate_lanes", "opinions_day",
    "opinions_day_threaded", "peer_weight", "scale_of",
]  # fmt: skip

# neighbours of a row: on the ring; also over long links, one set for SHARED rows; also over its own long links
RING, BLOCKS, FULL = range(3)
_HALF = np.uint64(0xFFFF)
_ROUNDING = Stream.ROUNDING  # compiled code reads plain numbers
BLOCK = 384  # rows; the working arrays of a block stay in the first-level cache
_SPAN = 128  # blocks that a thread takes at a time


def scale_of(neighbours: int) -> tuple[int, int]:
    """Bits by which an alignment is shifted (up, down) so that the sum over the neighbours just fits into 16 bits."""
    room = 3 - ceil(log2(max(1, neighbours)))
    return max(0, room), max(0, -room)


def peer_weight(share: float, neighbours: int) -> int:
    """Weight of the sum of the shifted neighbours, 2^-16, so that together they weigh `share`."""
    up, down = scale_of(neighbours)
    return min(round(share * 65536 * 2**down / 2**up / max(1, neighbours)), 32767)


@njit(cache=True)
def _listen(
    before, around, links, bounds, homophily, key, first, n, bound, ring, up, down, network, ends, met, peer_sum,
) -> None:  # fmt: skip
    """Sum of the neighbours' alignments of rows first..first+n-1 by lane: peer_sum, int16 (LANES n,), written."""
    yesterday, met_lanes = before.view(np.int16), met.view(np.int16)
    current = yesterday[LANES * first : LANES * (first + n)]
    if bound >= UNBOUNDED and up == 0 and down == 0:
        sum_ring(around, ring, peer_sum)
    else:
        peer_sum[:] = 0
        for d in range(2 * ring + 1):
            if d != ring:
                hear(around[LANES * d :], current, peer_sum, bound, up, down)
    if network != RING:
        for d in range(links.shape[0]):
            if network == FULL:
                meet(before, links, bounds, homophily, key, first, n, d, ends, met)
            else:
                meet_together(before, links, bounds, homophily, key, first, n, d, ends[:1], met)
            hear(met_lanes, current, peer_sum, bound, up, down)


@njit(cache=True)
def _rows(
    low, high, block, before, after, links, bounds, homophily, deviations, aims, peers, innate, rate, bound, ring, up, down,
    network, key, offset, totals, favourable,
) -> None:  # fmt: skip
    """Rows low..high-1, block by block; adds to totals and favourable (segments, LANES)."""
    window = np.empty(LANES * (block + 2 * ring), dtype=np.int16)
    work = np.empty((3, block), dtype=np.uint64)
    met, peer_lanes, attraction, attraction_lanes = work[0], work[1].view(np.int16), work[2], work[2].view(np.int16)
    yesterday, today = before.view(np.int16), after.view(np.int16)
    ends, room = np.empty(block, dtype=np.uint32), np.empty(block, dtype=np.uint32)
    usual = ring == 3 and network == RING and bound >= UNBOUNDED and up == 0 and down == 0
    filled_segment = -1  # segment whose aim fills the working array
    g = np.searchsorted(bounds, low, side="right") - 1
    for first in range(low, high, block):
        n = min(block, high - first)
        if filled_segment != g or bounds[g + 1] < first + n:
            filled_segment = g if bounds[g + 1] >= first + block else -1
            start, segment = first, g
            while start < first + n:
                end = min(bounds[segment + 1], first + n)
                attraction[start - first : end - first] = aims[segment]
                start, segment = end, segment + 1
        around = around_rows(yesterday, first, n, ring, window)
        innate_deviations = deviations_of(deviations, key, first, n, room)
        now = today[LANES * first : LANES * (first + n)]
        if usual:
            move_on_ring(around, now, innate_deviations, attraction_lanes, peers, innate, offset, rate)
        else:
            peer_sum, current = peer_lanes[: LANES * n], yesterday[LANES * first : LANES * (first + n)]
            _listen(
                before, around, links, bounds, homophily, key, first, n, bound, ring, up, down, network, ends, met, peer_sum,
            )  # fmt: skip
            move(current, now, peer_sum, innate_deviations, attraction_lanes, peers, innate, offset, rate)
        start = first
        while start < first + n:
            end = min(bounds[g + 1], first + n)
            count_lanes(after[start:end], totals[g], favourable[g])
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
) -> None:
    """Move the alignments of every row for one day.

    before, after  uint64 (rows,)          yesterday's and today's alignments, LANES times int16, 2^-12
    links, bounds, homophily               as in `citizens.citizens_day`
    deviations     uint32 (rows,)          `innate_lanes`; (0,): not stored, hashed here
    aims           uint64 (segments,)      target of a row without its neighbours and its deviation, LANES times int16, 2^-12
    peers                                  `peer_weight` of the neighbours
    innate                                 width of the innate deviations, -innate / 2 to innate / 2, 2^-12, below 2^15
    rate                                   share of the way to go today, 2^-16, below 2^15
    bound                                  neighbours further away do not count, 2^-12; UNBOUNDED = all count
    ring, network                          neighbours on each side; RING, BLOCKS or FULL
    scale                                  `scale_of` the number of neighbours
    totals         int64 (segments, LANES) written: sum of the alignments, 2^-12
    favourable     int64 (segments, LANES) written: rows in which the alignment is not negative
    block                                  rows of a pass through the loops, at most 65,535; no result depends on it
    """
    totals[:] = 0
    favourable[:] = 0
    _rows(
        0, before.size, block, before, after, links, bounds, homophily, deviations, aims, np.int16(peers),
        np.int16(innate), np.int16(rate), np.int32(bound), ring, np.int32(scale[0]), np.int32(scale[1]), network, key,
        np.uint16(bits(key, _ROUNDING, day, 0, 0) & _HALF), totals, favourable,
    )  # fmt: skip


# a separate function: sequential and parallel versions of one function would share a place in the cache of compiled code
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
) -> None:
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
