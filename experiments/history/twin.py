"""The mean-field twin: the mechanisms of one coded crisis without single citizens, compiled, for calibration.

Citizens enter by the closed form of the active share; factions, government and patrons decide as in the model, with
draws of the same kind. What it leaves out: alignment, opinions, influence, diplomacy and rescue.
"""

from math import exp, log

import numpy as np
from numba import njit, prange

from sim.streams import Stream, uniform

# one crisis as numbers: columns of `scalars` and of `patrons`
SCALARS = (
    "autocracy", "democracy", "tenure", "oil", "income", "shock", "outsider", "state", "adults_k", "demand",
)  # fmt: skip
PATRON = ("influence", "alignment", "external", "internal", "committed", "soldiers_k", "tie", "lag")
FIRST_WEEK = ("split", "forces", "armed", "sites", "crowd")
OUTCOMES = (
    "requested", "helped", "fell_90", "fell_365", "log_peak", "log_peak_2", "log_deaths", "log_deaths_2",
)  # fmt: skip
MAX_PATRONS = 5
WEIGHTS = (0.35, 0.30, 0.20, 0.15)  # of the four factions, the first holds the security forces
DAYS = 365
TWIN = Stream.TWIN
NODES = np.array(
    [log(u / (1.0 - u)) for u in (np.arange(10) + 0.5) / 10]
)  # middle of equal shares of the decision noise

# Parameters that the twin reads, in the order of a vector.
READ = (
    "shocks.full_grievance", "shocks.first_days", "legitimacy.elections", "policing.wavering", "policing.key_sites",
    "contest.protesters_per_officer", "contest.armed_strength", "defection.base_rents", "defection.autocracy_rents",
    "defection.oil_rents", "defection.tenure_rents", "defection.split_rents", "defection.wavering_rents",
    "succession.erosion", "response.home_cost", "response.outsider_gain", "response.rationality",
    "assistance.rationality", "assistance.alignment_stake", "assistance.clause_weight", "assistance.force_cost",
    "assistance.distraction_cost", "assistance.entrapment_cost", "assistance.state_cost", "contention.news",
    "legitimacy.backlash", "legitimacy.foreign_troops", "legitimacy.rally", "legitimacy.weariness",
    "policing.deterrence", "defection.framing_cohesion", "response.concession_gain", "response.framing_licence",
    "defection.sharpness", "defection.review_rate", "succession.winning_coalition", "contention.threshold",
    "contention.noise", "contention.neighbours", "contention.mobilisable_share", "contention.redecide",
    "contention.arrest_rate", "contention.detention_days", "legitimacy.recovery", "legitimacy.rally_half_life",
    "policing.risk_constant", "policing.foreign_multiplier", "policing.draw_off", "policing.autocracy_force",
    "clashes.lethality", "clashes.armed_lethality", "clashes.safe_risk", "contest.decisiveness",
    "contest.attack_strength", "defection.return_share", "defection.return_above", "succession.calm_share",
    "succession.calm_days", "response.stake", "response.autonomy_price", "response.alignment_cost",
    "response.asking_cost", "response.concession_cost", "response.concession_relief", "response.force_cost",
    "response.framing_value", "response.framing_cost", "response.purge_cost", "response.purge_success",
    "response.alarm", "response.usual_violence", "response.repression_half_life",
)  # fmt: skip
(
    FULL_GRIEVANCE, FIRST_DAYS, ELECTIONS, WAVERING, KEY_SITES, MU, ARMED_STRENGTH, BASE_RENTS, AUTOCRACY_RENTS,
    OIL_RENTS, TENURE_RENTS, SPLIT_RENTS, WAVERING_RENTS, EROSION, HOME_COST, OUTSIDER_GAIN, GOV_RATIONALITY,
    ORG_RATIONALITY, STAKE_WEIGHT, CLAUSE_WEIGHT, POOL_COST, DISTRACTION, ENTRAPMENT, STATE_COST, NEWS, BACKLASH,
    FOREIGN_TROOPS, RALLY, WEARINESS, DETERRENCE, COHESION, CONCESSION_GAIN, LICENCE, SHARPNESS, REVIEW, COALITION,
    THRESHOLD, NOISE, NEIGHBOURS, MOBILISABLE, REDECIDE, ARREST, DETENTION, RECOVERY, RALLY_HALF_LIFE,
    RISK_CONSTANT, PHI, DRAW_OFF, AUTOCRACY_FORCE, LETHALITY, ARMED_LETHALITY, SAFE_RISK, DECISIVENESS,
    ATTACK_STRENGTH, RETURN_SHARE, RETURN_ABOVE, CALM_SHARE, CALM_DAYS, VALUE, AUTONOMY_PRICE, ALIGNMENT_COST,
    ASKING_COST, CONCESSION_COST, RELIEF, FORCE_COST, FRAMING_VALUE, FRAMING_COST, PURGE_COST, PURGE_SUCCESS, ALARM,
    USUAL_VIOLENCE, REPRESSION_HALF_LIFE,
) = range(len(READ))  # fmt: skip

FREE = READ[: LICENCE + 1]  # drawn and weighed; the others stay at their reference values

# how a coded case is staged, shared with `stage.py`
LEGITIMACY = 0.70  # at rest
PEOPLE_PER_OFFICER = 1.0 / 0.006  # adults per member of the security forces at 3,000 USD a head
FAST, SLOW, SLOW_SHARE = 23.0, 180.0, 0.3  # half-lives of the grievance in days, share of the slow part
RAMP = 3
ARMED_HALF_LIFE, ATTACK_HALF_LIFE = 30.0, 15.0
SPENT = 1e-3  # an attack that has faded to this size is over, as in the model
OUTSIDE_GRIEVANCE = 0.5  # of a crisis that comes from outside, relative to one at home; none if a state attacks
CONTINGENT = 0.25  # share of the pool that a request brings
ADULT_SHARE = 0.66
SUCCESSOR_MEAN, SUCCESSOR_WIDTH = 0.1, 0.6  # alignment of the likely successor, which nobody coded


def course(half_life: float, ramp: int = 1) -> np.ndarray:
    """(days,) size of an event of size 1: linear rise over `ramp` days, then exponential decay."""
    risen = np.arange(DAYS) + 1.0
    return np.where(risen <= ramp, risen / ramp, 2.0 ** (-(risen - ramp) / half_life))


COURSE = (1.0 - SLOW_SHARE) * course(FAST, RAMP) + SLOW_SHARE * course(SLOW, RAMP)
ATTACKS, ARMED = course(ATTACK_HALF_LIFE), course(ARMED_HALF_LIFE)


@njit(cache=True)
def logistic(x):
    return 1.0 / (1.0 + exp(-min(50.0, max(-50.0, x))))


@njit(cache=True)
def acting(grievance, risk, threshold):
    """Share with h g - r P > T for h, r uniform on 0..1."""
    if grievance <= threshold:
        return 0.0
    if risk <= 0.0:
        return min(1.0, 1.0 - threshold / grievance)
    surely = min(1.0, max(0.0, -threshold / risk))  # so little averse that they act whatever their hardship
    upper = min(1.0, (grievance - threshold) / risk)
    rest = (1.0 - threshold / grievance) * (upper - surely)
    return surely + rest - 0.5 * risk / grievance * (upper * upper - surely * surely)


@njit(cache=True)
def active_share(grievance, risk, threshold, noise):
    """`acting` under logit noise, averaged over the middle of equal shares of the noise."""
    if noise <= 0.0:
        return acting(grievance, risk, threshold)
    total = 0.0
    for z in NODES:
        total += acting(grievance, risk, threshold + noise * z)
    return total / NODES.size


@njit(cache=True)
def success(force, opposed, decisiveness):
    if opposed <= 0.0:
        return 1.0
    if force <= 0.0:
        return 0.0
    ratio = opposed / force
    return 1.0 / (1.0 + (ratio * ratio if decisiveness == 2.0 else ratio**decisiveness))


@njit(cache=True)
def kept_shock(key, unit, option):
    u = uniform(key, TWIN, unit, -1, option)
    return log(u / (1.0 - u))


@njit(cache=True)
def one_crisis(th, d, patrons, n_patrons, week, key, unit, out):
    """Play one crisis; out (6,): requested, helped, day of the fall (inf = none), log10 peak, log10 deaths, day asked."""
    autocracy, democracy, tenure, oil, income, shock = d[0], d[1], d[2], d[3], d[4], d[5]
    outsider, state, adults, demand = d[6] > 0.5, d[7] > 0.5, d[8] * 1e3, d[9]
    split, forces, armed0, sites, crowd = week[0], week[1], week[2], week[3], week[4]

    log_rents = (
        th[BASE_RENTS]
        + th[AUTOCRACY_RENTS] * autocracy
        + th[OIL_RENTS] * oil
        + th[TENURE_RENTS] * tenure
        - th[SPLIT_RENTS] * split
    )
    rents, security_rents = exp(log_rents), exp(log_rents - th[WAVERING_RENTS] * forces)
    full_force = income * exp(th[AUTOCRACY_FORCE] * autocracy) / PEOPLE_PER_OFFICER
    own_force = full_force * max(0.05, 1.0 - th[WAVERING] * forces) * exp(-th[KEY_SITES] * sites)
    rest = min(1.0, max(0.0, LEGITIMACY + th[ELECTIONS] * democracy))
    full = th[FULL_GRIEVANCE] * shock * exp(th[FIRST_DAYS] * crowd)
    if state:
        full = 0.0
    elif outsider:
        full *= OUTSIDE_GRIEVANCE
    legitimacy, a, detained, violence, framing = rest, 0.0, 0.0, th[USUAL_VIOLENCE], 0.0
    loyal = np.ones(4, dtype=np.bool_)
    risk, survival, calm = 1.0, 1.0, 0
    committed, troops, waiting, decision_day, asked_patron = -1, 0.0, False, -1, -1
    landing_day = -1
    asked = np.zeros(MAX_PATRONS, dtype=np.bool_)
    done = np.zeros(4, dtype=np.bool_)
    gov, org, succ = np.empty(MAX_PATRONS), np.empty(MAX_PATRONS), np.empty(MAX_PATRONS)
    for k in range(n_patrons):
        gov[k], org[k] = kept_shock(key, unit, 10 + k), kept_shock(key, unit, 20 + k)
        succ[k] = SUCCESSOR_MEAN + SUCCESSOR_WIDTH * (2.0 * uniform(key, TWIN, unit, -1, 30 + k) - 1.0)
    own = np.empty(4)
    for i in range(4):
        own[i] = kept_shock(key, unit, i)
    requested, helped, fell, day_asked, peak, dead, new_deaths = 0.0, 0.0, np.inf, -1.0, 0.0, 0.0, 0.0

    mean_rents = log_rents - 0.25 * th[WAVERING_RENTS] * forces
    rate = th[EROSION] / DAYS * shock * 2.0 * logistic(-1.5 * mean_rents) * (1.0 + 2.0 * armed0)
    if state:
        rate *= 0.3
    slow = -log(uniform(key, TWIN, unit, -1, 40)) / rate if rate > 0.0 else np.inf

    waning = 1.0 - 0.5 ** (1.0 / th[REPRESSION_HALF_LIFE])
    for day in range(DAYS):
        if day >= slow:
            break
        pressure = full * COURSE[day]
        attack = shock * ATTACKS[day] if state else 0.0
        if attack < SPENT:
            attack = 0.0
        armed = armed0 * ARMED[day] if not state else 0.0
        legitimacy += th[RECOVERY] * (rest - legitimacy)
        legitimacy -= th[BACKLASH] * new_deaths / (adults / ADULT_SHARE) * 1e5
        if troops > 0.0:
            legitimacy -= th[FOREIGN_TROOPS] * (1.0 - SUCCESSOR_MEAN) / 2.0
        if attack > 0.0:
            fresh = exp(-day * log(2.0) / th[RALLY_HALF_LIFE])
            legitimacy += attack * (th[RALLY] * fresh - th[WEARINESS] * (1.0 - fresh))
        legitimacy = min(1.0, max(0.0, legitimacy))
        if day == landing_day:
            troops = patrons[committed, 5] * 1e3 * CONTINGENT
        secure = 1.0 if loyal[0] else 0.0
        present = own_force * secure * (1.0 - th[DRAW_OFF] * min(1.0, attack)) * (1.0 + th[DETERRENCE] * violence)
        active = th[MOBILISABLE] * a
        if active > 0.0:
            own_risk = 1.0 - exp(-th[RISK_CONSTANT] * present / active)
            risk = 1.0 - exp(-th[RISK_CONSTANT] * (present + th[PHI] * troops / adults) / active)
        else:
            own_risk = risk = 1.0
        q = active_share(
            max(0.0, 1.0 - legitimacy + pressure),
            risk,
            th[THRESHOLD] - (th[NEIGHBOURS] + th[NEWS]) * a,
            th[NOISE],
        )
        held = a * th[ARREST] * risk
        a = (1.0 - th[REDECIDE]) * (a - held) + th[REDECIDE] * q * (1.0 - detained - held)
        detained += held - detained / th[DETENTION]
        active = th[MOBILISABLE] * a
        peak = max(peak, active)
        calm = 0 if active * ADULT_SHARE >= th[CALM_SHARE] else calm + 1
        new_deaths = th[LETHALITY] * active * adults * own_risk * max(0.0, own_risk - th[SAFE_RISK]) * violence
        opposing = full_force * (th[ARMED_STRENGTH] * armed + th[ATTACK_STRENGTH] * attack)
        new_deaths += th[ARMED_LETHALITY] * opposing * adults
        dead += new_deaths
        promised = present
        if committed >= 0:
            promised += th[PHI] * patrons[committed, 5] * 1e3 / adults
        mu = th[MU]
        survival = success(promised, mu * active + opposing, th[DECISIVENESS])
        coalition = 0.0
        for i in range(4):
            u = uniform(key, TWIN, unit, day, i)
            if loyal[i]:
                r = (security_rents if i == 0 else rents) * (1.0 + th[COHESION] * framing)
                if u < th[REVIEW] * logistic(th[SHARPNESS] * ((1.0 - survival) - survival * r)):
                    loyal[i] = False
            elif survival > th[RETURN_ABOVE] and u < th[RETURN_SHARE] * th[REVIEW]:
                loyal[i] = True
            if loyal[i]:
                coalition += WEIGHTS[i]
        if attack == 0.0:
            if coalition < th[COALITION]:
                fell = day
                break
            if calm >= th[CALM_DAYS] and armed < 0.05:
                break
        violence += waning * (th[USUAL_VIOLENCE] - violence)
        # the government: kept shocks, each option at most once
        if calm == 0 or attack > 0.0 or (outsider and armed > 0.0) or survival < 1.0 - th[ALARM]:
            lam = th[GOV_RATIONALITY]
            opposed = mu * active + opposing
            relieved = success(promised, opposed - mu * active * th[RELIEF], th[DECISIVENESS]) - survival
            if not done[0] and lam * (th[VALUE] * relieved - th[CONCESSION_COST]) + own[0] > 0.0:
                done[0] = True
                legitimacy = min(1.0, legitimacy + th[CONCESSION_GAIN])
            harder = success(promised * (1.0 + th[DETERRENCE]), opposed, th[DECISIVENESS]) - survival
            cost = th[FORCE_COST] * (1.0 - th[LICENCE] * framing)
            if not done[1] and lam * (th[VALUE] * harder - cost) + own[1] > 0.0:
                done[1] = True
                violence = 1.0
            worth = th[VALUE] * (1.0 - survival) * th[FRAMING_VALUE] - th[FRAMING_COST]
            if not done[2] and lam * worth + own[2] > 0.0:
                done[2] = True
                framing = 1.0
            lost = -1
            for i in range(4):
                if not loyal[i] and (lost < 0 or WEIGHTS[i] > WEIGHTS[lost]):
                    lost = i
            if not done[3] and lost >= 0 and lam * (th[VALUE] * WEIGHTS[lost] - th[PURGE_COST]) + own[3] > 0.0:
                done[3] = True
                if uniform(key, TWIN, unit, day, 50) < th[PURGE_SUCCESS]:
                    loyal[lost] = True
            if not waiting and committed < 0:
                best, best_utility = -1, -np.inf
                for k in range(n_patrons):
                    if asked[k] or patrons[k, 5] <= 0.0:
                        continue
                    consent = logistic(th[ORG_RATIONALITY] * answer(th, patrons[k], succ[k], outsider, state))
                    with_pool = present + th[PHI] * patrons[k, 5] * 1e3 / adults
                    gain = success(with_pool, opposed, th[DECISIVENESS]) - survival
                    price = (
                        th[AUTONOMY_PRICE] * (1.0 + demand) * patrons[k, 0]
                        + th[ALIGNMENT_COST] * (1.0 - patrons[k, 1])
                        + th[ASKING_COST]
                    )
                    side = th[OUTSIDER_GAIN] if outsider else -th[HOME_COST]
                    u = th[VALUE] * consent * gain - price + side
                    if lam * u + gov[k] > 0.0 and u > best_utility:
                        best, best_utility = k, u
                if best >= 0:
                    asked[best] = waiting = True
                    asked_patron, decision_day = best, day + 1
                    if requested == 0.0:
                        requested, day_asked = 1.0, day
        if waiting and day >= decision_day:
            waiting = False
            k = asked_patron
            if th[ORG_RATIONALITY] * answer(th, patrons[k], succ[k], outsider, state) + org[k] > 0.0:
                committed, helped = k, 1.0
                landing_day = day + max(1, int(patrons[k, 7]) - 1)
    out[0], out[1], out[2] = requested, helped, min(fell, slow)
    out[3] = np.log10(100.0 * peak * ADULT_SHARE + 1e-3)
    out[4], out[5] = np.log10(dead + 1.0), day_asked


@njit(cache=True)
def answer(th, patron, successor, outsider, state):
    """Utility of sending force to the host."""
    clause = patron[2] if outsider else patron[3]
    return (
        th[STAKE_WEIGHT] * patron[0] * (patron[1] - successor) / 2.0
        + th[CLAUSE_WEIGHT] * clause
        - th[POOL_COST] * CONTINGENT
        - th[DISTRACTION] * patron[4]
        - (th[ENTRAPMENT] * patron[6] + th[STATE_COST] if state else 0.0)
    )


@njit(parallel=True, cache=True)
def population(vectors, scalars, patrons, n_patrons, weeks, key):
    """Outcome means of every vector and case: (vectors, cases, outcomes) over the draws.

    vectors (V, parameters), scalars (C, ...), patrons (C, K, ...), weeks (C, draws, 5); the draws of a case are shared by
    all vectors.
    """
    n, cases, draws = vectors.shape[0], scalars.shape[0], weeks.shape[1]
    result = np.zeros((n, cases, 8))
    for v in prange(n):
        out = np.empty(6)
        for c in range(cases):
            for s in range(draws):
                one_crisis(vectors[v], scalars[c], patrons[c], n_patrons[c], weeks[c, s], key + s, c, out)
                result[v, c, 0] += out[0]
                result[v, c, 1] += out[1]
                result[v, c, 2] += out[2] < 90
                result[v, c, 3] += out[2] < 365
                result[v, c, 4] += out[3]
                result[v, c, 5] += out[3] * out[3]
                result[v, c, 6] += out[4]
                result[v, c, 7] += out[4] * out[4]
    return result / draws
