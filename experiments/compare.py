"""`suasion compare`: paired worlds of several scenarios, differences with intervals, figures."""

import os
from collections import Counter
from pathlib import Path

import numpy as np
from pydantic import Field, field_validator

from experiments.output import new_folder, save_figures, write_config, write_json, write_manifest, write_table
from experiments.progress import announced, progress
from experiments.statistics import interval, paired
from experiments.worlds import run_worlds
from sim.build import Stage
from sim.load import ConfigError, describe_fault, load_with, names_in
from sim.metrics import describe_key
from sim.parameters import Checked
from sim.records import Ensemble, ensemble
from sim.schema import english_names

HEADLINE = ("survived_30d", "survived_90d", "protest_peak", "deaths", "elite_change_30d", "public_change_30d")


class CompareOptions(Checked):
    """Settings of `suasion compare` beside the specification."""

    scenarios: list[str] = Field(min_length=1, description="scenarios to compare")
    runs: int = Field(200, ge=1, le=10_000_000, description="paired worlds")
    workers: int | None = Field(None, ge=1, le=1024, description="processes; default: one per core")
    reference: str | None = Field(None, description="scenario that the others are compared with; default: the last")
    level: float = Field(0.95, gt=0.0, lt=1.0, allow_inf_nan=False, description="level of the intervals")
    out: str | None = Field(None, description="folder of the results; default: a dated folder under results/")
    csv: bool = Field(False, description="write CSV beside Parquet")
    quiet: bool = Field(False, description="no progress bar")

    @field_validator("scenarios", mode="before")
    @classmethod
    def _names(cls, raw):
        return [str(name) for name in raw] if isinstance(raw, list) else raw


def compare(
    overrides: list[str], command: list[str], config_dir: str | None = None
) -> tuple[Path, list[Ensemble], dict]:
    """Run the arms over the same worlds and write the folder; returns folder, ensembles, summary. Raises ConfigError."""
    _, options = load_with(overrides, CompareOptions, "compare", config_dir)
    _check(options, config_dir)
    if any(o.startswith("scenario=") for o in overrides):
        raise ConfigError("scenario: a comparison takes its arms from scenarios=[a,b]")
    arms = _unique(options.scenarios)
    specs = [
        load_with([f"scenario={name}", *overrides], CompareOptions, "compare", config_dir)[0]
        for name in options.scenarios
    ]
    _comparable(arms, specs)
    stage, *_ = [Stage(spec) for spec in specs]  # every arm is refused or accepted before anything runs
    workers = min(options.workers or os.cpu_count() or 1, options.runs * len(specs))
    with new_folder(options.out, "compare") as (folder, target):
        with announced(options.quiet), progress(options.quiet, "worlds", options.runs * len(specs)) as advance:
            done = run_worlds(specs, options.runs, workers, advance)
        ensembles = [
            ensemble(spec, [t for t, _ in worlds], [m for _, m in worlds])
            for spec, worlds in zip(specs, done, strict=True)
        ]
        for arm, one in zip(arms, ensembles, strict=True):
            one.scenario = arm
        summary = summarise(ensembles, options) | {"figures": specs[0].figures, "parameters": specs[0].parameters}
        seeds = {"seed": specs[0].seed, "replications": [0, options.runs - 1], "scenarios": arms}
        made = write_manifest(folder, command, worlds=seeds)
        for arm, spec in zip(arms, specs, strict=True):
            write_config(folder / f"config_{arm}.yaml", spec)
        write_json(folder / "summary.json", summary)
        write_runs(folder, ensembles, options.csv)
        draw(folder / "figures", specs[0], stage.graph, ensembles, summary, options, made)
    return target, ensembles, summary


def _check(options: CompareOptions, config_dir: str | None) -> None:
    """The scenarios exist and the reference is one of them."""
    valid = names_in("scenario", config_dir)
    for name in options.scenarios:
        if name not in valid:
            raise ConfigError(describe_fault("scenarios", name, f"must be among {', '.join(valid)}", valid))
    if options.reference is not None and options.reference not in options.scenarios:
        allowed = f"must be one of the scenarios compared, {', '.join(options.scenarios)}"
        raise ConfigError(describe_fault("reference", options.reference, allowed, tuple(options.scenarios)))


def _in_words(key: str, names: dict[str, str]) -> str:
    """Label of a metric with full names instead of codes."""
    label, _ = describe_key(key)
    for code in key.split(":")[1:]:
        label = label.replace(code, names.get(code, code))
    return label


def _comparable(arms: list[str], specs) -> None:
    """Arms of one comparison have the same host, patrons and organisations."""
    for name, spec in zip(arms[1:], specs[1:], strict=True):
        for part in ("host", "patrons"):
            mine, first = getattr(spec.scenario, part), getattr(specs[0].scenario, part)
            if mine != first:
                raise ConfigError(describe_fault(f"{name}: {part}", mine, f"must be {first}, as in {arms[0]}", ()))
        if list(spec.organisations) != list(specs[0].organisations):
            raise ConfigError(
                describe_fault(f"{name}: organisations", list(spec.organisations), "must be the same", ())
            )


def _unique(names: list[str]) -> list[str]:
    """Arm names: a scenario compared with itself gets a number."""
    seen: Counter = Counter()
    arms = []
    for name in names:
        seen[name] += 1
        arms.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return arms


def summarise(ensembles: list[Ensemble], options: CompareOptions) -> dict:
    """Per metric: every arm's mean with interval, and the paired difference of each arm from the reference."""
    arms = [e.scenario for e in ensembles]
    reference = ensembles[arms.index(options.reference) if options.reference else -1]
    summary = {
        "reference": reference.scenario,
        "level": options.level,
        "interval": "Wilson for shares of worlds, percentile bootstrap of the mean otherwise and for differences",
        "runs": options.runs,
        "metrics": {},
    }
    for key in reference.metrics:
        label, unit = describe_key(key)
        entry = {"label": label, "unit": unit, "arms": {}, "differences": {}}
        for one in ensembles:
            mean, low, high, n = interval(one.metrics[key], options.level, share=unit == "share of worlds")
            median = float(np.nanmedian(one.metrics[key])) if n else np.nan
            entry["arms"][one.scenario] = {"mean": mean, "low": low, "high": high, "median": median, "n": n}
            if one is not reference:
                entry["differences"][one.scenario] = paired(one.metrics[key], reference.metrics[key], options.level)
        summary["metrics"][key] = entry
    return summary


def write_runs(folder: Path, ensembles: list[Ensemble], csv: bool) -> None:
    """runs: one row per world and arm; series: one row per world, arm and day."""
    runs = {"scenario": [], "replication": []} | {key: [] for key in ensembles[0].metrics}
    series = {"scenario": [], "replication": [], "day": []} | {key: [] for key in ensembles[0].series}
    for one in ensembles:
        n, days = one.n_runs, one.days + 1
        runs["scenario"] += [one.scenario] * n
        runs["replication"].append(np.arange(n))
        series["scenario"] += [one.scenario] * (n * days)
        series["replication"].append(np.repeat(np.arange(n), days))
        series["day"].append(np.tile(np.arange(days), n))
        for key, values in one.metrics.items():
            runs[key].append(values)
        for key, values in one.series.items():
            series[key].append(values.ravel())
    for name, table in (("runs", runs), ("series", series)):
        write_table(folder / name, {k: v if k == "scenario" else np.concatenate(v) for k, v in table.items()}, csv)


def draw(
    folder: Path, spec, graph, ensembles: list[Ensemble], summary: dict, options: CompareOptions, made: dict
) -> None:
    """All figures of a comparison."""
    from sim import plots  # a second to import, and of use to nothing else

    scenario, names = spec.scenario, english_names(spec)
    figures = {
        "protest": plots.protest_and_legitimacy(ensembles),
        "survival": plots.survival_curves(ensembles, options.level),
        "alignment": plots.alignments(ensembles, names=names),
        "influence": plots.influence_shares(ensembles, names=names),
        "network": plots.network_map(graph, scenario.host, tuple(scenario.patrons)),
    }
    if len(ensembles) > 1:
        label = next(e.label for e in ensembles if e.scenario == summary["reference"])
        figures["differences"] = plots.paired_differences(
            _difference_rows(ensembles, summary, names), label, options.level
        )
    save_figures(folder, figures, made)


def _difference_rows(ensembles: list[Ensemble], summary: dict, names: dict[str, str]) -> list[dict]:
    """Rows of the figure of differences: headline metrics, the alignments of the first two patrons."""
    patrons = ensembles[0].patrons[:2]
    keys = [k for name in HEADLINE for k in summary["metrics"] if k == name or k in {f"{name}:{p}" for p in patrons}]
    by_name = {e.scenario: e for e in ensembles}
    return [
        {
            "metric": _in_words(key, names),
            "unit": summary["metrics"][key]["unit"],
            "arm": by_name[arm].label,
            "colour": by_name[arm].colour,
            **difference,
        }
        for key in keys
        for arm, difference in summary["metrics"][key]["differences"].items()
        if difference["n"]
    ]
