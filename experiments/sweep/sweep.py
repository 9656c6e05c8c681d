"""`suasion sweep`: the points of a design over shared worlds, into a folder that can be left and taken up at any moment."""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from shlex import quote
from time import monotonic

import numpy as np
import pyarrow.compute as pc

from experiments.engine import LostWorker, check_reachable, opened
from experiments.progress import announced, meter
from experiments.results.writing import StoreFault
from experiments.sweep.inert import check_axes, check_worlds
from experiments.sweep.keys import model_version
from experiments.sweep.plan import Plan
from experiments.sweep.resume import finished, folder_for
from experiments.sweep.shard import Bench, Encoded, Job
from experiments.sweep.store import PROBES, RUNS, Store
from sim.core.faults import ConfigError, describe_fault


@dataclass
class Shards:
    """Jobs in shards of roughly equal computing time; those that come back are given out again, one run at a time."""

    jobs: Iterator[Job]
    total: int  # runs
    seconds: float  # of a shard
    workers: int
    _spent: float = 0.0  # seconds of runs that are done; the latest count most, the first had to warm up
    _done: float = 0.0
    _given: int = 0
    _returned: deque = field(default_factory=deque)
    _rest: Job | None = None

    def learn(self, runs: int, seconds: float) -> None:
        """A shard has come back after so long."""
        self._done, self._spent = self._done / 2 + runs, self._spent / 2 + max(seconds, 1e-9)

    def give_back(self, shard: tuple[Job, ...]) -> None:
        """Give its runs out again, one by one."""
        self._returned.extend((Job(j.point, j.values, (r,)),) for j in shard for r in j.replications)

    def __iter__(self) -> "Shards":
        return self

    def __next__(self) -> tuple[Job, ...]:
        if self._returned:
            return self._returned.popleft()
        left, shard = self._size(), []
        while left and (job := self._rest or next(self.jobs, None)):
            taken, rest = job.replications[:left], job.replications[left:]
            shard.append(Job(job.point, job.values, taken))
            self._rest = Job(job.point, job.values, rest) if rest else None
            left -= len(taken)
        if not shard:
            raise StopIteration
        self._given += sum(len(job.replications) for job in shard)
        return tuple(shard)

    def _size(self) -> int:
        """Runs of the next shard: one until the first is back; small ones at the end, so that all workers end together."""
        if not self._done:
            return 1
        even = (self.total - self._given) // (2 * self.workers)
        return max(1, min(int(self.seconds * self._done / self._spent), even))


@dataclass
class Outcome:
    """How a sweep ended."""

    folder: Path
    runs: int  # in the folder, those that failed among them
    new: int
    failed: int
    missing: int
    checks: list[dict] | None  # of the axes, see `experiments.sweep.inert`; None if not all runs are there


@dataclass
class Writer:
    """Puts the results of an engine into the store."""

    store: Store
    bench: Bench
    stop: bool  # at the first failure
    advance: Callable[..., None]
    number: int = 0
    new: int = 0

    def collect(self, engine, shards: Shards, kind: str = RUNS) -> None:
        """Everything that the shards hold, written as it is ready."""
        with closing(engine.run(self.bench, shards)) as results:
            for result in results:
                if isinstance(result, LostWorker):
                    if sum(len(job.replications) for job in result.shard) > 1:
                        shards.give_back(result.shard)
                        continue
                    result = self.bench.lost(result.shard[0], str(result))
                self._write(result, kind)
                shards.learn(len(result.done), result.seconds)
                if result.failures and self.stop:
                    return

    def _write(self, result: Encoded, kind: str) -> None:
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


def perform(plan: Plan, command: list[str]) -> Outcome:
    """Run what is missing of a plan.

    Raises ConfigError if the folder is another sweep's, StoreFault if it cannot be written; what is written stays.
    """
    options, started = plan.options, monotonic()
    with announced(options.quiet):
        bench = plan.bench
    check_reachable(options.engine)
    store, numbers = folder_for(plan, command)
    with store.locked():
        damaged, made = store.mend(), store.manifest
        done = finished(store, plan, numbers)
        total = int(np.count_nonzero(~done[list(plan.mine())]))
        with meter(options.quiet, options.log, "runs", total) as progress:
            for path in damaged:
                progress.say(f"{path} could not be read and was set aside under damaged/; its runs are run again")
            writer = Writer(store, bench, options.on_error == "stop", progress.advance, store.next_number())
            if total or made["checks"] is None:
                with opened(options.engine, progress.say) as engine:
                    shards = Shards(
                        missing_jobs(plan, numbers, done), total, options.engine.shard_seconds, engine.workers
                    )
                    writer.collect(engine, shards)
                    if writer.new == total:
                        made["checks"] = check_axes(store, plan, lambda probes: _probe(writer, engine, probes))
        check_worlds(store)
        made["seconds"] += monotonic() - started
        return ended(store, made, total - writer.new, writer.new)


def repeat(folder: Path, key: str) -> tuple[dict, dict, str | None]:
    """Simulate one run of a folder again: its row, the row in the folder, and the traceback if it raises. Raises ConfigError."""
    store = Store.opened(folder)
    runs = store.runs(["key", "point", "replication", "digest", "error"])
    place = pc.index(runs["key"], key).as_py()
    if place < 0:
        raise ConfigError(
            describe_fault("run", key, f"is the key of no run in {folder}", tuple(runs["key"].to_pylist()))
        )
    stored = runs.slice(place, 1).to_pylist()[0]
    bench = Bench(store.bases, store.axes, tuple(store.manifest["outcomes"]))
    job = Job(stored["point"], store.points()[stored["point"]], (stored["replication"],))
    ((row, _, text),) = bench.runs(job)
    return row, stored, text


def missing_jobs(plan: Plan, numbers: np.ndarray, done: np.ndarray) -> Iterator[Job]:
    """Jobs of the points that this command runs, point by point, without the runs that are there. done (points, worlds)."""
    for position in plan.mine():
        replications = tuple(np.flatnonzero(~done[position]).tolist())
        if replications:
            yield Job(int(numbers[position]), plan.design.values(position), replications)


def _probe(writer: Writer, engine, jobs: list[Job]) -> None:
    shards = Shards(iter(jobs), sum(len(j.replications) for j in jobs), 1.0, engine.workers)
    writer.collect(engine, shards, PROBES)


def ended(store: Store, made: dict, missing: int, new: int) -> Outcome:
    """Close the books: counts go into the manifest."""
    there = store.runs(["error"])
    failed = len(there) - there["error"].null_count
    made |= {"runs": len(there), "failed": failed, "missing": missing}
    store.write_json("manifest.json", made)
    return Outcome(store.folder, len(there), new, failed, missing, made["checks"])
