"""Government and patrons of the mean-field twin: what it does at home, whom it asks, and what they answer."""

from math import log

import numpy as np

from experiments.history.mean_field import layout as at
from experiments.history.mean_field.streets import logistic, success
from sim.core.compiled import njit
from sim.core.streams import Stream, uniform

TWIN = Stream.TWIN


@njit(cache=True)
def random_utility(key, unit, option):
    u = uniform(key, TWIN, unit, -1, option)
    return log(u / (1.0 - u))


@njit(cache=True)
def bars(th, key, unit):
    """(4,) what the utility of each act at home must exceed, given its random utility."""
    found = np.empty(4)
    for i in range(4):
        found[i] = -random_utility(key, unit, i) / th[at.GOV_RATIONALITY]
    return found


@njit(cache=True)
def covered(patron, d):
    """1 if a clause of the arrangement covers the event."""
    return patron[at.EXTERNAL] if d[at.OUTSIDER] > 0.5 else patron[at.INTERNAL]


@njit(cache=True)
def answer(th, patron, d, successor):
    """Utility of sending force to the host."""
    against = 0.0 if d[at.OUTSIDER] > 0.5 else th[at.ANSWER_HOME_COST]
    if d[at.STATE] > 0.5:
        against = th[at.ENTRAPMENT] * patron[at.TIE] + th[at.STATE_COST]
    stake = th[at.STAKE_WEIGHT] * patron[at.INFLUENCE] * (patron[at.ALIGNMENT] - successor) / 2.0
    return (
        stake
        + th[at.CLAUSE_WEIGHT] * covered(patron, d)
        - th[at.POOL_COST] * at.CONTINGENT
        - th[at.DISTRACTION] * patron[at.COMMITTED]
        - against
    )


@njit(cache=True)
def prospects(th, d, patrons, key, unit):
    """(K, 4) per patron: consent as expected, price of asking, what the utility must exceed, and would it grant."""
    found = np.empty((len(patrons), 4))
    for k in range(len(patrons)):
        successor = at.SUCCESSOR_MEAN + at.SUCCESSOR_WIDTH * (2.0 * uniform(key, TWIN, unit, -1, 30 + k) - 1.0)
        u = th[at.ORG_RATIONALITY] * answer(th, patrons[k], d, successor)
        consent = logistic(u)
        price = th[at.AUTONOMY_PRICE] * (1.0 + d[at.DEMAND]) * patrons[k, at.INFLUENCE] + th[at.ASKING_COST]
        price += th[at.ALIGNMENT_COST] * (1.0 - patrons[k, at.ALIGNMENT])
        found[k, at.HOPE] = consent + (1.0 - th[at.FORESIGHT]) * (0.5 - consent)
        price += th[at.STRANGER_COST] * (1.0 - patrons[k, at.MILITARY]) - th[at.CLAUSE_GAIN] * covered(patrons[k], d)
        found[k, at.PRICE] = price
        found[k, at.BAR] = -random_utility(key, unit, 10 + k) / th[at.GOV_RATIONALITY]
        found[k, at.GRANTS] = u + random_utility(key, unit, 20 + k)
    return found


@njit(cache=True)
def side(th, d, now):
    """What asking is worth by who the adversary is, whatever comes of it."""
    if d[at.OUTSIDER] > 0.5:
        return th[at.OUTSIDER_GAIN]
    cost = th[at.HOME_COST] + th[at.OPENNESS_COST] * (d[at.DEMOCRACY] - d[at.AUTOCRACY])
    return -cost * (1.0 - th[at.ARMED_LICENCE] * now[at.ARMS])


@njit(cache=True)
def asks(th, d, host, patrons, prospect, key, unit, day, now):
    """The most useful patron is asked for force, once a crisis (MOST_REQUESTS), and answers on the same day."""
    if now[at.REQUESTED] > 0.0:
        return
    best, best_utility, own_side = -1, -np.inf, side(th, d, now)
    for k in range(len(patrons)):
        with_pool = now[at.PRESENT] + th[at.PHI] * patrons[k, at.SOLDIERS] * 1e3 / host[at.ADULTS]
        gain = success(with_pool, now[at.OPPOSED], th[at.DECISIVENESS]) - now[at.SURVIVAL]
        u = th[at.VALUE] * prospect[k, at.HOPE] * gain - prospect[k, at.PRICE] + own_side
        if u > prospect[k, at.BAR] and u > best_utility:
            best, best_utility = k, u
    if best < 0:
        return
    now[at.REQUESTED], now[at.ASKED] = 1.0, patrons[best, at.GROUP]
    if prospect[best, at.GRANTS] > 0.0:
        choices = patrons[best, at.LONGEST_LAG] - patrons[best, at.LAG] + 1.0
        now[at.BACKER] = best
        now[at.LANDING_DAY] = day + patrons[best, at.LAG] + int(uniform(key, TWIN, unit, -1, 41) * choices)


@njit(cache=True)
def acts(th, done, bar, now):
    """Concession, repression and framing, each once."""
    force, opposed = now[at.PROMISED], now[at.OPPOSED]
    crowd = th[at.MU] * now[at.ACTIVE]
    relieved = success(force, opposed - crowd * th[at.RELIEF], th[at.DECISIVENESS]) - now[at.SURVIVAL]
    harder = success(force * (1.0 + th[at.DETERRENCE]), opposed, th[at.DECISIVENESS]) - now[at.SURVIVAL]
    cost = th[at.FORCE_COST] * (1.0 - th[at.LICENCE] * now[at.FRAMING])
    worth = th[at.VALUE] * (1.0 - now[at.SURVIVAL]) * th[at.FRAMING_VALUE] - th[at.FRAMING_COST]
    if not done[at.CONCEDE] and th[at.VALUE] * relieved - th[at.CONCESSION_COST] > bar[at.CONCEDE]:
        done[at.CONCEDE] = True
        now[at.LEGIT] = min(1.0, max(0.0, now[at.LEGIT] + th[at.CONCESSION_GAIN]))
    if not done[at.REPRESS] and th[at.VALUE] * harder - cost > bar[at.REPRESS]:
        done[at.REPRESS], now[at.VIOLENCE] = True, 1.0
    if not done[at.FRAME] and worth > bar[at.FRAME]:
        done[at.FRAME], now[at.FRAMING] = True, 1.0


@njit(cache=True)
def purge(th, done, bar, loyal, key, unit, day):
    """The government may win the heaviest faction back, once."""
    lost = -1
    for i in range(loyal.size):
        if not loyal[i] and (lost < 0 or at.WEIGHTS[i] > at.WEIGHTS[lost]):
            lost = i
    worth = th[at.VALUE] * at.WEIGHTS[max(0, lost)] - th[at.PURGE_COST]
    if lost >= 0 and not done[at.PURGE] and worth > bar[at.PURGE]:
        done[at.PURGE] = True
        loyal[lost] = uniform(key, TWIN, unit, day, 50) < th[at.PURGE_SUCCESS]
