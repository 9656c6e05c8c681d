"""Statements on paired differences: the sentence and the values of each verdict in summary.json."""

from collections.abc import Iterator
from typing import Any

from experiments.results.interval_kinds import NONE
from experiments.statements.table import ENGLISH, Facts, statement
from sim.core.wording import changed, confidence_words, number, percent, span

OBSERVED = ("higher", "lower", "undecided", "no difference")


def form(difference: dict[Any, Any], same: bool) -> str:
    """Key of the sentence. same: both arms have one configuration."""
    decided = difference["decided"]
    if decided not in OBSERVED:
        return {"not observed": "difference.not_observed", "one replication": "difference.one_replication"}.get(
            decided, "difference.absent"
        )
    if decided == "no difference":
        return "difference.same" if same else "difference.none"
    if decided == "undecided":
        leaves_zero = not difference["low"] <= 0.0 <= difference["high"]
        return "difference.few" if leaves_zero else "difference.undecided"
    return "difference.each" if difference["interval"] == NONE else "difference.decided"


def values(subject: str, unit: str, difference: dict[Any, Any], confidence: float) -> dict[str, str]:
    """Values of the sentence, whatever its form."""
    size = "" if unit == "share of replications" else f" {changed(unit)}"  # the label of a share names its unit
    low, high, mean = (difference[key] for key in ("low", "high", "mean"))
    if not difference["n"]:
        return {"subject": subject}
    ends = sorted(abs(end) for end in (low, high)) if difference["n"] > 1 else (low, high)
    return {
        "subject": subject,
        "size": size,
        "n": difference["n"],
        "decided": difference["decided"],
        "mean": number(mean, True),
        "amount": number(abs(mean)),
        "signed": span(low, high, True),
        "interval": span(*ends),
        "more": percent(difference["share_positive"]),
        "fewer": percent(difference["share_negative"]),
        "at_most": percent(difference["differs_at_most"]) if difference["differs_at_most"] is not None else "",
        "confidence": confidence_words(confidence),
    }


def sentence(subject: str, unit: str, difference: dict[Any, Any], confidence: float, same: bool) -> str:
    """The verdict on a metric in words, after its subject. same: both arms have one configuration."""
    return ENGLISH(form(difference, same), **values(subject, unit, difference, confidence))


def _of_form(facts: Facts, key: str) -> Iterator[dict[Any, Any]]:
    """Values of every verdict with this sentence."""
    for entry in facts.data.get("verdicts", ()):
        same = facts.data["arms"][entry["arm"]]["same_as_baseline"]
        if form(entry, same) == key:
            yield values(
                entry["subject"], facts.data["metrics"][entry["metric"]]["unit"], entry, facts.data["confidence"]
            )


@statement("difference.absent")
def _absent(facts: Facts) -> Iterator[dict[Any, Any]]:
    """One of the two scenarios has no such metric."""
    return _of_form(facts, "difference.absent")


@statement("difference.not_observed")
def _not_observed(facts: Facts) -> Iterator[dict[Any, Any]]:
    """No replication shows the metric in both scenarios."""
    return _of_form(facts, "difference.not_observed")


@statement("difference.one_replication")
def _one_replication(facts: Facts) -> Iterator[dict[Any, Any]]:
    """One replication shows the metric in both scenarios."""
    return _of_form(facts, "difference.one_replication")


@statement("difference.same")
def _same(facts: Facts) -> Iterator[dict[Any, Any]]:
    """Both arms have one configuration."""
    return _of_form(facts, "difference.same")


@statement("difference.none")
def _none(facts: Facts) -> Iterator[dict[Any, Any]]:
    """Every replication is equal in both scenarios, whose configurations differ."""
    return _of_form(facts, "difference.none")


@statement("difference.few")
def _few(facts: Facts) -> Iterator[dict[Any, Any]]:
    """All replications differ in one direction, and they are too few for the sign test at this confidence."""
    return _of_form(facts, "difference.few")


@statement("difference.each")
def _each(facts: Facts) -> Iterator[dict[Any, Any]]:
    """All replications show one difference that is not zero, and they are enough for the sign test at this confidence."""
    return _of_form(facts, "difference.each")


@statement("difference.undecided")
def _undecided(facts: Facts) -> Iterator[dict[Any, Any]]:
    """The interval of the difference holds zero."""
    return _of_form(facts, "difference.undecided")


@statement("difference.decided")
def _decided(facts: Facts) -> Iterator[dict[Any, Any]]:
    """The difference varies and its interval leaves zero."""
    return _of_form(facts, "difference.decided")
