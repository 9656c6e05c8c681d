"""Contest and coalition of the mean-field model: perceived survival, and factions that stay, leave or return."""

from math import floor, inf, log, log1p

from experiments.history.mean_field.layout import WEIGHTS
from experiments.history.mean_field.streets import force_of_host
from sim.core.compiled import njit
from sim.core.streams import Stream, uniform
from sim.equations.contest import success
from sim.equations.elites import defection_hazard, rent_ratio, return_hazard
from sim.equations.forces import foreign_force

MEAN_FIELD = Stream.MEAN_FIELD


@njit(cache=True)
def promised_force(p, host, patrons, loyal, today):
    """Force of the host with that of the power that has promised soldiers, in officers per adult."""
    force = force_of_host(p, host, loyal, today)
    if today.backer < 0:
        return force
    return force + soldiers_of(p, host, patrons[today.backer])


@njit(cache=True)
def soldiers_of(p, host, patron):
    """Soldiers of a power in officers of the host per adult."""
    return foreign_force(patron.soldiers_k * 1e3, host.adults, p.policing.foreign_multiplier)


@njit(cache=True)
def survival_with(p, force, active, today):
    """Perceived survival with that force against that protest and today's armed opponents."""
    return success(force, active, today.opposing, p.contest.protesters_per_officer, p.contest.decisiveness)


@njit(cache=True)
def review_loyalty(p, loyal, rents, key, unit, day, today):
    """Factions leave or return today; returns the power weight of the loyal ones."""
    d, weight = p.defection, 0.0
    for i in range(loyal.size):
        u = uniform(key, MEAN_FIELD, unit, day, i)
        if loyal[i]:
            ratio = rent_ratio(rents[i], today.framing, today.armed, 0.0, d.framing_cohesion, d.armed_cohesion)
            loyal[i] = u >= defection_hazard(today.survival, ratio, d.sharpness, d.review_rate)
        else:
            loyal[i] = u < return_hazard(today.survival, d.return_share, d.review_rate, d.return_above)
        if loyal[i]:
            weight += WEIGHTS[i]
    return weight


@njit(cache=True)
def day_of_erosion(host, key, unit):
    """First day on which a constant daily hazard removes the government; infinite without one."""
    if host.hazard <= 0.0:
        return inf
    return float(floor(log(uniform(key, MEAN_FIELD, unit, -1, 40)) / log1p(-host.hazard)))
