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
from experiments.replications import stream_replications
from experiments.results.writing import new_folder, write_json, write_manifest, write_table
from experiments.terminal.progress import announce_compilation, progress
from sim.records.records import in_order
from sim.records.variables import BY_NAME
from sim.spec.schema import Spec
from sim.stage.build import Stage

DAILY = ("protest", "legitimacy", "deaths", IN_OFFICE)  # and the alignments of the leading patrons


def compare(overrides: list[str], command: list[str], config_dir: str | None = None) -> tuple[Path, dict[Any, Any]]:
    """Run the arms over the same replications and write the folder; returns folder and summary. Raises ConfigError."""
    arms, options, horizons = load_arms(overrides, config_dir)
    return perform(arms, options, command, horizons)


def perform(
    arms: dict[str, Spec], options: CompareOptions, command: list[str], horizons: dict[str, int]
) -> tuple[Path, dict[Any, Any]]:
    """`compare` of composed specifications: arm -> Spec, and arm -> days of its scenario."""
    assert options.baseline is not None  # `load_arms` chose one
    if options.view == "paired":
        return compare_pair(arms, options, command, horizons)
    specs = list(arms.values())
    stages = [Stage(spec) for spec in specs]  # every arm is refused or accepted before anything runs
    columns, graph = in_order((stage.columns for stage in stages), list(BY_NAME)), stages[0].graph
    del stages
    total = options.runs * len(specs)
    workers = min(options.workers or os.cpu_count() or 1, total)
    with new_folder(options.out, "compare") as (folder, target):
        with announce_compilation(options.quiet), progress(options.quiet, "replications", total) as advance:
            replications = stream_replications(specs, options.runs, workers, advance)
            ensembles = gather(folder, arms, replications, columns, options.csv)
        comparison = build_comparison(arms, ensembles, options.baseline, options.confidence)
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
    return target, summary


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
