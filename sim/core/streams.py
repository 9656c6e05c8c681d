"""Counter-based random draws: every draw is a pure function of (world key, stream, unit, day, draw).

Adding or removing a consumer moves nobody else's draws, so that two scenarios differ only by what they decide
[Salmon2011]. The mixing function is the 64-bit finaliser of SplitMix [Steele2014].
"""

from math import log

import numpy as np

from sim.core.compiled import njit

UNIT = np.uint64(0x9E3779B97F4A7C15)
_DAY = np.uint64(0xD1B54A32D192ED03)
_DRAW = np.uint64(0x8CB92BA72F3D8DD7)
_STREAM = np.uint64(0xAEF17502108EF2D9)


class Stream:
    """Numbers of the streams of draws, as plain numbers for compiled code. A number is part of the address of its draws: never reuse it."""

    WORLD = 1
    INDICATORS = 2
    TRAITS = 3
    NETWORK = 4
    PROTEST = 5
    CLASHES = 6
    LOYALTY = 7
    CHOICE = 8
    LAGS = 9
    SUCCESSOR = 10
    PARAMETERS = 11
    PARTICIPATION = 12
    PURGE = 13
    INNATE = 14
    ROUNDING = 15
    MEAN_FIELD = 41
    FIRST_WEEK = 42
    EROSION = 43
    EFFORT = 44
    CRISIS_FACTOR = 45
    EVENTS = 46


@njit(cache=True, inline="always")
def mix(z):
    """SplitMix64 finaliser: a bijection of the 64-bit words [Steele2014]."""
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@njit(cache=True, inline="always")
def mix32(z):
    """A bijection of the 32-bit words: eight at a time where a 64-bit product is slow [Wellons2018]."""
    z = np.uint32(z ^ (z >> np.uint32(16)))
    z = np.uint32(z * np.uint32(0x7FEB352D))
    z = np.uint32(z ^ (z >> np.uint32(15)))
    z = np.uint32(z * np.uint32(0x846CA68B))
    return np.uint32(z ^ (z >> np.uint32(16)))


@njit(cache=True)
def bits(key, stream, unit, day, draw):
    """64 random bits at one address; all arguments are taken modulo 2^64."""
    z = mix(np.uint64(key) ^ (np.uint64(stream) * _STREAM))
    z = mix(z + np.uint64(unit) * UNIT)
    return mix(z + np.uint64(day) * _DAY + np.uint64(draw) * _DRAW)


@njit(cache=True)
def uniform(key, stream, unit, day, draw):
    """A float in (0, 1): the upper 52 bits of `bits` at the middle of their cell."""
    return (np.float64(bits(key, stream, unit, day, draw) >> np.uint64(12)) + 0.5) * 2.0**-52


@njit(cache=True)
def uniform_each(key, stream, units, day, draw):
    """`uniform` for every unit of an array of whole numbers."""
    values = np.empty(units.shape)
    for i in range(units.size):
        values.flat[i] = uniform(key, stream, units.flat[i], day, draw)
    return values


@njit(cache=True)
def accept(probability, key, stream, unit, day, draw):
    """True with the given probability, rounded to 2^-32 first so that a last-bit difference cannot decide."""
    threshold = np.uint64(np.rint(min(max(probability, 0.0), 1.0) * 4294967296.0))
    return (bits(key, stream, unit, day, draw) >> np.uint64(32)) < threshold


def world_key(seed: int, replication: int) -> int:
    """The key of one world as a signed 64-bit number; scenarios, arms and sweep points never enter: they share worlds."""
    key = int(bits(seed, Stream.WORLD, replication, 0, 0))
    return key - 2**64 if key >= 2**63 else key


def random_utility(key, unit: int, option: int, crisis: int) -> float:
    """Standard logistic random utility, drawn once per (actor, option, crisis) [McFadden1974]."""
    u = uniform(key, Stream.CHOICE, unit, crisis, option)
    return log(u / (1.0 - u))


def between(low: int, high: int, key: int, unit: int, option: int, crisis: int) -> int:
    """A whole number of days in [low, high], drawn once per (actor, option, crisis)."""
    return low + int(uniform(key, Stream.LAGS, unit, crisis, option) * (high - low + 1))
