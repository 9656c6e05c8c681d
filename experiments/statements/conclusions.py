"""Statements on input sensitivity, and on how to repeat a result."""

from collections.abc import Iterator
from typing import Any

from experiments.statements.table import ENGLISH, MODELLED, REPORT, Facts, statement


def _examined(facts: Facts, *states: str) -> dict[Any, Any] | None:
    """The examination of conclusions, if it ended in one of these states; see `experiments.report.conclusions`."""
    examination = facts.data.get("examined") or {}
    return examination if examination.get("state") in states else None


@statement("input_sensitivity.central", REPORT)
def _not_examined(facts: Facts) -> Iterator[dict[Any, Any]]:
    """A comparison with indicators at their centre."""
    if examination := _examined(facts, "central"):
        yield {"approx": examination["approx"]}


@statement("input_sensitivity.undecided", REPORT)
def _nothing_decided(facts: Facts) -> Iterator[dict[Any, Any]]:
    """A comparison with drawn indicators in which no headline difference is decided."""
    if _examined(facts, "undecided"):
        yield {}


@statement("input_sensitivity.few", REPORT)
def _few(facts: Facts) -> Iterator[dict[Any, Any]]:
    """A comparison with drawn indicators and too few replications for the test."""
    if examination := _examined(facts, "few"):
        yield {"replications": examination["replications"], "fewest": examination["fewest"]}


@statement("input_sensitivity.method", REPORT)
def _method(facts: Facts) -> Iterator[dict[Any, Any]]:
    """Decided differences were examined."""
    if examination := _examined(facts, "examined"):
        yield {"indicators": examination["indicators"], "replications": examination["replications"]}


@statement("input_sensitivity.none", REPORT)
def _leans_on_nothing(facts: Facts) -> Iterator[dict[Any, Any]]:
    """A decided difference was examined and moves with no indicator."""
    if (examination := _examined(facts, "examined")) and examination["free"]:
        yield {"names": "; ".join(examination["free"])}


@statement("input_sensitivity.some", REPORT)
def _leans(facts: Facts) -> Iterator[dict[Any, Any]]:
    """A decided difference moves with an indicator."""
    for conclusion in (_examined(facts, "examined") or {}).get("sensitive", ()):
        yield {"conclusion": conclusion}


@statement("input_sensitivity.indicator", REPORT)
def _indicator(facts: Facts) -> Iterator[dict[Any, Any]]:
    """A decided difference moves with an indicator: one sentence per conclusion and indicator."""
    for several in (_examined(facts, "examined") or {}).get("lines", ()):
        yield from (line | {"verdict": ENGLISH(line["verdict"])} for line in several)


def _of_halves(facts: Facts, verdict: str) -> Iterator[dict[Any, Any]]:
    """Verdict on a conclusion in the replications with low and with high draws of an indicator."""
    lines = [line for several in (_examined(facts, "examined") or {}).get("lines", ()) for line in several]
    if any(line["verdict"] == verdict for line in lines):
        yield {}


@statement("input_sensitivity.survives", REPORT)
def _survives(facts: Facts) -> Iterator[dict[Any, Any]]:
    """Both halves have the sign of the mean over all replications, beyond their intervals."""
    return _of_halves(facts, "input_sensitivity.survives")


@statement("input_sensitivity.turns", REPORT)
def _turns(facts: Facts) -> Iterator[dict[Any, Any]]:
    """A half has the other sign, beyond its interval."""
    return _of_halves(facts, "input_sensitivity.turns")


@statement("input_sensitivity.open", REPORT)
def _open(facts: Facts) -> Iterator[dict[Any, Any]]:
    """The interval of a half holds zero."""
    return _of_halves(facts, "input_sensitivity.open")


@statement("input_sensitivity.undecided_list", REPORT)
def _undecided(facts: Facts) -> Iterator[dict[Any, Any]]:
    """Differences were examined, and others are undecided."""
    if (examination := _examined(facts, "examined")) and examination["undecided"]:
        yield {"names": "; ".join(examination["undecided"])}


@statement("input_sensitivity.limit", REPORT)
def _limit(facts: Facts) -> Iterator[dict[Any, Any]]:
    """Decided differences were examined."""
    if examination := _examined(facts, "examined"):
        yield {"detectable": examination["detectable"]}


@statement("repeat.seed", REPORT)
def _keys(facts: Facts) -> Iterator[dict[Any, Any]]:
    """A result that holds replications: their keys."""
    if facts.kind in MODELLED:
        world_keys = facts.manifest["worlds"]
        keys = world_keys.get("replications", world_keys.get("replication"))
        replications = keys if isinstance(keys, int) else f"{keys[0]} to {keys[1]}"
        yield {"seed": facts.spec.seed, "replications": replications}


@statement("repeat.edited", REPORT)
def _edited(facts: Facts) -> Iterator[dict[Any, Any]]:
    """The code that made the result had changes that its commit does not hold."""
    if facts.manifest.get("git", "").endswith("+changes"):
        yield {}


@statement("repeat.config_dir", REPORT)
def _config_dir(facts: Facts) -> Iterator[dict[Any, Any]]:
    """The command read a folder of configuration from the user."""
    if "--config-dir" in facts.manifest.get("words", ()):
        yield {}
