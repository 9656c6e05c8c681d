"""Host, events and streets of the mean-field model: levels, legitimacy, protest and deaths of a day.

Arguments are records of `layout` and `parameters`: p the parameters, today the state of the crisis, which changes.
"""

from math import log

from experiments.history.cases.staging import (
    ADULT_SHARE,
    ARMED_HALF_LIFE,
    ATTACK_HALF_LIFE,
    CONTINGENT,
    FAST,
    LEGITIMACY,
    OUTSIDE_GRIEVANCE,
    PEOPLE_PER_OFFICER,
    RAMP,
    SLOW,
    SLOW_SHARE,
    SUCCESSOR_MEAN,
)
from experiments.history.mean_field.citizens import active_share, sampled_crowd
from experiments.history.mean_field.layout import SECURITY
from sim.core.compiled import njit
from sim.equations.clashes import expected_deaths
from sim.equations.coded_facts import coded_rent_ratio, full_force, grievance_scale, resting_legitimacy, strain
from sim.equations.contest import opposing_force
from sim.equations.elites import erosion_hazard
from sim.equations.events import intensity
from sim.equations.forces import SMOOTH, arrest_risk, foreign_force, loyal_force, steadiness
from sim.equations.legitimacy import backlash, rally, recovery, resentment


@njit(cache=True)
def stage_host(p, facts, week, rents, host) -> None:
    """Fill the rent ratios of the factions and the record of the host from the facts."""
    d, log_rents = p.defection, 0.0
    for i in range(rents.size):
        rents[i] = coded_rent_ratio(
            facts.autocracy, facts.oil, facts.tenure, week.split, week.forces, i == SECURITY, d.base_rents,
            d.autocracy_rents, d.oil_rents, d.tenure_rents, d.split_rents, d.wavering_rents,
        )  # fmt: skip
        log_rents += log(rents[i])
    host.security = full_force(facts.income / PEOPLE_PER_OFFICER, facts.autocracy, p.policing.autocracy_force)
    host.capacity = steadiness(week.forces, week.sites_lost, p.policing.wavering, p.policing.key_sites)
    host.adults = facts.adults_k * 1e3
    host.population = host.adults / ADULT_SHARE
    host.resting_level = resting_legitimacy(LEGITIMACY, facts.democracy, p.legitimacy.elections)
    host.attack = facts.event_size if facts.attacked else 0.0
    host.armed = 0.0 if facts.attacked else facts.event_size * week.armed
    reach = 0.0 if facts.attacked else OUTSIDE_GRIEVANCE if facts.outsider else 1.0
    scale = grievance_scale(week.crowd, p.events.full_grievance, p.events.first_days)
    host.grievance = facts.event_size * reach * scale
    load = strain(facts.event_size, week.armed, facts.attacked)
    host.hazard = erosion_hazard(log_rents, rents.size, load, p.succession.erosion)


@njit(cache=True)
def set_levels(p, host, day, today) -> None:
    """Levels of the events today, and the force that opposes the government."""
    if host.attack > 0.0:
        today.attack = intensity(host.attack, day, 0, 1, ATTACK_HALF_LIFE)
    if host.armed > 0.0:
        today.armed = intensity(host.armed, day, 0, 1, ARMED_HALF_LIFE)
    if host.grievance > 0.0:
        fast = intensity((1.0 - SLOW_SHARE) * host.grievance, day, 0, RAMP, FAST)
        today.grievance = fast + intensity(SLOW_SHARE * host.grievance, day, 0, RAMP, SLOW)
    c = p.contest
    today.opposing = opposing_force(
        today.attack, 1.0, today.armed, host.security, c.attack_strength, c.armed_strength
    )  # fmt: skip


@njit(cache=True)
def move_legitimacy(p, host, day, today) -> None:
    """Legitimacy of today, after the deaths and under the soldiers of yesterday."""
    q = p.legitimacy
    change = recovery(today.legitimacy, host.resting_level, 0.0, q.recovery)
    change -= backlash(today.deaths, host.population, today.framing, q.backlash, q.framing_discount)
    if today.soldiers > 0.0:
        change -= resentment(SUCCESSOR_MEAN, q.foreign_troops)
    if today.attack > 0.0:
        change += rally(today.attack, day, q.rally, q.weariness, q.rally_half_life)
    today.legitimacy = min(1.0, max(0.0, today.legitimacy + change))


@njit(cache=True)
def land(patrons, day, today) -> None:
    """The soldiers of the backer land on their day."""
    if day == today.landing_day:
        today.soldiers = patrons[today.backer].soldiers_k * 1e3 * CONTINGENT


@njit(cache=True)
def force_of_host(p, host, loyal, today):
    """Loyal officers per adult. loyal: (factions,) of today."""
    loyalty = 1.0 if loyal[SECURITY] else 0.0
    return loyal_force(
        host.security, host.capacity, loyalty, 1.0, today.attack, today.violence, p.policing.draw_off, p.policing.deterrence
    )  # fmt: skip


@njit(cache=True)
def protest(p, host, loyal, key, unit, day, today) -> None:
    """Arrest risk from yesterday's protest, the crowd of today, and its deaths."""
    c, k, crowd = p.contention, p.policing.risk_constant, today.crowd
    force = force_of_host(p, host, loyal, today)
    foreign = foreign_force(today.soldiers, host.adults, p.policing.foreign_multiplier)
    risk, clash_risk = (
        arrest_risk(force + foreign, today.active, k, SMOOTH),
        arrest_risk(force, today.active, k, SMOOTH),
    )
    grievance = max(0.0, 1.0 - today.legitimacy + today.grievance)
    share = active_share(grievance, risk, c.threshold - (c.neighbours + c.news) * crowd, c.noise)
    arrests = crowd * c.arrest_rate * risk
    crowd = (1.0 - c.redecide) * (crowd - arrests) + c.redecide * share * (1.0 - today.detained - arrests)
    today.crowd = sampled_crowd(crowd, c.redecide, key, unit, day)
    today.detained += arrests - today.detained / c.detention_days
    today.active = c.mobilisable_share * today.crowd
    today.peak = max(today.peak, today.active)
    today.calm_days = 0.0 if today.active * ADULT_SHARE >= p.succession.calm_share else today.calm_days + 1.0
    today.deaths = expected_deaths(
        today.active * host.adults, clash_risk, today.violence, today.opposing * host.adults, p.clashes.lethality,
        p.clashes.safe_risk, p.clashes.armed_lethality,
    )  # fmt: skip
    today.total_deaths += today.deaths
