"""Segments and their citizens: targets of the rows from the segment, and alignment of the segment from its rows."""

import numpy as np

from sim.core.compiled import njit
from sim.kernels.means import mean_of_column
from sim.kernels.opinions import LANES, UNIT

_FURTHEST = 3.0  # largest target: a lane holds numbers below 8


@njit(cache=True)
def aim_words(attraction, patrons, lift):
    """Targets of a segment's rows for the focal patrons, without neighbours and deviations.

    attraction float64 (segments, patrons); patrons (L,) rows; lift: added before rounding, 2^-12.
    Returns uint64 (segments,), LANES times int16, 2^-12.
    """
    lanes = np.zeros((attraction.shape[0], LANES), dtype=np.int16)
    for g in range(attraction.shape[0]):
        for lane in range(patrons.size):
            aim = min(max(attraction[g, patrons[lane]], -_FURTHEST), _FURTHEST)
            lanes[g, lane] = np.int16(np.rint(aim * UNIT + lift))
    return lanes.view(np.uint64)[:, 0]


@njit(cache=True)
def row_means(totals, rows, inhabited, n_patrons):
    """(inhabited, L) mean alignments of the rows of each segment that has any. totals int64 (segments, LANES), 2^-12."""
    means = np.empty((inhabited.size, n_patrons))
    for i in range(inhabited.size):
        for lane in range(n_patrons):
            means[i, lane] = totals[inhabited[i], lane] / (rows[i] * UNIT)
    return means


@njit(cache=True)
def speak(totals, rows, inhabited, patrons, lean, first, weight, alignment, public) -> None:
    """Alignment of a segment: the mean of its rows plus its chance lean, the constant of the settling days.

    lean float64 (inhabited, L); first: entity row of the first segment; weight float64 (entities,). Written are alignment
    float64 (entities, patrons) and public float64 (patrons,), the weighted mean of the segments, for the focal patrons.
    """
    means = row_means(totals, rows, inhabited, patrons.size)
    for lane in range(patrons.size):
        patron = patrons[lane]
        for i in range(inhabited.size):
            mean = means[i, lane] + lean[i, lane]
            alignment[first + inhabited[i], patron] = min(max(mean, -1.0), 1.0)
        public[patron] = mean_of_column(alignment, patron, weight, first, first + totals.shape[0])


@njit(cache=True)
def favourable_percent(favourable, n_rows, out) -> None:
    """Percent of all rows in which an alignment is not negative. favourable int64 (segments, LANES); out (L,), written."""
    for lane in range(out.size):
        out[lane] = favourable[:, lane].sum() * (100.0 / n_rows)
