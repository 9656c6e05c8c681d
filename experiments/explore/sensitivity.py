"""`suasion sensitivity`: importance of the varied parameters for an outcome, in an existing sweep or a new one."""

from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import Field, field_validator

from experiments.explore import indices
from experiments.explore.arguments import as_list, free_path, read, refuse
from experiments.explore.importance import draw
from experiments.explore.labels import axis_meaning, axis_name, check_outcomes
from experiments.explore.samples import Samples
from experiments.extras import needs
from experiments.results.figure_formats import FigureOptions
from experiments.results.manifest import build_manifest
from experiments.results.writing import new_folder, write_json
from experiments.sweep.axes import Axis
from experiments.sweep.plan import Plan, read_plan
from experiments.terminal.progress import announce_compilation
from sim.core.faults import ConfigError, describe_fault
from sim.core.parameters import Checked
from sim.metrics import describe_key

METHODS = {
    "morris": "morris",
    "saltelli": "sobol",
    "saltelli_s2": "sobol",
    "lhs": "ranks",
    "sobol": "ranks",
    "grid": "ranks",
}
DESIGNS = {"morris": "morris", "sobol": "saltelli", "ranks": "lhs"}
USUAL = ("survived_30d", "survived_90d", "protest_peak", "deaths")


class SensitivityOptions(Checked):
    """Settings of `suasion sensitivity`, apart from those of the sweep."""

    outcome: list[str] | None = Field(
        default=None, description="outcomes; default: headline ones that all runs observed"
    )
    method: Literal["morris", "sobol", "ranks"] | None = Field(
        default=None, description="of a sweep that is yet to be run"
    )
    pairs: bool = Field(default=False, description="method sobol: shares of pairs too, for twice the runs")
    confidence: float = Field(
        default=0.95, gt=0.0, lt=1.0, allow_inf_nan=False, description="confidence of the intervals"
    )
    figures: FigureOptions = FigureOptions()

    @field_validator("outcome", mode="before")
    @classmethod
    def _names(cls, raw: object) -> object:
        return as_list(raw)


def prepare(words: list[str], config_dir: str | None = None) -> tuple[SensitivityOptions, str | None, Plan | None]:
    """Settings, and either the folder of a sweep or the plan of a new one. Raises ConfigError."""
    needs("analysis", "SALib")
    options, folder, others = read(words, SensitivityOptions)
    if folder is None:
        plan = read_plan(_design(options, others), config_dir)
        with announce_compilation(plan.options.quiet):
            check_outcomes(options.outcome or [], plan.task.outcomes)
        return options, None, plan
    refuse(others, SensitivityOptions, "is no setting of the analysis of a folder that exists")
    return options, folder, None


def sensitivity(options: SensitivityOptions, folder: str | Path, command: list[str]) -> tuple[Path, dict[Any, Any]]:
    """Analyse a folder; return the folder of the analysis and its content. Raises ConfigError."""
    samples = Samples.open(folder)
    result = analyse(samples, options)
    with new_folder(str(free_path(samples.store.folder, "sensitivity")), "sensitivity") as (partial, target):
        manifest_fields = build_manifest(command, worlds=samples.manifest["worlds"])
        write_json(partial / "sensitivity.json", result | {"made": manifest_fields})
        draw(partial / "figures", result, manifest_fields, options.figures.format)
    return target, result


def _design(options: SensitivityOptions, others: list[str]) -> list[str]:
    """Command line of the sweep that the method needs. Raises ConfigError."""
    if options.method is None:
        allowed = f"name a results folder, or one of {', '.join(DESIGNS)}"
        raise ConfigError(describe_fault("method", options.method, allowed, tuple(DESIGNS)))
    for word in others:
        if word.partition("=")[0] in ("design", "part"):
            raise ConfigError(f"{word}: the design follows from method, and all of it is run")
    design = "saltelli_s2" if options.method == "sobol" and options.pairs else DESIGNS[options.method]
    return [f"design={design}", *others]


def analyse(samples: Samples, options: SensitivityOptions) -> dict[Any, Any]:
    """Indices of every outcome and combination of policies and rules. Raises ConfigError."""
    method = METHODS.get(samples.kind)
    if method is None or (options.method or method) != method:
        allowed = f"design={samples.kind} of this sweep does not serve; {_serving_designs(options.method)} does"
        raise ConfigError(describe_fault("method", options.method or "any", allowed, ()))
    samples.check_complete()
    axes = analysed_axes(samples, method)
    names = _outcomes(samples, options)
    groups = samples.combinations([axis.path for axis in samples.store.axes if axis not in axes])
    combinations = []
    for values, rows in groups:
        x = np.column_stack([_numbers(axis, samples.columns[axis.path])[rows] for axis in axes])
        indices_of = {name: _indices(method, axes, x, name, rows, samples, options.confidence) for name in names}
        combinations.append({"values": values, "title": samples.title(values), "outcomes": indices_of})
    labels = {name: dict(zip(("label", "unit"), describe_key(name), strict=True)) for name in names}
    meanings = {axis.path: {"name": axis_name(axis.path), "meaning": axis_meaning(axis.path)} for axis in axes}
    block = len(axes) * (2 if samples.kind == "saltelli_s2" else 1) + 2
    return {
        "method": method, "design": samples.kind, "confidence": options.confidence, "points": len(samples.points),
        "base": len(samples.points) // len(groups) // block if method == "sobol" else None, "worlds": samples.replications, "axes": meanings, "outcomes": labels, "combinations": combinations,
    }  # fmt: skip


def _serving_designs(method: str | None) -> str:
    return " or ".join(f"design={kind}" for kind, serves in METHODS.items() if method in (None, serves))


def analysed_axes(samples: Samples, method: str) -> list[Axis]:
    """The axes of the analysis: the uncertainties, or without any all numeric axes.

    Raises ConfigError.
    """
    axes = [axis for axis in samples.store.axes if axis.role == "uncertainty"] or list(samples.store.axes)
    if method == "ranks":
        axes = [axis for axis in axes if samples.numeric(axis)]
    if not axes:
        raise ConfigError(f"{samples.store.folder}: no numeric parameter is varied, so nothing can be ranked")
    return axes


def _numbers(axis: Axis, column: list[Any]) -> np.ndarray:
    """Values as numbers; names by their place in the list."""
    if axis.values is not None and any(isinstance(value, (str, bool, list, type(None))) for value in column):
        return np.array([axis.values.index(value) for value in column], float)
    return np.array(column, float)


def _outcomes(samples: Samples, options: SensitivityOptions) -> list[str]:
    if options.outcome is None:
        names = [name for name in USUAL if not np.isnan(samples.outcome(name)).any()]
        if not names:
            raise ConfigError(
                describe_fault("outcome", None, "name one; the usual ones were not observed in all runs", ())
            )
        return names
    names = check_outcomes(list(dict.fromkeys(options.outcome)), samples.outcomes)
    samples.check_observed(names)
    return names


def _indices(
    method: str, axes: list[Axis], x: np.ndarray, name: str, rows: np.ndarray, samples: Samples, confidence: float
) -> dict[Any, Any]:
    """Indices of one outcome in some rows of the design, x (rows, axes), with the share of chance. Raises ConfigError."""
    y = samples.outcome(name)[rows]
    means, paths = y.mean(axis=1), [axis.path for axis in axes]
    common = {"mean": float(means.mean()), "chance": indices.chance(y)}
    if np.ptp(means) == 0.0:
        return common | {"constant": True}
    try:
        if method == "morris":
            analysis = indices.morris(
                paths, x, means, confidence, samples.manifest["options"]["n_levels"], samples.width(name)
            )
        elif method == "sobol":
            analysis = indices.sobol(paths, x, means, confidence)
        else:
            analysis = indices.ranks(paths, x, means, confidence)
    except indices.BrokenDesign as fault:
        integers = ", ".join(axis.path for axis in axes if axis.integer)
        hint = f"; whole numbers ({integers}) may have fallen together: give them more room" if integers else ""
        raise ConfigError(f"{samples.store.folder}: {fault}{hint}") from None
    return common | {"constant": False} | analysis
