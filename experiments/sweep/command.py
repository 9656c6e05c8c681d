"""What `suasion sweep` prints, and its exit status."""

import sys
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from experiments.console import echo
from experiments.progress import announced
from experiments.statements import Facts, sentences
from experiments.sweep import export as exporting
from experiments.sweep import merge as merging
from experiments.sweep.axes import Axis
from experiments.sweep.plan import Plan, read_plan
from experiments.sweep.resume import already
from experiments.sweep.shard import Job, encode_runs, encode_series
from experiments.sweep.store import Store
from experiments.sweep.sweep import Outcome, perform

TRIED = 4  # worlds of the first point that an estimate is made from


def sweep(overrides: list[str], command: list[str], config_dir: str | None) -> None:
    """Run, and end with status 0 if all runs are there, 1 if some failed or could not be written, 130 if interrupted."""
    plan = read_plan(overrides, config_dir)
    if plan.options.plan:
        return announce(plan)
    with ends():
        outcome = perform(plan, command)
    for line in _summary(plan, outcome):
        echo(line)
    sys.exit(1 if outcome.failed or outcome.missing else 0)


@contextmanager
def ends():
    """Within the block, an interrupt ends the command with status 130; every run that was done stays."""
    try:
        yield
    except KeyboardInterrupt:
        echo("interrupted; every run that was done is kept. The same command with the same out= goes on", err=True)
        sys.exit(130)


def merge(words: list[str], command: list[str]) -> None:
    """Merge the folders among the words; the others are settings."""
    store = merging.merge([w for w in words if "=" not in w], [w for w in words if "=" in w], command)
    made = store.manifest
    echo(f"{_n(made['runs'], 'run')} of {_n(len(store.design), 'point')}, {made['missing']:,} missing")
    echo(f"Written to {store.folder}")


def export(folder: str, kind: Any, overrides: list[str]) -> None:
    """Export the table of a folder."""
    echo(f"Written to {exporting.export(folder, kind, overrides)}")


def _summary(plan: Plan, outcome: Outcome) -> list[str]:
    worlds = plan.options.replications
    lines = [
        f"{_n(outcome.runs, 'run')}, {outcome.new:,} of them new: {_n(len(plan.mine()), 'point')}, {_n(worlds, 'world')} each"
    ]
    facts = Facts("sweep", Store.opened(outcome.folder).manifest)
    lines += sentences(facts, "failures.some", "failures.folder", "failures.missing", "sweep.inert")
    return [*lines, f"Written to {outcome.folder}"]


def _n(number: int, word: str) -> str:
    return f"{number:,} {word}" + ("" if number == 1 else "s")


def announce(plan: Plan) -> None:
    """What would run, how long and how large; nothing is written."""
    for axis, steps in zip(plan.design.crossed, plan.design.steps, strict=True):
        echo(f"{axis.role}: {axis.path} = {', '.join(map(str, steps))}")
    for axis in plan.design.block:
        echo(f"{axis.role}: {axis.path} {_sampled(axis)}")
    echo(f"design: {plan.design.kind}, {_n(len(plan.mine()), 'point')}, {_n(plan.options.replications, 'world')} each")
    with announced(plan.options.quiet):
        bench = plan.bench
    worlds = tuple(range(min(TRIED, plan.options.replications)))
    tried = list(bench.runs(Job(0, plan.design.values(0), worlds)))
    broken = next((row for row, _, text in tried if text), None)
    if broken is not None:
        echo(f"the first point fails: {broken['error']}")
    seconds = sum(row["seconds"] for row, _, _ in tried) / len(tried)
    workers = plan.options.engine.processes
    whole = timedelta(seconds=round(plan.n_runs * seconds / workers))
    echo(
        f"{_n(plan.n_runs, 'run')}, {already(plan):,} of them there; about {seconds:.3g} s each, {whole} on {_n(workers, 'worker')}; "
        f"about {_size(plan, tried, seconds) / 2**20:,.1f} MiB on disk\nNothing was written."
    )


def _sampled(axis: Axis) -> str:
    """The values of an axis in words."""
    if axis.values is not None:
        return f"among {', '.join(map(str, axis.values))}"
    numbers = ", ".join(f"{name} {value:g}" for name, value in axis.said.items() if name != "distribution")
    return f"{axis.said.get('distribution', 'uniform')} ({numbers})"


def _size(plan: Plan, tried: list, seconds: float) -> float:
    """Bytes on disk: what a file costs by itself and what a run adds to it, from the runs that were tried."""
    rows = [row for row, _, _ in tried]
    tables = [(row, records.table()) for row, records, _ in tried if records is not None and plan.options.series]
    one, all_ = (
        len(encode_runs(r, plan.bench.outcomes)) + len(encode_series(t) or b"")
        for r, t in ((rows[:1], tables[:1]), (rows, tables))
    )
    added = (all_ - one) / (len(rows) - 1) if len(rows) > 1 else one
    shards = max(1, plan.n_runs * seconds / plan.options.engine.shard_seconds)
    return plan.n_runs * added + shards * max(0.0, one - added)
