"""Which conclusions of a comparison rest on approximate figures, in words; or that it was not examined, and what examines it."""

import shlex

from experiments.report.assumptions import Known, figures
from experiments.report.leaning import FEWEST, Examined, Lean, examine
from experiments.report.parts import Point
from experiments.report.result import Result
from experiments.wording import metric_in_words, number, span

DECIDED = ("higher", "lower")


def resting(result: Result, say) -> list[Point]:
    """One point per conclusion that leans on a figure, and what is to be said of the others."""
    said = result.summary["verdicts"]
    conclusions = [entry for entry in said if entry["decided"] in DECIDED]
    if result.spec.figures == "central":
        approx = sum(k.quality == "approx" for k in figures(result.spec))
        return [Point(say("leaning.central", approx=approx), command=with_settings(result, "figures=drawn"))]
    if not conclusions:
        return [Point(say("leaning.undecided"))]
    differences = {(e["arm"], e["metric"]): result.differences(e["metric"], e["arm"]) for e in conclusions}
    found = examine(result.spec, differences, result.summary["level"])
    if found is None:
        return [Point(say("leaning.few", worlds=result.summary["runs"], fewest=FEWEST))]
    points = [Point(say("leaning.method", figures=found.n_figures, worlds=found.n_worlds))]
    points += [_conclusion(result, e, found, say) for e in conclusions if found.leans[e["arm"], e["metric"]]]
    free = [_decided(result, e, say) for e in conclusions if not found.leans[e["arm"], e["metric"]]]
    points += [Point(say("leaning.none", names="; ".join(free)))] if free else []
    undecided = [f"{result.label(e['arm'])}, {_metric(result, e)}" for e in said if e["decided"] == "undecided"]
    points += [Point(say("leaning.undecided_list", names="; ".join(undecided)))] if undecided else []
    return [*points, Point(say("leaning.limit", detectable=number(found.detectable)))]


def drawn_range(known: Known) -> tuple[str, str]:
    """Bounds within which a figure is drawn."""
    return number(known.figure.value - known.width), number(known.figure.value + known.width)


def with_settings(result: Result, *settings: str) -> str:
    """The command with other settings and without its folder."""
    keys = tuple(f"{s.partition('=')[0]}=" for s in ("out=", *settings))
    words = [w for w in result.manifest["words"] if not w.startswith(keys)]
    return shlex.join(["suasion", *words, *settings])


def _metric(result: Result, entry: dict) -> str:
    return metric_in_words(entry["metric"], result.names)


def _decided(result: Result, entry: dict, say) -> str:
    return say(f"leaning.{entry['decided']}", arm=result.label(entry["arm"]), metric=_metric(result, entry))


def _conclusion(result: Result, entry: dict, found: Examined, say) -> Point:
    lines = [_lean(lean, entry["mean"], say) for lean in found.leans[entry["arm"], entry["metric"]]]
    return Point(say("leaning.some", conclusion=_decided(result, entry, say)), lines)


def _lean(lean: Lean, mean: float, say) -> str:
    low, high = drawn_range(lean.figure)
    halves = [f"{number(half.mean, True)} {span(half.low, half.high, True)}" for half in (lean.below, lean.above)]
    return say(
        "leaning.figure",
        figure=lean.figure.label,
        quality=say(f"quality.{lean.figure.quality}"),
        low=low,
        high=high,
        correlation=number(lean.correlation, True),
        below=halves[0],
        above=halves[1],
        verdict=say(f"leaning.{lean.verdict(mean)}"),
    )
