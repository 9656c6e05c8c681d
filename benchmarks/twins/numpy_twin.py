"""The pass in NumPy: whole columns, block by block so that working arrays stay in the cache."""

import numpy as np

from sim.kernels.citizens import ACTIVE
from sim.streams import UNIT, Stream, bits

BLOCK = 1 << 15  # rows; of 2^12 to 2^18 the fastest
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


def day_draws(key: int, day: int, low: int, high: int) -> np.ndarray:
    """The 64 random bits of rows low..high-1 on a day, uint64 (rows,) [Steele2014]."""
    z = np.arange(low, high, dtype=np.uint64)
    z *= UNIT
    z += np.uint64(bits(key, Stream.PROTEST, day, 0, 0))
    z ^= z >> np.uint64(30)
    z *= _FIRST
    z ^= z >> np.uint64(27)
    z *= _SECOND
    z ^= z >> np.uint64(31)
    return z


def citizens_day(
    act, out, traits, links, bounds, grievance, exposure, noise, national, arrest_risk, threshold, redecide, arrest,
    detention_days, ring, key, day, counts,
):  # fmt: skip
    """Arguments and bits of `sim.kernels.citizens.citizens_day`."""
    n_rows = int(bounds[-1])
    active = act[:n_rows] == ACTIVE
    around = np.pad(active, ring, mode="wrap").view(np.uint8) if ring else active.view(np.uint8)
    for low in range(0, n_rows, BLOCK):
        high = min(low + BLOCK, n_rows)
        n, rows = high - low, slice(low, high)
        seen = np.zeros(n, dtype=np.uint8)
        for step in (s for s in range(2 * ring + 1) if s != ring):
            seen += around[low + step : high + step]
        for ends in links:
            seen += active[ends[rows]]
        sizes = np.diff(np.clip(bounds, low, high))
        utility = traits[0, rows] * np.repeat(grievance, sizes)
        utility >>= 16
        utility -= (traits[1, rows] * np.int64(arrest_risk)) >> 16
        utility += exposure[seen]
        utility += national - threshold
        draw = day_draws(key, day, low, high)
        wills = utility > noise[draw >> np.uint64(52)]
        reviews = (draw & np.uint64(0xFFFFFFFF)) < np.uint64(redecide)
        caught = active[rows] & (((draw >> np.uint64(32)) & np.uint64(0xFFFF)) < np.uint64(arrest))
        state = act[rows]
        today = np.where(reviews, wills, state)
        today[caught] = detention_days + 1
        out[rows] = np.where(state > ACTIVE, np.where(state > 2, state - np.uint8(1), 0), today)
    segment = np.repeat(np.arange(len(grievance)), np.diff(bounds))
    counts[:, 0] = np.bincount(segment[out[:n_rows] == ACTIVE], minlength=len(grievance))
    counts[:, 1] = np.bincount(segment[active & (out[:n_rows] > ACTIVE)], minlength=len(grievance))
