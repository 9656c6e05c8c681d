"""Verdicts on paired differences: which sentence an entry of `verdicts` in summary.json has, and with which values."""

from experiments.compare.interval_kinds import NONE
from experiments.statements.table import WORDS, Facts, statement
from sim.core.wording import changed, confidence_words, number, percent, span

OBSERVED = ("higher", "lower", "undecided", "no difference")


def form(difference: dict, same: bool) -> str:
    """The key of its sentence. same: both arms are one configuration."""
    decided = difference["decided"]
    if decided not in OBSERVED:
        return {"not observed": "difference.not_observed", "one world": "difference.one_world"}.get(
            decided, "difference.absent"
        )
    if decided == "no difference":
        return "difference.same" if same else "difference.none"
    if decided == "undecided":
        leaves_zero = not difference["low"] <= 0.0 <= difference["high"]
        return "difference.few" if leaves_zero else "difference.undecided"
    return "difference.each" if difference["interval"] == NONE else "difference.decided"


def values(subject: str, unit: str, difference: dict, confidence: float) -> dict[str, str]:
    """What any of the sentences can hold."""
    size = "" if unit == "share of worlds" else f" {changed(unit)}"  # of a share the metric says it
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


def sentence(subject: str, unit: str, difference: dict, confidence: float, same: bool) -> str:
    """What the difference of a metric says, after the words that name it. same: both arms are one configuration."""
    return WORDS(form(difference, same), **values(subject, unit, difference, confidence))


def _of_form(facts: Facts, key: str):
    """Values of every verdict of a result that has this sentence."""
    for entry in facts.data.get("verdicts", ()):
        same = facts.data["arms"][entry["arm"]]["same_as_baseline"]
        if form(entry, same) == key:
            yield values(
                entry["subject"], facts.data["metrics"][entry["metric"]]["unit"], entry, facts.data["confidence"]
            )


@statement("difference.absent")
def _absent(facts: Facts):
    """One of the two scenarios has no such metric."""
    return _of_form(facts, "difference.absent")


@statement("difference.not_observed")
def _not_observed(facts: Facts):
    """No world shows the metric in both scenarios."""
    return _of_form(facts, "difference.not_observed")


@statement("difference.one_world")
def _one_world(facts: Facts):
    """One world shows the metric in both scenarios."""
    return _of_form(facts, "difference.one_world")


@statement("difference.same")
def _same(facts: Facts):
    """Both arms have one configuration."""
    return _of_form(facts, "difference.same")


@statement("difference.none")
def _none(facts: Facts):
    """Every world is equal in both scenarios, whose configurations differ."""
    return _of_form(facts, "difference.none")


@statement("difference.few")
def _few(facts: Facts):
    """All worlds differ in one direction, and they are too few for the sign test at this confidence."""
    return _of_form(facts, "difference.few")


@statement("difference.each")
def _each(facts: Facts):
    """All worlds show one difference that is not zero, and they are enough for the sign test at this confidence."""
    return _of_form(facts, "difference.each")


@statement("difference.undecided")
def _undecided(facts: Facts):
    """The interval of the difference holds zero."""
    return _of_form(facts, "difference.undecided")


@statement("difference.decided")
def _decided(facts: Facts):
    """The difference varies and its interval leaves zero."""
    return _of_form(facts, "difference.decided")
