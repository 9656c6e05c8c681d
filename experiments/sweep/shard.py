"""What a worker does with a shard: simulate its runs and encode their rows."""

import io
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from time import perf_counter
from typing import Any

import numpy as np

from experiments.sweep.axes import Axis
from experiments.sweep.keys import Digests, model_version, run_key
from experiments.sweep.point import at_point, composed_values
from sim.core.faults import ConfigError
from sim.core.streams import world_key
from sim.mechanisms import Mechanisms
from sim.metrics import compute_metrics
from sim.model import simulate
from sim.records.records import Records
from sim.spec.priors import plain_value
from sim.spec.schema import Spec
from sim.stage.build import Stage
from sim.stage.survey import SURVEYED


@dataclass(frozen=True)
class Job:
    """Some replications of one point."""

    point: int
    values: tuple  # of the axes
    replications: tuple[int, ...]


@dataclass(frozen=True)
class Failure:
    """A run that raised."""

    key: str
    point: int
    replication: int
    text: str


@dataclass(frozen=True)
class Encoded:
    """Rows of a shard as Parquet, ready to be written, and what the driver must know of them."""

    runs: bytes
    series: bytes | None
    done: tuple[tuple[int, int], ...]  # (point, replication)
    failures: tuple[Failure, ...]
    seconds: float
    version: str  # of the model that computed it


@dataclass
class Bench:
    """Base specifications and axes of a sweep; a worker gets it once and computes any shard of it.

    bases: by the values of the axes that are choices of files. outcomes and parameters: columns of the runs table.
    """

    bases: dict[tuple, Spec]
    axes: tuple[Axis, ...]
    outcomes: tuple[str, ...]
    series: bool = False
    parameters: tuple[str, ...] = ()
    _digests: Digests | None = field(default=None, repr=False)
    _stages: dict[tuple, Stage] = field(default_factory=dict, repr=False)  # of the bases

    def __getstate__(self) -> dict:
        return self.__dict__ | {"_digests": None, "_stages": {}}  # they know objects of this process

    def __call__(self, shard: tuple[Job, ...]) -> Encoded:
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
        return Encoded(runs, daily, done, tuple(failures), perf_counter() - start, model_version())

    def runs(self, job: Job) -> Iterator[tuple[dict, Records | None, str | None]]:
        """Row, records and traceback of every run of a job; a run that raises has a row with `error` and no records."""
        start, stage, broken = perf_counter(), None, None
        spec: Any = None  # at hand wherever there is a stage
        try:
            spec = at_point(self.bases, self.axes, job.values)
            stage = self._staged(spec, composed_values(self.axes, job.values))
        except Exception as error:
            broken = f"{type(error).__name__}: {error}", traceback.format_exc()
        for replication in job.replications:
            row, records, told = self._head(job, spec, replication), None, broken
            try:
                if stage is not None:
                    records = simulate(stage, replication=replication, days=spec.days, seed=spec.seed)
                    row |= self._outcome(records) | self._used(stage, row["world_key"], replication)
            except Exception as error:
                records, told = None, (f"{type(error).__name__}: {error}", traceback.format_exc())
            error, text = told or (None, None)
            now = perf_counter()
            yield row | {"error": error, "seconds": now - start}, records, text
            start = perf_counter()

    def _staged(self, spec: Spec, choice: tuple) -> Stage:
        """The stage of a point; it shares indicators and network with that of its base where the point leaves them alone."""
        if choice not in self._stages:
            self._stages[choice] = Stage(self.bases[choice])
        base = self._stages[choice]
        same = all(getattr(spec, part) is getattr(base.spec, part) for part in SURVEYED)
        same = same and (spec.scenario is base.spec.scenario or base.serves(spec))  # directives bring actors on stage
        return Stage(spec, like=base) if same else Stage(spec)

    def keys(self, values: tuple, replications) -> list[str]:
        """Keys of runs of a point. Raises ConfigError if the point makes no specification."""
        spec = at_point(self.bases, self.axes, values)
        return [self._head(Job(0, values, ()), spec, r)["key"] for r in replications]

    def lost(self, job: Job, reason: str) -> Encoded:
        """The row of a run that never came back."""
        try:
            spec = at_point(self.bases, self.axes, job.values)
        except ConfigError:
            spec = None
        row = self._head(job, spec, job.replications[0]) | {"error": reason, "seconds": 0.0}
        failure = Failure(row["key"], job.point, row["replication"], reason)
        place = ((job.point, row["replication"]),)
        return Encoded(
            encode_runs([row], self.outcomes, self.parameters), None, place, (failure,), 0.0, model_version()
        )

    def _head(self, job: Job, spec: Spec | None, replication: int) -> dict:
        """What a row says before anything is simulated; spec is None where it cannot be made."""
        world = world_key(next(iter(self.bases.values())).seed, replication)
        self._digests = self._digests or Digests(self.bases.values())
        of = self._digests.of(spec) if spec else repr(([axis.path for axis in self.axes], job.values)).encode()
        key = run_key(of, world, model_version())
        place = {"key": key, "point": job.point, "replication": replication, "world_key": world}
        return place | {"error": None, "digest": None}

    def _outcome(self, records: Records) -> dict:
        measured = compute_metrics(records)
        unknown = sorted(set(measured) - set(self.outcomes))
        if unknown:
            raise ValueError(f"{', '.join(unknown)}: outcomes that the other runs do not have")
        return measured | {"digest": digest(records, measured)}

    def _used(self, stage: Stage, world: int, replication: int) -> dict:
        """The values of the parameters in the world that has just been simulated."""
        mechanisms = stage.draws.mechanisms(world, replication)
        return {path: plain_value(mechanisms, path) for path in self.parameters}


def digest(records: Records, measured: dict) -> str:
    """Of every bit that a run puts out: daily series of all states, events, metrics."""
    h = sha256()  # where processors have an instruction for it, the quickest of the strong ones
    for name in sorted(records.series):
        h.update(np.ascontiguousarray(records.series[name]).data)
    h.update(repr((records.events, sorted(measured.items()))).encode())
    return h.hexdigest()[:32]


def runs_schema(outcomes: tuple[str, ...], parameters: tuple[str, ...] = ()):
    """Columns of runs/*.parquet."""
    import pyarrow as pa

    fixed = [
        ("key", pa.string()), ("point", pa.int64()), ("replication", pa.int64()), ("world_key", pa.int64()),
        ("error", pa.string()), ("seconds", pa.float64()), ("digest", pa.string()),
    ]  # fmt: skip
    kinds = {bool: pa.bool_(), str: pa.string()}
    used = ((path, kinds.get(type(plain_value(Mechanisms(), path)), pa.float64())) for path in parameters)
    return pa.schema([*fixed, *((name, pa.float64()) for name in outcomes), *used])


def encode_runs(rows: list[dict], outcomes: tuple[str, ...], parameters: tuple[str, ...] = ()) -> bytes:
    """Rows as one Parquet file."""
    import pyarrow as pa

    return as_parquet(pa.Table.from_pylist(rows, schema=runs_schema(outcomes, parameters)))


def encode_series(found: list[tuple[dict, dict]]) -> bytes | None:
    """Daily series as one Parquet file, one row per run and day; None if no run has any."""
    import pyarrow as pa

    if not found:
        return None
    names = dict.fromkeys(name for _, table in found for name in table)
    parts = []
    for row, table in found:
        n = len(table["day"])
        columns = {name: np.full(n, row[name]) for name in ("point", "replication")}
        columns |= {
            name: np.asarray(table[name], dtype=float if name != "day" else int) for name in names if name in table
        }
        parts.append(pa.table({"key": pa.array([row["key"]] * n)} | columns))
    return as_parquet(pa.concat_tables(parts, promote_options="default"))


def as_parquet(table) -> bytes:
    """The file of a table, with a checksum on every page; what a reader can do without is left out, shards are small."""
    import pyarrow.parquet as pq

    buffer = io.BytesIO()
    sought = [name for name in ("point", "replication") if name in table.column_names]
    small = {"write_statistics": sought, "use_dictionary": False, "store_schema": False}
    pq.write_table(table, buffer, compression="zstd", write_page_checksum=True, **small)
    return buffer.getvalue()
