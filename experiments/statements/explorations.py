"""Statements on sensitivity analyses, boxes and tipping lines."""

from collections.abc import Iterator
from typing import Any

from experiments.statements.table import TERMINAL, Facts, statement
from sim.core.wording import confidence_words, number, percents


def _reading(facts: Facts, method: str) -> Iterator[dict[Any, Any]]:
    if facts.kind == "sensitivity" and facts.data["method"] == method:
        yield {}


@statement("sensitivity.morris", TERMINAL)
def _morris(facts: Facts) -> Iterator[dict[Any, Any]]:
    """Elementary effects."""
    return _reading(facts, "morris")


@statement("sensitivity.sobol", TERMINAL)
def _sobol(facts: Facts) -> Iterator[dict[Any, Any]]:
    """Variance shares."""
    return _reading(facts, "sobol")


@statement("sensitivity.ranks", TERMINAL)
def _ranks(facts: Facts) -> Iterator[dict[Any, Any]]:
    """Rank correlations."""
    return _reading(facts, "ranks")


@statement("sensitivity.constant", TERMINAL)
def _constant(facts: Facts) -> Iterator[dict[Any, Any]]:
    """An outcome is the same at all points of a combination."""
    for name, outcome in facts.data["outcomes"].items() if facts.kind == "sensitivity" else ():
        for group in facts.data["combinations"]:
            if group["outcomes"][name]["constant"]:
                mean = number(group["outcomes"][name]["mean"])
                yield {"outcome": outcome["label"], "group": group["title"], "mean": mean}


@statement("discover.none", TERMINAL)
def _no_box(facts: Facts) -> Iterator[dict[Any, Any]]:
    """No box was found."""
    if facts.kind == "discover" and not facts.data["boxes"]:
        yield {}


@statement("discover.together", TERMINAL)
def _together(facts: Facts) -> Iterator[dict[Any, Any]]:
    """Several boxes were found."""
    if facts.kind == "discover" and len(facts.data["boxes"]) > 1:
        together = facts.data["together"]
        yield {"density": percents(*together["density"]), "coverage": percents(*together["coverage"])}


def _measured(facts: Facts, by_world: bool) -> Iterator[dict[Any, Any]]:
    if facts.kind == "discover" and facts.data["by_world"] == by_world:
        counts = {key: f"{facts.data[key]:,}" for key in ("trained", "held_out")}
        yield counts | {"confidence": confidence_words(facts.data["confidence"])}


@statement("discover.other_replications", TERMINAL)
def _other_replications(facts: Facts) -> Iterator[dict[Any, Any]]:
    """Shares are measured on other sampled rows and other replications than the boxes were learned from."""
    return _measured(facts, True)


@statement("discover.other_points", TERMINAL)
def _other_points(facts: Facts) -> Iterator[dict[Any, Any]]:
    """There is one replication, so that shares are measured on other sampled rows alone."""
    return _measured(facts, False)


@statement("discover.shares", TERMINAL)
def _shares(facts: Facts) -> Iterator[dict[Any, Any]]:
    """A discovery."""
    if facts.kind == "discover":
        yield {}


@statement("discover.left_out", TERMINAL)
def _left_out(facts: Facts) -> Iterator[dict[Any, Any]]:
    """Some runs failed, are missing or did not observe the outcome."""
    if facts.kind == "discover" and facts.data["left_out"]:
        yield {"runs": f"{facts.data['left_out']:,}"}


@statement("tip.lines", TERMINAL)
def _lines(facts: Facts) -> Iterator[dict[Any, Any]]:
    """A tipping line was found."""
    if facts.kind == "tip" and facts.data["found"]:
        lines = facts.data["lines"]
        closed = sum(line["closed"] for line in lines)
        words = f"{len(lines)} line{'s' if len(lines) > 1 else ''}" + (f", {closed} closed" if closed else "")
        yield {
            "outcome": facts.data["outcome"]["label"],
            "threshold": f"{facts.data['threshold']:g}",
            "lines": words,
            "scenario": facts.data["scenario"],
        }


@statement("tip.none", TERMINAL)
def _no_line(facts: Facts) -> Iterator[dict[Any, Any]]:
    """No tipping line was found."""
    if facts.kind == "tip" and not facts.data["found"]:
        ends = {key: number(facts.data[key]) for key in ("lowest", "highest")}
        yield ends | {"outcome": facts.data["outcome"]["label"], "threshold": f"{facts.data['threshold']:g}"}
