"""Regret and robustness of every arm over uncertain replications, for an outcome and a direction of the user's choice."""

from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
from pydantic import Field, model_validator

from experiments.compare.statistics import estimate, paired_difference
from experiments.compare.verdicts import decide
from sim.core.parameters import Checked
from sim.metrics import describe_key, range_of
from sim.records.ensemble import Ensemble


class Objective(Checked):
    """An outcome with the direction that the user calls better; the product has none."""

    metric: str
    direction: Literal["max", "min"] = "max"
    tolerance: float = Field(
        default=0.0, ge=0.0, allow_inf_nan=False, description="regret that still counts as close to best"
    )
    threshold: float | None = Field(
        default=None, allow_inf_nan=False, description="value that satisfies, at least or at most"
    )

    @model_validator(mode="before")
    @classmethod
    def _words(cls, raw: object) -> object:
        """'deaths', 'min deaths'."""
        if not isinstance(raw, str):
            return raw
        *direction, metric = raw.split()
        return {"metric": metric} | ({"direction": " ".join(direction)} if direction else {})


def _either_direction(words: str) -> dict[str, str]:
    return {"max": words, "min": words}


# Criterion -> its label by direction; see [McPhail2018]. Large shares and small regrets are better.
CRITERIA = {
    "mean_regret": _either_direction("mean regret"),
    "regret_90": _either_direction("regret exceeded in a tenth of replications"),
    "largest_regret": _either_direction("largest regret"),
    "share_close": _either_direction("share of replications within the tolerance of the best"),
    "worst": _either_direction("worst replication"),
    "mean_and_spread": {"max": "mean over standard deviation", "min": "mean times standard deviation"},
    "share_satisfied": _either_direction("share of replications that meet the threshold"),
}


def regret(values: np.ndarray, direction: str) -> np.ndarray:
    """Distance of each arm from the best arm of the same replication [Savage1951]; values and result (arms, replications), result >= 0."""
    gain = values if direction == "max" else -values
    return gain.max(axis=0) - gain


def assess(ensembles: Sequence[Ensemble], objective: Objective, confidence: float) -> dict[Any, Any]:
    """Regret and robustness of every arm, the best arms by each criterion, and a verdict. Replications count that all arms observed."""
    values = np.stack([e.metrics[objective.metric] for e in ensembles])
    values = values[:, ~np.isnan(values).any(axis=0)]
    assessment = objective.model_dump() | {"n": values.shape[1], "arms": {}, "best": {}, "verdict": None}
    if not values.shape[1]:
        return assessment
    behind = regret(values, objective.direction)
    for one, arm_values, regrets in zip(ensembles, values, behind, strict=True):
        assessment["arms"][one.scenario] = _criteria(arm_values, regrets, objective, confidence) | _mean_regret(
            regrets, objective.metric, one.days, confidence
        )
    for criterion in CRITERIA:
        each = {arm: criteria[criterion] for arm, criteria in assessment["arms"].items()}
        assessment["best"][criterion] = _best(each, _better(criterion, objective.direction))
    arms = dict(zip(assessment["arms"], values, strict=True))
    within = range_of(objective.metric, ensembles[0].days)
    return assessment | {"verdict": _verdict(arms, assessment["best"]["mean_regret"][0], objective, within, confidence)}


def _verdict(
    values: dict[str, np.ndarray], leader: str, objective: Objective, within: tuple[float, float], confidence: float
) -> dict[Any, Any]:
    """The arm of the least mean regret is preferred only if its paired difference from every other arm is decided.

    values: arm -> (replications,), those behind the mean regret; within: range of the outcome.

    The regrets of two arms differ by as much as their values, so this is the verdict on the values as well. Of the result, arms
    are the leader and all arms that are undecided against it or equal to it; decided is preferred, alike, undecided or one
    replication.
    """
    ahead = "higher" if objective.direction == "max" else "lower"
    share = describe_key(objective.metric)[1] == "share of replications"
    verdicts, differences = {}, {}
    for arm in (arm for arm in values if arm != leader):
        differences[arm] = paired_difference(values[leader], values[arm], confidence, share, within)
        verdicts[arm] = decide(differences[arm], confidence)
    open_ = [arm for arm, decided in verdicts.items() if decided not in (ahead, "no difference")]
    alike = [arm for arm, decided in verdicts.items() if decided == "no difference"]
    one_replication = any(decided == "one replication" for decided in verdicts.values())
    decided = "one replication" if one_replication else "undecided" if open_ else "alike" if alike else "preferred"
    fields = ("mean", "low", "high", "interval", "n")
    return {
        "leader": leader,
        "decided": decided,
        "arms": [arm for arm in values if arm in (leader, *open_, *alike)],
        "differences": {
            arm: {key: difference[key] for key in fields} | {"decided": verdicts[arm]}
            for arm, difference in differences.items()
        },
    }


def _criteria(values: np.ndarray, behind: np.ndarray, objective: Objective, confidence: float) -> dict[Any, Any]:
    """Criteria of one arm; values and regrets (replications,)."""
    sign = 1.0 if objective.direction == "max" else -1.0
    close = estimate((behind <= objective.tolerance).astype(float), confidence, share=True)
    satisfied = np.nan if objective.threshold is None else (sign * values >= sign * objective.threshold).mean()
    return {
        "median_regret": float(np.median(behind)),
        "regret_90": float(np.quantile(behind, 0.9)),
        "largest_regret": float(behind.max()),
        "share_best": float((behind == 0.0).mean()),
        "share_close": close["mean"],
        "share_close_low": close["low"],
        "share_close_high": close["high"],
        "worst": float(sign * (sign * values).min()),
        "mean_and_spread": _mean_and_spread(values, objective.direction),
        "share_satisfied": float(satisfied),
    }


def _mean_regret(behind: np.ndarray, metric: str, days: int, confidence: float) -> dict[Any, Any]:
    """Mean regret with its interval, which lies between zero and the width of the metric's range."""
    low, high = range_of(metric, days)
    cell = estimate(behind, confidence, describe_key(metric)[1] == "share of replications", (0.0, high - low))
    ends = {"mean_regret_low": cell["low"], "mean_regret_high": cell["high"]}
    return {"mean_regret": cell["mean"], **ends, "interval": cell["interval"]}


def _mean_and_spread(values: np.ndarray, direction: str) -> float:
    """Signal to noise [Hamarat2014]; NaN where a value is negative or nothing varies, because it ranks nothing there."""
    deviation = values.std(ddof=1) if values.size > 1 else 0.0
    if deviation == 0.0 or values.min() < 0.0:
        return np.nan
    return float(values.mean() / deviation if direction == "max" else values.mean() * deviation)


def _better(criterion: str, direction: str) -> Callable[..., Any]:
    """The function that picks the better of two values: max or min."""
    if criterion in ("worst", "mean_and_spread"):
        return max if direction == "max" else min
    return max if criterion.startswith("share") else min


def _best(values: dict[str, float], better: Callable[..., Any]) -> list[str]:
    """Arms that share the best value; none where the criterion is undefined for some arm."""
    finite = {arm: v for arm, v in values.items() if np.isfinite(v)}
    return [arm for arm, v in finite.items() if v == better(finite.values())] if len(finite) == len(values) else []
