"""Runs the missing replications of unfinished work, and writes each shard as it is ready."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

import numpy as np

from experiments.engine import Engine, LostWorker
from experiments.replications.shards import EncodedRuns, EncodedTask, RunFault, Simulation, stored
from experiments.results.model_version import model_version
from experiments.results.resumable import Work
from experiments.results.shard_folder import RUNS
from experiments.results.writing import StoreFault
from experiments.terminal.printing import echo


@dataclass(frozen=True)
class Batch:
    """Replications 0..runs-1 of groups, which are simulated by one task.

    groups: names of the arms or cases. kind: the folder of its shards.
    """

    simulation: Simulation
    groups: Sequence[str]
    runs: int
    kind: str = RUNS

    @property
    def total(self) -> int:
        """Number of replications of all groups."""
        return len(self.groups) * self.runs


def missing(batch: Batch, work: Work) -> np.ndarray:
    """True (groups, runs) where a replication is not finished."""
    return ~stored(work, batch.kind, len(batch.groups), batch.runs)


def set_unreadable_aside(work: Work, *kinds: str) -> None:
    """Move unreadable shards away and name them; their replications are missing then. kinds: as in `ShardFolder.mend`."""
    for path in work.mend(*kinds):
        echo(f"{path} is unreadable and was set aside; its replications are run again", err=True)


def run_missing(
    engine: Engine, batch: Batch, work: Work, lacking: np.ndarray, size: int, advance: Callable[[int], None]
) -> None:
    """Simulate what is missing, in shards of at most `size` replications; write each. lacking: from `missing`.

    Raises StoreFault with the group and the replication that fails; what is finished stays.
    """
    number = work.next_number(batch.kind)
    with closing(engine.run(EncodedTask(batch.simulation), _shards(lacking, size))) as results:
        for result in results:
            if isinstance(result, LostWorker):
                group, replications = result.shard
                raise StoreFault(f"{_name(batch, group, replications)}: {result}")
            _write(batch, work, result, number)
            number += 1
            advance(result.n)
            if result.fault is not None:
                raise _failed(batch, work, result.fault)


def _shards(lacking: np.ndarray, size: int) -> Iterator[tuple[int, range]]:
    """(group, replications) of what is missing, neighbours together."""
    for group, row in enumerate(lacking):
        numbers = np.flatnonzero(row)
        for run in np.split(numbers, np.flatnonzero(np.diff(numbers) > 1) + 1):
            for first in range(0, len(run), size):
                part = run[first : first + size]
                yield group, range(int(part[0]), int(part[-1]) + 1)


def _write(batch: Batch, work: Work, result: EncodedRuns, number: int) -> None:
    if result.version != model_version():
        raise StoreFault(
            f"a worker computes with model version {result.version}, this command with {model_version()}; install the "
            "same version everywhere and repeat the command"
        )
    if result.n:
        work.write(number, result.runs, result.series, batch.kind)


def _failed(batch: Batch, work: Work, fault: RunFault) -> StoreFault:
    """The message on a failed run; its traceback goes to a file."""
    group = batch.groups[fault.group]
    path = work.write_failure(f"{batch.kind}-{group}-{fault.replication}", f"{fault.reason}\n\n{fault.text}")
    name = _name(batch, fault.group, range(fault.replication, fault.replication + 1))
    return StoreFault(f"{name}: {fault.reason}; its traceback is in {path}")


def _name(batch: Batch, group: int, replications: range) -> str:
    several = len(replications) > 1
    numbers = f"replications {replications[0]} to {replications[-1]}" if several else f"replication {replications[0]}"
    return f"{batch.groups[group]}, {numbers}"
