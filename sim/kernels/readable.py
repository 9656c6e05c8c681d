"""The daily passes over the citizens in plain Python: one row after the other, by the rules of docs/ODD.md 7.5 and 7.13.

Same signatures and same bits as `citizens.citizens_day` and `opinions.opinions_day`, thousands of times slower. Tests
compare them.
"""

from typing import Any

import numpy as np

ACTIVE = 1
RING, BLOCKS, FULL = range(3)
_WORD = 2**64
_HALF = 2**32


def _mix(z: int) -> int:
    """SplitMix64 finaliser [Steele2014] on Python's whole numbers."""
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 % _WORD
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB % _WORD
    return z ^ (z >> 31)


def _mix32(z: int) -> int:
    """The same for 32-bit words [Wellons2018]."""
    z = (z ^ (z >> 16)) * 0x7FEB352D % _HALF
    z = (z ^ (z >> 15)) * 0x846CA68B % _HALF
    return z ^ (z >> 16)


def _word(key: int, stream: int, unit: int) -> int:
    """64 bits that belong to a stream and a unit of it."""
    z = _mix(key % _WORD ^ stream * 0xAEF17502108EF2D9 % _WORD)
    return _mix(_mix((z + unit * 0x9E3779B97F4A7C15) % _WORD))


def _row_word(word: int, row: int) -> int:
    """32 bits of a row from the word of its stream."""
    return _mix32((_mix32(row ^ word % _HALF) + (word >> 32)) % _HALF)


def _segment_of(row: int, bounds: np.ndarray) -> int:
    """The segment that holds a row."""
    return next(g for g in range(len(bounds) - 1) if bounds[g] <= row < bounds[g + 1])


def _long_end(row: int, draw: int, links: np.ndarray, bounds: np.ndarray, homophily: int, key: int) -> int:
    """Row at the other end of a long link: stored, or hashed."""
    if len(links[draw]):
        return int(links[draw][row])
    z, n_rows, g = _row_word(_word(key, 4, draw), row), int(bounds[-1]), _segment_of(row, bounds)
    if z * n_rows % _HALF < homophily:
        return int(bounds[g]) + (z * int(bounds[g + 1] - bounds[g]) >> 32)
    return z * n_rows >> 32


def _around(row: int, n_rows: int, ring: int, ends: list[int]) -> list[int]:
    """All neighbours of a row."""
    return [(row + step) % n_rows for d in range(1, ring + 1) for step in (-d, d)] + ends


def _decide_row(
    i,
    act: np.ndarray,
    around,
    traits: np.ndarray,
    grievance: int,
    exposure: np.ndarray,
    noise: np.ndarray,
    national: int,
    arrest_risk: int,
    threshold: int,
    odds,
    draw,
):
    """Today's state of row i and whether it was arrested; odds = (redecide, arrest, detention_days)."""
    redecide, arrest, detention_days = odds
    state = int(act[i])
    if state > ACTIVE:
        return (state - 1 if state > 2 else 0), False
    if state == ACTIVE and (draw >> 32) % 2**16 < arrest:
        return detention_days + 1, True
    if draw % 2**32 >= redecide:
        return state, False
    n_active = sum(act[j] == ACTIVE for j in around)
    hardship, aversion = int(traits[0][i]), int(traits[1][i])
    utility = (hardship * grievance >> 16) + int(exposure[n_active]) + national - (aversion * arrest_risk >> 16)
    return int(utility - threshold > noise[draw >> 52]), False


def _each_row(out: np.ndarray, bounds: np.ndarray, key: int, day: int, counts: np.ndarray, decide) -> None:
    """Today's state of every row by `decide(row, segment, its random bits)`, and the counts of the segments."""
    start = _word(key, 5, day)
    for g in range(len(bounds) - 1):
        n_active = n_arrested = 0
        for i in range(int(bounds[g]), int(bounds[g + 1])):
            out[i], arrested = decide(i, g, _mix((start + i * 0x9E3779B97F4A7C15) % _WORD))
            n_active += int(out[i] == ACTIVE)
            n_arrested += arrested
        counts[g] = n_active, n_arrested


def citizens_day(
    act: np.ndarray,
    out: np.ndarray,
    traits: np.ndarray,
    links: np.ndarray,
    bounds: np.ndarray,
    homophily: int,
    grievance: np.ndarray,
    exposure: np.ndarray,
    noise: np.ndarray,
    national: int,
    arrest_risk: int,
    threshold: int,
    redecide: int,
    arrest: Any,
    detention_days: int,
    ring: int,
    key: int,
    day: int,
    counts: np.ndarray,
) -> None:
    """Decide the protest of every row for one day; arguments as in `sim.kernels.citizens.citizens_day`."""
    odds = redecide, arrest, detention_days
    crowd = act[: int(bounds[-1])]

    def decide(i, g, draw):
        ends = [_long_end(i, d, links, bounds, homophily, key) for d in range(len(links))]
        around, pull = _around(i, len(crowd), ring, ends), int(grievance[g])
        return _decide_row(
            i, crowd, around, traits, pull, exposure, noise, national, arrest_risk, threshold, odds, draw
        )

    _each_row(out, bounds, key, day, counts, decide)


def citizens_day_on_edges(
    act: np.ndarray,
    out: np.ndarray,
    traits: np.ndarray,
    starts: np.ndarray,
    ends: np.ndarray,
    slots: np.ndarray,
    bounds: np.ndarray,
    grievance: np.ndarray,
    exposure: np.ndarray,
    noise: np.ndarray,
    national: int,
    arrest_risk: int,
    threshold: int,
    redecide: int,
    arrest: Any,
    detention_days: int,
    key: int,
    day: int,
    counts: np.ndarray,
) -> None:
    """Decide the protest of every row for one day; arguments as in `sim.kernels.edges.citizens_day_on_edges`."""
    odds = redecide, arrest, detention_days

    def decide(i, g, draw):
        around = [int(j) for j in ends[int(starts[i]) : int(starts[i + 1])]]
        utilities, pull = exposure[int(slots[i]) :], int(grievance[g])
        return _decide_row(i, act, around, traits, pull, utilities, noise, national, arrest_risk, threshold, odds, draw)

    _each_row(out, bounds, key, day, counts, decide)


def _signed(value: int, width: int) -> int:
    """The lowest bits of a whole number as a signed one."""
    value %= 1 << width
    return value - (1 << width) if value >> (width - 1) else value


def _lane(word: int, lane: int) -> int:
    """One of the four alignments in a row's word."""
    return _signed(int(word) >> (16 * lane), 16)


def opinions_day(
    before: np.ndarray,
    after: np.ndarray,
    links: np.ndarray,
    bounds: np.ndarray,
    homophily: int,
    deviations: np.ndarray,
    aims: np.ndarray,
    peers: int,
    innate: int,
    rate: int,
    bound: int,
    ring: int,
    scale: tuple[int, int],
    network: int,
    key: int,
    day: int,
    totals: np.ndarray,
    favourable: np.ndarray,
) -> None:
    """Move the alignments of every row for one day; arguments as in `sim.kernels.opinions.opinions_day`."""
    n_rows, (up, down) = len(before), scale
    offset, lanes = _word(key, 15, day) % 65536, _word(key, 14, 0)
    totals[:] = 0
    favourable[:] = 0
    for i in range(n_rows):
        g, today = _segment_of(i, bounds), 0
        innate_word = int(deviations[i]) if len(deviations) else _row_word(lanes, i)
        ends = []
        for d in range(len(links)) if network != RING else ():
            leader = i if network == FULL else i - i % 64
            ends.append((_long_end(leader, d, links, bounds, homophily, key) + i - leader) % n_rows)
        for lane in range(4):
            current, peer_sum = _lane(before[i], lane), 0
            for j in _around(i, n_rows, ring, ends):
                neighbour = _lane(before[j], lane)
                peer_sum += (neighbour if abs(neighbour - current) <= bound else current) << up >> down
            deviation = _signed(innate_word >> (8 * lane), 8) << 8
            aim = (_signed(peer_sum, 16) * peers >> 16) + _lane(aims[g], lane) + (deviation * innate >> 16)
            rounding = (deviation + offset) % 65536
            moved = max(-4095, min(4095, current + ((aim - current) * rate + rounding >> 16)))
            today |= moved % 65536 << 16 * lane
            totals[g, lane] += moved
            favourable[g, lane] += moved >= 0
        after[i] = today
