"""Loops over a block of rows that hold alignments, the parts of the daily pass in `sim.kernels.opinions`: whole numbers only."""

import numpy as np

from sim.core.axes import LANES
from sim.core.compiled import njit
from sim.core.streams import Stream, bits
from sim.kernels.neighbours import SHARED, ends_of, row_words

_INNATE = Stream.INNATE  # compiled code reads plain numbers
UNIT = 1 << 12  # an alignment of 1
LIMIT = np.int16(UNIT - 1)  # eight neighbours at the limit still sum to 16 bits
UNBOUNDED = 2 * UNIT
_SIGNS = np.uint64(0x8000800080008000)
_ONES = np.uint64(0x0001000100010001)
_EVEN = np.uint64(0x0000FFFF0000FFFF)
_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(0xFFFF)


@njit(cache=True)
def around_rows(lanes, first, n, ring, window):
    """Lanes of the rows first-ring..first+n+ring-1, (LANES (n + 2 ring),): a view, or a copy where the ring closes."""
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
def sum_ring(around, ring, peer_sum) -> None:
    """Sum of the rows on both sides, without a bound."""
    peer_sum[:] = 0
    for d in range(ring):
        before, after = around[LANES * d :], around[LANES * (2 * ring - d) :]
        for k in range(peer_sum.size):
            peer_sum[k] += before[k] + after[k]


@njit(cache=True)
def hear(neighbour, current, peer_sum, bound, up, down) -> None:
    """Add neighbours' alignments; a neighbour beyond the bound counts with the row's current alignment."""
    if bound >= UNBOUNDED and up == 0 and down == 0:
        for k in range(peer_sum.size):
            peer_sum[k] += neighbour[k]
        return
    for k in range(peer_sum.size):
        gap = np.int32(neighbour[k]) - np.int32(current[k])
        voice = np.int32(neighbour[k]) if abs(gap) <= bound else np.int32(current[k])
        peer_sum[k] += np.int16((voice << up) >> down)


@njit(cache=True)
def meet(words, links, bounds, homophily, key, first, n, draw, ends, met) -> None:
    """Words of the rows at the other ends of a long link of rows first..first+n-1."""
    far = ends_of(key, draw, first, bounds, homophily, links, ends[:n])
    for k in range(n):
        met[k] = words[far[k]]


@njit(cache=True)
def meet_together(words, links, bounds, homophily, key, first, n, draw, end, met) -> None:
    """The same where SHARED rows meet as many rows that follow one another, from the link of the first of them."""
    n_rows = words.size
    for start in range(first - first % SHARED, first + n, SHARED):
        far = ends_of(key, draw, start, bounds, homophily, links, end)
        low, high = max(start, first), min(start + SHARED, first + n)
        at = np.int64(far[0]) + low - start
        piece = met[low - first : high - first]
        if at + piece.size <= n_rows:
            piece[:] = words[at : at + piece.size]
        else:
            for k in range(piece.size):
                piece[k] = words[(at + k) % n_rows]


@njit(cache=True)
def innate_lanes(key, first, n, out) -> None:
    """Four numbers of 8 bits a row, -128 to 127: its innate deviations from its segment. out: uint32 (>= n,), written."""
    row_words(bits(key, _INNATE, 0, 0, 0), first, out[:n])


@njit(cache=True)
def deviations_of(deviations, key, first, n, room):
    """`innate_lanes` of rows first..first+n-1 one by one, int8 (LANES n,), from the store if there is one: deviations uint32
    (rows,). With deviations (0,) they are not stored; then room, uint32, is written.
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
def _step(current, peer_sum, deviation, attraction, peers, spread, offset, rate):
    """A step of a lane, `rate` of the way to its target, rounded by bits that differ between rows and days."""
    lean = np.int16(deviation << 8)
    aim = np.int16(np.int16(_times(peer_sum, peers) + attraction) + _times(lean, spread))
    way = np.int16(aim - current)
    remainder = np.uint16(np.int16(way * rate))
    carry = np.int16(np.uint16(remainder + np.uint16(np.uint16(lean) + offset)) < remainder)
    moved = np.int16(np.int16(_times(way, rate) + current) + carry)
    return max(min(moved, LIMIT), np.int16(-LIMIT))


@njit(cache=True)
def move(current, today, peer_sum, innate, attraction, peers, spread, offset, rate) -> None:
    """The step of every lane."""
    for k in range(current.size):
        today[k] = _step(current[k], peer_sum[k], innate[k], attraction[k], peers, spread, offset, rate)


@njit(cache=True)
def move_on_ring(around, today, innate, attraction, peers, spread, offset, rate) -> None:
    """The same with three neighbours on either side and no others: their sum is never stored."""
    for k in range(today.size):
        before = np.int16(np.int16(around[k] + around[k + LANES]) + around[k + 2 * LANES])
        after = np.int16(np.int16(around[k + 4 * LANES] + around[k + 5 * LANES]) + around[k + 6 * LANES])
        peer_sum = np.int16(before + after)
        today[k] = _step(around[k + 3 * LANES], peer_sum, innate[k], attraction[k], peers, spread, offset, rate)


@njit(cache=True)
def count_lanes(words, totals, favourable) -> None:
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
