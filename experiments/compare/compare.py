"""`suasion compare`: runs the arms over paired replications and writes the folder of results."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np

from experiments.compare.arms import CompareOptions, load_arms
from experiments.compare.comparison import IN_OFFICE, Comparison, build_comparison
from experiments.compare.gather import gather
from experiments.compare.paired_view import compare_pair
from experiments.compare.summary import summarise
from experiments.describe.data_quality import data_quality
from experiments.engine import open_engine
from experiments.replications import Replications, compile_model, engine_for, shard_size
from experiments.replications.resume import Batch, missing, run_missing, set_unreadable_aside
from experiments.results.model_version import model_version
from experiments.results.provenance import tree_digest
from experiments.results.resumable import Work, resumable_folder
from experiments.results.writing import write_json, write_manifest, write_table
from experiments.terminal.progress import announce_compilation, progress
from sim.records.records import in_order
from sim.records.variables import BY_NAME
from sim.spec.schema import Spec
from sim.stage.build import Stage

DAILY = ("protest", "legitimacy", "deaths", IN_OFFICE)  # and the alignments of the leading patrons
PLACE = {"out", "workers", "quiet"}  # settings that decide about no number


def compare(overrides: list[str], command: list[str], config_dir: str | None = None) -> tuple[Path, dict[Any, Any]]:
    """Run the arms over the same replications and write the folder; returns folder and summary. Raises ConfigError."""
    arms, options, horizons = load_arms(overrides, config_dir)
    return perform(arms, options, command, horizons)


def perform(
    arms: dict[str, Spec],
    options: CompareOptions,
    command: list[str],
    horizons: dict[str, int],
    repeat: list[str] | None = None,
) -> tuple[Path, dict[Any, Any]]:
    """`compare` of composed specifications: arm -> Spec, and arm -> days of its scenario.

    repeat: words of the command that goes on after an interrupt, if it is not `command`.
    """
    if options.view == "paired":
        return compare_pair(arms, options, command, horizons)
    specs = list(arms.values())
    stages = [Stage(spec) for spec in specs]  # every arm is refused or accepted before anything runs
    columns, graph = in_order((stage.columns for stage in stages), list(BY_NAME)), stages[0].graph
    del stages
    plan = plan_of(arms, options, horizons)
    with resumable_folder(options.out, "compare", repeat or command, plan) as work:
        run_arms(arms, options, work)
        with work.result() as folder:
            comparison = gather_comparison(folder, work, arms, options, columns)
            summary = summarise(comparison, options.objective, options.day)
            summary |= {
                "indicators": specs[0].indicators,
                "parameters": specs[0].parameters,
                "host": data_quality(specs[0]).line,
            }
            daily = list(comparison.daily(daily_columns(comparison.leading)))
            seeds = {"seed": specs[0].seed, "replications": [0, options.runs - 1], "scenarios": list(arms)}
            seeds |= {"horizons": horizons}
            write_json(folder / "summary.json", summary)
            write_daily(folder / "differences_over_time", daily, options.csv)
            saved = {f"config_{arm}": spec for arm, spec in arms.items()}
            manifest = write_manifest(folder, command, saved, options=options.model_dump(), worlds=seeds)
            draw(folder, comparison, summary, daily, graph, manifest, options.figures.format)
    return work.target, summary


def plan_of(arms: dict[str, Spec], options: CompareOptions, horizons: dict[str, int]) -> dict[str, Any]:
    """Everything that decides about the result, by which an unfinished folder knows its command."""
    plan = {"command": "compare", "model": model_version(), "horizons": horizons}
    configurations = {f"configuration of {arm}": tree_digest(s.model_dump(mode="json")) for arm, s in arms.items()}
    return plan | options.model_dump(mode="json", exclude=PLACE) | configurations


def run_arms(arms: dict[str, Spec], options: CompareOptions, work: Work) -> None:
    """Simulate the replications that the folder does not hold yet."""
    set_unreadable_aside(work)
    specs = tuple(arms.values())
    batch = Batch(Replications(specs), tuple(arms), options.runs)
    lacking = missing(batch, work)
    left_over = int(np.count_nonzero(lacking))
    if not left_over:
        return
    workers = min(options.workers or os.cpu_count() or 1, left_over)
    with announce_compilation(options.quiet), progress(options.quiet, "replications", batch.total) as advance:
        advance(batch.total - left_over)
        if workers > 1:
            compile_model(specs[0])
        with open_engine(engine_for(workers)) as engine:
            run_missing(engine, batch, work, lacking, shard_size(options.runs, workers), advance)


def gather_comparison(
    folder: Path, work: Work, arms: dict[str, Spec], options: CompareOptions, columns: Sequence[str]
) -> Comparison:
    """Write runs and series from the finished replications; they are those of the comparison."""
    assert options.baseline is not None  # `load_arms` chose one
    ensembles = gather(folder, work, arms, columns, options.csv)
    return build_comparison(arms, ensembles, options.baseline, options.confidence)


def daily_columns(patrons: tuple[str, ...]) -> list[str]:
    """Daily series whose differences over time are saved and plotted."""
    return [*DAILY, *(f"{who}_alignment:{p}" for p in patrons for who in ("elite", "public"))]


def write_daily(path: Path, daily: list[dict[Any, Any]], csv: bool) -> None:
    """One row per variable, arm and day: mean paired difference with its pointwise interval."""
    lengths = [len(d["mean"]) for d in daily]
    table: dict[str, Any] = {
        k: [d[k] for d, n in zip(daily, lengths, strict=True) for _ in range(n)] for k in ("variable", "arm")
    }
    table["day"] = np.concatenate([np.arange(n) for n in lengths]) if daily else []
    table |= {k: np.concatenate([d[k] for d in daily]) if daily else [] for k in ("mean", "low", "high")}
    write_table(path, table, csv)


def draw(
    folder: Path,
    comparison: Comparison,
    summary: dict[Any, Any],
    daily: list[dict[Any, Any]],
    graph: nx.MultiDiGraph,
    manifest: dict[Any, Any],
    formats: Sequence[str],
) -> None:
    """Save all figures of a comparison."""
    from experiments.compare.figures import draw_figures  # imported here because it takes a second
    from experiments.results.figures import save_figures

    save_figures(folder / "figures", draw_figures(comparison, summary, daily, graph), manifest, formats)
