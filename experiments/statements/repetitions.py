"""Statements on a repetition; their data are those of `experiments.rerun.verdict.Verdict`."""

from collections.abc import Iterator
from typing import Any

from experiments.statements.table import TERMINAL, Facts, statement


@statement("rerun.reproduced", TERMINAL)
def _reproduced(facts: Facts) -> Iterator[dict[Any, Any]]:
    """Every number of the repetition is the same, bit for bit."""
    if facts.kind == "rerun" and not facts.data["changed"]:
        yield {}


@statement("rerun.changed", TERMINAL)
def _changed(facts: Facts) -> Iterator[dict[Any, Any]]:
    """Some part of the repetition differs."""
    if facts.kind == "rerun" and facts.data["changed"]:
        yield {"parts": ", ".join(facts.data["changed"])}


@statement("rerun.configuration", TERMINAL)
def _configuration(facts: Facts) -> Iterator[dict[Any, Any]]:
    """The resolved configuration of the repetition is another one."""
    if facts.kind == "rerun" and not facts.data["same_configuration"]:
        yield {}


@statement("rerun.versions", TERMINAL)
def _versions(facts: Facts) -> Iterator[dict[Any, Any]]:
    """Some version is not the one that made the original."""
    if facts.kind == "rerun" and facts.data["versions"]:
        yield {"versions": "; ".join(facts.data["versions"])}
