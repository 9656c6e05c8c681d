"""The daily pass over the citizens in plain Python: one row after the other, as the rule is written in docs/ODD.md 7.5.

Same signature and same bits as `sim.kernels.citizens.citizens_day`, thousands of times slower. Tests compare the two.
"""

ACTIVE = 1
_WORD = 2**64


def _mix(z: int) -> int:
    """SplitMix64 finaliser [Steele2014] on Python's own whole numbers."""
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 % _WORD
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB % _WORD
    return z ^ (z >> 31)


def _day_key(key: int, day: int) -> int:
    """Where the draws of a day start; 5 is the stream of protest."""
    z = _mix(key % _WORD ^ 5 * 0xAEF17502108EF2D9 % _WORD)
    return _mix(_mix((z + day * 0x9E3779B97F4A7C15) % _WORD))


def _decide_row(i, act, traits, links, grievance, exposure, noise, national, arrest_risk, threshold, odds, ring, draw):
    """Today's state of row i and whether it was arrested; odds = (redecide, arrest, detention_days)."""
    redecide, arrest, detention_days = odds
    state = int(act[i])
    if state > ACTIVE:
        return (state - 1 if state > 2 else 0), False
    if state == ACTIVE and (draw >> 32) % 2**16 < arrest:
        return detention_days + 1, True
    if draw % 2**32 >= redecide:
        return state, False
    around = [(i + step) % len(act) for d in range(1, ring + 1) for step in (-d, d)] + [int(row[i]) for row in links]
    n_active = sum(act[j] == ACTIVE for j in around)
    hardship, aversion = int(traits[0][i]), int(traits[1][i])
    utility = (hardship * grievance >> 16) + int(exposure[n_active]) + national - (aversion * arrest_risk >> 16)
    return int(utility - threshold > noise[draw >> 52]), False


def citizens_day(
    act,
    out,
    traits,
    links,
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
    ring,
    key,
    day,
    counts,
):
    """Decide the protest of every row for one day; arguments as in `sim.kernels.citizens.citizens_day`."""
    start = _day_key(key, day)
    odds = redecide, arrest, detention_days
    crowd = act[: int(bounds[-1])]
    for g in range(len(bounds) - 1):
        n_active = n_arrested = 0
        for i in range(int(bounds[g]), int(bounds[g + 1])):
            draw = _mix((start + i * 0x9E3779B97F4A7C15) % _WORD)
            out[i], arrested = _decide_row(
                i, crowd, traits, links, int(grievance[g]), exposure, noise, national, arrest_risk, threshold, odds,
                ring, draw,
            )  # fmt: skip
            n_active += int(out[i] == ACTIVE)
            n_arrested += arrested
        counts[g] = n_active, n_arrested
