"""`suasion sensitivity`: which of the varied parameters move an outcome, in a sweep that exists or is made for it."""

from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import Field, field_validator

from experiments.explore import indices
from experiments.explore.arguments import as_list, free, read, refuse
from experiments.explore.importance import draw
from experiments.explore.labels import axis_meaning, axis_name, known
from experiments.explore.samples import Samples
from experiments.extras import needs
from experiments.progress import announced
from experiments.results.manifest import manifest
from experiments.results.writing import new_folder, write_json
from experiments.sweep.axes import Axis
from experiments.sweep.plan import Plan, read_plan
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
MORRIS_LEVELS = 4


class SensitivityOptions(Checked):
    """Settings of `suasion sensitivity` beside those of the sweep."""

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

    @field_validator("outcome", mode="before")
    @classmethod
    def _names(cls, raw):
        return as_list(raw)


def prepared(words: list[str], config_dir: str | None = None) -> tuple[SensitivityOptions, str | None, Plan | None]:
    """Settings, and the folder or the sweep that is to be made. Raises ConfigError."""
    needs("analysis", "SALib")
    options, folder, rest = read(words, SensitivityOptions)
    if folder is None:
        plan = read_plan(_design(options, rest), config_dir)
        with announced(plan.options.quiet):
            known(options.outcome or [], plan.bench.outcomes)
        return options, None, plan
    refuse(rest, SensitivityOptions, "is no setting of the analysis of a folder that exists")
    return options, folder, None


def sensitivity(options: SensitivityOptions, folder: str | Path, command: list[str]) -> tuple[Path, dict]:
    """Analyse a folder; returns the folder of the analysis and its content. Raises ConfigError."""
    samples = Samples.opened(folder)
    result = analyse(samples, options)
    with new_folder(str(free(samples.store.folder, "sensitivity")), "sensitivity") as (partial, target):
        made = manifest(command, worlds=samples.made["worlds"])
        write_json(partial / "sensitivity.json", result | {"made": made})
        draw(partial / "figures", result, made)
    return target, result


def _design(options: SensitivityOptions, rest: list[str]) -> list[str]:
    """The words of the sweep that the method needs. Raises ConfigError."""
    if options.method is None:
        allowed = f"name a results folder, or one of {', '.join(DESIGNS)}"
        raise ConfigError(describe_fault("method", options.method, allowed, tuple(DESIGNS)))
    for word in rest:
        if word.partition("=")[0] in ("design", "part"):
            raise ConfigError(f"{word}: the design follows from method, and all of it is run")
    design = "saltelli_s2" if options.method == "sobol" and options.pairs else DESIGNS[options.method]
    levels = (
        []
        if options.method != "morris" or any(w.startswith("n_levels=") for w in rest)
        else [f"n_levels={MORRIS_LEVELS}"]
    )
    return [f"design={design}", *levels, *rest]


def analyse(samples: Samples, options: SensitivityOptions) -> dict:
    """Indices of every outcome and combination of policies and rules. Raises ConfigError."""
    method = METHODS.get(samples.kind)
    if method is None or (options.method or method) != method:
        allowed = f"design={samples.kind} of this sweep does not serve; {_served(options.method)} does"
        raise ConfigError(describe_fault("method", options.method or "any", allowed, ()))
    samples.check_complete()
    axes = varied(samples, method)
    names = _outcomes(samples, options)
    groups = samples.combinations([axis.path for axis in samples.store.axes if axis not in axes])
    found = []
    for values, rows in groups:
        x = np.column_stack([_numbers(axis, samples.columns[axis.path])[rows] for axis in axes])
        each = {name: _indices(method, axes, x, name, rows, samples, options.confidence) for name in names}
        found.append({"values": values, "title": samples.title(values), "outcomes": each})
    labels = {name: dict(zip(("label", "unit"), describe_key(name), strict=True)) for name in names}
    meanings = {axis.path: {"name": axis_name(axis.path), "meaning": axis_meaning(axis.path)} for axis in axes}
    block = len(axes) * (2 if samples.kind == "saltelli_s2" else 1) + 2
    return {
        "method": method, "design": samples.kind, "confidence": options.confidence, "points": len(samples.points),
        "base": len(samples.points) // len(groups) // block if method == "sobol" else None, "worlds": samples.worlds, "axes": meanings, "outcomes": labels, "combinations": found,
    }  # fmt: skip


def _served(method: str | None) -> str:
    return " or ".join(f"design={kind}" for kind, serves in METHODS.items() if method in (None, serves))


def varied(samples: Samples, method: str) -> list[Axis]:
    """The axes whose importance is asked for: the uncertainties, or where there are none all numeric axes.

    Raises ConfigError.
    """
    axes = [axis for axis in samples.store.axes if axis.role == "uncertainty"] or list(samples.store.axes)
    if method == "ranks":
        axes = [axis for axis in axes if samples.numeric(axis)]
    if not axes:
        raise ConfigError(f"{samples.store.folder}: no numeric parameter is varied, so nothing can be ranked")
    return axes


def _numbers(axis: Axis, column: list) -> np.ndarray:
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
    names = known(list(dict.fromkeys(options.outcome)), samples.outcomes)
    samples.observed(names)
    return names


def _indices(
    method: str, axes: list[Axis], x: np.ndarray, name: str, rows: np.ndarray, samples: Samples, confidence: float
) -> dict:
    """Indices of one outcome in some rows of the design, x (rows, axes), with the share of chance. Raises ConfigError."""
    y = samples.outcome(name)[rows]
    means, paths = y.mean(axis=1), [axis.path for axis in axes]
    beside = {"mean": float(means.mean()), "chance": indices.chance(y)}
    if np.ptp(means) == 0.0:
        return beside | {"constant": True}
    try:
        if method == "morris":
            found = indices.morris(
                paths, x, means, confidence, samples.made["options"]["n_levels"], samples.width(name)
            )
        elif method == "sobol":
            found = indices.sobol(paths, x, means, confidence)
        else:
            found = indices.ranks(paths, x, means, confidence)
    except indices.BrokenDesign as fault:
        whole = ", ".join(axis.path for axis in axes if axis.whole)
        hint = f"; whole numbers ({whole}) may have fallen together: give them more room" if whole else ""
        raise ConfigError(f"{samples.store.folder}: {fault}{hint}") from None
    return beside | {"constant": False} | found
