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
from experiments.history.mean_field.citizens import active_share, drawn_count, sampled_crowd
from experiments.history.mean_field.layout import SECURITY
from sim.core.compiled import njit
from sim.core.streams import Stream, uniform
from sim.equations.clashes import control_deaths, crisis_factor, fighting_deaths
from sim.equations.coded_facts import coded_rent_ratio, full_force, grievance_scale, resting_legitimacy
from sim.equations.contention import grievance_left
from sim.equations.contest import armed_force, attacking_force
from sim.equations.events import intensity
from sim.equations.forces import HILL, arrest_risk, foreign_force, loyal_force, steadiness
from sim.equations.legitimacy import backlash, rally, recovery, resentment
from sim.equations.strain import decay, hazard, load, outlook, weakness

MEAN_FIELD = Stream.MEAN_FIELD


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
    host.armed = 0.0 if facts.attacked else week.armed
    reach = 0.0 if facts.attacked else OUTSIDE_GRIEVANCE if facts.outsider else 1.0
    scale = grievance_scale(week.crowd, p.events.full_grievance, p.events.first_days)
    host.grievance = facts.event_size * reach * scale
    wear = load(host.grievance, p.events.full_grievance, host.armed, host.attack, p.strain.by_arms, p.strain.by_attack)
    host.strain = wear * weakness(log_rents, rents.size)


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
    today.attacking = attacking_force(today.attack, 1.0, host.security, c.attack_strength)
    today.opposing = today.attacking + armed_force(today.armed, host.security, c.armed_strength)
    today.strain = host.strain if day == 0 else decay(today.strain, p.strain.half_life)
    today.outlook = outlook(hazard(today.strain, p.strain.erosion))


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
    """Loyal officers per adult. loyal: (factions,) shares of today."""
    return loyal_force(
        host.security, host.capacity, loyal[SECURITY], 1.0, today.attack, today.violence, p.policing.draw_off, p.policing.deterrence
    )  # fmt: skip


@njit(cache=True)
def protest(p, host, loyal, key, unit, day, today) -> None:
    """Arrest risk from yesterday's protest, the crowd of today, and its deaths."""
    c, q, crowd = p.contention, p.policing, today.crowd
    force = force_of_host(p, host, loyal, today)
    foreign = foreign_force(today.soldiers, host.adults, p.policing.presence)
    risk = arrest_risk(force + foreign, today.active, q.risk_constant, q.force_exponent, HILL)
    pressure = today.grievance * grievance_left(today.grievance_left, today.protest_days, c.fatigue)
    grievance = max(0.0, 1.0 - today.legitimacy + pressure)
    share = active_share(grievance, risk, c.threshold - (c.neighbours + c.news) * crowd, c.noise)
    arrests = crowd * c.arrest_rate * risk
    crowd = (1.0 - c.redecide) * (crowd - arrests) + c.redecide * share * (1.0 - today.detained - arrests)
    today.crowd = sampled_crowd(crowd, c.redecide, key, unit, day)
    today.detained += arrests - today.detained / c.detention_days
    today.active = c.mobilisable_share * today.crowd
    today.peak = max(today.peak, today.active)
    kill(p, host, key, unit, day, today)
    count_day(p, today)


@njit(cache=True)
def factor_of_crisis(p, key, unit):
    """Factor on all deaths of a crisis at home."""
    u, angle = uniform(key, MEAN_FIELD, unit, -1, 42), uniform(key, MEAN_FIELD, unit, -1, 43)
    return crisis_factor(u, angle, p.clashes.crisis_spread)


@njit(cache=True)
def kill(p, host, key, unit, day, today) -> None:
    """Deaths of today: a count with the mean of the mechanism."""
    q = p.clashes
    mean = fighting_deaths(today.armed, today.days_of_arms, q.fighting, q.fierceness, q.fighting_half_life)
    if today.calm_days == 0.0:
        mean += control_deaths(today.active * host.adults, today.violence, q.control, q.control_size, q.ordered)
    mean = mean * today.crisis_factor + q.attack_lethality * today.attacking * host.adults
    today.deaths = drawn_count(mean, key, unit, day)
    today.total_deaths += today.deaths
    today.days_of_arms = today.days_of_arms + 1.0 if today.armed > 0.0 else 0.0


@njit(cache=True)
def count_day(p, today) -> None:
    """Count the day as calm, or as one of notable protest."""
    if today.active * ADULT_SHARE >= p.succession.calm_share:
        today.calm_days, today.protest_days = 0.0, today.protest_days + 1.0
    else:
        today.calm_days += 1.0
