"""Between the alignments of segments and those of their citizens: what rows are drawn to, and what their mean says."""

import numpy as np

from sim.core.compiled import njit
from sim.kernels.means import mean_of_column
from sim.kernels.opinions import LANES, UNIT

_FURTHEST = 3.0  # beyond it nobody is drawn: a lane holds numbers below 8


@njit(cache=True)
def aim_words(drawn, followed, lift):
    """Where the followed alignments of a segment's rows are drawn to but for neighbours and themselves.

    drawn float64 (segments, patrons); followed (L,) patrons; lift: added before rounding, 2^-12.
    Returns uint64 (segments,), LANES times int16, 2^-12.
    """
    lanes = np.zeros((drawn.shape[0], LANES), dtype=np.int16)
    for g in range(drawn.shape[0]):
        for lane in range(followed.size):
            aim = min(max(drawn[g, followed[lane]], -_FURTHEST), _FURTHEST)
            lanes[g, lane] = np.int16(np.rint(aim * UNIT + lift))
    return lanes.view(np.uint64)[:, 0]


@njit(cache=True)
def row_means(totals, rows, peopled, n_followed):
    """(peopled, L) mean alignments of the rows of each segment that has any. totals int64 (segments, LANES), 2^-12."""
    means = np.empty((peopled.size, n_followed))
    for i in range(peopled.size):
        for lane in range(n_followed):
            means[i, lane] = totals[peopled[i], lane] / (rows[i] * UNIT)
    return means


@njit(cache=True)
def speak(totals, rows, peopled, followed, lean, first, weight, alignment, public):
    """Segments say what their rows hold on average, and what chance leant them by when they had settled.

    lean float64 (peopled, L); first: entity row of the first segment; weight float64 (entities,). Written are alignment
    float64 (entities, patrons) and public float64 (patrons,), the weighted mean of the segments, for followed patrons.
    """
    means = row_means(totals, rows, peopled, followed.size)
    for lane in range(followed.size):
        patron = followed[lane]
        for i in range(peopled.size):
            held = means[i, lane] + lean[i, lane]
            alignment[first + peopled[i], patron] = min(max(held, -1.0), 1.0)
        public[patron] = mean_of_column(alignment, patron, weight, first, first + totals.shape[0])


@njit(cache=True)
def favourable_percent(favourable, n_rows, out):
    """Percent of all rows in which an alignment is not negative. favourable int64 (segments, LANES); out (L,), written."""
    for lane in range(out.size):
        out[lane] = favourable[:, lane].sum() * (100.0 / n_rows)
