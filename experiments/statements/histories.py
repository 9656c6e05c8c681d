"""Statements on backtests and calibrations."""

from collections.abc import Iterator
from typing import Any

from experiments.statements.table import TERMINAL, Facts, statement


@statement("backtest.scores", TERMINAL)
def _scores(facts: Facts) -> Iterator[dict[Any, Any]]:
    """A backtest."""
    if facts.kind == "backtest":
        yield {}


@statement("backtest.never_fitted", TERMINAL)
def _never_fitted(facts: Facts) -> Iterator[dict[Any, Any]]:
    """A backtest has cases of hosts without a crisis in the posterior."""
    if facts.kind == "backtest" and (hosts := facts.data.get("never_fitted")):
        yield {"hosts": ", ".join(hosts)}


@statement("backtest.left_out", TERMINAL)
def _left_out(facts: Facts) -> Iterator[dict[Any, Any]]:
    """Cases were left out of a backtest."""
    for line in facts.data.get("faults", ()) if facts.kind == "backtest" else ():
        yield {"case": line}


@statement("calibrate.identified", TERMINAL)
def _identified(facts: Facts) -> Iterator[dict[Any, Any]]:
    """A calibration; the sizes are those of its vectors."""
    if facts.kind == "calibrate":
        sizes = facts.data["effective_sample_size"]
        counts = {key: facts.data[f"{key}"] for key in ("vectors_kept", "seconds")}
        yield counts | {"size": sizes["all"], "least": min(sizes.values())}
