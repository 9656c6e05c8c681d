"""`suasion tip`: the line in the plane of two parameters on which an outcome crosses a threshold.

The plane is a grid sweep of which only the points that tell most are run; the folder is that sweep's, and
`suasion sweep` with the same axes would fill it up.
"""

from pathlib import Path
from typing import Any

import numpy as np
from pydantic import Field

from experiments.engine import opened
from experiments.explore.arguments import free, read
from experiments.explore.frontier import Frontier, search
from experiments.explore.grid_evaluator import Ground
from experiments.explore.labels import axis_meaning, axis_name, axis_unit, known, number
from experiments.extras import needs
from experiments.progress import announced, meter
from experiments.results.manifest import manifest
from experiments.results.writing import new_folder, save_figures, write_json
from experiments.sweep.axes import Axis
from experiments.sweep.plan import Plan, read_plan
from experiments.sweep.resume import finished, folder_for
from experiments.sweep.store import Store
from experiments.sweep.sweep import Writer, ended
from sim.core.faults import ConfigError, describe_fault
from sim.core.parameters import Checked
from sim.metrics import describe_key

WORLDS = 20  # per point, if the user does not say
PLACES = (0.1, 0.3, 0.5, 0.7, 0.9)  # of the lines' extent along an axis, where the crossing is told


class TipOptions(Checked):
    """Settings of `suasion tip` beside those of the sweep."""

    outcome: str = Field(default="survived_90d", description="outcome that tips")
    threshold: float = Field(
        default=0.5, allow_inf_nan=False, description="of the outcome's mean over worlds, in its unit"
    )
    resolution: int = Field(default=32, ge=8, le=128, description="points of the grid along either axis")
    budget: float = Field(default=0.2, gt=0.0, le=1.0, description="share of the grid's runs that may be used")
    confidence: float = Field(default=0.95, gt=0.0, lt=1.0, description="confidence of the band")


def prepared(words: list[str], config_dir: str | None = None) -> tuple[TipOptions, Plan]:
    """Settings, and the grid of two axes. Raises ConfigError."""
    needs("analysis", "sklearn")
    options, folder, rest = read(words, TipOptions)
    if folder is not None:
        raise ConfigError(f"{folder}: a line is searched by new runs; give two axes, and out={folder} to go on there")
    return options, _planned(options, rest, config_dir)


def tip(options: TipOptions, plan: Plan, command: list[str]) -> tuple[Path, dict]:
    """Search, and write tip.json and the figure; returns the folder of the analysis and its content.

    Raises ConfigError, StoreFault.
    """
    with announced(plan.options.quiet):
        (outcome,) = known([options.outcome], plan.bench.outcomes)
    options = options.model_copy(update={"outcome": outcome})
    store, frontier = _searched(plan, options, command)
    first, second = plan.axes
    result = told(frontier, (first, second), options, store)
    with new_folder(str(free(store.folder, "tip")), "tip") as (partial, target):
        made = manifest(command, worlds=store.manifest["worlds"])
        write_json(partial / "tip.json", result | {"made": made})
        draw(partial / "figures", frontier, result, made)
    return target, result


def _planned(options: TipOptions, rest: list[str], config_dir: str | None) -> Plan:
    for word in rest:
        if word.partition("=")[0] in ("design", "n_levels", "samples", "cases", "part"):
            raise ConfigError(f"{word}: a line is searched on a grid of two axes; its points follow from resolution")
    worlds = [] if any(word.startswith("replications=") for word in rest) else [f"replications={WORLDS}"]
    plan = read_plan(["design=grid", f"n_levels={options.resolution}", *worlds, *rest], config_dir)
    if len(plan.axes) != 2 or any(axis.values is not None for axis in plan.axes):
        given = ", ".join(axis.path for axis in plan.axes) or "none"
        raise ConfigError(
            f"axes: {given}; give two with bounds, like 'mechanisms.contention.threshold=interval(0.2,0.4)', and no other"
        )
    for axis, steps in zip(plan.axes, plan.design.steps, strict=True):
        if len(steps) < options.resolution:
            allowed = f"{axis.path} has {len(steps)} different values between its bounds, so at most that many points"
            raise ConfigError(describe_fault("resolution", options.resolution, allowed, ()))
    if plan.options.replications < 2:
        raise ConfigError(describe_fault("replications", 1, "must be at least 2: the band comes from their spread", ()))
    return plan


def _searched(plan: Plan, options: TipOptions, command: list[str]) -> tuple[Store, Frontier]:
    """Run the search in the folder of the plan. Raises ConfigError, StoreFault."""
    store, numbers = folder_for(plan, command)
    budget = int(options.budget * len(plan.design))
    with store.locked():
        store.mend()
        done, made = finished(store, plan, numbers), store.manifest
        with (
            meter(plan.options.quiet, plan.options.log, "runs", budget * done.shape[1]) as progress,
            opened(plan.options.engine, progress.say) as engine,
        ):
            writer = Writer(store, plan.bench, True, progress.advance, store.next_number())
            ground = Ground(plan, options.outcome, options.resolution, store, numbers, done, writer, engine)
            frontier = search(ground, options.resolution, options.threshold, budget, options.confidence)
        ended(store, made, int(np.count_nonzero(~done)), writer.new)
    return store, frontier


def told(frontier: Frontier, axes: tuple[Axis, Axis], options: TipOptions, store: Store) -> dict:
    """What tip.json says: sentences, crossings, lines, and what it took."""
    label, unit = describe_key(options.outcome)
    points, worlds = frontier.outcomes.shape
    lines = [_placed(line, axes).tolist() for line in frontier.lines()]
    crossed = crossings(frontier, axes)
    return {
        "outcome": {"name": options.outcome, "label": label, "unit": unit}, "threshold": options.threshold,
        "confidence": options.confidence, "found": frontier.found, "undecided": frontier.undecided,
        "axes": [{"path": a.path, "name": axis_name(a.path), "unit": axis_unit(a.path), "meaning": axis_meaning(a.path),
                  "steps": list(a.steps(options.resolution))} for a in axes],
        "scenario": next(iter(store.bases.values())).scenario.label,
        "points": points, "worlds": worlds, "grid": options.resolution**2,
        "share_of_grid": points / options.resolution**2,
        "lowest": float(frontier.outcomes.mean(axis=1).min()), "highest": float(frontier.outcomes.mean(axis=1).max()),
        "lines": [{"closed": line[0] == line[-1], "vertices": line} for line in lines],
        "crossings": crossed, "sentences": [_sentence(c, options.threshold) for c in crossed],
        "evaluated": [
            {axes[0].path: x, axes[1].path: y, "mean": mean}
            for (x, y), mean in zip(_placed(frontier.cells / (options.resolution - 1), axes), frontier.outcomes.mean(axis=1), strict=True)
        ],
    }  # fmt: skip


def _placed(where: np.ndarray, axes: tuple[Axis, Axis]) -> np.ndarray:
    """Places (n, 2) of the unit square as values of the axes."""
    return np.column_stack([_value(axis, where[:, i]) for i, axis in enumerate(axes)])


def _value(axis: Axis, where: np.ndarray | float) -> Any:
    """Value of an axis at places from 0 to 1 of the grid, whose steps are equal in probability."""
    steps = np.array(axis.steps(1025), float)
    return np.interp(where, np.linspace(0, 1, len(steps)), steps)


def crossings(frontier: Frontier, axes: tuple[Axis, Axis]) -> list[dict]:
    """Crossings at some places along the axis that the lines run along."""
    if not frontier.found:
        return []
    vertices = np.vstack(frontier.lines())
    along = int(np.ptp(vertices[:, 1]) > np.ptp(vertices[:, 0]))
    start, end = vertices[:, along].min(), vertices[:, along].max()
    found = []
    for at in (start + place * (end - start) for place in PLACES):
        for crossing in frontier.crossings(along, at):
            place, low, high = _value(axes[1 - along], np.array(crossing[:3]))
            found.append(
                {"axis": axes[along].path, "at": float(_value(axes[along], at)), "crossed": axes[1 - along].path,
                 "place": place, "low": low, "high": high, "rising": crossing.rising}
            )  # fmt: skip
    return found


def _sentence(crossing: dict, threshold: float) -> str:
    """'at contention threshold 0.25 the line is crossed at split depth 0.8 [0.75, 0.86]'."""
    low, high = (number(crossing[end]) if np.isfinite(crossing[end]) else "edge" for end in ("low", "high"))
    way = "up" if crossing["rising"] else "down"
    return (
        f"at {axis_name(crossing['axis'])} {number(crossing['at'])} the line is crossed at {axis_name(crossing['crossed'])} "
        f"{number(crossing['place'])} [{low}, {high}], {way}wards through {number(threshold)} as {axis_name(crossing['crossed'])} rises"
    )


def draw(folder: Path, frontier: Frontier, result: dict, made: dict) -> None:
    """The plane with its lines."""
    from sim.plots.frontier import tipping_lines

    save_figures(folder, {"tip": tipping_lines(frontier, result)}, made)
