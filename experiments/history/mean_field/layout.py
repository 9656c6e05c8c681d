"""Records of the mean-field model: the facts of a crisis, its host, and the state of a day."""

from math import log

import numpy as np

from sim.spec.schema.actors import DEFAULT_WEIGHTS


def record(**fields: str) -> np.dtype:
    """Type of a record with named fields."""
    return np.dtype((np.record, list(fields.items())))


NUMBER, FLAG, WHOLE = "f8", "?", "i8"
FACTS = record(  # of one crisis; attacked: by a state
    autocracy=NUMBER, democracy=NUMBER, polyarchy=NUMBER, tenure=NUMBER, oil=NUMBER, income=NUMBER, event_size=NUMBER,
    outsider=FLAG, attacked=FLAG, adults_k=NUMBER, autonomy_demand=NUMBER,
)  # fmt: skip
PATRON = record(  # of a power that could send force; tie: of the attacking state with it
    influence=NUMBER, alignment=NUMBER, external=FLAG, internal=FLAG, engaged=NUMBER, soldiers_k=NUMBER, tie=NUMBER,
    lag=WHOLE, longest_lag=WHOLE, dependence=NUMBER, group=WHOLE,
)  # fmt: skip
FIRST_WEEK = record(split=NUMBER, forces=NUMBER, armed=NUMBER, sites_lost=NUMBER, crowd=NUMBER)
HOST = record(  # numbers that facts and parameters give a host; attack, armed, grievance: sizes of its events
    security=NUMBER, capacity=NUMBER, adults=NUMBER, population=NUMBER, resting_level=NUMBER, attack=NUMBER, armed=NUMBER,
    grievance=NUMBER, strain=NUMBER,
)  # fmt: skip
TODAY = record(  # state of a crisis; crowd: share of mobilisable adults, active: of adults; backer: -1 = none
    attack=NUMBER, armed=NUMBER, grievance=NUMBER, legitimacy=NUMBER, violence=NUMBER, framing=NUMBER, soldiers=NUMBER,
    crowd=NUMBER, detained=NUMBER, active=NUMBER, peak=NUMBER, opposing=NUMBER, deaths=NUMBER, total_deaths=NUMBER,
    survival=NUMBER, calm_days=NUMBER, protest_days=NUMBER, days_of_arms=NUMBER, grievance_left=NUMBER, attacking=NUMBER,
    crisis_factor=NUMBER, strain=NUMBER, outlook=NUMBER, requested=FLAG, addressee=WHOLE, backer=WHOLE, landing_day=WHOLE,
)  # fmt: skip
PATRON_DRAWS = record(successor=NUMBER, request=NUMBER, answer=NUMBER)  # one set per patron and crisis

CONCEDE, REPRESS, FRAME, PURGE = range(4)
OUTCOMES = (
    "requested", "helped", "fell_10", "fell_90", "fell_365", "log_peak", "log_deaths",
    "peak_density", "toll_density",
    "asked_rus", "asked_tur", "asked_west", "asked_other",
)  # fmt: skip
PEAK_DENSITY = OUTCOMES.index("peak_density")  # then that of the toll
FIRST_ASKED = OUTCOMES.index("asked_rus")  # then the other classes of addressees, in the order of `patrons.GROUPS`
MAX_PATRONS = 5
WEIGHTS = tuple(DEFAULT_WEIGHTS.values())  # of the factions
SECURITY = 0  # the faction that holds the security forces
DAYS = 365
SOON = 10  # a fall up to this day is an early one
SIZE_SPREAD = 0.6  # log10, of sizes on record about those of the model
# middle of equal shares of the decision noise
NODES = np.array([log(u / (1.0 - u)) for u in (np.arange(6) + 0.5) / 6])
ROWS = 5000  # citizens of a host
