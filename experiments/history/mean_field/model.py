"""The mean-field twin: the mechanisms of one coded crisis without single citizens, compiled, for calibration.

Citizens enter by the closed form of the active share; factions, government and patrons decide as in the model, with
draws of the same kind. What it leaves out: alignment, opinions, influence, diplomacy and rescue.
"""

from math import log

import numpy as np
from numba import prange

from experiments.history.mean_field import layout as at
from experiments.history.mean_field.government import acts, asks, bars, prospects, purge
from experiments.history.mean_field.streets import coalition, events, standing, streets
from sim.actors.views import LINGERS as SETTLED
from sim.core.compiled import njit
from sim.core.streams import Stream, uniform

TWIN = Stream.TWIN


@njit(cache=True)
def first_day(th, host):
    """Where a crisis stands before its first day."""
    now = np.zeros(at.N_NOW)
    now[at.LEGIT], now[at.VIOLENCE] = host[at.REST], th[at.USUAL_VIOLENCE]
    now[at.BACKER] = now[at.LANDING_DAY] = -1.0
    return now


@njit(cache=True)
def alarmed(th, d, now):
    """Is there something to decide about today?"""
    from_outside = now[at.ATTACK] > 0.0 or (d[at.OUTSIDER] > 0.5 and now[at.ARMS] > 0.0)
    return now[at.CALM] == 0.0 or from_outside or now[at.SURVIVAL] < 1.0 - th[at.ALARM]


@njit(cache=True)
def one_crisis(th, d, patrons, week, key, unit, out):
    """Play one crisis; out (6,): requested, helped, day of the fall (inf = none), log10 peak, log10 deaths, class asked."""
    rents, host, fell = np.empty(4), np.empty(len(at.HOST)), np.inf
    loyal, done = np.ones(4, dtype=np.bool_), np.zeros(4, dtype=np.bool_)
    standing(th, d, week, rents, host)
    bar, prospect, now = bars(th, key, unit), prospects(th, d, patrons, key, unit), first_day(th, host)
    slow = -log(uniform(key, TWIN, unit, -1, 40)) / host[at.HAZARD] if host[at.HAZARD] > 0.0 else np.inf
    waning = 1.0 - 0.5 ** (1.0 / th[at.REPRESSION_HALF_LIFE])
    for day in range(at.DAYS):
        if day >= slow:
            break
        events(th, d, host, patrons, week[at.ARMED_WEEK], day, now)
        streets(th, host, loyal[0], key, unit, day, now)
        weight = coalition(th, host, patrons, loyal, rents, key, unit, day, now)
        if now[at.ATTACK] == 0.0:  # under attack governments stand or fall elsewhere
            if weight < th[at.COALITION]:
                fell = day
                break
            if now[at.CALM] >= th[at.CALM_DAYS] and now[at.ARMS] < SETTLED:
                break
        now[at.VIOLENCE] += waning * (th[at.USUAL_VIOLENCE] - now[at.VIOLENCE])
        if alarmed(th, d, now):
            asks(th, d, host, patrons, prospect, key, unit, day, now)
            acts(th, done, bar, now)
            purge(th, done, bar, loyal, key, unit, day)
    out[0], out[1], out[2] = now[at.REQUESTED], 1.0 if now[at.TROOPS] > 0.0 else 0.0, min(fell, slow)
    out[3] = np.log10(100.0 * now[at.PEAK] * at.ADULT_SHARE + 1e-3)
    out[4], out[5] = np.log10(now[at.DEAD] + 1.0), now[at.ASKED]


@njit(parallel=True, cache=True)
def population(vectors, scalars, patrons, n_patrons, weeks, key):
    """Outcome means of every vector and case: (vectors, cases, outcomes) over the draws.

    vectors (V, parameters), scalars (C, ...), patrons (C, K, ...), weeks (C, draws, 5); the draws of a case are shared by
    all vectors.
    """
    n, cases, draws = vectors.shape[0], scalars.shape[0], weeks.shape[1]
    result = np.zeros((n, cases, len(at.OUTCOMES)))
    for v in prange(n):
        out = np.empty(6)
        for c in range(cases):
            for s in range(draws):
                one_crisis(vectors[v], scalars[c], patrons[c, : n_patrons[c]], weeks[c, s], key + s, c, out)
                result[v, c, 0] += out[0]
                result[v, c, 1] += out[1]
                result[v, c, 2] += out[2] < 90
                result[v, c, 3] += out[2] < 365
                result[v, c, 4] += out[3]
                result[v, c, 5] += out[4]
                if out[0] > 0.0:
                    result[v, c, at.FIRST_ASKED + int(out[5])] += 1.0
    return result / draws
