"""Statements on a sweep: settings that changed an outcome, failures, intervals."""

from collections.abc import Iterator
from typing import Any

from experiments.describe.inputs import indicators
from experiments.statements.table import MODELLED, REPORT, TERMINAL, Facts, statement
from sim.core.wording import confidence_words

MOST = 60  # points, values or failures that a table lists
CONFIDENCE = 0.95


def _checks(facts: Facts, changed: bool) -> list[str]:
    """Settings that were varied in pairs of runs and changed an outcome, or did not, with the number of pairs."""
    checks = facts.manifest.get("checks") or () if facts.kind == "sweep" else ()
    wanted = [check for check in checks if check["pairs"] and bool(check["changed"]) == changed]
    return [f"{c['path']} ({c['pairs']:,} {'pair' if c['pairs'] == 1 else 'pairs'} of runs)" for c in wanted]


@statement("sweep.moved", REPORT)
def _moved(facts: Facts) -> Iterator[dict[Any, Any]]:
    """Some setting changed an outcome between runs that differ in it alone."""
    if names := _checks(facts, True):
        yield {"names": ", ".join(names)}


@statement("sweep.inert")
def _inert(facts: Facts) -> Iterator[dict[Any, Any]]:
    """Some setting was varied between runs that differ in it alone, and changed no outcome."""
    if names := _checks(facts, False):
        yield {"names": ", ".join(names)}


@statement("sweep.further", REPORT)
def _further(facts: Facts) -> Iterator[dict[Any, Any]]:
    """A sweep."""
    if facts.kind == "sweep":
        yield {}


@statement("sweep.confidence", REPORT)
def _confidence(facts: Facts) -> Iterator[dict[Any, Any]]:
    """A sweep with more than one replication per point."""
    if facts.kind == "sweep":
        first, last = facts.manifest["worlds"]["replications"]
        if last > first:
            yield {"confidence": confidence_words(CONFIDENCE)}


@statement("sweep.one_replication", REPORT)
def _one_replication(facts: Facts) -> Iterator[dict[Any, Any]]:
    """A sweep with one replication per point."""
    if facts.kind == "sweep" and len(set(facts.manifest["worlds"]["replications"])) == 1:
        yield {}


@statement("sweep.first_points", REPORT)
def _first_points(facts: Facts) -> Iterator[dict[Any, Any]]:
    """A sweep of more points than a table lists."""
    if facts.kind == "sweep" and facts.data.get("points", 0) > MOST:
        yield {"shown": MOST, "points": facts.data["points"]}


@statement("failures.none", REPORT)
def _no_failure(facts: Facts) -> Iterator[dict[Any, Any]]:
    """No run failed and none is missing; a comparison is finished only if every replication is."""
    if facts.kind in MODELLED and not facts.manifest.get("failed") and not facts.manifest.get("missing"):
        yield {}


@statement("failures.some")
def _failures(facts: Facts) -> Iterator[dict[Any, Any]]:
    """Some runs of a sweep failed."""
    if facts.manifest.get("failed"):
        yield {"failed": facts.manifest["failed"], "runs": facts.manifest["runs"]}


@statement("failures.folder", TERMINAL)
def _folder(facts: Facts) -> Iterator[dict[Any, Any]]:
    """Some runs of a sweep failed."""
    if facts.manifest.get("failed"):
        yield {}


@statement("failures.missing")
def _missing(facts: Facts) -> Iterator[dict[Any, Any]]:
    """Some runs of a sweep are missing."""
    if facts.manifest.get("missing"):
        yield {"missing": facts.manifest["missing"]}


@statement("input_sensitivity.sweep.central", REPORT)
def _central(facts: Facts) -> Iterator[dict[Any, Any]]:
    """A sweep, or points of it, with indicators at their centre."""
    if facts.kind == "sweep" and facts.spec.indicators != "drawn":
        yield {"approx": sum(k.quality == "approx" for k in indicators(facts.spec))}


@statement("input_sensitivity.sweep.drawn", REPORT)
def _drawn(facts: Facts) -> Iterator[dict[Any, Any]]:
    """A sweep, or points of it, with drawn indicators."""
    if facts.kind == "sweep" and facts.spec.indicators == "drawn":
        yield {}
