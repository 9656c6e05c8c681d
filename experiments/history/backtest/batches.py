"""The replications of a backtest: every case on both field sets, with and without the core, and the pattern board."""

from collections.abc import Callable
from time import perf_counter
from typing import Any

import numpy as np
from pydantic import Field, model_validator

from experiments.engine import Engine, EngineOptions
from experiments.history.backtest import pattern_checks
from experiments.history.backtest.simulate_cases import COLUMNS, SWITCHED_OFF, case_seed, specify
from experiments.history.cases.cases import Case
from experiments.history.mean_field.to_arrays import FIELD_SETS
from experiments.replications import Replications
from experiments.replications.resume import Batch, missing, run_missing
from experiments.replications.shards import Simulation, read_runs
from experiments.results.figure_formats import FigureOptions
from experiments.results.resumable import Work
from experiments.results.target import OutPath
from sim.core.parameters import Checked
from sim.spec.schema import Spec

# parts of a specification that all cases have in common
SHARED = ("days", "citizens", "parameters", "mechanisms", "fixed")
FULL, WITHOUT_CORE, BOARD = "full", "without_core", "pattern_board"
QUICK_RUNS = 5  # replications of a quick backtest
SIZE = 25  # replications of a shard at most
PROBES = 3  # cases of each kind whose computing time is measured beforehand
SCORING = 1.0  # seconds of scores and figures per case, in one process: 60 for the 60 cases that ship


class BacktestOptions(Checked):
    """Settings of `suasion backtest`, apart from the specification."""

    cases: str | None = Field(default=None, description="file of historical crises; default: the shipped fit set")
    runs: int = Field(default=100, ge=4, le=100_000, description="replications of every case and field set")
    board: int = Field(
        default=100, ge=0, le=100_000, description="replications of the pattern board of Kazakhstan 2022; 0: none"
    )
    quick: bool = Field(
        default=False, description=f"at most {QUICK_RUNS} replications of every case and of the board: rough scores"
    )
    engine: EngineOptions = EngineOptions()
    figures: FigureOptions = FigureOptions()
    out: OutPath | None = Field(
        default=None, description="folder of the results; default: a dated folder under results/"
    )
    quiet: bool = Field(default=False, description="no progress bar")

    @model_validator(mode="before")
    @classmethod
    def _fewer_where_quick(cls, values: Any) -> Any:
        """Lower the numbers of replications of a quick backtest."""
        if isinstance(values, dict) and values.get("quick") is True:
            lower = {k: QUICK_RUNS for k in ("runs", "board") if isinstance(values.get(k, QUICK_RUNS + 1), int)}
            return values | {k: min(values.get(k, limit), limit) for k, limit in lower.items()}
        return values


def settings(spec: Spec, hosts: set[str]) -> Callable[[Case], dict[Any, Any]]:
    """Settings of a case's specification: a host of the fit set gets the posterior without its crises."""
    same = {name: getattr(spec, name) for name in SHARED}

    def of(case: Case) -> dict[Any, Any]:
        return same | {"seed": case_seed(spec.seed, case), "posterior_without": case.host if case.host in hosts else ""}

    return of


def core_runs(options: BacktestOptions) -> int:
    """Replications of the model without protest, contest and alignment: a quarter as many, because it is a baseline."""
    return max(4, options.runs // 4)


def make_batches(
    spec: Spec, options: BacktestOptions, cases: list[Case], fit: list[Case], hosts: set[str]
) -> dict[str, Batch]:
    """Every replication of the backtest, by kind: FIELDS_full, FIELDS_without_core, and the pattern board."""
    names, batches = tuple(case.id for case in cases), {}
    for fields in FIELD_SETS:
        for part, off, runs in ((FULL, (), options.runs), (WITHOUT_CORE, SWITCHED_OFF, core_runs(options))):
            kind = f"{fields}_{part}"
            batches[kind] = Batch(specify(cases, fit, fields, settings(spec, hosts), off), names, runs, kind)
    if hosts and options.board:
        task = Replications(tuple(pattern_checks.specifications(spec)), series=False)
        batches[BOARD] = Batch(task, tuple(pattern_checks.ARMS), options.board, BOARD)
    return batches


def lacking_in(batches: dict[str, Batch], work: Work) -> dict[str, np.ndarray]:
    """Kind -> True where a replication is not finished."""
    return {kind: missing(batch, work) for kind, batch in batches.items()}


def simulate(
    engine: Engine,
    batches: dict[str, Batch],
    work: Work,
    lacking: dict[str, np.ndarray],
    advance: Callable[[int], None],
) -> None:
    """Simulate all replications that the folder does not hold yet. Raises StoreFault."""
    for kind, batch in batches.items():
        run_missing(engine, batch, work, lacking[kind], SIZE, advance)


def measure(batches: dict[str, Batch], lacking: dict[str, np.ndarray], workers: int) -> float:
    """Seconds that the missing replications will take, from one replication of some groups on this machine."""
    seconds = 0.0
    for kind, batch in batches.items():
        n_missing = np.count_nonzero(lacking[kind])
        if n_missing:
            building, running = _probe(batch)
            seconds += n_missing * running + n_missing / min(SIZE, batch.runs) * building
    return seconds / workers


def _probe(batch: Batch) -> tuple[float, float]:
    """Mean seconds to build a stage, and to simulate one replication."""
    numbers = np.unique(np.linspace(0, len(batch.groups) - 1, PROBES).astype(int)).tolist()
    _run(batch.simulation, numbers[0])  # compiles
    first = [(_run(batch.simulation, number), _run(batch.simulation, number)) for number in reversed(numbers)]
    running = float(np.mean([again for _, again in first]))
    return max(0.0, float(np.mean([once for once, _ in first])) - running), running


def _run(simulation: Simulation, number: int) -> float:
    start = perf_counter()
    simulation.run(number, 0)
    return perf_counter() - start


def outcome_tables(batches: dict[str, Batch], work: Work) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Field set -> (C, runs, COLUMNS) of the full model and without the core."""

    def table(kind: str) -> np.ndarray:
        rows = [read_runs(work, number, kind) for number in range(len(batches[kind].groups))]
        return np.array([np.stack([row[name] for name in COLUMNS], axis=1) for row in rows])

    return {fields: (table(f"{fields}_{FULL}"), table(f"{fields}_{WITHOUT_CORE}")) for fields in FIELD_SETS}


def pattern_rows(batches: dict[str, Batch], work: Work) -> list[dict[Any, Any]]:
    """The pattern checks of the board; none without a board."""
    if BOARD not in batches:
        return []
    return pattern_checks.check_patterns([read_runs(work, n, BOARD) for n in range(len(batches[BOARD].groups))])
