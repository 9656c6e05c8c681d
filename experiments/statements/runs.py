"""Statements on one replication: on a run, and on the two runs of a paired view."""

from collections.abc import Iterator
from typing import Any

from experiments.describe.inputs import indicators
from experiments.statements.table import REPORT, TERMINAL, Facts, statement
from sim.records.variables import BY_NAME


@statement("run.story")
def _story(facts: Facts) -> Iterator[dict[Any, Any]]:
    """A run."""
    if facts.kind == "run":
        yield {}


@statement("paired_view.story")
def _paired_view(facts: Facts) -> Iterator[dict[Any, Any]]:
    """Two runs of one replication."""
    if facts.kind == "paired_view":
        yield {}


@statement("paired_view.same")
def _same(facts: Facts) -> Iterator[dict[Any, Any]]:
    """Every recorded series that both runs have, and every event, is the same."""
    if facts.kind == "paired_view" and facts.data["divergence"]["day"] is None:
        yield {}


@statement("paired_view.parted")
def _parted(facts: Facts) -> Iterator[dict[Any, Any]]:
    """The runs differ in an event or in a series that both have."""
    if facts.kind == "paired_view" and facts.data["divergence"]["day"] is not None:
        yield parting(facts.data)


@statement("paired_view.star")
def _star(facts: Facts) -> Iterator[dict[Any, Any]]:
    """Some event happened in one of the runs alone."""
    if facts.kind == "paired_view" and any(row["first"] != row["second"] for row in facts.data["events"]):
        yield {}


@statement("paired_view.replication", TERMINAL)
def _keys(facts: Facts) -> Iterator[dict[Any, Any]]:
    """Two runs of one replication; the values are its keys."""
    if facts.kind == "paired_view":
        yield {"seed": facts.data["seed"], "replication": facts.data["replication"]}


def parting(pair: dict[Any, Any]) -> dict[Any, Any]:
    """First difference of two runs in words; pair: the content of paired_view.json."""
    from sim.core.log import LogEntry
    from sim.plots.timeline import phrase

    first_difference, (first, second) = pair["divergence"], pair["labels"]
    phrases_of_runs = []
    for label, events in ((first, first_difference["events"]["first"]), (second, first_difference["events"]["second"])):
        if events:
            phrases = (phrase(LogEntry(**event), pair["host"], pair["names"]) for event in events)
            phrases_of_runs.append(f"only in {label}: {'; '.join(phrases)}")
    event = (
        f"first event on day {first_difference['events']['day']}, {', '.join(phrases_of_runs)}"
        if phrases_of_runs
        else "no event differs"
    )
    variables = [BY_NAME[name].label.lower() for name in first_difference["series"]["variables"]]
    when = (
        "before the first day"
        if first_difference["series"]["day"] == -1
        else f"at the end of day {first_difference['series']['day']}"
    )
    series = f"first series {when}: {', '.join(variables)}" if variables else "no series differs"
    return {"day": max(0, first_difference["day"]), "event": event, "series": series}


@statement("input_sensitivity.run", REPORT)
def _single_replication(facts: Facts) -> Iterator[dict[Any, Any]]:
    """A result of a single replication."""
    if facts.kind in ("run", "paired_view"):
        inputs = indicators(facts.spec)
        yield {"approx": sum(k.quality == "approx" for k in inputs), "total": len(inputs)}
