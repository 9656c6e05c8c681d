"""`suasion backtest`: forecasts of historical crises by the agent model, each with its host left out, and their scores."""

from collections.abc import Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from experiments.engine import check, check_reachable, open_engine
from experiments.extras import needs
from experiments.history.backtest import forecast, score_summary, tables
from experiments.history.backtest.batches import (
    SCORING,
    SHARED,
    BacktestOptions,
    lacking_in,
    make_batches,
    measure,
    outcome_tables,
    pattern_rows,
    simulate,
)
from experiments.history.backtest.files import (
    FORECASTS,
    shipped_forecasts,
    write_cases,
    write_fit_forecasts,
    write_replications,
)
from experiments.history.backtest.forecast import Training
from experiments.history.cases.cases import Case, load_cases
from experiments.history.cases.sizes import SIZES
from experiments.history.mean_field.to_arrays import FIELD_SETS
from experiments.replications.resume import Batch, set_unreadable_aside
from experiments.results.figures import save_figures
from experiments.results.model_version import model_version
from experiments.results.provenance import tree_digest
from experiments.results.resumable import Work, resumable_folder
from experiments.results.writing import write_config, write_json, write_manifest
from experiments.statements import Facts, sentences
from experiments.terminal.printing import echo
from experiments.terminal.progress import announce_compilation, progress
from sim.core.faults import ConfigError
from sim.spec.load import load_with
from sim.spec.overrides import refuse_others
from sim.spec.priors import posterior
from sim.spec.schema import Spec

PLACE = {"out", "quiet", "engine"}  # settings that decide about no number


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
    check_reachable(options.engine)
    with resumable_folder(options.out, "backtest", command, plan_of(spec, options, cases)) as work:
        batches = make_batches(spec, options, cases, fit_cases, hosts)
        run_cases(batches, options, work)
        with work.result() as folder:
            tables_of, patterns = outcome_tables(batches, work), pattern_rows(batches, work)
            results = {f: forecast_fields(cases, fit_cases, tables_of[f], f, hosts) for f in FIELD_SETS}
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
            write_replications(folder / "worlds", cases, tables_of)
            draw(folder / "figures", cases, results, summary, manifest_fields, options.figures.format)
    return work.target, summary, faults


def never_fitted(cases: list[Case], hosts: set[str]) -> list[str]:
    """Hosts without a crisis in the fit set; their cases use the whole posterior."""
    return sorted({case.host for case in cases} - hosts) if hosts else []


def plan_of(spec: Spec, options: BacktestOptions, cases: list[Case]) -> dict[str, Any]:
    """Everything that decides about the result, by which an unfinished folder knows its command."""
    plan = {"command": "backtest", "model": model_version(), "seed": spec.seed}
    plan |= options.model_dump(mode="json", exclude=PLACE)
    plan["configuration"] = tree_digest(spec.model_dump(mode="json"))
    return plan | {"crises": sha256(repr([vars(case) for case in cases]).encode()).hexdigest()}


def run_cases(batches: dict[str, Batch], options: BacktestOptions, work: Work) -> None:
    """Simulate the replications that the folder does not hold yet, and print beforehand how long that takes."""
    set_unreadable_aside(work, *batches)
    lacking = lacking_in(batches, work)
    left_over = sum(int(np.count_nonzero(of_kind)) for of_kind in lacking.values())
    if not left_over:
        return
    with announce_compilation(options.quiet):
        if not options.quiet:
            workers = options.engine.processes
            scoring = SCORING * len(next(iter(batches.values())).groups)
            seconds = measure(batches, lacking, workers) + scoring
            facts = {"seconds": seconds, "scoring": scoring, "runs": options.runs, "lacking": left_over}
            for line in sentences(Facts("backtest", {}, facts | {"workers": workers}), "backtest.expected"):
                echo(line, err=True)
        total = sum(batch.total for batch in batches.values())
        with progress(options.quiet, "worlds", total) as advance, open_engine(options.engine) as engine:
            advance(total - left_over)
            simulate(engine, batches, work, lacking, advance)


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
        **{name: partial(pictures.scores, summary, score) for name, score in pictures.FILES.items()},
        "calibration": partial(pictures.calibration, summary),
        "cases": partial(pictures.cases, cases, results),
    }
    if summary["kazakhstan_2022"]:
        figures["patterns"] = partial(pictures.patterns, summary["kazakhstan_2022"])
    save_figures(folder, figures, manifest_fields, formats)
