"""Long links of citizens: the rows at the other end, hashed from the row's number.

A long link is a hash of (replication, row, number of the link), so that two passes over the rows, any number of threads and
any part of the rows agree on it. Small populations store the ends all the same, because a look-up is faster than a hash.
"""

import numpy as np

from sim.core.compiled import njit
from sim.core.streams import Stream, bits, mix32

_NETWORK = Stream.NETWORK  # compiled code reads plain numbers
CERTAIN = 1 << 32  # a chance of 1
SHARED = 64  # rows that share their long links in the network `blocks`


@njit(cache=True)
def row_words(word, first, out) -> None:
    """32 random bits of the rows first..first+out.size-1, from the 64 bits of their stream. out: uint32, written."""
    k1, k2 = np.uint32(word), np.uint32(word >> np.uint64(32))
    for k in range(out.size):
        out[k] = mix32(np.uint32(mix32(np.uint32(np.uint32(first + k) ^ k1)) + k2))


@njit(cache=True)
def long_ends(key, draw, first, bounds, homophily, ends) -> None:
    """Rows at the other end of long link `draw` of rows first..first+ends.size-1.

    Anywhere among the bounds[-1] rows, or with chance homophily / 2^32 in the row's segment bounds[g]..bounds[g+1]-1.
    ends: uint32, written.
    """
    n_rows, chance = np.uint64(bounds[-1]), np.uint64(homophily)
    row_words(bits(key, _NETWORK, draw, 0, 0), first, ends)
    last = first + ends.size
    g = np.searchsorted(bounds, first, side="right") - 1
    start = first
    while start < last:
        end = min(bounds[g + 1], last)
        low, width = np.uint64(bounds[g]), np.uint64(bounds[g + 1] - bounds[g])
        piece = ends[start - first : end - first]
        for k in range(end - start):
            far = (
                np.uint64(piece[k]) * n_rows
            )  # upper half: the row; lower half: about uniform, unless a large power of two divides n_rows
            near = low + ((np.uint64(piece[k]) * width) >> np.uint64(32))
            inside = (far & np.uint64(0xFFFFFFFF)) < chance
            piece[k] = np.uint32(near) if inside else np.uint32(far >> np.uint64(32))
        start, g = end, g + 1


@njit(cache=True)
def link_rows(key, bounds, n_long, homophily):
    """All long links as uint32 (n_long, rows): they never change, so a replication draws them once."""
    links = np.empty((n_long, bounds[-1]), dtype=np.uint32)
    for d in range(n_long):
        long_ends(key, d, 0, bounds, homophily, links[d])
    return links


@njit(cache=True)
def ends_of(key, draw, first, bounds, homophily, links, room):
    """`long_ends` of rows first..first+room.size-1, from the store if there is one: links (q, rows). With links (q, 0) they are
    not stored; then room, uint32, is written.
    """
    if links.shape[1] > 0:
        return links[draw, first : first + room.size]
    long_ends(key, draw, first, bounds, homophily, room)
    return room
