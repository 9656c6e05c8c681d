"""Commands that examine the conclusions of a sweep: drawn indicators, or a comparison of its scenarios."""

import shlex
from typing import Any

from experiments.language import Language
from experiments.report.conclusions import with_settings
from experiments.report.page_model import Point
from experiments.report.result import Result
from experiments.statements import sentences
from experiments.sweep.axes import Axis
from experiments.sweep.plan import SweepOptions

MOST_ARMS = 16  # limit of a comparison
SHARED = ("seed", "posterior_without", "parameters")  # equal in all arms of a comparison
OF_THE_SWEEP = {*SweepOptions.model_fields, "experiment", "scenario", "indicators"}


def sensitivity_commands(result: Result, say: Language) -> list[Point]:
    """Points on central and on drawn indicators, then the commands. A merged folder has no words of a sweep, so no commands."""
    points = list(
        map(Point, sentences(result.facts, "input_sensitivity.sweep.central", "input_sensitivity.sweep.drawn", say=say))
    )
    words = result.manifest["words"]
    if words[0] != "sweep":
        return points
    if all(spec.indicators != "drawn" for spec in result.sweep.specs):
        return [*points, Point(say("input_sensitivity.sweep.draw"), command=with_settings(result, "indicators=drawn"))]
    if any(_key(word) == "experiment" for word in words):  # its file may set more than the sweep
        return points
    return points + [
        Point(say("input_sensitivity.sweep.examine", host=result.names[host]), command=_comparison(result, arms))
        for host, arms in _arms(result).items()
    ]


def _arms(result: Result) -> dict[str, list[str]]:
    """Host -> scenarios that fit into one comparison."""
    axes = result.sweep.store.axes
    index = next((i for i, axis in enumerate(a for a in axes if a.chooses_files) if axis.path == "scenario"), None)
    hosts: dict[str, dict[str, tuple[Any, ...]]] = {}
    for values, spec in result.sweep.store.bases.items():
        if index is not None and values[index] is not None:
            shared = tuple(getattr(spec, name) for name in SHARED)
            hosts.setdefault(spec.scenario.host, {})[values[index]] = shared
    return {h: list(arms) for h, arms in hosts.items() if 2 <= len(arms) <= MOST_ARMS and len(set(arms.values())) == 1}


def _comparison(result: Result, arms: list[str]) -> str:
    """A comparison with the settings of the sweep that are equal at all points."""
    axes = result.sweep.store.axes
    words = [word for word in result.manifest["words"][1:] if not _of_the_sweep(word, axes)]
    return shlex.join(["suasion", "compare", f"scenarios=[{','.join(arms)}]", *words, "indicators=drawn"])


def _of_the_sweep(word: str, axes: tuple[Axis, ...]) -> bool:
    key = _key(word)
    return key.split(".")[0] in OF_THE_SWEEP or any(key == axis.path for axis in axes)


def _key(word: str) -> str:
    return word.partition("=")[0].lstrip("+") if "=" in word else ""
