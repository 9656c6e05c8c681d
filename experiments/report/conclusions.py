"""Input sensitivity in words: the conclusions that rest on approximate indicators, or the command that examines them."""

import shlex
from dataclasses import replace
from typing import Any

from experiments.describe.inputs import InputIndicator, indicators
from experiments.language import Language
from experiments.report.input_sensitivity import FEWEST, Association, examine
from experiments.report.page_model import Point
from experiments.report.result import Result
from experiments.results.formatting import metric_in_words, number, span
from experiments.statements import sentences

DECIDED = ("higher", "lower")


def sensitivity_points(result: Result, say: Language) -> list[Point]:
    """One point per conclusion that moves with an indicator, then one on all others."""
    examination = _examination(result, say)
    facts = replace(result.facts, data=result.facts.data | {"examined": examination})
    not_examined = sentences(facts, "input_sensitivity.central", say=say)
    if not_examined:
        return [Point(not_examined[0], command=with_settings(result, "indicators=drawn"))]
    some, on_indicators = (
        sentences(facts, key, say=say) for key in ("input_sensitivity.some", "input_sensitivity.indicator")
    )
    lines = iter(on_indicators)
    below = [[next(lines) for _ in several] for several in examination.get("lines", ())]
    return [
        *map(
            Point,
            sentences(
                facts, "input_sensitivity.undecided", "input_sensitivity.few", "input_sensitivity.method", say=say
            ),
        ),
        *(Point(text, lines) for text, lines in zip(some, below, strict=True)),
        *map(
            Point,
            sentences(
                facts, "input_sensitivity.none", "input_sensitivity.undecided_list", "input_sensitivity.limit", say=say
            ),
        ),
    ]


def _examination(result: Result, say: Language) -> dict[Any, Any]:
    """State and result of the examination of decided differences, as the statements read it."""
    verdicts = result.summary["verdicts"]
    conclusions = [entry for entry in verdicts if entry["decided"] in DECIDED]
    if result.spec.indicators == "central":
        return {"state": "central", "approx": sum(k.quality == "approx" for k in indicators(result.spec))}
    if not conclusions:
        return {"state": "undecided"}
    differences = {(e["arm"], e["metric"]): result.differences(e["metric"], e["arm"]) for e in conclusions}
    examination = examine(result.spec, differences, result.summary["confidence"])
    if examination is None:
        return {"state": "few", "replications": result.summary["runs"], "fewest": FEWEST}
    sensitive = [entry for entry in conclusions if examination.associations[entry["arm"], entry["metric"]]]
    state_of_examination = {
        "state": "examined",
        "indicators": examination.n_indicators,
        "replications": examination.n_replications,
    }
    state_of_examination |= {
        "sensitive": [_decided(result, entry, say) for entry in sensitive],
        "free": [_decided(result, entry, say) for entry in conclusions if entry not in sensitive],
        "undecided": [
            f"{result.label(e['arm'])}, {_metric(result, e)}" for e in verdicts if e["decided"] == "undecided"
        ],
        "detectable": number(examination.detectable),
        "lines": [
            [
                _association(association, e["mean"], say)
                for association in examination.associations[e["arm"], e["metric"]]
            ]
            for e in sensitive
        ],
    }
    return state_of_examination


def drawn_range(row: InputIndicator) -> tuple[str, str]:
    """Bounds within which an indicator is drawn."""
    return number(row.indicator.value - row.width), number(row.indicator.value + row.width)


def with_settings(result: Result, *settings: str) -> str:
    """The command with other settings and without its folder."""
    keys = tuple(f"{s.partition('=')[0]}=" for s in ("out=", *settings))
    words = [w for w in result.manifest["words"] if not w.startswith(keys)]
    return shlex.join(["suasion", *words, *settings])


def _metric(result: Result, entry: dict[Any, Any]) -> str:
    return metric_in_words(entry["metric"], result.names)


def _decided(result: Result, entry: dict[Any, Any], say: Language) -> str:
    return say(f"input_sensitivity.{entry['decided']}", arm=result.label(entry["arm"]), metric=_metric(result, entry))


def _association(association: Association, mean: float, say: Language) -> dict[str, str]:
    """Values of a sentence on an indicator, with its verdict as a key."""
    low, high = drawn_range(association.indicator)
    halves = [
        f"{number(half.mean, True)} {span(half.low, half.high, True)}"
        for half in (association.below, association.above)
    ]
    return {
        "indicator": association.indicator.label,
        "quality": say(f"quality.{association.indicator.quality}"),
        "low": low,
        "high": high,
        "correlation": number(association.correlation, True),
        "below": halves[0],
        "above": halves[1],
        "verdict": f"input_sensitivity.{association.verdict(mean)}",
    }
