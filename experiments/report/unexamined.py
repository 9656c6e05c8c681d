"""Which command examines the conclusions of a sweep, where one can: indicators drawn, or a comparison of its scenarios."""

import shlex

from experiments.report.conclusions import with_settings
from experiments.report.page_model import Point
from experiments.report.result import Result
from experiments.statements import sentences
from experiments.sweep.axes import Axis
from experiments.sweep.plan import SweepOptions

MOST_ARMS = 16  # of a comparison
SHARED = ("seed", "posterior_without", "parameters")  # what the arms of a comparison have in common
OF_THE_SWEEP = {*SweepOptions.model_fields, "experiment", "scenario", "indicators"}


def unexamined(result: Result, say) -> list[Point]:
    """What is said of indicators at their centre and of drawn ones, then the commands; a merged folder has no words of a sweep."""
    points = list(map(Point, sentences(result.facts, "leaning.sweep.central", "leaning.sweep.drawn", say=say)))
    words = result.manifest["words"]
    if words[0] != "sweep":
        return points
    if all(spec.indicators != "drawn" for spec in result.varied.specs):
        return [*points, Point(say("leaning.sweep.draw"), command=with_settings(result, "indicators=drawn"))]
    if any(_key(word) == "experiment" for word in words):  # its file may hold settings of the sweep and others
        return points
    return points + [
        Point(say("leaning.sweep.examine", host=result.names[host]), command=_comparison(result, arms))
        for host, arms in _arms(result).items()
    ]


def _arms(result: Result) -> dict[str, list[str]]:
    """Host -> scenarios that one comparison can hold."""
    axes = result.varied.store.axes
    place = next((i for i, axis in enumerate(a for a in axes if a.composed) if axis.path == "scenario"), None)
    hosts: dict[str, dict[str, tuple]] = {}
    for values, spec in result.varied.store.bases.items():
        if place is not None and values[place] is not None:
            shared = tuple(getattr(spec, name) for name in SHARED)
            hosts.setdefault(spec.scenario.host, {})[values[place]] = shared
    return {h: list(arms) for h, arms in hosts.items() if 2 <= len(arms) <= MOST_ARMS and len(set(arms.values())) == 1}


def _comparison(result: Result, arms: list[str]) -> str:
    """A comparison with the settings that the sweep had at all points."""
    axes = result.varied.store.axes
    words = [word for word in result.manifest["words"][1:] if not _of_the_sweep(word, axes)]
    return shlex.join(["suasion", "compare", f"scenarios=[{','.join(arms)}]", *words, "indicators=drawn"])


def _of_the_sweep(word: str, axes: tuple[Axis, ...]) -> bool:
    key = _key(word)
    return key.split(".")[0] in OF_THE_SWEEP or any(key == axis.path for axis in axes)


def _key(word: str) -> str:
    return word.partition("=")[0].lstrip("+") if "=" in word else ""
