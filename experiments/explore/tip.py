"""`suasion tip`: the line in a plane of two parameters on which an outcome crosses a threshold.

The plane is a grid sweep. Only its most informative points are run; `suasion sweep` with the same axes fills the folder up.
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import Field

from experiments.engine import open_engine
from experiments.explore.arguments import free_path, read
from experiments.explore.frontier import Frontier, search
from experiments.explore.grid_evaluator import GridEvaluator
from experiments.explore.labels import axis_meaning, axis_name, axis_unit, check_outcomes, number
from experiments.extras import needs
from experiments.results.figure_formats import FigureOptions
from experiments.results.figures import save_figures
from experiments.results.manifest import build_manifest
from experiments.results.writing import new_folder, write_json
from experiments.statements.figure_titles import tip_title
from experiments.sweep.axes import Axis
from experiments.sweep.plan import Plan, read_plan
from experiments.sweep.resume import folder_for, locked_for, stored_runs
from experiments.sweep.store import Store
from experiments.sweep.sweep import Writer, write_totals
from experiments.terminal.progress import announce_compilation, meter
from sim.core.faults import ConfigError, describe_fault
from sim.core.parameters import Checked
from sim.metrics import describe_key

REPLICATIONS = 20  # per point, by default
POSITIONS = (0.1, 0.3, 0.5, 0.7, 0.9)  # of the reported crossings, along the extent of the lines


class TipOptions(Checked):
    """Settings of `suasion tip`, apart from those of the sweep."""

    outcome: str = Field(default="survived_90d", description="outcome that tips")
    threshold: float = Field(
        default=0.5, allow_inf_nan=False, description="of the outcome's mean over replications, in its unit"
    )
    resolution: int = Field(default=32, ge=8, le=128, description="points of the grid along either axis")
    budget: float = Field(default=0.2, gt=0.0, le=1.0, description="share of the grid's runs that may be used")
    confidence: float = Field(default=0.95, gt=0.0, lt=1.0, description="confidence of the band")
    figures: FigureOptions = FigureOptions()


def prepare(words: list[str], config_dir: str | None = None) -> tuple[TipOptions, Plan]:
    """Settings, and the grid of two axes. Raises ConfigError."""
    needs("analysis", "sklearn")
    options, folder, others = read(words, TipOptions)
    if folder is not None:
        raise ConfigError(f"{folder}: a line is searched by new runs; give two axes, and out={folder} to go on there")
    return options, _grid_plan(options, others, config_dir)


def tip(options: TipOptions, plan: Plan, command: list[str]) -> tuple[Path, dict[Any, Any]]:
    """Search, and write tip.json and the figure; return the folder of the analysis and its content.

    Raises ConfigError, StoreFault.
    """
    with announce_compilation(plan.options.quiet):
        (outcome,) = check_outcomes([options.outcome], plan.task.outcomes)
    options = options.model_copy(update={"outcome": outcome})
    store, frontier = _search(plan, options, command)
    first, second = plan.axes
    result = as_json(frontier, (first, second), options, store)
    with new_folder(str(free_path(store.folder, "tip")), "tip") as (partial, target):
        manifest_fields = build_manifest(command, worlds=store.manifest["worlds"])
        write_json(partial / "tip.json", result | {"made": manifest_fields})
        draw(partial / "figures", frontier, result, manifest_fields, options.figures.format)
    return target, result


def _grid_plan(options: TipOptions, others: list[str], config_dir: str | None) -> Plan:
    for word in others:
        if word.partition("=")[0] in ("design", "n_levels", "samples", "cases", "part"):
            raise ConfigError(f"{word}: a line is searched on a grid of two axes; its points follow from resolution")
    replications = [] if any(word.startswith("replications=") for word in others) else [f"replications={REPLICATIONS}"]
    plan = read_plan(["design=grid", f"n_levels={options.resolution}", *replications, *others], config_dir)
    if len(plan.axes) != 2 or any(axis.values is not None for axis in plan.axes):
        paths = ", ".join(axis.path for axis in plan.axes) or "none"
        raise ConfigError(
            f"axes: {paths}; give two with bounds, like 'mechanisms.contention.threshold=interval(0.2,0.4)', and no other"
        )
    for axis, steps in zip(plan.axes, plan.design.steps, strict=True):
        if len(steps) < options.resolution:
            allowed = f"{axis.path} has {len(steps)} different values between its bounds, so at most that many points"
            raise ConfigError(describe_fault("resolution", options.resolution, allowed, ()))
    if plan.options.replications < 2:
        raise ConfigError(describe_fault("replications", 1, "must be at least 2: the band comes from their spread", ()))
    return plan


def _search(plan: Plan, options: TipOptions, command: list[str]) -> tuple[Store, Frontier]:
    """Run the search in the folder of the plan. Raises ConfigError, StoreFault."""
    store, numbers = folder_for(plan, command)
    budget = int(options.budget * len(plan.design))
    with locked_for(store, plan, command):
        store.mend()
        done, manifest_fields = stored_runs(store, plan, numbers), store.manifest
        with (
            meter(plan.options.quiet, plan.options.log, "runs", budget * done.shape[1]) as progress,
            open_engine(plan.options.engine, progress.say) as engine,
        ):
            writer = Writer(store, plan.task, True, progress.advance, store.next_number())
            evaluate = GridEvaluator(plan, options.outcome, options.resolution, store, numbers, done, writer, engine)
            frontier = search(evaluate, options.resolution, options.threshold, budget, options.confidence)
        write_totals(store, manifest_fields, int(np.count_nonzero(~done)), writer.new)
    return store, frontier


def as_json(frontier: Frontier, axes: tuple[Axis, Axis], options: TipOptions, store: Store) -> dict[Any, Any]:
    """Content of tip.json: sentences, crossings, lines, evaluated points."""
    label, unit = describe_key(options.outcome)
    points, replications = frontier.outcomes.shape
    lines = [_axis_values(line, axes).tolist() for line in frontier.lines()]
    crossed = crossings(frontier, axes)
    return {
        "outcome": {"name": options.outcome, "label": label, "unit": unit}, "threshold": options.threshold,
        "confidence": options.confidence, "found": frontier.exists, "undecided": frontier.undecided,
        "axes": [{"path": a.path, "name": axis_name(a.path), "unit": axis_unit(a.path), "meaning": axis_meaning(a.path),
                  "steps": list(a.steps(options.resolution))} for a in axes],
        "scenario": next(iter(store.bases.values())).scenario.label,
        "points": points, "worlds": replications, "grid": options.resolution**2,
        "share_of_grid": points / options.resolution**2,
        "lowest": float(frontier.outcomes.mean(axis=1).min()), "highest": float(frontier.outcomes.mean(axis=1).max()),
        "lines": [{"closed": line[0] == line[-1], "vertices": line} for line in lines],
        "crossings": crossed, "sentences": [_sentence(c, options.threshold) for c in crossed],
        "evaluated": [
            {axes[0].path: x, axes[1].path: y, "mean": mean}
            for (x, y), mean in zip(_axis_values(frontier.cells / (options.resolution - 1), axes), frontier.outcomes.mean(axis=1), strict=True)
        ],
    }  # fmt: skip


def _axis_values(where: np.ndarray, axes: tuple[Axis, Axis]) -> np.ndarray:
    """Values of the axes at positions (n, 2) of the unit square."""
    return np.column_stack([_value(axis, where[:, i]) for i, axis in enumerate(axes)])


def _value(axis: Axis, where: np.ndarray | float) -> Any:
    """Value of an axis at positions 0 to 1 of the grid, whose steps are equal in probability."""
    steps = np.array(axis.steps(1025), float)
    return np.interp(where, np.linspace(0, 1, len(steps)), steps)


def crossings(frontier: Frontier, axes: tuple[Axis, Axis]) -> list[dict[Any, Any]]:
    """Crossings at POSITIONS of the axis along which the lines are longest."""
    if not frontier.exists:
        return []
    vertices = np.vstack(frontier.lines())
    along = int(np.ptp(vertices[:, 1]) > np.ptp(vertices[:, 0]))
    first, last = vertices[:, along].min(), vertices[:, along].max()
    entries = []
    for at in (first + position * (last - first) for position in POSITIONS):
        for crossing in frontier.crossings(along, at):
            position, low, high = _value(axes[1 - along], np.array(crossing[:3]))
            entries.append(
                {"axis": axes[along].path, "at": float(_value(axes[along], at)), "crossed": axes[1 - along].path,
                 "place": position, "low": low, "high": high, "rising": crossing.rising}
            )  # fmt: skip
    return entries


def _sentence(crossing: dict[Any, Any], threshold: float) -> str:
    """'at contention threshold 0.25 the line is crossed at split depth 0.8 [0.75, 0.86]'."""
    low, high = (number(crossing[end]) if np.isfinite(crossing[end]) else "edge" for end in ("low", "high"))
    way = "up" if crossing["rising"] else "down"
    return (
        f"at {axis_name(crossing['axis'])} {number(crossing['at'])} the line is crossed at {axis_name(crossing['crossed'])} "
        f"{number(crossing['place'])} [{low}, {high}], {way}wards through {number(threshold)} as {axis_name(crossing['crossed'])} rises"
    )


def draw(
    folder: Path, frontier: Frontier, result: dict[Any, Any], manifest_fields: dict[Any, Any], formats: Sequence[str]
) -> None:
    """The plane with its lines."""
    from sim.plots.frontier import tipping_lines

    save_figures(folder, {"tip": partial(tipping_lines, frontier, result, tip_title(result))}, manifest_fields, formats)
