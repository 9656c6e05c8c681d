"""`suasion sweep`: run the points of a design over shared replications; an interrupted folder can be resumed."""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from shlex import quote
from time import monotonic
from typing import Any

import numpy as np
import pyarrow.compute as pc

from experiments.engine import Engine, LostWorker, check_reachable, open_engine
from experiments.results.model_version import model_version
from experiments.results.shard_folder import RUNS
from experiments.results.writing import StoreFault
from experiments.sweep.inert import check_axes, check_world_keys
from experiments.sweep.plan import Plan
from experiments.sweep.resume import folder_for, locked_for, stored_runs
from experiments.sweep.shard import EncodedShard, Job, SweepTask
from experiments.sweep.store import PROBES, Store
from experiments.terminal.progress import announce_compilation, meter
from sim.core.faults import ConfigError, describe_fault


@dataclass
class Shards:
    """Jobs in shards of roughly equal computing time; a shard that is given back is split into single runs."""

    jobs: Iterator[Job]
    total: int  # runs
    seconds: float  # of a shard
    workers: int
    _recent_seconds: float = 0.0  # seconds of runs that are done; the latest count most, the first had to warm up
    _recent_runs: float = 0.0
    _n_sent: int = 0
    _retries: deque[Any] = field(default_factory=deque)
    _remainder: Job | None = None

    def learn(self, runs: int, seconds: float) -> None:
        """Take the computing time of a finished shard into account."""
        self._recent_runs, self._recent_seconds = (
            self._recent_runs / 2 + runs,
            self._recent_seconds / 2 + max(seconds, 1e-9),
        )

    def give_back(self, shard: tuple[Job, ...]) -> None:
        """Queue the runs of a shard again, one by one."""
        self._retries.extend((Job(j.point, j.values, (r,)),) for j in shard for r in j.replications)

    def __iter__(self) -> "Shards":
        return self

    def __next__(self) -> tuple[Job, ...]:
        if self._retries:
            return self._retries.popleft()
        room, shard = self._size(), []
        while room and (job := self._remainder or next(self.jobs, None)):
            replications, remainder = job.replications[:room], job.replications[room:]
            shard.append(Job(job.point, job.values, replications))
            self._remainder = Job(job.point, job.values, remainder) if remainder else None
            room -= len(replications)
        if not shard:
            raise StopIteration
        self._n_sent += sum(len(job.replications) for job in shard)
        return tuple(shard)

    def _size(self) -> int:
        """Runs of the next shard: one until the first result; few at the end, so that all workers end together."""
        if not self._recent_runs:
            return 1
        even = (self.total - self._n_sent) // (2 * self.workers)
        return max(1, min(int(self.seconds * self._recent_runs / self._recent_seconds), even))


@dataclass
class SweepSummary:
    """How a sweep ended."""

    folder: Path
    runs: int  # in the folder, with the failed ones
    new: int
    failed: int
    missing: int
    checks: list[dict[Any, Any]] | None  # of the axes, see `experiments.sweep.inert`; None if not all runs are there


@dataclass
class Writer:
    """Puts the results of an engine into the store."""

    store: Store
    task: SweepTask
    stop: bool  # at the first failure
    advance: Callable[..., None]
    number: int = 0
    new: int = 0

    def collect(self, engine: Engine, shards: Shards, kind: str = RUNS) -> None:
        """Run all shards, and write every result as it arrives."""
        with closing(engine.run(self.task, shards)) as results:
            for result in results:
                if isinstance(result, LostWorker):
                    if sum(len(job.replications) for job in result.shard) > 1:
                        shards.give_back(result.shard)
                        continue
                    result = self.task.lost_run(result.shard[0], str(result))
                self._write(result, kind)
                shards.learn(len(result.done), result.seconds)
                if result.failures and self.stop:
                    return

    def _write(self, result: EncodedShard, kind: str) -> None:
        if result.version != model_version():
            raise StoreFault(
                f"a worker computes with model version {result.version}, this command with {model_version()}; install the "
                "same version everywhere and repeat the command"
            )
        self.store.append(result, self.number, f"suasion rerun {quote(str(self.store.folder))} run=", kind)
        self.number += 1
        if kind == RUNS:
            self.new += len(result.done)
            self.advance(len(result.done), len(result.failures))


def run_sweep(plan: Plan, command: list[str]) -> SweepSummary:
    """Run the missing runs of a plan.

    Raises ConfigError if the folder is another sweep's, StoreFault if it cannot be written; finished runs stay.
    """
    options, start = plan.options, monotonic()
    with announce_compilation(options.quiet):
        task = plan.task
    check_reachable(options.engine)
    store, numbers = folder_for(plan, command)
    with locked_for(store, plan, command):
        damaged, manifest_fields = store.mend(PROBES), store.manifest
        done = stored_runs(store, plan, numbers)
        total = int(np.count_nonzero(~done[list(plan.positions())]))
        with meter(options.quiet, options.log, "runs", total) as progress:
            for path in damaged:
                progress.say(f"{path} is unreadable and was set aside under damaged/; its runs are run again")
            writer = Writer(store, task, options.on_error == "stop", progress.advance, store.next_number(PROBES))
            if total or manifest_fields["checks"] is None:
                with open_engine(options.engine, progress.say) as engine:
                    shards = Shards(
                        missing_jobs(plan, numbers, done), total, options.engine.shard_seconds, engine.workers
                    )
                    writer.collect(engine, shards)
                    if writer.new == total:
                        manifest_fields["checks"] = check_axes(
                            store, plan, lambda probes: _probe(writer, engine, probes)
                        )
        check_world_keys(store)
        manifest_fields["seconds"] += monotonic() - start
        return write_totals(store, manifest_fields, total - writer.new, writer.new)


def rerun_run(folder: Path, key: str) -> tuple[dict[Any, Any], dict[Any, Any], str | None]:
    """Simulate one run of a folder again: its row, the row in the folder, and its traceback if it fails. Raises ConfigError."""
    store = Store.open(folder)
    runs = store.runs(["key", "point", "replication", "digest", "error"])
    index = pc.index(runs["key"], key).as_py()
    if index < 0:
        raise ConfigError(
            describe_fault("run", key, f"is the key of no run in {folder}", tuple(runs["key"].to_pylist()))
        )
    stored = runs.slice(index, 1).to_pylist()[0]
    task = SweepTask(store.bases, store.axes, tuple(store.manifest["outcomes"]))
    job = Job(stored["point"], store.points()[stored["point"]], (stored["replication"],))
    ((row, _, text),) = task.runs(job)
    return row, stored, text


def missing_jobs(plan: Plan, numbers: np.ndarray, done: np.ndarray) -> Iterator[Job]:
    """Jobs of the missing runs of this command's part, point by point. done (points, replications)."""
    for position in plan.positions():
        replications = tuple(np.flatnonzero(~done[position]).tolist())
        if replications:
            yield Job(int(numbers[position]), plan.design.values(position), replications)


def _probe(writer: Writer, engine: Engine, jobs: list[Job]) -> None:
    shards = Shards(iter(jobs), sum(len(j.replications) for j in jobs), 1.0, engine.workers)
    writer.collect(engine, shards, PROBES)


def write_totals(store: Store, manifest_fields: dict[Any, Any], missing: int, new: int) -> SweepSummary:
    """Write the counts of a sweep into its manifest."""
    runs = store.runs(["error"])
    failed = len(runs) - runs["error"].null_count
    manifest_fields |= {"runs": len(runs), "failed": failed, "missing": missing}
    store.write_json("manifest.json", manifest_fields)
    return SweepSummary(store.folder, len(runs), new, failed, missing, manifest_fields["checks"])
