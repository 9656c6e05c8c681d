"""The rules of the mean-field twin, one compiled function each; the same equations as the mechanisms of the model."""

from math import exp, log

import numpy as np
from numba import njit

from experiments.history.twin_layout import (
    ALIGNMENT,
    ALIGNMENT_COST,
    ANSWER_HOME_COST,
    ASKING_COST,
    AUTOCRACY_FORCE,
    AUTOCRACY_RENTS,
    AUTONOMY_PRICE,
    BACKLASH,
    BASE_RENTS,
    CLAUSE_WEIGHT,
    COHESION,
    COMMITTED,
    CONCESSION_COST,
    CONTINGENT,
    DAYS,
    DECISIVENESS,
    DETERRENCE,
    DISTRACTION,
    ELECTIONS,
    ENTRAPMENT,
    EROSION,
    EXTERNAL,
    FIRST_DAYS,
    FORCE_COST,
    FOREIGN_TROOPS,
    FRAMING_COST,
    FRAMING_VALUE,
    FULL_GRIEVANCE,
    GOV_RATIONALITY,
    HOME_COST,
    INFLUENCE,
    INTERNAL,
    KEY_SITES,
    LEGITIMACY,
    LICENCE,
    MU,
    NODES,
    OIL_RENTS,
    ORG_RATIONALITY,
    OUTSIDE_GRIEVANCE,
    OUTSIDER_GAIN,
    PEOPLE_PER_OFFICER,
    PHI,
    POOL_COST,
    PURGE_COST,
    PURGE_SUCCESS,
    RALLY,
    RALLY_HALF_LIFE,
    RECOVERY,
    RELIEF,
    RETURN_ABOVE,
    RETURN_SHARE,
    REVIEW,
    SHARPNESS,
    SOLDIERS,
    SPLIT_RENTS,
    STAKE_WEIGHT,
    STATE_COST,
    SUCCESSOR_MEAN,
    TENURE_RENTS,
    TIE,
    VALUE,
    WAVERING,
    WAVERING_RENTS,
    WEARINESS,
    WEIGHTS,
)
from sim.circumstances import ARMED_STRAIN, STATE_STRAIN
from sim.streams import Stream, uniform

TWIN = Stream.TWIN


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
        - (0.0 if outsider else th[ANSWER_HOME_COST])
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
