"""The passes in NumPy: whole columns, block by block so that working arrays stay in the cache."""

import numpy as np

from sim.core.streams import UNIT, Stream, bits
from sim.kernels.citizens import ACTIVE
from sim.kernels.neighbours import SHARED
from sim.kernels.opinions import BLOCKS, LANES, LIMIT, RING, UNBOUNDED

BLOCK = 1 << 15  # rows; the fastest of 2^12 to 2^18


def mix(z: np.ndarray) -> np.ndarray:
    """SplitMix64 finaliser, in place [Steele2014]."""
    z ^= z >> np.uint64(30)
    z *= np.uint64(0xBF58476D1CE4E5B9)
    z ^= z >> np.uint64(27)
    z *= np.uint64(0x94D049BB133111EB)
    z ^= z >> np.uint64(31)
    return z


def mix32(z: np.ndarray) -> np.ndarray:
    """The same for 32-bit words, in place [Wellons2018]."""
    z ^= z >> np.uint32(16)
    z *= np.uint32(0x7FEB352D)
    z ^= z >> np.uint32(15)
    z *= np.uint32(0x846CA68B)
    z ^= z >> np.uint32(16)
    return z


def day_draws(key: int, day: int, low: int, high: int) -> np.ndarray:
    """The 64 random bits of rows low..high-1 on a day, uint64 (rows,)."""
    z = np.arange(low, high, dtype=np.uint64)
    z *= UNIT
    z += np.uint64(bits(key, Stream.PROTEST, day, 0, 0))
    return mix(z)


def row_words(key: int, stream: int, unit: int, low: int, high: int) -> np.ndarray:
    """32 random bits of rows low..high-1 in a stream, uint32 (rows,)."""
    word = int(bits(key, stream, unit, 0, 0))
    z = mix32(np.arange(low, high, dtype=np.uint32) ^ np.uint32(word & 0xFFFFFFFF))
    z += np.uint32(word >> 32)
    return mix32(z)


def long_ends(key, draw, low, high, bounds, homophily, links) -> np.ndarray:
    """Rows at the other ends of a long link of rows low..high-1: stored, or hashed."""
    if links.shape[1]:
        return links[draw, low:high]
    z = row_words(key, Stream.NETWORK, draw, low, high).astype(np.uint64)
    sizes = np.diff(np.clip(bounds, low, high))
    first, width = (np.repeat(x.astype(np.uint64), sizes) for x in (bounds[:-1], np.diff(bounds)))
    far = z * np.uint64(bounds[-1])
    near = first + ((z * width) >> np.uint64(32))
    return np.where((far & np.uint64(0xFFFFFFFF)) < np.uint64(homophily), near, far >> np.uint64(32))


def citizens_day(
    act, out, traits, links, bounds, homophily, grievance, exposure, noise, national, arrest_risk, threshold, redecide,
    arrest, detention_days, ring, key, day, counts,
):  # fmt: skip
    """Arguments and bits of `sim.kernels.citizens.citizens_day`."""
    n_rows = int(bounds[-1])
    active = act[:n_rows] == ACTIVE
    around = np.pad(active, ring, mode="wrap").view(np.uint8)
    for low in range(0, n_rows, BLOCK):
        high = min(low + BLOCK, n_rows)
        rows = slice(low, high)
        active_neighbours = np.zeros(high - low, dtype=np.uint8)
        for step in (s for s in range(2 * ring + 1) if s != ring):
            active_neighbours += around[low + step : high + step]
        for draw in range(len(links)):
            active_neighbours += active[long_ends(key, draw, low, high, bounds, homophily, links)]
        utility = traits[0, rows] * np.repeat(grievance, np.diff(np.clip(bounds, low, high)))
        utility >>= 16
        utility -= (traits[1, rows] * np.int64(arrest_risk)) >> 16
        utility += exposure[active_neighbours]
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


def opinions_day(
    before, after, links, bounds, homophily, deviations, aims, peers, innate, rate, bound, ring, scale, network, key, day,
    totals, favourable,
):  # fmt: skip
    """Arguments and bits of `sim.kernels.opinions.opinions_day`, for the network of the default rule and the ring."""
    if network == BLOCKS:
        raise ValueError(f"the port covers the default rule only, without links that {SHARED} rows share")
    n_rows, offset = before.size, int(bits(key, Stream.ROUNDING, day, 0, 0)) & 0xFFFF
    around = np.pad(before, ring, mode="wrap")
    today = after.view(np.int16).reshape(-1, LANES)
    for low in range(0, n_rows, BLOCK):
        high = min(low + BLOCK, n_rows)
        alignments = before[low:high].view(np.int16).reshape(-1, LANES)
        met = [around[low + step : high + step] for step in range(2 * ring + 1) if step != ring]
        if network != RING:
            met += [before[long_ends(key, d, low, high, bounds, homophily, links)] for d in range(len(links))]
        voices = np.zeros_like(alignments)
        for words in met:
            voice = words.view(np.int16).reshape(-1, LANES)
            if bound < UNBOUNDED:
                voice = np.where(np.abs(voice - alignments) <= bound, voice, alignments)
            voices += (voice.astype(np.int32) << scale[0] >> scale[1]).astype(np.int16) if any(scale) else voice
        sizes = np.diff(np.clip(bounds, low, high))
        targets = np.repeat(aims, sizes).view(np.int16).reshape(-1, LANES)
        born = deviations[low:high] if deviations.size else row_words(key, Stream.INNATE, 0, low, high)
        deviation = born.view(np.int8).reshape(-1, LANES).astype(np.int32) << 8
        aim = (
            ((voices * np.int32(peers)) >> 16).astype(np.int16)
            + targets
            + ((deviation * innate) >> 16).astype(np.int16)
        )
        way = (aim - alignments).astype(np.int32) * np.int32(rate)
        way += (deviation + offset) & 0xFFFF
        way >>= 16
        way += alignments
        today[low:high] = np.clip(way, -LIMIT, LIMIT)
    filled = np.diff(bounds) > 0
    totals[:], favourable[:] = 0, 0
    totals[filled] = np.add.reduceat(today, bounds[:-1][filled], axis=0, dtype=np.int64)
    favourable[filled] = np.add.reduceat(today >= 0, bounds[:-1][filled], axis=0, dtype=np.int64)
