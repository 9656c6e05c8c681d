"""Statements on regret: an arm is preferred only if its paired difference from every other arm is decided."""

from collections.abc import Iterator
from typing import Any

from experiments.statements.table import Facts, statement
from sim.core.wording import changed, number, span

REGRET = (  # in the order of terminal and report
    "regret.preferred", "regret.undecided", "regret.alike", "regret.one_replication", "regret.none", "regret.criteria",
)  # fmt: skip


def _verdicts(facts: Facts, decided: str) -> Iterator[dict[Any, Any]]:
    """Values of every objective with this verdict."""
    labels = {arm: entry["label"] for arm, entry in facts.data.get("arms", {}).items()}
    for objective in facts.data.get("objectives", ()):
        verdict = objective["verdict"]
        if verdict is None or verdict["decided"] != decided:
            continue
        unit = objective["unit"]
        differences = [_difference(labels[arm], cell, unit) for arm, cell in verdict["differences"].items()]
        yield {
            "metric": objective["label"],
            "leader": labels[verdict["leader"]],
            "arms": ", ".join(labels[arm] for arm in verdict["arms"]),
            "differences": "; ".join(differences),
        }


def _difference(label: str, cell: dict[Any, Any], unit: str) -> str:
    """A difference in words: 'from Both +0.05 [-0.01, +0.1] in 60 replications'."""
    size = "" if unit == "share of replications" else f" {changed(unit)}"
    interval = f" {span(cell['low'], cell['high'], True)}" if cell["n"] > 1 else ""
    replications = "1 replication" if cell["n"] == 1 else f"{cell['n']} replications"
    return f"from {label} {number(cell['mean'], True)}{interval}{size} in {replications}"


@statement("regret.preferred")
def _preferred(facts: Facts) -> Iterator[dict[Any, Any]]:
    """The paired difference between the arm of the least mean regret and every other arm is decided in its favour."""
    return _verdicts(facts, "preferred")


@statement("regret.undecided")
def _undecided(facts: Facts) -> Iterator[dict[Any, Any]]:
    """The paired difference between the arm of the least mean regret and some other arm is not decided in its favour."""
    return _verdicts(facts, "undecided")


@statement("regret.alike")
def _alike(facts: Facts) -> Iterator[dict[Any, Any]]:
    """Some arms are equal in every replication, and no other arm is undecided against them."""
    return _verdicts(facts, "alike")


@statement("regret.one_replication")
def _one_replication(facts: Facts) -> Iterator[dict[Any, Any]]:
    """Two arms share a single replication in which the outcome was observed."""
    return _verdicts(facts, "one replication")


@statement("regret.none")
def _none(facts: Facts) -> Iterator[dict[Any, Any]]:
    """No replication shows the outcome of an objective in all arms."""
    for objective in facts.data.get("objectives", ()):
        if objective["verdict"] is None:
            yield {"metric": objective["label"]}


@statement("regret.criteria")
def _criteria(facts: Facts) -> Iterator[dict[Any, Any]]:
    """An objective was named and observed."""
    if any(objective["verdict"] for objective in facts.data.get("objectives", ())):
        yield {}
