"""Shards of replications: rows of outcomes and daily series as Parquet, written by workers and read back in their order."""

import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from experiments.replications import Run
from experiments.results.files import as_parquet, read, shard_number
from experiments.results.model_version import model_version
from experiments.results.shard_folder import RUNS, SERIES, ShardFolder
from sim.core.system_faults import system_fault

GROUP, REPLICATION = "group", "replication"  # columns of every shard


class Simulation(Protocol):
    """Simulates one replication of a group: of an arm, of a case."""

    def run(self, number: int, replication: int) -> Run:
        """Outcomes, and daily series or None."""
        ...


@dataclass(frozen=True)
class RunFault:
    """A replication that raised: the reason in one line, and the traceback."""

    group: int
    replication: int
    reason: str
    text: str


@dataclass(frozen=True)
class EncodedRuns:
    """The finished replications of a shard as Parquet, and the fault that ended it."""

    n: int
    runs: bytes
    series: bytes | None
    fault: RunFault | None
    version: str  # of the model that computed it


@dataclass
class EncodedTask:
    """A task for the engine: a shard is (group, replications)."""

    simulation: Simulation

    def __call__(self, shard: tuple[int, range]) -> EncodedRuns:
        group, replications = shard
        rows, tables, fault = [], [], None
        for replication in replications:
            try:
                outcomes, table = self.simulation.run(group, replication)
            except Exception as error:
                reason = system_fault(error) or f"{type(error).__name__}: {error}"
                fault = RunFault(group, replication, reason, traceback.format_exc())
                break
            rows.append((replication, outcomes))
            tables.append((replication, table))
        return EncodedRuns(len(rows), _encode(group, rows), _encode_series(group, tables), fault, model_version())


def _encode(group: int, rows: list[tuple[int, dict[str, Any]]]) -> bytes:
    columns: dict[str, Any] = {
        GROUP: pa.array([group] * len(rows), pa.int64()),
        REPLICATION: pa.array([replication for replication, _ in rows], pa.int64()),
    }
    for name in rows[0][1] if rows else ():
        columns[name] = np.array([np.nan if row[name] is None else row[name] for _, row in rows], dtype=float)
    return as_parquet(pa.table(columns))


def _encode_series(group: int, tables: list[tuple[int, dict[str, np.ndarray] | None]]) -> bytes | None:
    several = [(replication, table) for replication, table in tables if table is not None]
    if not several:
        return None
    lengths = [len(table["day"]) for _, table in several]
    columns: dict[str, Any] = {
        GROUP: np.full(sum(lengths), group),
        REPLICATION: np.repeat([replication for replication, _ in several], lengths),
    }
    columns |= {name: np.concatenate([table[name] for _, table in several]) for name in several[0][1]}
    return as_parquet(pa.table(columns))


def stored(folder: ShardFolder, kind: str, groups: int, runs: int) -> np.ndarray:
    """True (groups, runs) where the folder holds the replication."""
    done = np.zeros((groups, runs), dtype=bool)
    for path in folder.shards(kind):
        table = read(path, [GROUP, REPLICATION])
        done[table[GROUP].to_numpy(), table[REPLICATION].to_numpy()] = True
    return done


def read_runs(folder: ShardFolder, group: int, kind: str = RUNS) -> dict[str, np.ndarray]:
    """Outcome -> (replications,) of a group, NaN where it was not observed."""
    tables = [read(path) for path in _in_order(folder, kind).get(group, ())]
    names = [name for name in tables[0].column_names if name not in (GROUP, REPLICATION)]
    return {name: np.concatenate([table[name].to_numpy() for table in tables]) for name in names}


def read_series(folder: ShardFolder, group: int) -> Iterator[dict[str, np.ndarray]]:
    """The daily series of each replication of a group, one shard in memory at a time."""
    series = {shard_number(path): path for path in folder.shards(SERIES)}
    for runs_path in _in_order(folder, RUNS).get(group, ()):
        table = read(series[shard_number(runs_path)])
        columns = {name: table[name].to_numpy() for name in table.column_names if name != GROUP}
        starts = np.flatnonzero(columns["day"] == 0)
        for start, end in zip(starts, [*starts[1:], len(table)], strict=True):
            yield {name: values[start:end] for name, values in columns.items() if name != REPLICATION}


def _in_order(folder: ShardFolder, kind: str) -> dict[int, list[Path]]:
    """Group -> its shards by their first replication."""
    places: dict[int, list[tuple[int, Path]]] = {}
    for path in folder.shards(kind):
        table = read(path, [GROUP, REPLICATION])
        if len(table):
            places.setdefault(table[GROUP][0].as_py(), []).append((table[REPLICATION][0].as_py(), path))
    return {group: [path for _, path in sorted(of_group)] for group, of_group in places.items()}
