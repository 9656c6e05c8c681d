"""Parameters of the mean-field model: a record whose fields have the names of the configuration paths.

Compiled code reads `p.contest.decisiveness` as a mechanism reads `contest.decisiveness`; the order of the lists below is
that of the columns of a posterior, and of no meaning to the model.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from sim.mechanisms import Mechanisms

# Parameters whose draws are adapted to the record, ...
ADAPTED = (
    "events.full_grievance", "contest.protesters_per_officer", "contest.armed_strength", "defection.base_rents",
    "strain.erosion", "assistance.alignment_stake", "assistance.clause_weight", "assistance.force_cost",
    "assistance.home_cost", "assistance.state_cost", "response.home_cost", "response.openness_cost",
    "response.foresight", "response.outsider_gain", "legitimacy.elections", "policing.key_sites",
    "defection.autocracy_rents", "defection.split_rents", "defection.wavering_rents", "defection.framing_cohesion",
    "response.stranger_cost", "response.clause_gain", "assistance.armed_licence", "defection.armed_cohesion",
    "events.first_days", "policing.wavering", "defection.tenure_rents", "response.concession_gain",
    "clashes.control", "clashes.fighting", "clashes.fierceness", "clashes.crisis_spread", "legitimacy.backlash",
    "contention.fatigue", "response.grievance_relief", "policing.force_exponent", "defection.review_rate",
    "clashes.control_size", "clashes.fighting_half_life",
)  # fmt: skip
# ... claims about which the record says little: drawn from their priors and weighed with the rest, so that they stay open,
OPEN = (
    "defection.oil_rents", "legitimacy.foreign_troops", "legitimacy.rally", "legitimacy.weariness", "policing.deterrence",
    "response.framing_licence", "legitimacy.framing_discount", "defection.coordination", "clashes.ordered", "policing.presence", "contest.pledge",
)  # fmt: skip
# ... and parameters that stay at their default values.
FIXED = (
    "response.rationality", "assistance.rationality", "assistance.distraction_cost", "assistance.entrapment_cost",
    "contention.news", "defection.sharpness", "succession.winning_coalition",
    "contention.threshold", "contention.noise", "contention.neighbours", "contention.mobilisable_share",
    "contention.redecide", "contention.arrest_rate", "contention.detention_days", "legitimacy.recovery",
    "legitimacy.rally_half_life", "policing.risk_constant", "policing.draw_off",
    "policing.autocracy_force", "clashes.attack_lethality", "contest.decisiveness",
    "contest.attack_strength", "strain.half_life", "strain.by_arms", "strain.by_attack", "defection.return_share",
    "succession.calm_share", "succession.calm_days", "response.stake", "response.autonomy_price",
    "response.alignment_cost", "response.asking_cost", "response.concession_cost", "response.concession_relief",
    "response.force_cost", "response.framing_value", "response.framing_cost", "response.purge_cost",
    "response.purge_success", "response.alarm", "response.usual_violence", "response.repression_half_life",
)  # fmt: skip
FREE = ADAPTED + OPEN
READ = FREE + FIXED


def record_type(paths: Iterable[str]) -> np.dtype:
    """Type of a record with one number per path, nested as `mechanism.parameter`."""
    nested: dict[str, list[tuple[str, str]]] = {}
    for path in paths:
        mechanism, parameter = path.split(".")
        nested.setdefault(mechanism, []).append((parameter, "f8"))
    return np.dtype((np.record, [(mechanism, np.dtype((np.record, fields))) for mechanism, fields in nested.items()]))


PARAMETERS = record_type(READ)


def parameter_table(worlds: Sequence[Mechanisms], kind: np.dtype = PARAMETERS) -> np.ndarray:
    """(worlds,) records of the values that the mechanisms of each world have.

    kind: type of the records, by `record_type`.
    """
    table = np.zeros(len(worlds), kind)
    for row, mechanisms in zip(table, worlds, strict=True):
        for mechanism in kind.names or ():
            for parameter in kind[mechanism].names or ():
                row[mechanism][parameter] = float(getattr(getattr(mechanisms, mechanism), parameter))
    return table


def calibrated_table(values: np.ndarray) -> np.ndarray:
    """(V,) records of calibrated values (V, FREE), all else at its default value."""
    table = np.repeat(parameter_table([Mechanisms()]), len(values))
    for path, column in zip(FREE, values.T, strict=True):
        mechanism, parameter = path.split(".")
        table[mechanism][parameter] = column
    return table
