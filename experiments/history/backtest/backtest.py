"""`suasion backtest`: the agent model forecasts historical crises of hosts it was not fitted on, and is scored."""

from pathlib import Path

import numpy as np
from pydantic import Field

from experiments.engine import EngineOptions, check, opened
from experiments.extras import needs
from experiments.history.backtest import forecast, tables
from experiments.history.backtest import pattern_checks as patterns
from experiments.history.backtest import score_summary as measures
from experiments.history.backtest.files import (
    FORECASTS,
    shipped_forecasts,
    write_cases,
    write_fit_forecasts,
    write_worlds,
)
from experiments.history.backtest.forecast import SIZES, Training
from experiments.history.backtest.simulate_cases import SWITCHED_OFF, Crises, gather, own_seed, shards, specify
from experiments.history.cases.cases import Case, load_cases
from experiments.history.mean_field.to_arrays import FIELD_SETS
from experiments.progress import announced, progress
from experiments.results.writing import new_folder, save_figures, write_config, write_json, write_manifest
from sim.core.faults import ConfigError
from sim.core.parameters import Checked
from sim.spec.load import load_with
from sim.spec.overrides import refuse_others
from sim.spec.priors import posterior

SHARED = (
    "days",
    "citizens",
    "parameters",
    "mechanisms",
    "fixed",
)  # parts of a specification that all cases have in common


class BacktestOptions(Checked):
    """Settings of `suasion backtest` beside the specification."""

    cases: str | None = Field(default=None, description="file of historical crises; default: the shipped fit set")
    runs: int = Field(default=100, ge=4, le=100_000, description="worlds of every case and field set")
    board: int = Field(
        default=100, ge=0, le=100_000, description="worlds of the pattern board of Kazakhstan 2022; 0: none"
    )
    engine: EngineOptions = EngineOptions()
    out: str | None = Field(default=None, description="folder of the results; default: a dated folder under results/")
    quiet: bool = Field(default=False, description="no progress bar")


def backtest(overrides: list[str], command: list[str], config_dir: str | None = None):
    """Play, forecast and score; returns folder, summary and the faults of cases left out. Raises ConfigError."""
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
        worlds, board = play_all(spec, options, cases, fit_cases, hosts)
        results = {fields: judge(cases, fit_cases, worlds[fields], fields, hosts) for fields in FIELD_SETS}
        summary = measures.summarise(cases, fit_cases, results)
        summary |= {"runs": options.runs, "seed": spec.seed, "parameters": spec.parameters, "left_out": faults}
        summary |= {"kazakhstan_2022": board, "hosts_never_fitted": never_fitted(cases, hosts)}
        made = write_manifest(folder, command, cases=[c.id for c in cases], seed=spec.seed, runs=options.runs)
        write_config(folder / "config.yaml", spec)
        write_cases(folder / "cases.csv", cases, results)
        if covers(cases, fit_cases):
            write_fit_forecasts(folder / FORECASTS, fit_cases, results)
        write_json(folder / "summary.json", summary)
        (folder / "tables.md").write_text(tables.markdown(summary, board), encoding="utf-8")
        write_worlds(folder / "worlds", cases, worlds)
        draw(folder / "figures", cases, results, summary, made)
    return target, summary, faults


def never_fitted(cases: list[Case], hosts: set[str]) -> list[str]:
    """Hosts of cases of which the posterior has seen no crisis: there is none to leave out, and all of it is used."""
    return sorted({case.host for case in cases} - hosts) if hosts else []


def core_runs(options: BacktestOptions) -> int:
    """Worlds of the model without protest, contest and alignment: a quarter as many, it is a yardstick."""
    return max(4, options.runs // 4)


def play_all(spec, options: BacktestOptions, cases: list[Case], fit: list[Case], hosts: set[str]) -> tuple[dict, list]:
    """Worlds by field set, of the full model and without protest, contest and alignment; and the pattern board."""
    boards = options.board if hosts else 0
    total = (options.runs + core_runs(options)) * len(cases) * len(FIELD_SETS) + len(patterns.ARMS) * boards
    with announced(options.quiet), progress(options.quiet, "worlds", total) as advance:
        with opened(options.engine) as engine:
            worlds = {
                fields: tuple(
                    play(engine, specify(cases, fit, fields, settings(spec, hosts), off), runs, advance)
                    for off, runs in (((), options.runs), (SWITCHED_OFF, core_runs(options)))
                )
                for fields in FIELD_SETS
            }
        workers = options.engine.processes
        return worlds, patterns.board(boards, workers, spec, advance) if boards else []


def settings(spec, hosts: set[str]):
    """Settings of a case's specification: a host of the fit set gets the posterior that has not seen its crises."""
    same = {name: getattr(spec, name) for name in SHARED}

    def of(case: Case) -> dict:
        return same | {"seed": own_seed(spec.seed, case), "posterior_without": case.host if case.host in hosts else ""}

    return of


def play(engine, task: Crises, runs: int, advance) -> np.ndarray:
    """(C, runs, COLUMNS) of one task."""
    return gather(engine.run(task, shards(len(task.specs), runs)), len(task.specs), runs, advance)


def judge(cases: list[Case], fit_cases: list[Case], worlds, fields: str, hosts: set[str]) -> dict:
    """Forecasts of one field set: probabilities per method, model means of sizes, and the worlds themselves."""
    full, core_off = worlds
    bare = Training(fit_cases)
    model, sizes = said(cases, full, bare)
    without_core = forecast.model_probabilities(cases, forecast.frequencies(core_off), bare)
    own = covers(cases, fit_cases)
    fit = from_this_run(cases, full, bare, hosts) if own else shipped_forecasts(fit_cases, fields)
    found = forecast.probabilities(cases, model, without_core, fit, fields)
    return {"probabilities": found, "sizes": sizes, "worlds": full, "fit": fit}


def said(cases: list[Case], full: np.ndarray, bare: Training, weight: np.ndarray | None = None) -> tuple[dict, dict]:
    """Probabilities of the outcomes and means of the sizes, from worlds with weights."""
    sizes = {name: forecast.log_size(full, name, weight) for name in SIZES}
    return forecast.model_probabilities(cases, forecast.frequencies(full, weight), bare), sizes


def from_this_run(cases: list[Case], full: np.ndarray, bare: Training, hosts: set[str]) -> Training:
    """Forecasts of the fit set in this run; for each host also those that have not seen that host either."""
    at = {c.id: i for i, c in enumerate(cases)}
    order = [at[c.id] for c in bare.cases]
    worlds = full[order]

    def told(train: Training, weight: np.ndarray | None) -> dict[str, np.ndarray]:
        model, sizes = said(bare.cases, worlds, train, weight)
        return model | sizes

    nested = {h: told(bare.without(h), forecast.unseen(bare.cases, full.shape[1], h)) for h in sorted(hosts)}
    return Training(bare.cases, told(bare, None), nested)


def covers(cases: list[Case], fit_cases: list[Case]) -> bool:
    """True if the scored file holds the whole fit set, so that its forecasts come from this run."""
    return {c.id for c in fit_cases} <= {c.id for c in cases}


def draw(folder: Path, cases: list[Case], results: dict, summary: dict, made: dict) -> None:
    """Skill, scores, reliability and cases as figures."""
    from experiments.history.backtest import figures as pictures

    figures = {
        "skill": pictures.skill(summary),
        "scores": pictures.scores(summary),
        "calibration": pictures.calibration(summary),
        "cases": pictures.cases(cases, results),
    }
    if summary["kazakhstan_2022"]:
        figures["patterns"] = pictures.patterns(summary["kazakhstan_2022"])
    save_figures(folder, figures, made)
