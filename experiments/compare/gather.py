"""Puts shards of replications together: metrics stay in memory, series go to a file that is read by column."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from experiments.compare.arms import colours_of, labels_of
from experiments.replications.shards import read_runs, read_series
from experiments.results.shard_folder import ShardFolder
from experiments.results.writing import write_table
from sim.core.streams import world_key
from sim.metrics import METRICS
from sim.records.ensemble import Ensemble, ensemble_of
from sim.records.records import in_order
from sim.spec.priors import Draws, plain_value, recorded
from sim.spec.schema import Spec

ROWS = 50_000  # of a group of series.parquet, which is in memory until it is written


class StoredSeries(Mapping):
    """Series of one arm in series.parquet as arrays (runs, days + 1). Each access reads the file."""

    def __init__(self, path: Path, names: Sequence[str], groups: range, days: int) -> None:
        self._path, self._names, self._groups, self._days = path, tuple(names), list(groups), days

    def __getitem__(self, name: str) -> np.ndarray:
        if name not in self._names:
            raise KeyError(name)
        with pq.ParquetFile(self._path) as file:
            column = file.read_row_groups(self._groups, columns=[name])[name]
        return column.to_numpy().reshape(-1, self._days + 1)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class _SeriesFile:
    """series.parquet, and series.csv on request: rows ordered by arm, replication and day.

    columns: of all arms; a column that an arm lacks is null in its rows.
    """

    def __init__(self, folder: Path, columns: Sequence[str], csv: bool) -> None:
        self._columns = tuple(columns)
        self.path, self.groups, self._csv, self._open = folder / "series.parquet", 0, csv, ExitStack()
        self._writers: list[Any] = []

    def __enter__(self) -> "_SeriesFile":
        return self

    def __exit__(self, *fault: object) -> None:
        self._open.close()

    def write(self, arm: str, first: int, tables: list[dict[Any, Any]]) -> None:
        """Write one group: replications first, first + 1, ... of an arm."""
        days = len(tables[0]["day"])
        columns = {"scenario": pa.array([arm] * (days * len(tables)))}
        columns["replication"] = np.repeat(np.arange(first, first + len(tables)), days)
        columns["day"] = np.concatenate([t["day"] for t in tables])
        absent = pa.nulls(days * len(tables), pa.float64())
        for name in self._columns:
            columns[name] = np.concatenate([t[name] for t in tables]) if name in tables[0] else absent
        group = pa.table(columns)
        if not self._writers:
            self._writers = [pq.ParquetWriter(self.path, group.schema, compression="zstd")]
            self._writers += [pa.csv.CSVWriter(self.path.with_suffix(".csv"), group.schema)] if self._csv else []
            for writer in self._writers:
                self._open.enter_context(writer)
        for writer in self._writers:
            writer.write_table(group)
        self.groups += 1


def gather(
    folder: Path, shards: ShardFolder, arms: dict[str, Spec], columns: Sequence[str], csv: bool
) -> list[Ensemble]:
    """Write runs and series into the folder in the order of arms and replications; return one ensemble per arm.

    columns: series of all arms, without the day. An ensemble has the series and metrics of its arm alone. It reads series from
    the folder, so it is valid only while the folder is not moved.
    """
    ensembles, labels, colours = [], labels_of(arms), colours_of(arms)
    with _SeriesFile(folder, columns, csv) as file:
        for index, (arm, spec) in enumerate(arms.items()):
            before = file.groups
            names = _write_series(file, arm, read_series(shards, index), max(1, ROWS // (spec.days + 1)))
            series = StoredSeries(file.path, names, range(before, file.groups), spec.days)
            fields = {"scenario": arm, "label": labels[arm], "colour": colours[arm]}
            ensembles.append(replace(ensemble_of(spec, read_runs(shards, index), series), **fields))
    _write_runs(folder, ensembles, _parameters(arms, ensembles), csv)
    return ensembles


def _write_series(file: _SeriesFile, arm: str, tables: Iterable[dict[str, np.ndarray]], group_size: int) -> list[str]:
    """Write the series of all replications of an arm; returns their names."""
    group, written, names = [], 0, []
    for table in tables:
        group.append(table)
        names = [name for name in table if name != "day"]
        if len(group) == group_size:
            file.write(arm, written, group)
            written, group = written + group_size, []
    if group:
        file.write(arm, written, group)
    return names


def _parameters(arms: dict[str, Spec], ensembles: list[Ensemble]) -> dict[str, list[Any]]:
    """Path -> value in every arm and replication, of the parameters that are drawn or fixed by the user in some arm."""
    paths = recorded(arms.values())
    columns: dict[str, list[Any]] = {path: [] for path in paths}
    for spec, ensemble in zip(arms.values(), ensembles, strict=True):
        draws = Draws.of(spec)
        for replication in range(ensemble.n_runs if paths else 0):
            mechanisms = draws.mechanisms(world_key(spec.seed, replication), replication)
            for path in paths:
                columns[path].append(plain_value(mechanisms, path))
    return columns


def _write_runs(folder: Path, ensembles: list[Ensemble], parameters: dict[str, list[Any]], csv: bool) -> None:
    """Write runs: one row per arm and replication, one column per metric; null where it was not observed or the arm lacks it.

    parameters: further columns.
    """
    rows = {
        "scenario": [e.scenario for e in ensembles for _ in range(e.n_runs)],
        "replication": np.concatenate([np.arange(e.n_runs) for e in ensembles]),
    }
    for key in in_order((e.metrics for e in ensembles), list(METRICS)):
        rows[key] = np.concatenate([e.metrics.get(key, np.full(e.n_runs, np.nan)) for e in ensembles])
    write_table(folder / "runs", rows | parameters, csv)
