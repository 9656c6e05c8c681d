"""`suasion run`: one replication, its records, metrics and figures in one folder."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx
from pydantic import Field

from experiments.describe.data_quality import data_quality
from experiments.results.figure_formats import FigureOptions
from experiments.results.figures import save_animation, save_figures
from experiments.results.target import OutPath
from experiments.results.writing import (
    new_folder,
    write_json,
    write_manifest,
    write_table,
)
from experiments.statements.figure_titles import influence_title
from experiments.terminal.progress import announce_compilation, progress
from sim.core.axes import CHANNELS
from sim.core.faults import ConfigError, describe_fault
from sim.core.parameters import Checked
from sim.core.received import file_digest
from sim.mechanisms import Mechanisms
from sim.metrics import compute_metrics
from sim.records.ensemble import ensemble
from sim.records.records import Records
from sim.records.variables import SHARES
from sim.snapshot import Snapshot
from sim.spec.load import load_with
from sim.spec.priors import plain_value, record_of
from sim.spec.schema import Spec, english_names

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Figures = dict[str, Callable[[], "Figure"]]
Show = Callable[[Spec, dict, Records], None]


class RunOptions(Checked):
    """Settings of `suasion run` beside the specification."""

    figures: FigureOptions = FigureOptions()
    out: OutPath | None = Field(
        default=None, description="folder of the results; default: a dated folder under results/"
    )
    csv: bool = Field(default=False, description="write CSV beside Parquet")
    quiet: bool = Field(default=False, description="no progress bar")
    config: str | None = Field(
        default=None, description="config.yaml of an earlier result, in the place of stage and scenario"
    )
    start: str | None = Field(default=None, description="snapshot to go on from; default: the first day")
    snapshot_day: int | None = Field(default=None, ge=0, description="day on which snapshot.npz is written")
    map: bool = Field(
        default=False, description="maps of the leading influence on each state, and their table influence"
    )
    animation: bool = Field(default=False, description="the map of all channels month by month as figures/map.gif")


def run(
    overrides: list[str], command: list[str], config_dir: str | None = None, show: Show | None = None
) -> tuple[Path, dict[Any, Any], Records]:
    """Simulate one replication and write its folder; returns folder, metrics and records. Raises ConfigError.

    show: called with specification, metrics and records before the figures are drawn, which takes longer.
    """
    return perform(*load_with(overrides, RunOptions, "run", config_dir), command, show)


def perform(
    spec: Spec, options: RunOptions, command: list[str], show: Show | None = None
) -> tuple[Path, dict[Any, Any], Records]:
    """`run` of a composed specification."""
    from sim.model import InfluenceModel  # imported here because it takes a second

    start = Snapshot.load(options.start) if options.start else None
    start_digest = {"start": file_digest(options.start)} if options.start else {}  # rerun checks the file against it
    first = start.day if start else 0
    if options.snapshot_day is not None and not first <= options.snapshot_day <= spec.days:
        allowed = f"must be between {first} and {spec.days}, the days of this run"
        raise ConfigError(describe_fault("snapshot_day", options.snapshot_day, allowed, ()))
    with new_folder(options.out, spec.scenario.name) as (folder, target):
        with announce_compilation(options.quiet), progress(options.quiet, "days", spec.days - first) as advance:
            model = InfluenceModel(spec, start=start)
            for day in range(first, spec.days + 1):
                if day == options.snapshot_day:
                    model.snapshot().save(folder / "snapshot.npz")
                if day < spec.days:
                    model.step()
                    advance(1)
        records, graph = model.records, model.graph
        metrics = compute_metrics(records)
        if show is not None:
            show(spec, metrics, records)
        replications = {"seed": spec.seed, "replication": spec.replication, "scenario": spec.scenario.name}
        write_json(folder / "metrics.json", metrics)
        write_table(folder / "series", records.table(), options.csv)
        write_events(folder / "events", records, options.csv)
        if options.map or options.animation:
            write_shares(folder / "influence", records, options.csv)
        manifest_fields = {
            "worlds": replications,
            "host": data_quality(spec).line,
            "parameters": {"config": _parameters(spec, model.world.mechanisms)},
        } | start_digest
        manifest = write_manifest(folder, command, {"config": spec}, options=options.model_dump(), **manifest_fields)
        figures = draw(spec, records, metrics, graph) | (maps(spec, records) if options.map else {})
        save_figures(folder / "figures", figures, manifest, options.figures.format)
        if options.animation:
            save_animation(folder / "figures" / "map.gif", months(spec, records), manifest)
    return target, metrics, records


def _parameters(spec: Spec, mechanisms: Mechanisms) -> dict[Any, Any]:
    """Paths of the fixed and of the drawn parameters, and the values of both in this replication."""
    record = record_of(spec)
    return record | {"values": {path: plain_value(mechanisms, path) for paths in record.values() for path in paths}}


def write_events(path: Path, records: Records, csv: bool) -> None:
    """Write events as a table: day, actor, kind, target, size, unit."""
    fields = ("day", "actor", "kind", "target", "size", "unit")
    write_table(path, {name: [getattr(e, name) for e in records.events] for name in fields}, csv)


def write_shares(path: Path, records: Records, csv: bool) -> None:
    """Write the non-zero shares of influence month by month: day, channel, patron, state, share."""
    shares, axes = records[SHARES.name], (records.share_days, *map(records.axis, SHARES.axes))
    where = shares.nonzero()
    names = ("day", *SHARES.axes)
    columns = {n: [labels[i] for i in rows] for n, labels, rows in zip(names, axes, where, strict=True)}
    write_table(path, columns | {"share": shares[where]}, csv)


def draw(spec: Spec, records: Records, metrics: dict[Any, Any], graph: nx.MultiDiGraph) -> "Figures":
    """Name -> function that draws, for all figures of a single run."""
    from sim import plots  # imported here because it takes a second
    from sim.plots.shares import largest_move

    names = english_names(spec)
    arms = [ensemble(spec, [records.table()], [metrics])]
    title = influence_title(arms[0].host_name, records.days, largest_move(arms), names, several=False)
    scenario = spec.scenario
    return {
        "protest": partial(plots.protest_and_legitimacy, arms),
        "alignment": partial(plots.alignments, arms, names=names),
        "influence": partial(plots.influence_shares, arms, names, title),
        "timeline": partial(plots.timeline, records, scenario.label, scenario.start_date, names),
        "network": partial(
            plots.network_map,
            graph,
            scenario.host,
            scenario.outside_patrons,
            _changes(records),
            f"after {records.days} days",
        ),
    }


def _changes(records: Records) -> dict[tuple[str, str, str], float]:
    """(patron, state, channel) -> change of the share of influence since day 0, in percentage points."""
    change = 100 * (records[SHARES.name][-1] - records[SHARES.name][0])
    channels, patrons, states = (records.axis(axis) for axis in SHARES.axes)
    return {
        (patrons[p], states[s], channels[c]): float(change[c, p, s]) for c, p, s in zip(*change.nonzero(), strict=True)
    }


def maps(spec: Spec, records: Records) -> "Figures":
    """Name -> function that draws: maps of the leading influence on each state, over all channels and in each."""
    from sim import plots

    draw_map = partial(plots.influence_map, records, spec.scenario.label, english_names(spec))
    first: Figures = {"map": draw_map}
    return first | {f"map_{channel}": partial(draw_map, channel) for channel in CHANNELS}


def months(spec: Spec, records: Records) -> "Iterator[Figure]":
    """Maps of all channels, one per recorded month."""
    from sim import plots

    return plots.frames(records, spec.scenario.label, spec.scenario.start_date, english_names(spec))
