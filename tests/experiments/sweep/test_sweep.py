"""Sweeps end to end: the same table from every engine, nothing lost, nothing faked."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow.dataset
import pytest
from click.testing import CliRunner

from benchmarks import fuzz, kill, loopback
from experiments.cli import main
from experiments.sweep.store import Store
from sim.metrics import METRICS, compute_metrics
from sim.model import simulate

THRESHOLD = "mechanisms.contention.threshold"
SMALL = ("citizens=200", "days=8")
AXES = ("scenario=both,no_outside_act", f"{THRESHOLD}=0.2,0.3,0.4")
WORDS = (*AXES, *SMALL, "replications=8", "series=true", "engine.shard_seconds=0.05")
SERIAL = "engine.name=serial"


def command(*words: str, status: int = 0):
    """Run the command line in this process and expect an exit status."""
    result = CliRunner().invoke(main, list(words), catch_exceptions=False)
    assert result.exit_code == status, result.output
    return result


def tables(folder) -> list:
    """Design with runs, and series, without what may differ between equal sweeps."""
    series = pyarrow.dataset.dataset(Path(folder) / "series").to_table()
    order = [("point", "ascending"), ("replication", "ascending"), ("day", "ascending")]
    return [Store.open(folder).table().drop_columns("seconds"), series.sort_by(order)]


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory) -> Path:
    """A sweep that was computed in this process, uninterrupted."""
    out = tmp_path_factory.mktemp("sweep") / "reference"
    command("sweep", *WORDS, SERIAL, f"out={out.as_posix()}")
    return out


@pytest.fixture(scope="module")
def cluster(tmp_path_factory) -> Iterator[loopback.Loopback]:
    """A Dask cluster on loopback; its words name it."""
    with loopback.cluster(tmp_path_factory.mktemp("cluster")) as there:
        yield there


@pytest.mark.exact
def test_a_folder_is_complete_and_opens_anywhere(uninterrupted):
    """Design, runs, series, configurations; worlds are shared by points; any reader of Parquet opens it."""
    store = Store.open(uninterrupted)
    table = pyarrow.dataset.dataset(uninterrupted / "runs", format="parquet").to_table()
    assert len(table) == 48 == len(set(table["key"].to_pylist())) and table["error"].null_count == 48
    assert len(set(table["world_key"].to_pylist())) == 8
    assert store.table().column_names[:5] == ["point", "replication", "scenario", THRESHOLD, "key"]
    assert pyarrow.dataset.dataset(uninterrupted / "series").count_rows() == 48 * 9
    manifest = store.manifest
    assert (
        manifest["runs"] == 48 and manifest["failed"] == manifest["missing"] == 0 and manifest["design"]["points"] == 6
    )
    assert {c["path"]: (c["pairs"], c["changed"] > 0) for c in manifest["checks"]} == {
        "scenario": (24, True),
        THRESHOLD: (32, True),
    }
    assert [axis.path for axis in store.axes] == ["scenario", THRESHOLD]


@pytest.mark.exact
def test_rows_are_what_the_model_gives(uninterrupted, load):
    """A row holds the metrics of the world that `simulate` makes of the resolved configuration."""
    rows = Store.open(uninterrupted).table().to_pylist()
    for row in (rows[3], rows[-1]):
        drawn = ("indicators=drawn", "parameters=posterior")
        words = (f"scenario={row['scenario']}", f"{THRESHOLD}={row[THRESHOLD]}", *SMALL, *drawn)
        spec = load(*words).model_copy(update={"replication": row["replication"]})
        measured = compute_metrics(simulate(spec))
        assert {name: row[name] for name in measured} == measured and set(METRICS) <= {n.partition(":")[0] for n in row}


@pytest.mark.exact
@pytest.mark.parametrize("workers", [2, 3])
def test_worker_processes_give_the_same_table(uninterrupted, tmp_path, workers):
    """Bit for bit."""
    command("sweep", *WORDS, f"engine.workers={workers}", "quiet=true", f"out={(tmp_path / 'out').as_posix()}")
    assert tables(tmp_path / "out") == tables(uninterrupted)


@pytest.mark.exact
def test_a_cluster_of_two_nodes_gives_the_same_table(uninterrupted, tmp_path, cluster):
    """A scheduler and workers on two loopback addresses, over TLS."""
    command("sweep", *WORDS, *cluster.words, "quiet=true", f"out={(tmp_path / 'out').as_posix()}")
    assert tables(tmp_path / "out") == tables(uninterrupted)


@pytest.mark.exact
def test_killed_processes_lose_nothing(tmp_path):
    """SIGKILL of a worker, then of the command and a worker: the same command ends with the table of an uninterrupted sweep."""
    words, few = [*kill.WORDS, "replications=10"], [*kill.WORDS, "replications=2"]
    assert kill.kill_sweep(few, tmp_path / "out", "worker", 0.0) > 0  # replaced, and the sweep ends
    assert Store.open(tmp_path / "out").manifest["missing"] == 0
    kill.kill_sweep(words, tmp_path / "out", "both", 0.1)
    missing = 60 - len(Store(tmp_path / "out").runs(["key"]))
    command("sweep", *words, SERIAL, f"out={(tmp_path / 'out').as_posix()}")
    command("sweep", *words, SERIAL, f"out={(tmp_path / 'whole').as_posix()}")
    assert kill.plain(Store(tmp_path / "out")) == kill.plain(Store(tmp_path / "whole")) and missing > 0


@pytest.mark.exact
def test_killed_workers_of_a_cluster_lose_nothing(tmp_path, cluster):
    """SIGKILL of a worker of a cluster, then of the command and a worker."""
    words, few = [*kill.WORDS, "replications=10"], [*kill.WORDS, "replications=2"]
    assert kill.kill_sweep([*few, *cluster.words], tmp_path / "out", "worker", 0.0, cluster.processes) > 0
    assert Store.open(tmp_path / "out").manifest["missing"] == 0
    kill.kill_sweep([*words, *cluster.words], tmp_path / "out", "both", 0.1, cluster.processes)
    command("sweep", *words, SERIAL, f"out={(tmp_path / 'out').as_posix()}")
    command("sweep", *words, SERIAL, f"out={(tmp_path / 'whole').as_posix()}")
    assert kill.plain(Store(tmp_path / "out")) == kill.plain(Store(tmp_path / "whole"))


@pytest.mark.property
def test_generated_sweeps_are_refused_or_run():
    """Twenty-five generated command lines: a message or a whole result, never a traceback (2,000: `benchmarks.fuzz`)."""
    ends = fuzz.run(25)
    assert sum(ends.values()) and ends["refused"] and ends["done"]
