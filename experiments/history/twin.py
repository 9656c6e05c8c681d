"""The mean-field twin: the mechanisms of one coded crisis without single citizens, compiled, for calibration.

Citizens enter by the closed form of the active share; factions, government and patrons decide as in the model, with
draws of the same kind. What it leaves out: alignment, opinions, influence, diplomacy and rescue.
"""

from math import exp, log

import numpy as np
from numba import njit, prange

from experiments.history.twin_layout import (
    ADULT_SHARE,
    ALARM,
    ARMED,
    ARMED_LETHALITY,
    ARMED_STRENGTH,
    ARREST,
    ATTACK_STRENGTH,
    ATTACKS,
    CALM_DAYS,
    CALM_SHARE,
    COALITION,
    CONCESSION_GAIN,
    CONTINGENT,
    COURSE,
    DAYS,
    DECISIVENESS,
    DETENTION,
    DETERRENCE,
    DRAW_OFF,
    LAG,
    LETHALITY,
    MAX_PATRONS,
    MOBILISABLE,
    MU,
    NEIGHBOURS,
    NEWS,
    NOISE,
    ORG_RATIONALITY,
    OUTCOMES,
    PHI,
    REDECIDE,
    REPRESSION_HALF_LIFE,
    RISK_CONSTANT,
    SAFE_RISK,
    SOLDIERS,
    SUCCESSOR_MEAN,
    SUCCESSOR_WIDTH,
    THRESHOLD,
    USUAL_VIOLENCE,
)
from experiments.history.twin_rules import (
    active_share,
    addressee,
    answer,
    concedes_represses_frames,
    kept_shock,
    legitimacy_of_today,
    purge,
    review,
    standing,
    success,
)
from sim.mechanisms.shocks import SPENT
from sim.mechanisms.succession import SETTLED
from sim.streams import Stream, uniform

TWIN = Stream.TWIN


@njit(cache=True)
def one_crisis(th, d, patrons, n_patrons, week, key, unit, out):
    """Play one crisis; out (5,): requested, helped, day of the fall (inf = none), log10 peak, log10 deaths."""
    shock, outsider, state, adults, armed0 = d[5], d[6] > 0.5, d[7] > 0.5, d[8] * 1e3, week[2]
    rents, kept, loyal = np.empty(4), np.empty(4), np.ones(4, dtype=np.bool_)
    full_force, own_force, rest, grievance, hazard = standing(th, d, week, rents)
    asked, done = np.zeros(MAX_PATRONS, dtype=np.bool_), np.zeros(4, dtype=np.bool_)
    asking, answering, successor = np.empty(MAX_PATRONS), np.empty(MAX_PATRONS), np.empty(MAX_PATRONS)
    for k in range(n_patrons):
        asking[k], answering[k] = kept_shock(key, unit, 10 + k), kept_shock(key, unit, 20 + k)
        successor[k] = SUCCESSOR_MEAN + SUCCESSOR_WIDTH * (2.0 * uniform(key, TWIN, unit, -1, 30 + k) - 1.0)
    for i in range(4):
        kept[i] = kept_shock(key, unit, i)
    legitimacy, a, detained, violence, framing = rest, 0.0, 0.0, th[USUAL_VIOLENCE], 0.0
    calm, committed, pending, decision_day, landing_day, troops = 0, -1, -1, -1, -1, 0.0
    requested, fell, peak, dead, deaths = 0.0, np.inf, 0.0, 0.0, 0.0
    slow = -log(uniform(key, TWIN, unit, -1, 40)) / hazard if hazard > 0.0 else np.inf
    waning = 1.0 - 0.5 ** (1.0 / th[REPRESSION_HALF_LIFE])
    for day in range(DAYS):
        if day >= slow:
            break
        attack = shock * ATTACKS[day] if state and shock * ATTACKS[day] >= SPENT else 0.0
        armed = 0.0 if state else armed0 * ARMED[day]
        legitimacy = legitimacy_of_today(th, legitimacy, rest, deaths * ADULT_SHARE / adults * 1e5, troops, attack, day)
        if day == landing_day:
            troops = patrons[committed, SOLDIERS] * 1e3 * CONTINGENT
        present = own_force * (1.0 - th[DRAW_OFF] * attack) * (1.0 + th[DETERRENCE] * violence) if loyal[0] else 0.0
        risk = own_risk = 1.0
        if a > 0.0:
            own_risk = 1.0 - exp(-th[RISK_CONSTANT] * present / (th[MOBILISABLE] * a))
            risk = 1.0 - exp(-th[RISK_CONSTANT] * (present + th[PHI] * troops / adults) / (th[MOBILISABLE] * a))
        felt = max(0.0, 1.0 - legitimacy + grievance * COURSE[day])
        q = active_share(felt, risk, th[THRESHOLD] - (th[NEIGHBOURS] + th[NEWS]) * a, th[NOISE])
        held = a * th[ARREST] * risk
        a = (1.0 - th[REDECIDE]) * (a - held) + th[REDECIDE] * q * (1.0 - detained - held)
        detained += held - detained / th[DETENTION]
        active = th[MOBILISABLE] * a
        peak = max(peak, active)
        calm = 0 if active * ADULT_SHARE >= th[CALM_SHARE] else calm + 1
        opposing = full_force * (th[ARMED_STRENGTH] * armed + th[ATTACK_STRENGTH] * attack)
        deaths = th[LETHALITY] * active * own_risk * max(0.0, own_risk - th[SAFE_RISK]) * violence
        deaths = (deaths + th[ARMED_LETHALITY] * opposing) * adults
        dead += deaths
        promised = present + (th[PHI] * patrons[committed, SOLDIERS] * 1e3 / adults if committed >= 0 else 0.0)
        survival = success(promised, th[MU] * active + opposing, th[DECISIVENESS])
        coalition = review(th, loyal, rents, survival, framing, key, unit, day)
        if attack == 0.0:
            if coalition < th[COALITION]:
                fell = day
                break
            if calm >= th[CALM_DAYS] and armed < SETTLED:
                break
        violence += waning * (th[USUAL_VIOLENCE] - violence)
        if calm == 0 or attack > 0.0 or (outsider and armed > 0.0) or survival < 1.0 - th[ALARM]:
            if requested == 0.0:  # one request per crisis, MOST_REQUESTS
                opposed = th[MU] * active + opposing
                pending = addressee(
                    th, d, patrons, n_patrons, asked, asking, successor, present, opposed, survival
                )  # fmt: skip
                if pending >= 0:
                    asked[pending], requested, decision_day = True, 1.0, day + 1
            concede, repress, frame = concedes_represses_frames(
                th, done, kept, promised, active, opposing, survival, framing
            )  # fmt: skip
            legitimacy = min(1.0, legitimacy + th[CONCESSION_GAIN]) if concede else legitimacy
            violence, framing = 1.0 if repress else violence, 1.0 if frame else framing
            purge(th, done, kept, loyal, key, unit, day)
        if pending >= 0 and day >= decision_day:
            u = answer(th, patrons[pending], successor[pending], outsider, state)
            if th[ORG_RATIONALITY] * u + answering[pending] > 0.0:
                committed, landing_day = pending, day + max(1, int(patrons[pending, LAG]) - 1)
            pending = -1
    out[0], out[1], out[2] = requested, 1.0 if committed >= 0 else 0.0, min(fell, slow)
    out[3] = np.log10(100.0 * peak * ADULT_SHARE + 1e-3)
    out[4] = np.log10(dead + 1.0)


@njit(parallel=True, cache=True)
def population(vectors, scalars, patrons, n_patrons, weeks, key):
    """Outcome means of every vector and case: (vectors, cases, outcomes) over the draws.

    vectors (V, parameters), scalars (C, ...), patrons (C, K, ...), weeks (C, draws, 5); the draws of a case are shared by
    all vectors.
    """
    n, cases, draws = vectors.shape[0], scalars.shape[0], weeks.shape[1]
    result = np.zeros((n, cases, len(OUTCOMES)))
    for v in prange(n):
        out = np.empty(5)
        for c in range(cases):
            for s in range(draws):
                one_crisis(vectors[v], scalars[c], patrons[c], n_patrons[c], weeks[c, s], key + s, c, out)
                result[v, c, 0] += out[0]
                result[v, c, 1] += out[1]
                result[v, c, 2] += out[2] < 90
                result[v, c, 3] += out[2] < 365
                result[v, c, 4] += out[3]
                result[v, c, 5] += out[4]
    return result / draws
