"""The tables of a results folder by name: of a run, a comparison, a paired view, or a sweep."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.results.files import read
from experiments.results.provenance import Provenance, check_results, read_provenance
from experiments.results.saved_files import Metrics, faults_of
from experiments.results.shard_folder import RUNS, SERIES
from experiments.results.writing import StoreFault
from experiments.sweep.store import Store
from sim.core.faults import ConfigError, describe_fault
from sim.core.received import inside, read_json, reason_of

if TYPE_CHECKING:
    from pyarrow import Table

ORIGIN = ("command", "suasion", "model_version", "git", "made", "runs", "failed", "missing")  # fields of a manifest


@dataclass(frozen=True)
class ResultTables:
    """A results folder and its tables, the usual one first. origin: what is recorded of their making."""

    folder: Path
    readers: dict[str, Callable[[], "Table"]]
    origin: dict[str, Any]


def result_tables(folder: str) -> ResultTables:
    """The tables of a folder. Raises ConfigError, StoreFault."""
    if not os.path.isdir(folder):
        raise ConfigError(describe_fault("DIR", folder, "is no folder of results", ()))
    provenance = read_provenance(folder)
    origin = {name: provenance.manifest[name] for name in ORIGIN if name in provenance.manifest}
    if "design" in provenance.manifest:
        readers = _of_sweep(Store.open(folder))
    elif provenance.experiment in ("run", "compare"):
        check_results(provenance)
        readers = _of_result(provenance, Path(folder))
    else:
        allowed = (
            f"was made by `suasion {provenance.experiment}`; folders of run, compare, sweep and merge are exported"
        )
        raise ConfigError(describe_fault("DIR", folder, allowed, ()))
    return ResultTables(Path(folder), readers, origin)


def _of_sweep(store: Store) -> dict[str, Callable[[], "Table"]]:
    readers: dict[str, Callable[[], Table]] = {RUNS: store.table, "design": lambda: store.design}
    if shards := store.shards(SERIES):
        readers["series"] = partial(_joined, shards)
    return readers


def _joined(paths: list[Path]) -> "Table":
    """The rows of all shards; a column that one of them lacks is empty there."""
    import pyarrow as pa

    return pa.concat_tables([read(path) for path in paths], promote_options="default")


def _of_result(provenance: Provenance, folder: Path) -> dict[str, Callable[[], "Table"]]:
    """Every Parquet file of the folder; the runs of a single run are its metrics."""
    stems = [Path(name).stem for name in provenance.manifest["results"] if name.endswith(".parquet")]
    readers: dict[str, Callable[[], Table]] = {
        stem: partial(read, inside("DIR", folder, f"{stem}.parquet")) for stem in stems
    }
    if provenance.experiment == "run":
        readers[RUNS] = partial(_metrics, provenance, folder / "metrics.json")
    order = [RUNS, "series", *sorted(readers)]
    return {name: readers[name] for name in dict.fromkeys(order) if name in readers}


def _metrics(provenance: Provenance, path: Path) -> "Table":
    """A table of one row: scenario, replication and the metrics of a run."""
    import pyarrow as pa

    try:
        metrics = read_json(path)
    except (OSError, ValueError) as error:
        raise StoreFault(f"{path}: cannot be read ({reason_of(error)})") from None
    if faults := faults_of(Metrics, {"metrics": metrics}):
        raise StoreFault(f"{path}: is damaged or was edited ({': '.join(faults[0])})")
    worlds = provenance.manifest["worlds"]
    keys = {"scenario": pa.array([worlds.get("scenario")], pa.string()), "replication": pa.array([worlds.get("replication")], pa.int64())}  # fmt: skip
    return pa.table(keys | {name: pa.array([value], pa.float64()) for name, value in metrics.items()})
