"""The mean-field model: the mechanisms of one coded crisis without single citizens, compiled, for calibration.

Citizens enter by the closed form of the active share; factions, government and patrons decide by the equations of the
mechanisms, with draws of the same kind. Left out: alignment, opinions, influence, diplomacy, rescue and the days of
build-up of a contingent.
"""

from math import exp, pi, sqrt

import numpy as np
from numba import prange

from experiments.history.cases.staging import ADULT_SHARE
from experiments.history.mean_field.elites import (
    day_of_slow_fall,
    promised_force,
    review_loyalty,
    survival_with,
)
from experiments.history.mean_field.government import act_draws, decide, patron_draws
from experiments.history.mean_field.layout import (
    DAYS,
    FIRST_ASKED,
    HOST,
    OUTCOMES,
    SIZE_SPREAD,
    SOON,
    TODAY,
    WEIGHTS,
)
from experiments.history.mean_field.streets import (
    factor_of_crisis,
    land,
    move_legitimacy,
    protest,
    set_levels,
    stage_host,
)
from sim.actors.views import LINGERS
from sim.core.compiled import njit


@njit(cache=True)
def blank():
    """(1,) each: records of a host and of a day, to be filled."""
    return np.zeros(1, HOST), np.zeros(1, TODAY)


@njit(cache=True)
def open_crisis(p, host, today) -> None:
    """State of a crisis before its first day."""
    today.attack = today.armed = today.grievance = today.framing = today.soldiers = 0.0
    today.crowd = today.detained = today.active = today.peak = today.opposing = 0.0
    today.deaths = today.total_deaths = today.survival = today.calm_days = 0.0
    today.protest_days = today.days_of_arms = today.attacking = 0.0
    today.grievance_left = today.crisis_factor = today.outlook = 1.0
    today.strain = 0.0
    today.legitimacy, today.violence = host.resting_level, p.response.usual_violence
    today.requested, today.addressee, today.backer, today.landing_day = False, 0, -1, -1


@njit(cache=True)
def is_alarmed(p, facts, today):
    """Is there something to decide about today?"""
    from_outside = today.attack > 0.0 or (facts.outsider and today.armed > 0.0)
    return today.calm_days == 0.0 or from_outside or today.survival < 1.0 - p.response.alarm


@njit(cache=True)
def one_crisis(p, facts, patrons, week, key, unit, hosts, days, out) -> None:
    """Play one crisis; out (6,): requested, helped, day of the fall (inf = none), log10 peak, log10 deaths, class asked.

    hosts, days: (1,) records of `blank`, overwritten.
    """
    host, today, rents, fell = hosts[0], days[0], np.empty(len(WEIGHTS)), np.inf
    loyal, past_acts = np.ones(rents.size), np.zeros(4, dtype=np.bool_)
    stage_host(p, facts, week, rents, host)
    open_crisis(p, host, today)
    today.crisis_factor = factor_of_crisis(p, key, unit)
    draws, of_patrons, slow_fall = (
        act_draws(key, unit),
        patron_draws(len(patrons), key, unit),
        day_of_slow_fall(p, host, key, unit),
    )
    waning = 1.0 - 0.5 ** (1.0 / p.response.repression_half_life)
    for day in range(DAYS):
        set_levels(p, host, day, today)
        move_legitimacy(p, host, day, today)
        land(patrons, day, today)
        protest(p, host, loyal, key, unit, day, today)
        today.survival = survival_with(p, promised_force(p, host, patrons, loyal, today), today.active, today)
        weight = review_loyalty(p, loyal, rents, key, unit, day, today)
        at_home = today.attack <= 0.0  # under attack governments stand or fall elsewhere
        if at_home and weight < p.succession.winning_coalition:
            fell = day
        is_over = at_home and today.armed < LINGERS and today.calm_days >= p.succession.calm_days
        if fell <= day or slow_fall <= day or is_over:
            break
        today.violence += waning * (p.response.usual_violence - today.violence)
        if is_alarmed(p, facts, today):
            decide(p, facts, host, patrons, draws, of_patrons, past_acts, loyal, key, unit, day, today)
    out[0], out[1] = 1.0 if today.requested else 0.0, 1.0 if today.soldiers > 0.0 else 0.0
    out[2], out[3] = min(fell, slow_fall), np.log10(100.0 * today.peak * ADULT_SHARE + 1e-3)
    out[4], out[5] = np.log10(today.total_deaths + 1.0), today.addressee


@njit(cache=True)
def density(observed, simulated):
    """Density of a log size on record under a simulated one, with the spread that no model explains."""
    z = (observed - simulated) / SIZE_SPREAD
    return exp(-0.5 * z * z) / (SIZE_SPREAD * sqrt(2.0 * pi))


@njit(parallel=True, cache=True)
def population(parameters, facts, patrons, n_patrons, weeks, observed, key):
    """Outcome means of every vector and case: (vectors, cases, outcomes) over the draws.

    parameters (V,), facts (C,), patrons (C, K) and weeks (C, draws) are records; the draws of a case are shared by all
    vectors. observed (C, 2): log10 peak and log10 deaths on record, whose density is an outcome; NaN = not scored.
    """
    n, cases, draws = parameters.shape[0], facts.shape[0], weeks.shape[1]
    result = np.zeros((n, cases, len(OUTCOMES)))
    for v in prange(n):
        out = np.empty(6)
        hosts, days = blank()
        for c in range(cases):
            for s in range(draws):
                one_crisis(
                    parameters[v], facts[c], patrons[c, : n_patrons[c]], weeks[c, s], key + s, c, hosts, days, out
                )
                result[v, c, 0] += out[0]
                result[v, c, 1] += out[1]
                result[v, c, 2] += out[2] <= SOON
                result[v, c, 3] += out[2] < 90
                result[v, c, 4] += out[2] < 365
                result[v, c, 5] += out[3]
                result[v, c, 6] += out[4]
                result[v, c, 7] += density(observed[c, 0], out[3])
                result[v, c, 8] += density(observed[c, 1], out[4])
                if out[0] > 0.0:
                    result[v, c, FIRST_ASKED + int(out[5])] += 1.0
    return result / draws
