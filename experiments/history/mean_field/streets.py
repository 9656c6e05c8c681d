"""Streets, forces and elites of the mean-field twin: the equations of the mechanisms, one compiled function each."""

from math import cos, exp, log, pi, sqrt

from experiments.history.mean_field import layout as at
from sim.core.compiled import njit
from sim.core.streams import Stream, uniform
from sim.equations.coded_facts import ARMED_STRAIN, STATE_STRAIN
from sim.equations.events import SPENT

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
    for z in at.NODES:
        total += acting(grievance, risk, threshold + noise * z)
    return total / at.NODES.size


@njit(cache=True)
def success(force, opposed, decisiveness):
    if opposed <= 0.0:
        return 1.0
    if force <= 0.0:
        return 0.0
    ratio = opposed / force
    return 1.0 / (1.0 + (ratio * ratio if decisiveness == 2.0 else ratio**decisiveness))


@njit(cache=True)
def standing(th, d, week, rents, host):
    """What the facts make of the host: fills rents (4,) and host."""
    log_rents = th[at.BASE_RENTS] + th[at.AUTOCRACY_RENTS] * d[at.AUTOCRACY] + th[at.OIL_RENTS] * d[at.OIL]
    log_rents += th[at.TENURE_RENTS] * d[at.TENURE] - th[at.SPLIT_RENTS] * week[at.SPLIT]
    rents[:] = exp(log_rents)
    rents[0] *= exp(-th[at.WAVERING_RENTS] * week[at.FORCES])
    full = d[at.INCOME] * exp(th[at.AUTOCRACY_FORCE] * d[at.AUTOCRACY]) / at.PEOPLE_PER_OFFICER
    steady = max(0.05, 1.0 - th[at.WAVERING] * week[at.FORCES]) * exp(-th[at.KEY_SITES] * week[at.SITES])
    reach = 0.0 if d[at.STATE] > 0.5 else at.OUTSIDE_GRIEVANCE if d[at.OUTSIDER] > 0.5 else 1.0
    weakness = 2.0 * logistic(-1.5 * (log_rents - 0.25 * th[at.WAVERING_RENTS] * week[at.FORCES]))
    strain = d[at.SHOCK] * (1.0 + ARMED_STRAIN * week[at.ARMED_WEEK]) * (STATE_STRAIN if d[at.STATE] > 0.5 else 1.0)
    host[at.FULL_FORCE], host[at.STEADY_FORCE], host[at.ADULTS] = full, full * steady, d[at.ADULTS_K] * 1e3
    host[at.REST] = min(1.0, max(0.0, at.LEGITIMACY + th[at.ELECTIONS] * d[at.DEMOCRACY]))
    host[at.GRIEVANCE] = th[at.FULL_GRIEVANCE] * d[at.SHOCK] * exp(th[at.FIRST_DAYS] * week[at.EARLY]) * reach
    host[at.HAZARD] = th[at.EROSION] / at.DAYS * strain * weakness


@njit(cache=True)
def events(th, d, host, patrons, armed, day, now):
    """What comes from outside the streets: attack, armed challenge, legitimacy, landings."""
    attack = d[at.SHOCK] * at.ATTACKS[day] if d[at.STATE] > 0.5 else 0.0
    now[at.ATTACK] = attack if attack >= SPENT else 0.0
    now[at.ARMS] = 0.0 if d[at.STATE] > 0.5 else armed * d[at.SHOCK] * at.ARMED[day]
    change = th[at.RECOVERY] * (host[at.REST] - now[at.LEGIT])
    change -= th[at.BACKLASH] * now[at.DEATHS] * at.ADULT_SHARE / host[at.ADULTS] * 1e5
    if now[at.TROOPS] > 0.0:
        change -= th[at.FOREIGN_TROOPS] * (1.0 - at.SUCCESSOR_MEAN) / 2.0
    if now[at.ATTACK] > 0.0:
        fresh = exp(-day * log(2.0) / th[at.RALLY_HALF_LIFE])
        change += now[at.ATTACK] * (th[at.RALLY] * fresh - th[at.WEARINESS] * (1.0 - fresh))
    now[at.LEGIT] = min(1.0, max(0.0, now[at.LEGIT] + change))
    if day == now[at.LANDING_DAY]:
        now[at.TROOPS] = patrons[int(now[at.BACKER]), at.SOLDIERS] * 1e3 * at.CONTINGENT


@njit(cache=True)
def gathered(crowd, redecide, key, unit, day):
    """The share of a crowd that is expected, with the chance of ROWS citizens who decide one by one."""
    u, angle = uniform(key, TWIN, unit, day, 60), uniform(key, TWIN, unit, day, 61)
    normal = sqrt(-2.0 * log(u)) * cos(2.0 * pi * angle)
    variance = crowd * (1.0 - crowd) * (1.0 - (1.0 - redecide) ** 2) / at.ROWS
    return min(1.0, max(0.0, crowd + normal * sqrt(max(0.0, variance))))


@njit(cache=True)
def streets(th, host, secure, key, unit, day, now):
    """Forces present, arrest risk, the crowd of today, deaths. secure: the security faction is loyal."""
    crowd, held, present, risk, own_risk = now[at.CROWD], now[at.HELD], 0.0, 1.0, 1.0
    if secure:
        present = host[at.STEADY_FORCE] * (1.0 - th[at.DRAW_OFF] * now[at.ATTACK])
        present *= 1.0 + th[at.DETERRENCE] * now[at.VIOLENCE]
    if crowd > 0.0:
        backed = present + th[at.PHI] * now[at.TROOPS] / host[at.ADULTS]
        own_risk = 1.0 - exp(-th[at.RISK_CONSTANT] * present / (th[at.MOBILISABLE] * crowd))
        risk = 1.0 - exp(-th[at.RISK_CONSTANT] * backed / (th[at.MOBILISABLE] * crowd))
    felt = max(0.0, 1.0 - now[at.LEGIT] + host[at.GRIEVANCE] * at.COURSE[day])
    q = active_share(felt, risk, th[at.THRESHOLD] - (th[at.NEIGHBOURS] + th[at.NEWS]) * crowd, th[at.NOISE])
    taken = crowd * th[at.ARREST] * risk
    crowd = (1.0 - th[at.REDECIDE]) * (crowd - taken) + th[at.REDECIDE] * q * (1.0 - held - taken)
    crowd = gathered(crowd, th[at.REDECIDE], key, unit, day)
    active = th[at.MOBILISABLE] * crowd
    against = host[at.FULL_FORCE] * (
        th[at.ARMED_STRENGTH] * now[at.ARMS] + th[at.ATTACK_STRENGTH] * now[at.ATTACK]
    )  # fmt: skip
    deaths = th[at.LETHALITY] * active * own_risk * max(0.0, own_risk - th[at.SAFE_RISK]) * now[at.VIOLENCE]
    now[at.DEATHS] = (deaths + th[at.ARMED_LETHALITY] * against) * host[at.ADULTS]
    now[at.DEAD] += now[at.DEATHS]
    now[at.CROWD], now[at.HELD], now[at.PRESENT] = crowd, held + taken - held / th[at.DETENTION], present
    now[at.ACTIVE], now[at.OPPOSED] = active, th[at.MU] * active + against
    now[at.PEAK] = max(now[at.PEAK], active)
    now[at.CALM] = 0.0 if active * at.ADULT_SHARE >= th[at.CALM_SHARE] else now[at.CALM] + 1.0


@njit(cache=True)
def coalition(th, host, patrons, loyal, rents, key, unit, day, now):
    """Perceived survival; factions stay, leave or return today; returns the power weight of the loyal ones."""
    backing = patrons[int(now[at.BACKER]), at.SOLDIERS] * 1e3 if now[at.BACKER] >= 0.0 else 0.0
    now[at.PROMISED] = now[at.PRESENT] + th[at.PHI] * backing / host[at.ADULTS]
    now[at.SURVIVAL] = survival = success(now[at.PROMISED], now[at.OPPOSED], th[at.DECISIVENESS])
    total, closed = 0.0, exp(th[at.ARMED_COHESION] * now[at.ARMS])
    for i in range(loyal.size):
        u = uniform(key, TWIN, unit, day, i)
        if loyal[i]:
            r = rents[i] * closed * (1.0 + th[at.COHESION] * now[at.FRAMING])
            if u < th[at.REVIEW] * logistic(th[at.SHARPNESS] * ((1.0 - survival) - survival * r)):
                loyal[i] = False
        elif survival > th[at.RETURN_ABOVE] and u < th[at.RETURN_SHARE] * th[at.REVIEW]:
            loyal[i] = True
        if loyal[i]:
            total += at.WEIGHTS[i]
    return total
