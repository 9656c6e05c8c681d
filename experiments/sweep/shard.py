"""The work on a shard of a sweep: simulate its runs and encode their rows."""

import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.results.files import as_parquet
from experiments.results.model_version import model_version
from experiments.sweep.axes import Axis
from experiments.sweep.keys import Digests, run_key
from experiments.sweep.point import at_point, file_choices
from sim.core.faults import ConfigError
from sim.core.streams import world_key
from sim.mechanisms import Mechanisms
from sim.metrics import compute_metrics
from sim.records.records import Records
from sim.spec.priors import plain_value
from sim.spec.schema import Spec
from sim.stage.build import Stage
from sim.stage.survey import SURVEYED

if TYPE_CHECKING:
    from pyarrow import Schema


@dataclass(frozen=True)
class Job:
    """Some replications of one point."""

    point: int
    values: tuple[Any, ...]  # of the axes
    replications: tuple[int, ...]


@dataclass(frozen=True)
class Failure:
    """A run that raised."""

    key: str
    point: int
    replication: int
    text: str


@dataclass(frozen=True)
class EncodedShard:
    """Rows of a shard as Parquet, ready for writing, with counts and failures for the driver."""

    runs: bytes
    series: bytes | None
    done: tuple[tuple[int, int], ...]  # (point, replication)
    failures: tuple[Failure, ...]
    seconds: float
    version: str  # of the model that computed it


@dataclass
class SweepTask:
    """Base specifications and axes of a sweep; a worker receives it once and computes any shard of it.

    bases: by the file choices of a point. outcomes and parameters: columns of the runs table.
    """

    bases: dict[tuple[Any, ...], Spec]
    axes: tuple[Axis, ...]
    outcomes: tuple[str, ...]
    series: bool = False
    parameters: tuple[str, ...] = ()
    _digests: Digests | None = field(default=None, repr=False)
    _stages: dict[tuple[Any, ...], Stage] = field(default_factory=dict, repr=False)  # of the bases

    def __getstate__(self) -> dict[Any, Any]:
        return self.__dict__ | {"_digests": None, "_stages": {}}  # both refer to objects of this process

    def __call__(self, shard: tuple[Job, ...]) -> EncodedShard:
        start, series, failures = perf_counter(), [], []
        rows = []
        for job in shard:
            for row, records, text in self.runs(job):
                rows.append(row)
                if text:
                    failures.append(Failure(row["key"], job.point, row["replication"], text))
                if self.series and records is not None:
                    series.append((row, records.table()))
        done = tuple((row["point"], row["replication"]) for row in rows)
        runs, daily = encode_runs(rows, self.outcomes, self.parameters), encode_series(series)
        return EncodedShard(runs, daily, done, tuple(failures), perf_counter() - start, model_version())

    def runs(self, job: Job) -> Iterator[tuple[dict[Any, Any], Records | None, str | None]]:
        """Row, records and traceback of every run of a job; a failed run has a row with `error` and no records."""
        start, spec, stage, point_fault = perf_counter(), None, None, None
        try:
            spec = at_point(self.bases, self.axes, job.values)
            stage = self._stage(spec, file_choices(self.axes, job.values))
        except Exception as error:
            point_fault = f"{type(error).__name__}: {error}", traceback.format_exc()
        for replication in job.replications:
            row, records, fault = self._head(job, spec, replication), None, point_fault
            try:
                if stage is not None and spec is not None:
                    records = records_of_run(stage, replication=replication, days=spec.days, seed=spec.seed)
                    row |= self._outcome(records) | self._parameter_values(stage, row["world_key"], replication)
            except Exception as error:
                records, fault = None, (f"{type(error).__name__}: {error}", traceback.format_exc())
            error, text = fault or (None, None)
            now = perf_counter()
            yield row | {"error": error, "seconds": now - start}, records, text
            start = perf_counter()

    def _stage(self, spec: Spec, choice: tuple[Any, ...]) -> Stage:
        """The stage of a point; it shares indicators and network with its base where the point does not change them."""
        if choice not in self._stages:
            self._stages[choice] = Stage(self.bases[choice])
        base = self._stages[choice]
        same = all(getattr(spec, part) is getattr(base.spec, part) for part in SURVEYED)
        same = same and (spec.scenario is base.spec.scenario or base.serves(spec))  # directives bring actors on stage
        return Stage(spec, like=base) if same else Stage(spec)

    def keys(self, values: tuple[Any, ...], replications: Iterable[int]) -> list[str]:
        """Keys of runs of a point. Raises ConfigError if the point has no valid specification."""
        spec = at_point(self.bases, self.axes, values)
        return [self._head(Job(0, values, ()), spec, r)["key"] for r in replications]

    def lost_run(self, job: Job, reason: str) -> EncodedShard:
        """The row of a run whose worker died each time."""
        try:
            spec = at_point(self.bases, self.axes, job.values)
        except ConfigError:
            spec = None
        row = self._head(job, spec, job.replications[0]) | {"error": reason, "seconds": 0.0}
        failure = Failure(row["key"], job.point, row["replication"], reason)
        done = ((job.point, row["replication"]),)
        return EncodedShard(
            encode_runs([row], self.outcomes, self.parameters), None, done, (failure,), 0.0, model_version()
        )

    def _head(self, job: Job, spec: Spec | None, replication: int) -> dict[Any, Any]:
        """Fields of a row before the simulation; spec is None if the point has no valid specification."""
        key_of_world = world_key(next(iter(self.bases.values())).seed, replication)
        self._digests = self._digests or Digests(self.bases.values())
        spec_digest = self._digests.of(spec) if spec else repr(([axis.path for axis in self.axes], job.values)).encode()
        key = run_key(spec_digest, key_of_world, model_version())
        row = {"key": key, "point": job.point, "replication": replication, "world_key": key_of_world}
        return row | {"error": None, "digest": None}

    def _outcome(self, records: Records) -> dict[Any, Any]:
        metrics = compute_metrics(records)
        others = sorted(set(metrics) - set(self.outcomes))
        if others:
            raise ValueError(f"{', '.join(others)}: outcomes that the other runs do not have")
        return metrics | {"digest": digest(records, metrics)}

    def _parameter_values(self, stage: Stage, key_of_world: int, replication: int) -> dict[Any, Any]:
        """Values of the parameters in the replication of this replication key."""
        mechanisms = stage.draws.mechanisms(key_of_world, replication)
        return {path: plain_value(mechanisms, path) for path in self.parameters}


def records_of_run(stage: Stage, replication: int, days: int, seed: int) -> Records:
    """The records of a run. The model is imported here, because a command that reads a folder needs none."""
    from sim.model import simulate

    return simulate(stage, replication=replication, days=days, seed=seed)


def digest(records: Records, metrics: dict[Any, Any]) -> str:
    """Digest of all results of a run: daily series of all states, events, metrics."""
    state = sha256()  # the quickest strong hash on processors with an instruction for it
    for name in sorted(records.series):
        state.update(np.ascontiguousarray(records.series[name]).data)
    state.update(repr((records.events, sorted(metrics.items()))).encode())
    return state.hexdigest()[:32]


def runs_schema(outcomes: tuple[str, ...], parameters: tuple[str, ...] = ()) -> "Schema":
    """Columns of runs/*.parquet."""
    import pyarrow as pa

    run_columns = [
        ("key", pa.string()), ("point", pa.int64()), ("replication", pa.int64()), ("world_key", pa.int64()),
        ("error", pa.string()), ("seconds", pa.float64()), ("digest", pa.string()),
    ]  # fmt: skip
    kinds = {bool: pa.bool_(), str: pa.string()}
    parameter_columns = ((path, kinds.get(type(plain_value(Mechanisms(), path)), pa.float64())) for path in parameters)
    return pa.schema([*run_columns, *((name, pa.float64()) for name in outcomes), *parameter_columns])


def encode_runs(rows: list[dict[Any, Any]], outcomes: tuple[str, ...], parameters: tuple[str, ...] = ()) -> bytes:
    """Rows as one Parquet file."""
    import pyarrow as pa

    return as_parquet(pa.Table.from_pylist(rows, schema=runs_schema(outcomes, parameters)))


def encode_series(series: list[tuple[dict[Any, Any], dict[Any, Any]]]) -> bytes | None:
    """Daily series as one Parquet file, one row per run and day; None without series."""
    import pyarrow as pa

    if not series:
        return None
    names = dict.fromkeys(name for _, table in series for name in table)
    parts = []
    for row, table in series:
        n = len(table["day"])
        columns = {name: np.full(n, row[name]) for name in ("point", "replication")}
        columns |= {
            name: np.asarray(table[name], dtype=float if name != "day" else int) for name in names if name in table
        }
        parts.append(pa.table({"key": pa.array([row["key"]] * n)} | columns))
    return as_parquet(pa.concat_tables(parts, promote_options="default"))
