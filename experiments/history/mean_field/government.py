"""Government and patrons of the mean-field model: requests, answers, and acts at home.

Arguments are records of `layout` and `parameters`: p the parameters, today the state of the crisis, which changes.
"""

from math import log

import numpy as np

from experiments.history.cases.staging import CONTINGENT, SUCCESSOR_MEAN, SUCCESSOR_WIDTH
from experiments.history.mean_field.elites import force_of_host, pledge_of, promised_force, survival_with
from experiments.history.mean_field.layout import CONCEDE, FRAME, PATRON_DRAWS, PURGE, REPRESS, WEIGHTS
from sim.core.compiled import njit
from sim.core.streams import Stream, uniform
from sim.equations import government as equations
from sim.equations import patrons as answers
from sim.equations.choice import chance, takes
from sim.equations.legitimacy import after_concession

MEAN_FIELD = Stream.MEAN_FIELD


@njit(cache=True)
def random_utility(key, unit, option):
    """Standard logistic draw of an option, one per crisis."""
    u = uniform(key, MEAN_FIELD, unit, -1, option)
    return log(u / (1.0 - u))


@njit(cache=True)
def act_draws(key, unit):
    """(4,) random utilities of the acts at home."""
    draws = np.empty(4)
    for i in range(4):
        draws[i] = random_utility(key, unit, i)
    return draws


@njit(cache=True)
def patron_draws(n_patrons, key, unit):
    """(K,) the successor's alignment with each patron, and the random utilities of a request to it and of its answer."""
    draws = np.zeros(n_patrons, PATRON_DRAWS)
    for k in range(n_patrons):
        u = uniform(key, MEAN_FIELD, unit, -1, 30 + k)
        draws[k].successor = SUCCESSOR_MEAN + SUCCESSOR_WIDTH * (2.0 * u - 1.0)
        draws[k].request = random_utility(key, unit, 10 + k)
        draws[k].answer = random_utility(key, unit, 20 + k)
    return draws


@njit(cache=True)
def is_external(facts, today):
    """True if the adversary comes from outside."""
    return facts.outsider or today.attack > 0.0


@njit(cache=True)
def clause_for(patron, facts, today):
    """1 if a clause of the arrangement covers the event, else 0."""
    covers = patron.external if is_external(facts, today) else patron.internal
    return 1.0 if covers else 0.0


@njit(cache=True)
def consent_utility(p, facts, patron, successor, today):
    """Utility of sending force to the host."""
    a, attacked = p.assistance, today.attack > 0.0
    event = answers.event_utility(
        clause_for(patron, facts, today), CONTINGENT, 1.0, is_external(facts, today), attacked, today.armed,
        patron.tie if attacked else 0.0, a.clause_weight, a.force_cost, a.home_cost, a.state_cost, a.entrapment_cost,
        a.armed_licence,
    )  # fmt: skip
    stake = answers.stake(patron.influence, patron.alignment, successor, a.alignment_stake)
    return answers.consent_utility(event, stake, answers.engagement(patron.engaged, 1.0), a.distraction_cost)


@njit(cache=True)
def request_utility(p, facts, patron, consent, gain, today):
    """Utility of asking a patron for force. consent: its utility; gain: survival with its soldiers less that without."""
    r = p.response
    hope = equations.expected_consent(chance(consent, p.assistance.rationality), r.foresight)
    price = equations.asking_price(
        facts.autonomy_demand, patron.influence, patron.alignment, r.autonomy_price, r.alignment_cost, r.asking_cost
    )
    price += equations.force_surcharge(
        patron.dependence, clause_for(patron, facts, today), r.stranger_cost, r.clause_gain
    )
    adversary = equations.adversary_utility(
        is_external(facts, today), facts.polyarchy, today.armed, r.outsider_gain, r.home_cost, r.openness_cost,
        p.assistance.armed_licence,
    )  # fmt: skip
    return equations.request_utility(hope, gain, price, adversary, r.stake)


@njit(cache=True)
def request_force(p, facts, host, patrons, draws, loyal, survival, key, unit, day, today) -> None:
    """The most useful patron is asked for force, once a crisis (MOST_REQUESTS), and answers on the same day."""
    if today.requested:
        return
    best, best_utility, best_consent = -1, -np.inf, 0.0
    force = force_of_host(p, host, loyal, today)
    for k in range(len(patrons)):
        consent = consent_utility(p, facts, patrons[k], draws[k].successor, today)
        helped = survival_with(p, force + pledge_of(p, host, patrons[k]), today.active, today)
        utility = request_utility(p, facts, patrons[k], consent, helped - survival, today)
        if utility > best_utility and takes(utility, p.response.rationality, draws[k].request):
            best, best_utility, best_consent = k, utility, consent
    if best < 0:
        return
    today.requested, today.addressee = True, patrons[best].group
    if takes(best_consent, p.assistance.rationality, draws[best].answer):
        lag, choices = patrons[best].lag, patrons[best].longest_lag - patrons[best].lag + 1
        today.backer = best
        today.landing_day = day + lag + int(uniform(key, MEAN_FIELD, unit, -1, 41) * choices)


@njit(cache=True)
def act_at_home(p, host, past_acts, draws, force, survival, today) -> None:
    """Concession, repression and framing, each once; all are weighed before one takes effect."""
    r = p.response
    calmer = equations.protest_after_concession(today.active, r.concession_relief)
    survival_conceding = survival_with(p, force, calmer, today)
    survival_repressing = survival_with(
        p, equations.force_with_violence(force, p.policing.deterrence), today.active, today
    )
    cost = equations.repression_cost(today.framing, r.force_cost, r.framing_licence)
    concession = equations.act_utility(survival_conceding - survival, r.concession_cost, r.stake)
    repression = equations.act_utility(survival_repressing - survival, cost, r.stake)
    framing = equations.act_utility(equations.framing_gain(survival, r.framing_value), r.framing_cost, r.stake)
    if not past_acts[CONCEDE] and takes(concession, r.rationality, draws[CONCEDE]):
        past_acts[CONCEDE] = True
        today.legitimacy = after_concession(today.legitimacy, host.resting_level, r.concession_gain)
        today.grievance_left *= 1.0 - r.grievance_relief
    if not past_acts[REPRESS] and takes(repression, r.rationality, draws[REPRESS]):
        past_acts[REPRESS], today.violence = True, 1.0
    if not past_acts[FRAME] and takes(framing, r.rationality, draws[FRAME]):
        past_acts[FRAME], today.framing = True, 1.0


@njit(cache=True)
def purge(p, past_acts, draws, loyal, key, unit, day) -> None:
    """The government may win the heaviest disloyal faction back, once."""
    heaviest = -1
    for i in range(loyal.size):
        if loyal[i] < 0.5 and (heaviest < 0 or WEIGHTS[i] > WEIGHTS[heaviest]):
            heaviest = i
    if heaviest < 0 or past_acts[PURGE]:
        return
    utility = equations.act_utility(WEIGHTS[heaviest], p.response.purge_cost, p.response.stake)
    if takes(utility, p.response.rationality, draws[PURGE]):
        past_acts[PURGE] = True
        if uniform(key, MEAN_FIELD, unit, day, 50) < p.response.purge_success:
            loyal[heaviest] = 1.0


@njit(cache=True)
def decide(p, facts, host, patrons, draws, of_patrons, past_acts, loyal, key, unit, day, today) -> None:
    """All decisions of a day, on the force and the survival that defections of today have left."""
    force = promised_force(p, host, patrons, loyal, today)
    survival = survival_with(p, force, today.active, today)
    request_force(p, facts, host, patrons, of_patrons, loyal, survival, key, unit, day, today)
    act_at_home(p, host, past_acts, draws, force, survival, today)
    purge(p, past_acts, draws, loyal, key, unit, day)
