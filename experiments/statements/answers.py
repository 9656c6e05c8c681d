"""Statements that answer: one sentence per arm of a comparison, the headline outcomes in the order of interest."""

from collections.abc import Iterator
from typing import Any

from experiments.statements.table import ENGLISH, TERMINAL, Facts, statement
from sim.core.wording import confidence_words, number

SURVIVAL = ("survived_90d", "survived_30d")  # the longest observed one is in the answer
DECIDED = ("higher", "lower")
SIZES = {"deaths": " persons", "protest_peak": " % of the population"}


@statement("compare.answer", TERMINAL)
def _answer(facts: Facts) -> Iterator[dict[Any, Any]]:
    """A comparison of several scenarios: one for each arm but the baseline."""
    verdicts, names = facts.data.get("verdicts", ()), facts.data.get("names", {})
    for arm in dict.fromkeys(entry["arm"] for entry in verdicts):
        by_metric = {entry["metric"]: entry for entry in verdicts if entry["arm"] == arm}
        answers = ". ".join(_answers(by_metric, names))
        yield {"arm": facts.data["arms"][arm]["label"], "answers": answers or ENGLISH("answer.nothing")}


def _answers(verdicts: dict[str, dict[Any, Any]], names: dict[str, str]) -> Iterator[str]:
    """Survival and deaths always; what elites and publics do, and the peak of protest, where it is decided."""
    observed = {metric: entry for metric, entry in verdicts.items() if entry["n"]}
    for survival in [metric for metric in SURVIVAL if metric in observed][:1]:
        yield _one(survival, observed[survival], names)
    for metric, entry in observed.items():
        if metric.startswith("elite_change") and entry["decided"] != "no difference":
            yield _one(metric, entry, names)
    if "deaths" in observed:
        yield _one("deaths", observed["deaths"], names)
    for metric, entry in observed.items():
        if metric.startswith(("protest_peak", "public_change")) and entry["decided"] in DECIDED:
            yield _one(metric, entry, names)


def _one(metric: str, entry: dict[Any, Any], names: dict[str, str]) -> str:
    name, _, patron = metric.partition(":")
    decided = entry["decided"]
    direction = f".{decided}" if patron and decided in DECIDED else ""
    result = (
        f"{number(entry['mean'], True)}{SIZES.get(name, '')}"
        if decided in DECIDED
        else ENGLISH(f"answer.{decided.replace(' ', '_')}")
    )
    return ENGLISH(f"answer.{name}{direction}", patron=names.get(patron, patron), result=result)


@statement("compare.heading", TERMINAL)
def _heading(facts: Facts) -> Iterator[dict[Any, Any]]:
    """A comparison of several scenarios."""
    if facts.data.get("verdicts"):
        baseline = facts.data["arms"][facts.data["baseline"]]["label"]
        yield {"runs": facts.data["runs"], "days": facts.data["days"], "baseline": baseline}


@statement("compare.headline", TERMINAL)
def _headline(facts: Facts) -> Iterator[dict[Any, Any]]:
    """A comparison of several scenarios."""
    if facts.data.get("verdicts"):
        yield {"confidence": confidence_words(facts.data["confidence"])}


@statement("compare.more", TERMINAL)
def _more(facts: Facts) -> Iterator[dict[Any, Any]]:
    """A comparison."""
    if facts.kind == "compare":
        yield {"metrics": len(facts.data["metrics"])}
