"""Contest and coalition of the mean-field model: perceived survival, and factions that stay, leave or return."""

from math import floor, inf, log

from experiments.history.mean_field.layout import SECURITY, WEIGHTS
from experiments.history.mean_field.streets import force_of_host
from sim.core.compiled import njit
from sim.core.streams import Stream, uniform
from sim.equations.contest import success
from sim.equations.elites import defection_hazard, rent_ratio, return_hazard
from sim.equations.forces import foreign_force
from sim.equations.strain import hazard

MEAN_FIELD = Stream.MEAN_FIELD


@njit(cache=True)
def promised_force(p, host, patrons, loyal, today):
    """Force of the host with that of the power that has promised soldiers, in officers per adult."""
    force = force_of_host(p, host, loyal, today)
    if today.backer < 0:
        return force
    return force + pledge_of(p, host, patrons[today.backer])


@njit(cache=True)
def pledge_of(p, host, patron):
    """Soldiers that a power has promised in officers of the host per adult."""
    return foreign_force(patron.soldiers_k * 1e3, host.adults, p.contest.pledge)


@njit(cache=True)
def survival_with(p, force, active, today):
    """Perceived survival with that force against that protest and today's armed opponents, in view of the strain."""
    return today.outlook * success(
        force, active, today.opposing, p.contest.protesters_per_officer, p.contest.decisiveness
    )


@njit(cache=True)
def review_loyalty(p, loyal, rents, key, unit, day, today):
    """Factions leave or return today, the security forces by units; returns the power weight that is loyal.

    loyal: (factions,) share of each that stands by the government.
    """
    d, weight, defected = p.defection, 0.0, 0.0
    for i in range(loyal.size):
        defected += WEIGHTS[i] * (1.0 - loyal[i])
    for i in range(loyal.size):
        ratio = rent_ratio(rents[i], today.framing, today.armed, 0.0, d.framing_cohesion, d.armed_cohesion)
        others = max(0.0, defected - WEIGHTS[i] * (1.0 - loyal[i]))
        leaves = defection_hazard(today.survival, ratio, defected, d.sharpness, d.coordination, d.review_rate)
        returns = return_hazard(
            today.survival, ratio, others, d.sharpness, d.coordination, d.review_rate, d.return_share
        )
        if i == SECURITY:
            loyal[i] += returns * (1.0 - loyal[i]) - leaves * loyal[i]
        else:
            chance = leaves if loyal[i] > 0.0 else returns
            if uniform(key, MEAN_FIELD, unit, day, i) < chance:
                loyal[i] = 1.0 - loyal[i]
        weight += WEIGHTS[i] * loyal[i]
    return weight


@njit(cache=True)
def day_of_slow_fall(p, host, key, unit):
    """First day on which the strain of the event removes the government; infinite without one."""
    if host.strain <= 0.0 or p.strain.erosion <= 0.0:
        return inf
    # the hazard halves with the strain, so its sum has a limit that a draw may exceed
    waning = 2.0 ** (-1.0 / p.strain.half_life)
    total = -log(uniform(key, MEAN_FIELD, unit, -1, 40)) * (1.0 - waning) / hazard(host.strain, p.strain.erosion)
    return inf if total >= 1.0 else float(floor(log(1.0 - total) / log(waning)))
