"""`suasion backtest`: the agent model forecasts historical crises of hosts it was not fitted on, and is scored."""

import csv
import os
from pathlib import Path

import numpy as np
from pydantic import Field

from experiments.engine import EngineOptions, opened
from experiments.history import board as patterns
from experiments.history import forecast, measures, tables
from experiments.history.baselines import OUTCOMES, observed, scored
from experiments.history.cases import Case, load_cases
from experiments.history.forecast import METHODS, SIZES, Training, column
from experiments.history.pack import FIELD_SETS
from experiments.history.play import COLUMNS, GROUPS, PATRONS, SWITCHED_OFF, gather, shards, specify
from experiments.output import new_folder, save_figures, write_config, write_json, write_manifest, write_table
from experiments.progress import announced, progress
from sim.load import ConfigError, configs, describe_fault, load_with
from sim.parameters import Checked
from sim.priors import posterior

FORECASTS = "fit_forecasts.csv"  # shipped beside the posterior: what the model said about its own fit set


class BacktestOptions(Checked):
    """Settings of `suasion backtest` beside the specification."""

    cases: str | None = Field(None, description="file of historical crises; default: the shipped fit set")
    runs: int = Field(60, ge=4, le=100_000, description="worlds of every case and field set")
    board: int = Field(100, ge=0, le=100_000, description="worlds of the pattern board of Kazakhstan 2022; 0: none")
    engine: EngineOptions = EngineOptions()
    out: str | None = Field(None, description="folder of the results; default: a dated folder under results/")
    quiet: bool = Field(False, description="no progress bar")


def backtest(overrides: list[str], command: list[str], config_dir: str | None = None):
    """Play, forecast and score; returns folder, summary and the faults of cases left out. Raises ConfigError."""
    spec, options = load_with(overrides, BacktestOptions, "backtest", config_dir)
    cases, faults = load_cases(options.cases)
    if not cases:
        raise ConfigError("\n".join(faults))
    fit_cases, _ = load_cases()
    drawn = options.board and spec.parameters == "posterior"
    each = options.runs + core_runs(options)
    total = each * len(cases) * len(FIELD_SETS) + (2 * options.board if drawn else 0)
    with new_folder(options.out, "backtest") as (folder, target):
        with announced(options.quiet), progress(options.quiet, "worlds", total) as advance:
            worlds = play_all(spec, options, cases, fit_cases, advance)
            workers = 1 if options.engine.name == "serial" else options.engine.workers or os.cpu_count() or 1
            board = patterns.board(options.board, workers, spec.seed, advance) if drawn else []
        results = {fields: judge(cases, fit_cases, worlds[fields], fields) for fields in FIELD_SETS}
        summary = measures.summarise(cases, fit_cases, results)
        summary |= {"runs": options.runs, "seed": spec.seed, "parameters": spec.parameters, "left_out": faults}
        made = write_manifest(folder, command, cases=[c.id for c in cases], seed=spec.seed, runs=options.runs)
        write_config(folder / "config.yaml", spec)
        write_cases(folder / "cases.csv", cases, results)
        if covers(cases, fit_cases):
            write_fit_forecasts(folder / FORECASTS, fit_cases, results)
        write_json(folder / "summary.json", summary | {"kazakhstan_2022": board})
        (folder / "tables.md").write_text(tables.markdown(summary, board), encoding="utf-8")
        write_worlds(folder / "worlds", cases, worlds)
        draw(folder / "figures", cases, results, summary | {"board": board}, made)
    return target, summary, faults


def core_runs(options: BacktestOptions) -> int:
    """Worlds of the model without protest, contest and alignment: half as many, it is a yardstick."""
    return max(4, options.runs // 2)


def play_all(spec, options: BacktestOptions, cases: list[Case], fit: list[Case], advance) -> dict:
    """field set -> (worlds of the model, worlds without protest, contest and alignment)."""
    hosts = posterior()[2] if spec.parameters == "posterior" else {}

    def settings(case: Case) -> dict:
        # a host of the fit set is forecast by a posterior that has not seen its crises
        without = case.host if case.host in hosts else ""
        same = {name: getattr(spec, name) for name in ("seed", "days", "citizens", "parameters", "mechanisms")}
        return same | {"posterior_without": without}

    found: dict = {}
    with opened(options.engine) as engine:
        for fields in FIELD_SETS:
            tables = []
            for off, runs in (((), options.runs), (SWITCHED_OFF, core_runs(options))):
                task = specify(cases, fit, fields, settings, off)
                results = engine.run(task, shards(len(cases), runs))
                tables.append(gather(results, len(cases), runs, advance))
            found[fields] = tuple(tables)
    return found


def judge(cases: list[Case], fit_cases: list[Case], worlds, fields: str) -> dict:
    """Forecasts of one field set: probabilities per method, model means of sizes, and the worlds themselves."""
    full, core_off = worlds
    raw = forecast.frequencies(full)
    bare = Training(fit_cases)
    model = forecast.model_probabilities(cases, raw, bare)
    without_core = forecast.model_probabilities(cases, forecast.frequencies(core_off), bare)
    sizes = {name: forecast.log_size(full, name) for name in SIZES}
    own = covers(cases, fit_cases)
    fit = _from_this_run(cases, fit_cases, model | sizes) if own else shipped_forecasts(fit_cases, fields)
    found = forecast.probabilities(cases, model, without_core, fit, fields)
    return {"probabilities": found, "sizes": sizes, "worlds": full, "fit": fit}


def covers(cases: list[Case], fit_cases: list[Case]) -> bool:
    """True if the scored file holds the whole fit set, so that its forecasts come from this run."""
    return {c.id for c in fit_cases} <= {c.id for c in cases}


def _keys(fields: str) -> dict[str, str]:
    """Column of the forecasts of the fit set -> outcome or size."""
    return {f"p_{o}_{fields}": o for o in OUTCOMES} | {f"log10_{s}_{fields}": s for s in SIZES}


def write_fit_forecasts(path: Path, fit_cases: list[Case], results: dict) -> None:
    """What a run on other crises recalibrates by; ships beside the posterior."""
    columns = {key: results[fields]["fit"].model[name] for fields in FIELD_SETS for key, name in _keys(fields).items()}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", *columns])
        writer.writerows([c.id, *(f"{v[i]:.5f}" for v in columns.values())] for i, c in enumerate(fit_cases))


def _from_this_run(cases: list[Case], fit_cases: list[Case], values: dict[str, np.ndarray]) -> Training:
    at = {c.id: i for i, c in enumerate(cases)}
    order = [at[c.id] for c in fit_cases]
    return Training(fit_cases, {k: v[order] for k, v in values.items()})


def shipped_forecasts(fit_cases: list[Case], fields: str) -> Training:
    """What the shipped posterior said about the fit set, each host left out."""
    path = configs() / "posterior" / FORECASTS
    if not path.exists():
        raise ConfigError(
            describe_fault("posterior", path.name, "is missing: suasion backtest on the shipped cases writes it", ())
        )
    with path.open(encoding="utf-8", newline="") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    names = _keys(fields).items()
    return Training(fit_cases, {name: np.array([float(rows[c.id][key]) for c in fit_cases]) for key, name in names})


def write_cases(path: Path, cases: list[Case], results: dict) -> None:
    """One row per case: forecasts of every method and field set, what happened, and the surprise in bits."""
    rows = []
    for i, case in enumerate(cases):
        row: dict = {"id": case.id, "host": case.host, "kind": case.kind, "start": case.start.isoformat()}
        for fields in FIELD_SETS:
            found = results[fields]["probabilities"]
            row |= {f"p_{o}_{fields}": found["model"][o][i] for o in OUTCOMES}
            row |= {f"{m}_{o}_{fields}": found[m][o][i] for m in METHODS[1:] for o in OUTCOMES}
            row |= {f"log10_{s}_{fields}": results[fields]["sizes"][s][i] for s in SIZES}
            row |= _details(results[fields]["worlds"][i : i + 1], fields)
        for outcome in OUTCOMES:
            y = observed(case, outcome)
            row[f"outcome_{outcome}"] = y
            row[f"scored_{outcome}"] = scored(case, outcome) and not np.isnan(y)
            for fields in FIELD_SETS:
                p = results[fields]["probabilities"]["model"][outcome][i]
                row[f"surprise_{outcome}_{fields}"] = -np.log2(max(1e-3, p if y == 1 else 1.0 - p)) if y == y else y
        rows.append(row)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows({k: _cell(v) for k, v in row.items()} for row in rows)


def _details(table: np.ndarray, fields: str) -> dict:
    """Whom the host asks, when force comes, when the government falls, and how alignments move, over the worlds."""
    found = {}
    asked = column(table, "request_group")[0]
    for g, group in enumerate(GROUPS):
        found[f"p_asked_{group}_{fields}"] = float((asked == g).mean())
    delays = column(table, "help_day")[0]
    found[f"median_help_day_{fields}"] = float(np.nanmedian(delays)) if np.isfinite(delays).any() else np.nan
    for patron in PATRONS:
        shift = column(table, f"alignment:{patron}")[0]
        found[f"alignment_{patron}_{fields}"] = float(shift.mean()) if np.isfinite(shift).all() else np.nan
    return found


def _cell(value):
    if isinstance(value, (float, np.floating)):
        return "" if np.isnan(value) else f"{value:.5g}"
    return value


def write_worlds(path: Path, cases: list[Case], worlds: dict) -> None:
    """Every world of the full model: case, field set, replication and what happened."""
    columns: dict = {"id": [], "fields": [], "replication": []} | {name: [] for name in COLUMNS}
    for fields, (full, _) in worlds.items():
        n, runs, _ = full.shape
        columns["id"] += np.repeat([c.id for c in cases], runs).tolist()
        columns["fields"] += [fields] * (n * runs)
        columns["replication"] += np.tile(np.arange(runs), n).tolist()
        for k, name in enumerate(COLUMNS):
            columns[name] += full[:, :, k].ravel().tolist()
    write_table(path, columns, csv=False)


def draw(folder: Path, cases: list[Case], results: dict, summary: dict, made: dict) -> None:
    """Reliability, skill and cases as figures."""
    from experiments.history import pictures

    figures = {
        "skill": pictures.skill(summary),
        "calibration": pictures.calibration(summary),
        "cases": pictures.cases(cases, results),
    }
    if summary["board"]:
        figures["patterns"] = pictures.patterns(summary["board"])
    save_figures(folder, figures, made)
