"""`suasion backtest`: forecasts of historical crises by the agent model, each with its host left out, and their scores."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import Field

from experiments.engine import Engine, EngineOptions, check, open_engine
from experiments.extras import needs
from experiments.history.backtest import forecast, pattern_checks, score_summary, tables
from experiments.history.backtest.files import (
    FORECASTS,
    shipped_forecasts,
    write_cases,
    write_fit_forecasts,
    write_replications,
)
from experiments.history.backtest.forecast import SIZES, Training
from experiments.history.backtest.simulate_cases import SWITCHED_OFF, Crises, case_seed, gather, shards, specify
from experiments.history.cases.cases import Case, load_cases
from experiments.history.mean_field.to_arrays import FIELD_SETS
from experiments.results.figure_formats import FigureOptions
from experiments.results.figures import save_figures
from experiments.results.target import OutPath
from experiments.results.writing import new_folder, write_config, write_json, write_manifest
from experiments.terminal.progress import announce_compilation, progress
from sim.core.faults import ConfigError
from sim.core.parameters import Checked
from sim.spec.load import load_with
from sim.spec.overrides import refuse_others
from sim.spec.priors import posterior
from sim.spec.schema import Spec

SHARED = (
    "days",
    "citizens",
    "parameters",
    "mechanisms",
    "fixed",
)  # parts of a specification that all cases have in common


class BacktestOptions(Checked):
    """Settings of `suasion backtest`, apart from the specification."""

    cases: str | None = Field(default=None, description="file of historical crises; default: the shipped fit set")
    runs: int = Field(default=100, ge=4, le=100_000, description="replications of every case and field set")
    board: int = Field(
        default=100, ge=0, le=100_000, description="replications of the pattern board of Kazakhstan 2022; 0: none"
    )
    engine: EngineOptions = EngineOptions()
    figures: FigureOptions = FigureOptions()
    out: OutPath | None = Field(
        default=None, description="folder of the results; default: a dated folder under results/"
    )
    quiet: bool = Field(default=False, description="no progress bar")


def backtest(
    overrides: list[str], command: list[str], config_dir: str | None = None
) -> tuple[Path, dict[Any, Any], list[str]]:
    """Simulate, forecast and score; return folder, summary and the faults of excluded cases. Raises ConfigError."""
    needs("analysis", "sklearn", "jsonschema")
    refuse_others(overrides, (*BacktestOptions.model_fields, "seed", *SHARED), "is set by each coded case")
    spec, options = load_with(overrides, BacktestOptions, "backtest", config_dir)
    check(options.engine)
    cases, faults = load_cases(options.cases)
    if not cases:
        raise ConfigError("\n".join(faults))
    fit_cases, _ = load_cases()
    hosts = {host for host in posterior()[2] if host} if spec.parameters == "posterior" else set()
    with new_folder(options.out, "backtest") as (folder, target):
        outcome_tables, patterns = simulate_all(spec, options, cases, fit_cases, hosts)
        results = {
            fields: forecast_fields(cases, fit_cases, outcome_tables[fields], fields, hosts) for fields in FIELD_SETS
        }
        summary = score_summary.summarise(cases, fit_cases, results)
        summary |= {"runs": options.runs, "seed": spec.seed, "parameters": spec.parameters, "left_out": faults}
        summary |= {"kazakhstan_2022": patterns, "hosts_never_fitted": never_fitted(cases, hosts)}
        manifest_fields = write_manifest(
            folder, command, cases=[c.id for c in cases], seed=spec.seed, runs=options.runs
        )
        write_config(folder / "config.yaml", spec)
        write_cases(folder / "cases.csv", cases, results)
        if covers(cases, fit_cases):
            write_fit_forecasts(folder / FORECASTS, fit_cases, results)
        write_json(folder / "summary.json", summary)
        (folder / "tables.md").write_text(tables.markdown(summary, patterns), encoding="utf-8")
        write_replications(folder / "worlds", cases, outcome_tables)
        draw(folder / "figures", cases, results, summary, manifest_fields, options.figures.format)
    return target, summary, faults


def never_fitted(cases: list[Case], hosts: set[str]) -> list[str]:
    """Hosts without a crisis in the fit set; their cases use the whole posterior."""
    return sorted({case.host for case in cases} - hosts) if hosts else []


def core_runs(options: BacktestOptions) -> int:
    """Replications of the model without protest, contest and alignment: a quarter as many, because it is a baseline."""
    return max(4, options.runs // 4)


def simulate_all(
    spec: Spec, options: BacktestOptions, cases: list[Case], fit: list[Case], hosts: set[str]
) -> tuple[dict[Any, Any], list[Any]]:
    """Replications by field set, of the full model and without protest, contest and alignment; and the pattern checks."""
    n_pattern_runs = options.board if hosts else 0
    total = (options.runs + core_runs(options)) * len(cases) * len(FIELD_SETS) + len(
        pattern_checks.ARMS
    ) * n_pattern_runs
    with announce_compilation(options.quiet), progress(options.quiet, "worlds", total) as advance:
        with open_engine(options.engine) as engine:
            outcome_tables = {
                fields: tuple(
                    simulate_task(engine, specify(cases, fit, fields, settings(spec, hosts), off), runs, advance)
                    for off, runs in (((), options.runs), (SWITCHED_OFF, core_runs(options)))
                )
                for fields in FIELD_SETS
            }
        workers = options.engine.processes
        return outcome_tables, pattern_checks.check_patterns(
            n_pattern_runs, workers, spec, advance
        ) if n_pattern_runs else []


def settings(spec: Spec, hosts: set[str]) -> Callable[[Case], dict[Any, Any]]:
    """Settings of a case's specification: a host of the fit set gets the posterior without its crises."""
    same = {name: getattr(spec, name) for name in SHARED}

    def of(case: Case) -> dict[Any, Any]:
        return same | {"seed": case_seed(spec.seed, case), "posterior_without": case.host if case.host in hosts else ""}

    return of


def simulate_task(engine: Engine, task: Crises, runs: int, advance: Callable[[int], None]) -> np.ndarray:
    """(C, runs, COLUMNS) of one task."""
    return gather(engine.run(task, shards(len(task.specs), runs)), len(task.specs), runs, advance)


def forecast_fields(
    cases: list[Case],
    fit_cases: list[Case],
    outcome_tables: tuple[np.ndarray, np.ndarray],
    fields: str,
    hosts: set[str],
) -> dict[Any, Any]:
    """Forecasts of one field set: probabilities per method, model means of sizes, and the replications."""
    full, core_off = outcome_tables
    bare = Training(fit_cases)
    model, sizes = model_forecasts(cases, full, bare)
    without_core = forecast.model_probabilities(cases, forecast.frequencies(core_off), bare)
    from_run = covers(cases, fit_cases)
    fit = from_this_run(cases, full, bare, hosts) if from_run else shipped_forecasts(fit_cases, fields)
    probabilities = forecast.probabilities(cases, model, without_core, fit, fields)
    return {"probabilities": probabilities, "sizes": sizes, "worlds": full, "fit": fit}


def model_forecasts(
    cases: list[Case], full: np.ndarray, bare: Training, weight: np.ndarray | None = None
) -> tuple[dict[Any, Any], dict[Any, Any]]:
    """Probabilities of the outcomes and means of the sizes, from weighted replications."""
    sizes = {name: forecast.log_size(full, name, weight) for name in SIZES}
    return forecast.model_probabilities(cases, forecast.frequencies(full, weight), bare), sizes


def from_this_run(cases: list[Case], full: np.ndarray, bare: Training, hosts: set[str]) -> Training:
    """Forecasts of the fit set in this run; for each host also forecasts with that host left out, too."""
    at = {c.id: i for i, c in enumerate(cases)}
    order = [at[c.id] for c in bare.cases]
    table = full[order]

    def forecasts(train: Training, weight: np.ndarray | None) -> dict[str, np.ndarray]:
        model, sizes = model_forecasts(bare.cases, table, train, weight)
        return model | sizes

    nested = {h: forecasts(bare.without(h), forecast.unseen(bare.cases, full.shape[1], h)) for h in sorted(hosts)}
    return Training(bare.cases, forecasts(bare, None), nested)


def covers(cases: list[Case], fit_cases: list[Case]) -> bool:
    """True if the file of cases holds the whole fit set; its forecasts then come from this run."""
    return {c.id for c in fit_cases} <= {c.id for c in cases}


def draw(
    folder: Path,
    cases: list[Case],
    results: dict[Any, Any],
    summary: dict[Any, Any],
    manifest_fields: dict[Any, Any],
    formats: Sequence[str],
) -> None:
    """Write figures of skill, scores, calibration and cases."""
    from experiments.history.backtest import figures as pictures

    figures = {
        "skill": partial(pictures.skill, summary),
        "scores": partial(pictures.scores, summary),
        "calibration": partial(pictures.calibration, summary),
        "cases": partial(pictures.cases, cases, results),
    }
    if summary["kazakhstan_2022"]:
        figures["patterns"] = partial(pictures.patterns, summary["kazakhstan_2022"])
    save_figures(folder, figures, manifest_fields, formats)
