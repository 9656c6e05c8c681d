"""Loops over a block of citizens, the parts of the daily pass in `sim.kernels.citizens`: whole numbers only."""

import numpy as np

from sim.core.compiled import njit
from sim.core.streams import UNIT, mix
from sim.kernels.neighbours import ends_of

ONE = 1 << 16
QUIET, ACTIVE = 0, 1  # a value v > 1 is a detained citizen with v - 1 days to go
_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(0xFFFF)
_ONES = np.uint64(0x0101010101010101)
_SEVENS = np.uint64(0x7F7F7F7F7F7F7F7F)
_GATHER = np.uint64(0x0102040810204080)  # times eight bytes of 0 or 1: their bits in order, in the top byte


@njit(cache=True, inline="always")
def day_draw(day_key, row):
    """The 64 random bits of a row on the day with this key: output number `row` of SplitMix64 [Steele2014]."""
    return mix(day_key + np.uint64(row) * UNIT)


@njit(cache=True)
def pack(act, packed, low, high) -> None:
    """Bit b of byte packed[k] is 1 if row 8 k + b is active, for the bytes low..high-1. A long link then reads n / 8 bytes,
    which stay in the cache of the processor.
    """
    full = act.size >> 3
    last = min(high, full)
    eights, full_bytes = act[low << 3 : last << 3].view(np.uint64), packed[low:last]
    for k in range(full_bytes.size):
        other = eights[k] ^ _ONES  # a byte is 0 where the row is active
        top = ~(((other & _SEVENS) + _SEVENS) | other | _SEVENS)  # its top bit is then 1, and all else 0
        full_bytes[k] = np.uint8(((top >> np.uint64(7)) * _GATHER) >> np.uint64(56))
    if low <= full < high:
        tail = np.uint8(0)
        for i in range(full << 3, act.size):
            tail |= np.uint8(np.uint8(act[i] == ACTIVE) << np.uint8(i & 7))
        packed[full] = tail


@njit(cache=True)
def _see_ring(window, ring, n_active) -> None:
    """n_active[k] = active rows among window[k : k + 2 ring + 1] except the middle; the usual ring in one loop."""
    if ring == 3:
        for k in range(n_active.size):
            near, far = window[k + 2] + window[k + 4], window[k + 1] + window[k + 5]
            n_active[k] = np.uint8(np.uint8(near) + np.uint8(far)) + np.uint8(window[k] + window[k + 6])
        return
    n_active[:] = 0
    for d in range(ring):
        before, after = window[d:], window[2 * ring - d :]
        for k in range(n_active.size):
            n_active[k] += before[k] + after[k]


@njit(cache=True)
def see(act, words, links, bounds, homophily, key, first, n, ring, window, ends, n_linked, n_active) -> None:
    """n_active[k] = active neighbours of row first + k on the ring and over the long links."""
    n_rows = act.size
    for k in range(ring):
        window[k] = act[(first - ring + k) % n_rows] == ACTIVE
        window[ring + n + k] = act[(first + n + k) % n_rows] == ACTIVE
    inner, rows = window[ring : ring + n], act[first : first + n]
    for k in range(n):
        inner[k] = rows[k] == ACTIVE
    _see_ring(window, ring, n_active[:n])
    if links.shape[0] == 2 and links.shape[1] > 0:  # the usual two: one loop does less
        far, farther = links[0, first : first + n], links[1, first : first + n]
        for k in range(n):
            i, j = far[k], farther[k]
            x = (words[i >> np.uint32(5)] >> (i & np.uint32(31))) & np.uint32(1)
            y = (words[j >> np.uint32(5)] >> (j & np.uint32(31))) & np.uint32(1)
            n_linked[k] = np.uint8(x + y)
        for k in range(n):
            n_active[k] += n_linked[k]
        return
    for d in range(links.shape[0]):
        far = ends_of(key, d, first, bounds, homophily, links, ends[:n])
        for k in range(n):  # a look-up goes row by row, a sum takes many rows at once
            j = far[k]
            n_linked[k] = np.uint8((words[j >> np.uint32(5)] >> (j & np.uint32(31))) & np.uint32(1))
        for k in range(n):
            n_active[k] += n_linked[k]


@njit(cache=True)
def draw_bits(day_key, first, n, low, high) -> None:
    """One 64-bit draw a row: bits 0-31, low, for the review; 32-47 for the arrest; 52-63 the cell of the decision noise."""
    for k in range(n):
        z = day_draw(day_key, first + k)
        low[k] = np.uint32(z)
        high[k] = np.uint32(z >> np.uint64(32))


@njit(cache=True)
def sift(low, high, n, redecide, arrest, reviews, caught) -> None:
    """Mark the rows that decide anew, and the rows that would be arrested if they protested."""
    some, last = np.uint8(redecide > 0), np.uint32(redecide - np.uint64(1))  # a chance of 1 is not within 32 bits
    for k in range(n):
        reviews[k] = np.uint8(low[k] <= last) & some
    for k in range(n):
        caught[k] = (high[k] & np.uint32(0xFFFF)) < arrest


@njit(cache=True)
def look_up_noise(high, n, noise, doubt) -> None:
    """The decision noise of each row; alone in its loop, because a look-up goes row by row."""
    for k in range(n):
        doubt[k] = noise[high[k] >> np.uint32(20)]


@njit(cache=True)
def weigh(hardship, aversion, grievance, risk, base, utility) -> None:
    """Utility of acting without the neighbours' part, for rows of one segment; utility holds the noise before. Grievance in two
    parts stays within 32 bits.
    """
    integer, fraction = np.uint32(grievance >> 16), np.uint32(grievance & 0xFFFF)
    for k in range(utility.size):
        h = np.uint32(hardship[k])
        pull = np.int32(np.uint32(h * fraction) >> np.uint32(16))
        hold = np.int32(np.uint32(np.uint32(aversion[k]) * risk) >> np.uint32(16))
        utility[k] = np.int32(np.int32(pull + np.int32(h * integer) + base) - np.int32(hold + utility[k]))


@njit(cache=True)
def slope_of(exposure):
    """Whether the table is a rounded straight line through zero, and its slope, 2^-24: a product costs less than a look-up."""
    low, high = -(1 << 24), 1 << 24
    for n in range(1, exposure.size):
        below, above = 256 * np.int64(exposure[n]) - 128, 256 * np.int64(exposure[n]) + 127
        low, high = max(low, -(-below // n)), min(high, above // n)
    return low <= high and exposure[0] == 0, np.int32(low)


@njit(cache=True)
def decide(n, exposure, straight, slope, n_active, utility, wills) -> None:
    """Whether rows want to act, from their utility less noise and their active neighbours."""
    if straight:
        for k in range(n):
            wills[k] = np.int32(utility[k] + np.int32(np.int32(np.int32(n_active[k]) * slope + np.int32(128)) >> 8)) > 0
    else:
        for k in range(n):
            wills[k] = np.int32(utility[k] + exposure[n_active[k]]) > 0


@njit(cache=True)
def enact(state, today, jail, wills, reviews, caught) -> None:
    """Today's state of the rows of a block."""
    for k in range(state.size):
        v = state[k]
        free = wills[k] if reviews[k] else v
        at_large = jail if (v == ACTIVE) & (caught[k] != 0) else free
        detained = np.uint8(v - 1) if v > 2 else np.uint8(QUIET)
        today[k] = detained if v > ACTIVE else at_large


@njit(cache=True)
def add_up(parts, total) -> None:
    """Write the sum of the parts along their first axis; an array expression would wake all threads."""
    total[:] = 0
    for part in range(parts.shape[0]):
        for i in range(total.shape[0]):
            for j in range(total.shape[1]):
                total[i, j] += parts[part, i, j]


@njit(cache=True)
def count_rows(act, out, low, high):
    """Rows active and rows newly detained among low..high-1."""
    was, now = act[low:high], out[low:high]
    n_active, n_detained = np.int32(0), np.int32(0)
    for k in range(high - low):
        n_active += np.int32(now[k] == ACTIVE)
        n_detained += np.int32((was[k] == ACTIVE) & (now[k] > ACTIVE))
    return n_active, n_detained
