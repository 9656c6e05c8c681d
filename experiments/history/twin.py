"""The mean-field twin: the mechanisms of one coded crisis without single citizens, compiled, for calibration.

Citizens enter by the closed form of the active share; factions, government and patrons decide as in the model, with
draws of the same kind. What it leaves out: alignment, opinions, influence, diplomacy and rescue.
"""

from math import exp, log

import numpy as np
from numba import njit, prange

from sim.circumstances import ARMED_STRAIN, STATE_STRAIN
from sim.mechanisms.succession import SETTLED
from sim.streams import Stream, uniform

# one crisis as numbers: columns of `scalars` and of `patrons`
SCALARS = (
    "autocracy", "democracy", "tenure", "oil", "income", "shock", "outsider", "state", "adults_k", "demand",
)  # fmt: skip
PATRON = ("influence", "alignment", "external", "internal", "committed", "soldiers_k", "tie", "lag")
INFLUENCE, ALIGNMENT, EXTERNAL, INTERNAL, COMMITTED, SOLDIERS, TIE, LAG = range(len(PATRON))
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
MOST_REQUESTS = 1  # one power is asked for force in a crisis: the first that is worth asking
CONTINGENT = 1.0  # share of the available force that a request brings
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
def standing(th, d, week, size):
    """What the facts make of the host: fills rents (4,), returns full force, own force, rest of legitimacy, grievance, strain."""
    autocracy, democracy, tenure, oil, income, shock, outsider, state = d[:8]
    split, forces, armed, sites, crowd = week
    log_rents = th[BASE_RENTS] + th[AUTOCRACY_RENTS] * autocracy + th[OIL_RENTS] * oil + th[TENURE_RENTS] * tenure
    log_rents -= th[SPLIT_RENTS] * split
    size[:] = exp(log_rents)
    size[0] *= exp(-th[WAVERING_RENTS] * forces)
    full_force = income * exp(th[AUTOCRACY_FORCE] * autocracy) / PEOPLE_PER_OFFICER
    own_force = full_force * max(0.05, 1.0 - th[WAVERING] * forces) * exp(-th[KEY_SITES] * sites)
    rest = min(1.0, max(0.0, LEGITIMACY + th[ELECTIONS] * democracy))
    reach = 0.0 if state else OUTSIDE_GRIEVANCE if outsider else 1.0
    grievance = th[FULL_GRIEVANCE] * shock * exp(th[FIRST_DAYS] * crowd) * reach
    weakness = 2.0 * logistic(-1.5 * (log_rents - 0.25 * th[WAVERING_RENTS] * forces))
    strain = shock * (1.0 + ARMED_STRAIN * armed) * (STATE_STRAIN if state else 1.0)
    return full_force, own_force, rest, grievance, th[EROSION] / DAYS * strain * weakness


@njit(cache=True)
def review(th, loyal, rents, survival, framing, key, unit, day):
    """Factions stay, leave or return today; returns the power weight of the loyal ones."""
    coalition = 0.0
    for i in range(loyal.size):
        u = uniform(key, TWIN, unit, day, i)
        if loyal[i]:
            r = rents[i] * (1.0 + th[COHESION] * framing)
            if u < th[REVIEW] * logistic(th[SHARPNESS] * ((1.0 - survival) - survival * r)):
                loyal[i] = False
        elif survival > th[RETURN_ABOVE] and u < th[RETURN_SHARE] * th[REVIEW]:
            loyal[i] = True
        if loyal[i]:
            coalition += WEIGHTS[i]
    return coalition


@njit(cache=True)
def concedes_represses_frames(th, done, kept, promised, active, opposing, survival, framing):
    """Which of the three the government does today, each once: (bool, bool, bool)."""
    lam, crowd = th[GOV_RATIONALITY], th[MU] * active
    relieved = success(promised, crowd * (1.0 - th[RELIEF]) + opposing, th[DECISIVENESS]) - survival
    harder = success(promised * (1.0 + th[DETERRENCE]), crowd + opposing, th[DECISIVENESS]) - survival
    cost = th[FORCE_COST] * (1.0 - th[LICENCE] * framing)
    worth = th[VALUE] * (1.0 - survival) * th[FRAMING_VALUE] - th[FRAMING_COST]
    concede = not done[0] and lam * (th[VALUE] * relieved - th[CONCESSION_COST]) + kept[0] > 0.0
    repress = not done[1] and lam * (th[VALUE] * harder - cost) + kept[1] > 0.0
    frame = not done[2] and lam * worth + kept[2] > 0.0
    done[0], done[1], done[2] = done[0] or concede, done[1] or repress, done[2] or frame
    return concede, repress, frame


@njit(cache=True)
def purge(th, done, kept, loyal, key, unit, day):
    """The government may win the heaviest faction back, once."""
    lost = -1
    for i in range(loyal.size):
        if not loyal[i] and (lost < 0 or WEIGHTS[i] > WEIGHTS[lost]):
            lost = i
    worth = th[VALUE] * WEIGHTS[max(0, lost)] - th[PURGE_COST]
    if lost >= 0 and not done[3] and th[GOV_RATIONALITY] * worth + kept[3] > 0.0:
        done[3] = True
        loyal[lost] = uniform(key, TWIN, unit, day, 50) < th[PURGE_SUCCESS]


@njit(cache=True)
def answer(th, patron, successor, outsider, state):
    """Utility of sending force to the host."""
    clause = patron[EXTERNAL] if outsider else patron[INTERNAL]
    return (
        th[STAKE_WEIGHT] * patron[INFLUENCE] * (patron[ALIGNMENT] - successor) / 2.0
        + th[CLAUSE_WEIGHT] * clause
        - th[POOL_COST] * CONTINGENT
        - th[DISTRACTION] * patron[COMMITTED]
        - (th[ENTRAPMENT] * patron[TIE] + th[STATE_COST] if state else 0.0)
    )


@njit(cache=True)
def addressee(th, d, patrons, n_patrons, asked, kept, successor, present, opposed, survival):
    """The patron that the government asks for force today, -1 if none."""
    outsider, state, adults = d[6] > 0.5, d[7] > 0.5, d[8] * 1e3
    best, best_utility = -1, -np.inf
    for k in range(n_patrons):
        if asked[k] or patrons[k, SOLDIERS] <= 0.0:
            continue
        consent = logistic(th[ORG_RATIONALITY] * answer(th, patrons[k], successor[k], outsider, state))
        with_pool = present + th[PHI] * patrons[k, SOLDIERS] * 1e3 / adults
        gain = success(with_pool, opposed, th[DECISIVENESS]) - survival
        price = th[AUTONOMY_PRICE] * (1.0 + d[9]) * patrons[k, INFLUENCE] + th[ASKING_COST]
        price += th[ALIGNMENT_COST] * (1.0 - patrons[k, ALIGNMENT])
        side = th[OUTSIDER_GAIN] if outsider else -th[HOME_COST]
        u = th[VALUE] * consent * gain - price + side
        if th[GOV_RATIONALITY] * u + kept[k] > 0.0 and u > best_utility:
            best, best_utility = k, u
    return best


@njit(cache=True)
def legitimacy_of_today(th, legitimacy, rest, death_rate, troops, attack, day):
    """Return to rest, deaths per 100,000, foreign troops, rally and weariness."""
    change = th[RECOVERY] * (rest - legitimacy) - th[BACKLASH] * death_rate
    if troops > 0.0:
        change -= th[FOREIGN_TROOPS] * (1.0 - SUCCESSOR_MEAN) / 2.0
    if attack > 0.0:
        fresh = exp(-day * log(2.0) / th[RALLY_HALF_LIFE])
        change += attack * (th[RALLY] * fresh - th[WEARINESS] * (1.0 - fresh))
    return min(1.0, max(0.0, legitimacy + change))


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
    result = np.zeros((n, cases, 8))
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
                result[v, c, 5] += out[3] * out[3]
                result[v, c, 6] += out[4]
                result[v, c, 7] += out[4] * out[4]
    return result / draws
