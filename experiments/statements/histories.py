"""Statements on backtests and calibrations."""

from collections.abc import Iterator
from typing import Any

from experiments.statements.table import TERMINAL, Facts, statement

FULL = 100  # replications of every case behind the scores of docs/validation.md


@statement("backtest.expected", TERMINAL)
def _expected(facts: Facts) -> Iterator[dict[Any, Any]]:
    """A backtest begins or goes on; the time is measured on this machine."""
    if facts.kind == "backtest" and "seconds" in facts.data:
        times = {"time": _duration(facts.data["seconds"]), "scoring": _duration(facts.data["scoring"])}
        yield {"lacking": f"{facts.data['lacking']:,}", "workers": facts.data["workers"]} | times


def _duration(seconds: float) -> str:
    return f"{max(1, round(seconds))} s" if seconds < 90 else f"{round(seconds / 60)} min"


@statement("backtest.rough", TERMINAL)
def _rough(facts: Facts) -> Iterator[dict[Any, Any]]:
    """A backtest has fewer replications of every case than the scores of the documentation rest on."""
    if facts.kind == "backtest" and facts.data.get("runs", FULL) < FULL and "seconds" not in facts.data:
        yield {"runs": facts.data["runs"], "full": FULL}


@statement("backtest.scores", TERMINAL)
def _scores(facts: Facts) -> Iterator[dict[Any, Any]]:
    """A backtest that is finished."""
    if facts.kind == "backtest" and "seconds" not in facts.data:
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
