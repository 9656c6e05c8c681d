"""`suasion discover`: boxes of the parameter space in which an outcome occurs, with a sentence on each."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import Field

from experiments.explore.arguments import free_path, read, refuse
from experiments.explore.boxes import LEAST_ROWS, Box, Discovery, Feature, Limit, Runs, TooFew, discover
from experiments.explore.labels import Condition, axis_meaning, axis_name, axis_unit, number
from experiments.explore.samples import Samples
from experiments.extras import needs
from experiments.results.figure_formats import FigureOptions
from experiments.results.figures import save_figures
from experiments.results.manifest import build_manifest
from experiments.results.writing import new_folder, write_json
from experiments.statements.figure_titles import discover_title
from sim.core.faults import ConfigError, describe_fault
from sim.core.parameters import Checked
from sim.core.wording import percents


class DiscoverOptions(Checked):
    """Settings of `suasion discover`."""

    where: str = Field(description="what to look for, like 'survived_90d == 0'")
    words: str | None = Field(
        default=None, description="the same as a clause for the sentences, like 'the government falls'"
    )
    depth: int = Field(default=3, ge=1, le=8, description="limits that a box has at most")
    confidence: float = Field(
        default=0.95, gt=0.0, lt=1.0, allow_inf_nan=False, description="confidence of the intervals"
    )
    figures: FigureOptions = FigureOptions()


def explore(words: list[str], command: list[str]) -> tuple[Path, dict[Any, Any]]:
    """Analyse a results folder; return the folder of the analysis and its content. Raises ConfigError."""
    needs("analysis", "sklearn")
    options, folder, others = read(words, DiscoverOptions)
    refuse(others, DiscoverOptions, "there is no such setting")
    if folder is None:
        raise ConfigError(
            "discover needs the folder of a sweep, like:  suasion discover my_sweep where='survived_90d == 0'"
        )
    samples = Samples.open(folder)
    condition = Condition.read(options.where, samples.outcomes)
    runs, left_out = _runs(samples, condition)
    try:
        discovery = discover(runs, options.depth, options.confidence)
    except TooFew as fault:
        raise ConfigError(describe_fault("where", options.where, str(fault), ())) from None
    result = as_json(discovery, runs, samples, options, str(condition)) | {"left_out": left_out}
    with new_folder(str(free_path(samples.store.folder, "discover")), "discover") as (partial, target):
        manifest_fields = build_manifest(command, worlds=samples.manifest["worlds"])
        write_json(partial / "discover.json", result | {"made": manifest_fields})
        draw(partial / "figures", result, runs, manifest_fields, options.figures.format)
    return target, result


def _runs(samples: Samples, condition: Condition) -> tuple[Runs, int]:
    """Every run with an observation, and the number of runs without one. Raises ConfigError."""
    values = {name: samples.outcome(name) for name in condition.outcomes}
    is_observed = samples.done & ~np.any([np.isnan(v) for v in values.values()], axis=0)
    row_of_run, replication = np.nonzero(is_observed)
    features = []
    for axis in samples.store.axes:
        column = samples.columns[axis.path]
        if len({repr(value) for value in column}) > 1:
            values_of_axis = (
                column if samples.numeric(axis) else [samples.value_name(axis.path, value) for value in column]
            )
            features.append(
                Feature(axis.path, np.array(values_of_axis, float if samples.numeric(axis) else str)[row_of_run])
            )
    if not features or not row_of_run.size:
        raise ConfigError(f"{samples.store.folder}: {'no run observed it' if features else 'nothing is varied there'}")
    case = condition.holds({name: v[row_of_run, replication] for name, v in values.items()})
    replications = np.unique(replication)
    independent_row = samples.independent_row(int(replications[0])) if replications.size == 1 else samples.sampled_row
    return Runs(features, case, independent_row[row_of_run], replication), int(is_observed.size - row_of_run.size)


def as_json(
    discovery: Discovery, runs: Runs, samples: Samples, options: DiscoverOptions, condition: str
) -> dict[Any, Any]:
    """Content of discover.json."""
    features = {feature.path: feature for feature in runs.features}
    what = options.words or condition
    ends = {axis.path: (min(axis.ends()), max(axis.ends())) for axis in samples.store.axes if samples.numeric(axis)}
    boxes = [
        {
            "limits": [_limit(limit, features[limit.path], ends.get(limit.path)) for limit in box.limits],
            "density": box.density, "coverage": box.coverage, "more": box.more,
            "runs": box.runs, "rows": box.rows, "stands_out": box.stands_out, "sentence": _sentence(box, features, what),
        }
        for box in discovery.boxes
    ]  # fmt: skip
    return {
        "where": options.where, "condition": condition, "words": what, "confidence": options.confidence, "boxes": boxes,
        "together": {"density": discovery.together.density, "coverage": discovery.together.coverage, "runs": discovery.together.runs},
        "all": discovery.all, "trained": discovery.trained, "held_out": discovery.held_out, "held_rows": discovery.held_rows,
        "held_worlds": discovery.held_worlds, "by_world": discovery.by_world, "design": samples.kind,
        "axes": {path: {"name": axis_name(path), "unit": axis_unit(path), "meaning": axis_meaning(path), "weight": weight}
                 for path, weight in sorted(discovery.weight.items(), key=lambda entry: -entry[1])},
    }  # fmt: skip


def _limit(limit: Limit, feature: Feature, ends: Any) -> dict[Any, Any]:  # (low, high) of numbers
    """A limit with the range of the sweep."""
    entry = {"path": limit.path, "name": axis_name(limit.path), "words": _limit_words(limit, feature)}
    if limit.names is not None:
        return entry | {"names": list(limit.names), "among": feature.names}
    return entry | {"low": limit.low, "high": limit.high, "from": ends[0], "to": ends[1]}


def _limit_words(limit: Limit, feature: Feature) -> str:
    """'the contention threshold is below 0.27'."""
    name = f"the {axis_name(limit.path)} is"
    if limit.names is not None:
        if len(limit.names) > len(feature.names) / 2 and len(limit.names) < len(feature.names):
            return f"{name} not {' or '.join(n for n in feature.names if n not in limit.names)}"
        return f"{name} {' or '.join(limit.names)}"
    unit = f" {axis_unit(limit.path)}" if axis_unit(limit.path) else ""
    if np.isfinite(limit.low) and np.isfinite(limit.high):
        return f"{name} between {number(limit.low)} and {number(limit.high)}{unit}"
    return (
        f"{name} below {number(limit.high)}{unit}"
        if np.isfinite(limit.high)
        else f"{name} above {number(limit.low)}{unit}"
    )


def _sentence(box: Box, features: dict[str, Feature], what: str) -> str:
    """'The government falls in 83 % [78, 87] of replications where ...; these are 62 % [55, 69] of all such replications.'"""
    where = " and ".join(_limit_words(limit, features[limit.path]) for limit in box.limits)
    if not box.runs:
        return f"No held-out replication lies where {where}: undecided."
    start = what[0].upper() + what[1:]
    text = f"{start} in {percents(*box.density)} of replications where {where}; these are {percents(*box.coverage)} of all such replications."
    if box.stands_out:
        return text
    if box.rows < LEAST_ROWS:
        return f"{text} Undecided: only {box.rows} of the held-out rows {'lie' if box.rows > 1 else 'lies'} there."
    more, low, high = (f"{100 * value:+.0f}" for value in box.more)
    return f"{text} Undecided: {more} [{low}, {high}] percentage points against the replications elsewhere."


def draw(
    folder: Path, result: dict[Any, Any], runs: Runs, manifest_fields: dict[Any, Any], formats: Sequence[str]
) -> None:
    """Boxes as intervals, and the two leading numeric parameters as a map."""
    from sim.plots import boxes as plots

    n = f"n = {result['held_out']:,} runs ({result['held_rows']} sampled rows, {result['held_worlds']} replications) that the boxes have not seen"
    title = discover_title(result)
    figures = {}
    if result["boxes"]:
        head = (
            title,
            f"Shares with {100 * result['confidence']:g} % intervals; {n}. Everywhere: {percents(*result['all'])}.",
        )
        figures["boxes"] = partial(plots.intervals, result["boxes"], head)
    numeric = [
        feature for path in result["axes"] for feature in runs.features if feature.path == path and feature.ordered
    ]
    if len(numeric) > 1:
        x, y = numeric[:2]
        points, point_of_run = np.unique(np.column_stack([x.values, y.values]), axis=0, return_inverse=True)
        points = np.column_stack([points, np.bincount(point_of_run, runs.case) / np.bincount(point_of_run)])
        names = [result["axes"][feature.path] | {"path": feature.path} for feature in (x, y)]
        others = (
            "the boxes may have limits on other parameters, too"
            if len(runs.features) > 2
            else "all parameters are shown"
        )
        head = (
            title,
            f"Each mark: the share of the replications there, over all other parameters; n = {runs.case.size:,} runs; {others}.",
        )
        figures["map"] = partial(plots.box_map, points, names, result["boxes"], head)
    save_figures(folder, figures, manifest_fields, formats)
