"""Which conclusions of a comparison rest on approximate indicators, in words; or that it was not examined, and what examines it."""

import shlex
from dataclasses import replace

from experiments.report.assumptions import Known, indicators
from experiments.report.input_sensitivity import FEWEST, Lean, examine
from experiments.report.page_model import Point
from experiments.report.result import Result
from experiments.results.formatting import metric_in_words, number, span
from experiments.statements import sentences

DECIDED = ("higher", "lower")


def resting(result: Result, say) -> list[Point]:
    """One point per conclusion that leans on an indicator, and what is to be said of the others."""
    examined = _examination(result, say)
    facts = replace(result.facts, data=result.facts.data | {"examined": examined})
    unexamined = sentences(facts, "leaning.central", say=say)
    if unexamined:
        return [Point(unexamined[0], command=with_settings(result, "indicators=drawn"))]
    some, indicators_found = (sentences(facts, key, say=say) for key in ("leaning.some", "leaning.indicator"))
    lines = iter(indicators_found)
    below = [[next(lines) for _ in several] for several in examined.get("lines", ())]
    return [
        *map(Point, sentences(facts, "leaning.undecided", "leaning.few", "leaning.method", say=say)),
        *(Point(text, lines) for text, lines in zip(some, below, strict=True)),
        *map(Point, sentences(facts, "leaning.none", "leaning.undecided_list", "leaning.limit", say=say)),
    ]


def _examination(result: Result, say) -> dict:
    """How the examination of the decided differences ended, with what the statements on it hold."""
    verdicts = result.summary["verdicts"]
    conclusions = [entry for entry in verdicts if entry["decided"] in DECIDED]
    if result.spec.indicators == "central":
        return {"state": "central", "approx": sum(k.quality == "approx" for k in indicators(result.spec))}
    if not conclusions:
        return {"state": "undecided"}
    differences = {(e["arm"], e["metric"]): result.differences(e["metric"], e["arm"]) for e in conclusions}
    found = examine(result.spec, differences, result.summary["confidence"])
    if found is None:
        return {"state": "few", "worlds": result.summary["runs"], "fewest": FEWEST}
    leaning = [entry for entry in conclusions if found.leans[entry["arm"], entry["metric"]]]
    examined = {"state": "examined", "indicators": found.n_indicators, "worlds": found.n_worlds}
    examined |= {
        "leaning": [_decided(result, entry, say) for entry in leaning],
        "free": [_decided(result, entry, say) for entry in conclusions if entry not in leaning],
        "undecided": [
            f"{result.label(e['arm'])}, {_metric(result, e)}" for e in verdicts if e["decided"] == "undecided"
        ],
        "detectable": number(found.detectable),
        "lines": [[_lean(lean, e["mean"], say) for lean in found.leans[e["arm"], e["metric"]]] for e in leaning],
    }
    return examined


def drawn_range(known: Known) -> tuple[str, str]:
    """Bounds within which an indicator is drawn."""
    return number(known.indicator.value - known.width), number(known.indicator.value + known.width)


def with_settings(result: Result, *settings: str) -> str:
    """The command with other settings and without its folder."""
    keys = tuple(f"{s.partition('=')[0]}=" for s in ("out=", *settings))
    words = [w for w in result.manifest["words"] if not w.startswith(keys)]
    return shlex.join(["suasion", *words, *settings])


def _metric(result: Result, entry: dict) -> str:
    return metric_in_words(entry["metric"], result.names)


def _decided(result: Result, entry: dict, say) -> str:
    return say(f"leaning.{entry['decided']}", arm=result.label(entry["arm"]), metric=_metric(result, entry))


def _lean(lean: Lean, mean: float, say) -> dict[str, str]:
    """The values of a sentence on an indicator; its verdict as a key."""
    low, high = drawn_range(lean.indicator)
    halves = [f"{number(half.mean, True)} {span(half.low, half.high, True)}" for half in (lean.below, lean.above)]
    return {
        "indicator": lean.indicator.label,
        "quality": say(f"quality.{lean.indicator.quality}"),
        "low": low,
        "high": high,
        "correlation": number(lean.correlation, True),
        "below": halves[0],
        "above": halves[1],
        "verdict": f"leaning.{lean.verdict(mean)}",
    }
