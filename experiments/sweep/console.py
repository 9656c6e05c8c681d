"""Terminal output and exit status of `suasion sweep` and `suasion merge`."""

import sys
from datetime import timedelta
from typing import Any

from experiments.results.target import is_folder
from experiments.statements import Facts, sentences
from experiments.sweep import merge as merging
from experiments.sweep.axes import Axis
from experiments.sweep.plan import Plan, read_plan
from experiments.sweep.resume import count_stored
from experiments.sweep.shard import Job, encode_runs, encode_series
from experiments.sweep.store import Store
from experiments.sweep.sweep import SweepSummary, run_sweep
from experiments.terminal.printing import echo, echo_paragraph
from experiments.terminal.progress import announce_compilation

TRIAL = 4  # replications of the first point; the estimate of `plan=true` comes from them


def sweep(overrides: list[str], command: list[str], config_dir: str | None) -> None:
    """Run a sweep; status 0 if all runs are there, 1 if some failed or are missing, 130 after an interrupt."""
    plan = read_plan(overrides, config_dir)
    if plan.options.plan:
        return show_plan(plan)
    outcome = run_sweep(plan, command)
    for line in _summary(plan, outcome):
        echo_paragraph(line, indent="  ")
    sys.exit(1 if outcome.failed or outcome.missing else 0)


def merge(words: list[str], command: list[str]) -> None:
    """Merge folders: words with `=` are settings, but for names of folders; all others are folders."""
    folders = [word for word in words if is_folder(word)]
    store = merging.merge(folders, [word for word in words if word not in folders], command)
    fields = store.manifest
    echo(f"{_count(fields['runs'], 'run')} of {_count(len(store.design), 'point')}, {fields['missing']:,} missing")
    echo(f"Written to {store.folder}")


def _summary(plan: Plan, outcome: SweepSummary) -> list[str]:
    replications = plan.options.replications
    lines = [
        f"{_count(outcome.runs, 'run')}, {outcome.new:,} of them new: {_count(len(plan.positions()), 'point')}, {_count(replications, 'replication')} each"
    ]
    facts = Facts("sweep", Store.open(outcome.folder).manifest)
    lines += sentences(facts, "failures.some", "failures.folder", "failures.missing", "sweep.inert")
    return [*lines, f"Written to {outcome.folder}"]


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}" + ("" if number == 1 else "s")


def show_plan(plan: Plan) -> None:
    """Print the axes and the size of a sweep, and an estimate of time and disk space; write nothing."""
    for axis, steps in zip(plan.design.crossed, plan.design.steps, strict=True):
        echo_paragraph(f"{axis.role}: {axis.path} = {', '.join(map(str, steps))}", indent="  ")
    for axis in plan.design.block:
        echo_paragraph(f"{axis.role}: {axis.path} {_describe_axis(axis)}", indent="  ")
    echo_paragraph(
        f"design: {plan.design.kind}, {_count(len(plan.positions()), 'point')}, {_count(plan.options.replications, 'replication')} each"
    )
    with announce_compilation(plan.options.quiet):
        task = plan.task
    replications = tuple(range(min(TRIAL, plan.options.replications)))
    trial = list(task.runs(Job(0, plan.design.values(0), replications)))
    failure = next((row for row, _, text in trial if text), None)
    if failure is not None:
        echo(f"the first point fails: {failure['error']}")
    seconds = sum(row["seconds"] for row, _, _ in trial) / len(trial)
    workers = plan.options.engine.processes
    duration = timedelta(seconds=round(plan.n_runs * seconds / workers))
    echo_paragraph(
        f"{_count(plan.n_runs, 'run')}, {count_stored(plan):,} of them in the folder; about {seconds:.3g} s each, {duration} on {_count(workers, 'worker')}; "
        f"about {_size(plan, trial, seconds) / 2**20:,.1f} MiB on disk\nNothing was written."
    )


def _describe_axis(axis: Axis) -> str:
    """Values of an axis in words."""
    if axis.values is not None:
        return f"among {', '.join(map(str, axis.values))}"
    numbers = ", ".join(f"{name} {value:g}" for name, value in axis.distribution.items() if name != "distribution")
    return f"{axis.distribution.get('distribution', 'uniform')} ({numbers})"


def _size(plan: Plan, trial: list[Any], seconds: float) -> float:
    """Bytes on disk, from the trial: a fixed cost per file and a cost per run."""
    rows = [row for row, _, _ in trial]
    tables = [(row, records.table()) for row, records, _ in trial if records is not None and plan.options.series]
    size_of_one, size_of_all = (
        len(encode_runs(r, plan.task.outcomes)) + len(encode_series(t) or b"")
        for r, t in ((rows[:1], tables[:1]), (rows, tables))
    )
    per_run = (size_of_all - size_of_one) / (len(rows) - 1) if len(rows) > 1 else size_of_one
    shards = max(1, plan.n_runs * seconds / plan.options.engine.shard_seconds)
    return plan.n_runs * per_run + shards * max(0.0, size_of_one - per_run)
