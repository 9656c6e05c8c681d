"""What the twin reads: columns of its arrays, places of the parameters in a vector, and how a coded case is staged."""

from math import log

import numpy as np

from sim.mechanisms import Mechanisms
from sim.spec.schema.actors import REFERENCE_WEIGHTS

# one crisis as numbers: columns of `scalars` and of `patrons`
SCALARS = (
    "autocracy", "democracy", "tenure", "oil", "income", "shock", "outsider", "state", "adults_k", "demand",
)  # fmt: skip
AUTOCRACY, DEMOCRACY, TENURE, OIL, INCOME, SHOCK, OUTSIDER, STATE, ADULTS_K, DEMAND = range(len(SCALARS))
PATRON = (
    "influence", "alignment", "external", "internal", "committed", "soldiers_k", "tie", "lag", "longest_lag", "military", "group",
)  # fmt: skip
INFLUENCE, ALIGNMENT, EXTERNAL, INTERNAL, COMMITTED, SOLDIERS, TIE, LAG, LONGEST_LAG, MILITARY, GROUP = range(
    len(PATRON)
)
# what facts and parameters make of a host, and where a crisis stands today
HOST = ("full_force", "own_force", "rest", "grievance", "hazard", "adults")
FULL_FORCE, STEADY_FORCE, REST, GRIEVANCE, HAZARD, ADULTS = range(len(HOST))
(
    ATTACK, ARMS, LEGIT, TROOPS, PRESENT, CROWD, HELD, ACTIVE, CALM, PEAK, OPPOSED, DEATHS, DEAD, PROMISED, SURVIVAL,
    VIOLENCE, FRAMING, REQUESTED, BACKER, LANDING_DAY, ASKED, N_NOW,
) = range(22)  # fmt: skip
CONCEDE, REPRESS, FRAME, PURGE = range(4)
HOPE, PRICE, BAR, GRANTS = range(4)  # of asking a patron
FIRST_WEEK = ("split", "forces", "armed", "sites", "crowd")
SPLIT, FORCES, ARMED_WEEK, SITES, EARLY = range(len(FIRST_WEEK))
OUTCOMES = (
    "requested", "helped", "fell_90", "fell_365", "log_peak", "log_deaths",
    "asked_rus", "asked_tur", "asked_west", "asked_other",
)  # fmt: skip
FIRST_ASKED = OUTCOMES.index("asked_rus")  # then the other classes of addressees, in the order of `patrons.GROUPS`
MAX_PATRONS = 5
WEIGHTS = tuple(REFERENCE_WEIGHTS.values())  # of the four factions, the first holds the security forces
DAYS = 365
# middle of equal shares of the decision noise
NODES = np.array([log(u / (1.0 - u)) for u in (np.arange(6) + 0.5) / 6])

# Parameters that the twin reads, in the order of a vector: those whose draws are adapted to the record, ...
ADAPTED = (
    "events.full_grievance", "contest.protesters_per_officer", "contest.armed_strength", "defection.base_rents",
    "succession.erosion", "assistance.alignment_stake", "assistance.clause_weight", "assistance.force_cost",
    "assistance.home_cost", "assistance.state_cost", "response.home_cost", "response.openness_cost",
    "response.foresight", "response.outsider_gain", "legitimacy.elections", "policing.key_sites",
    "defection.autocracy_rents", "defection.split_rents", "defection.wavering_rents", "defection.framing_cohesion",
    "response.stranger_cost", "response.clause_gain", "response.armed_licence", "defection.armed_cohesion",
    "events.first_days", "policing.wavering", "defection.tenure_rents", "response.concession_gain",
)  # fmt: skip
# ... claims about which the record says little: drawn from their priors and weighed with the rest, so that they stay open,
OPEN = (
    "defection.oil_rents", "legitimacy.backlash", "legitimacy.foreign_troops", "legitimacy.rally", "legitimacy.weariness",
    "policing.deterrence", "response.framing_licence",
)  # fmt: skip
# ... and what stays at its default value.
FIXED = (
    "response.rationality", "assistance.rationality", "assistance.distraction_cost", "assistance.entrapment_cost",
    "contention.news", "defection.sharpness", "defection.review_rate", "succession.winning_coalition",
    "contention.threshold", "contention.noise", "contention.neighbours", "contention.mobilisable_share",
    "contention.redecide", "contention.arrest_rate", "contention.detention_days", "legitimacy.recovery",
    "legitimacy.rally_half_life", "policing.risk_constant", "policing.foreign_multiplier", "policing.draw_off",
    "policing.autocracy_force", "clashes.lethality", "clashes.armed_lethality", "clashes.safe_risk",
    "contest.decisiveness", "contest.attack_strength", "defection.return_share", "defection.return_above",
    "succession.calm_share", "succession.calm_days", "response.stake", "response.autonomy_price",
    "response.alignment_cost", "response.asking_cost", "response.concession_cost", "response.concession_relief",
    "response.force_cost", "response.framing_value", "response.framing_cost", "response.purge_cost",
    "response.purge_success", "response.alarm", "response.usual_violence", "response.repression_half_life",
)  # fmt: skip
FREE = ADAPTED + OPEN
READ = FREE + FIXED
(
    FULL_GRIEVANCE, MU, ARMED_STRENGTH, BASE_RENTS, EROSION, STAKE_WEIGHT, CLAUSE_WEIGHT, POOL_COST,
    ANSWER_HOME_COST, STATE_COST, HOME_COST, OPENNESS_COST, FORESIGHT, OUTSIDER_GAIN, ELECTIONS, KEY_SITES,
    AUTOCRACY_RENTS, SPLIT_RENTS, WAVERING_RENTS, COHESION, STRANGER_COST, CLAUSE_GAIN, ARMED_LICENCE,
    ARMED_COHESION, FIRST_DAYS, WAVERING, TENURE_RENTS, CONCESSION_GAIN, OIL_RENTS, BACKLASH, FOREIGN_TROOPS, RALLY,
    WEARINESS, DETERRENCE, LICENCE, GOV_RATIONALITY, ORG_RATIONALITY, DISTRACTION, ENTRAPMENT, NEWS, SHARPNESS,
    REVIEW, COALITION, THRESHOLD, NOISE, NEIGHBOURS, MOBILISABLE, REDECIDE, ARREST, DETENTION, RECOVERY,
    RALLY_HALF_LIFE, RISK_CONSTANT, PHI, DRAW_OFF, AUTOCRACY_FORCE, LETHALITY, ARMED_LETHALITY, SAFE_RISK,
    DECISIVENESS, ATTACK_STRENGTH, RETURN_SHARE, RETURN_ABOVE, CALM_SHARE, CALM_DAYS, VALUE, AUTONOMY_PRICE,
    ALIGNMENT_COST, ASKING_COST, CONCESSION_COST, RELIEF, FORCE_COST, FRAMING_VALUE, FRAMING_COST, PURGE_COST,
    PURGE_SUCCESS, ALARM, USUAL_VIOLENCE, REPRESSION_HALF_LIFE,
) = range(len(READ))  # fmt: skip

# how a coded case is staged, shared with `stage.py`
LEGITIMACY = 0.70  # at rest
PEOPLE_PER_OFFICER = 1.0 / 0.006  # adults per member of the security forces at 3,000 USD a head
FAST, SLOW, SLOW_SHARE = 23.0, 180.0, 0.3  # half-lives of the grievance in days, share of the slow part
RAMP = 3
ARMED_HALF_LIFE, ATTACK_HALF_LIFE = 30.0, 15.0
OUTSIDE_GRIEVANCE = 0.5  # of a crisis that comes from outside, relative to one at home; none if a state attacks
ROWS = 5000  # citizens of a host
MOST_REQUESTS = 1  # one power is asked for force in a crisis: the first that is worth asking
CONTINGENT = 1.0  # share of the available force that a request brings
ADULT_SHARE = Mechanisms().contention.adult_share
SUCCESSOR_MEAN, SUCCESSOR_WIDTH = 0.1, 0.6  # alignment of the likely successor, which nobody coded


def course(half_life: float, ramp: int = 1) -> np.ndarray:
    """(days,) size of an event of size 1: linear rise over `ramp` days, then exponential decay."""
    risen = np.arange(DAYS) + 1.0
    return np.where(risen <= ramp, risen / ramp, 2.0 ** (-(risen - ramp) / half_life))


COURSE = (1.0 - SLOW_SHARE) * course(FAST, RAMP) + SLOW_SHARE * course(SLOW, RAMP)
ATTACKS, ARMED = course(ATTACK_HALF_LIFE), course(ARMED_HALF_LIFE)
