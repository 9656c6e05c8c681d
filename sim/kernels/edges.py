"""The daily pass over citizens with explicit ties, as rows of a compressed adjacency.

The rule, the draws and the whole numbers are those of `sim.kernels.citizens`; only the neighbours differ. A row of k ties
weighs each by 1/k, so that the effect of its neighbours depends on their share alone. `sim.kernels.readable` holds the
same pass in plain Python.
"""

from dataclasses import dataclass

import numpy as np

from sim.core.compiled import njit
from sim.core.streams import Stream, bits
from sim.kernels.citizens import ACTIVE, QUIET, day_draw

_PROTEST = Stream.PROTEST  # compiled code reads plain numbers


@dataclass(frozen=True, eq=False)
class Adjacency:
    """Neighbours of each row, ends[starts[i]:starts[i+1]]; the same in all replications."""

    starts: np.ndarray  # (N+1,) int64
    ends: np.ndarray  # (T,) uint32
    slots: np.ndarray  # (N,) int64 position of a row's degree in the table of `exposure_by_degree`
    degrees: np.ndarray  # (D,) int64 the different degrees, rising


def adjacency(ties: np.ndarray, n_rows: int, mutual: bool) -> Adjacency:
    """Ties as (T, 2) row numbers: the first sees the second, and the second the first if ties are mutual.

    Ties of a row keep the order of the list; a tie that is listed twice counts twice.
    """
    viewers, neighbours = (np.concatenate([ties, ties[:, ::-1]]) if mutual else ties).T
    order = np.argsort(viewers, kind="stable")
    degree = np.bincount(viewers, minlength=n_rows)
    degrees, kind = np.unique(degree, return_inverse=True)
    starts = np.concatenate([[0], np.cumsum(degree)]).astype(np.int64)
    slots = np.concatenate([[0], np.cumsum(degrees + 1)[:-1]])[kind]
    return Adjacency(starts, neighbours[order].astype(np.uint32), slots.astype(np.int64), degrees.astype(np.int64))


def exposure_by_degree(degrees: np.ndarray, exposure) -> np.ndarray:
    """int32: for each degree k in turn the utilities of 0..k active neighbours, `exposure(k)`, 2^-16."""
    return np.concatenate([exposure(k) for k in degrees.tolist()])


@njit(cache=True)
def _wills(i, act, hardship, aversion, starts, ends, slot, exposure, grievance, base, risk, noise):
    """True if the row wants to act: its utility is above the noise."""
    n_active = 0
    for t in range(starts[i], starts[i + 1]):
        n_active += act[ends[t]] == ACTIVE
    pull = (np.int64(hardship) * grievance) >> 16
    hold = (np.int64(aversion) * risk) >> 16
    return pull + exposure[slot + n_active] + base - hold > noise


@njit(cache=True)
def citizens_day_on_edges(
    act,
    out,
    traits,
    starts,
    ends,
    slots,
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
    key,
    day,
    counts,
) -> None:
    """Decide the protest of every row for one day; `Adjacency`, exposure of `exposure_by_degree`, the others as in `citizens_day`."""
    day_key = bits(key, _PROTEST, day, 0, 0)
    for g in range(bounds.size - 1):
        n_active, n_detained = 0, 0
        for i in range(bounds[g], bounds[g + 1]):
            z, state = day_draw(day_key, i), act[i]
            if state > ACTIVE:
                today = state - 1 if state > 2 else QUIET
            elif state == ACTIVE and ((z >> np.uint64(32)) & np.uint64(0xFFFF)) < np.uint64(arrest):
                today = detention_days + 1
                n_detained += 1
            elif (z & np.uint64(0xFFFFFFFF)) >= np.uint64(redecide):
                today = state
            else:
                today = np.int64(
                    _wills(
                        i, act, traits[0, i], traits[1, i], starts, ends, slots[i], exposure, grievance[g],
                        national - threshold, arrest_risk, noise[np.int64(z >> np.uint64(52))],
                    )
                )  # fmt: skip
            out[i] = today
            n_active += today == ACTIVE
        counts[g, 0], counts[g, 1] = n_active, n_detained
