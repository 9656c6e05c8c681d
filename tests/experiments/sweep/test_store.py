"""The folder of a sweep: resumed, refused, repaired, merged; failures are rows and inert axes are named."""

import json
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from experiments.cli import main
from experiments.engine import LostWorker, Serial
from experiments.sweep import shard, sweep
from experiments.sweep.store import Store
from sim.core import whole_file
from sim.model import simulate

pytestmark = pytest.mark.exact

THRESHOLD, DEPTH = "mechanisms.contention.threshold", "scenario.split.depth"
WORDS = (
    f"{DEPTH}=0.2,0.8", f"{THRESHOLD}=0.2,0.3", "citizens=200", "days=8", "replications=4",
    "engine.name=serial", "engine.shard_seconds=0.02",
)  # fmt: skip


def run(*words: str, out: Path, status: int = 0):
    """`suasion sweep` in this process; a later word replaces an earlier one of the same key."""
    last = {word.partition("=")[0]: word for word in (*WORDS, *words)}
    result = CliRunner().invoke(main, ["sweep", *last.values(), f"out={out.as_posix()}"], catch_exceptions=False)
    assert result.exit_code == status, result.output
    return result


def table(folder: Path):
    """Design and runs without what may differ between equal sweeps."""
    return Store.open(folder).table().drop_columns("seconds")


@pytest.fixture(scope="module")
def finished(tmp_path_factory) -> Path:
    """A finished sweep; tests copy it."""
    out = tmp_path_factory.mktemp("store") / "finished"
    run(out=out)
    return out


@pytest.fixture
def folder(finished, tmp_path) -> Path:
    """A copy of the finished sweep that the test may damage."""
    return Path(shutil.copytree(finished, tmp_path / "copy"))


def test_only_what_is_missing_is_run(finished, folder):
    """Shards that are gone are run again; nothing else is written."""
    gone = Store(folder).shards()[1::2]
    for path in gone:
        path.unlink()
    stamps = {path: path.stat().st_mtime_ns for path in Store(folder).shards()}
    assert f"{16 - sum(pq.read_metadata(p).num_rows for p in stamps)} of them new" in run(out=folder).output
    assert all(path.stat().st_mtime_ns == stamp for path, stamp in stamps.items())
    assert table(folder) == table(finished) and "0 of them new" in run(out=folder).output


def test_points_and_worlds_can_be_added(tmp_path):
    """A grown design keeps the runs that are there, and the whole equals a sweep that had them from the start."""
    folder, complete = tmp_path / "grown", tmp_path / "whole"
    run("scenario=both,no_outside_act", f"{DEPTH}=0.2", "replications=2", out=folder)
    words = (
        f"{THRESHOLD}=0.2,0.25,0.3",
        "scenario=both,no_outside_act,turkic_diplomacy",
        f"{DEPTH}=0.2",
        "replications=3",
    )
    assert "27 runs, 19 of them new" in run(*words, out=folder).output
    run(*words, out=complete)
    columns = [name for name in table(folder).column_names if name != "point"]
    order = [("scenario", "ascending"), (THRESHOLD, "ascending"), ("replication", "ascending")]
    assert table(folder).select(columns).sort_by(order) == table(complete).select(columns).sort_by(order)
    assert Store(folder).design.drop_columns("point") == Store(complete).design.drop_columns("point")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("days=9",), "the configuration differs"),
        (("seed=2",), "seed: 1, now 2"),
        ((f"{THRESHOLD}=0.2,0.4",), "does not hold all points"),
        (("series=true",), "series: False, now True"),
    ],
)
def test_another_sweep_is_refused(folder, words, reason):
    """The message says what differs; the folder stays as it was."""
    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    assert reason in run(*words, out=folder, status=2).stderr
    assert before == {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_changed_model_is_refused_unless_the_user_accepts_it(folder, monkeypatch):
    """Of another version nothing is equal, so that nothing is taken over; the old folder stays beside the new one."""
    for module in ("plan", "shard", "sweep"):
        monkeypatch.setattr(f"experiments.sweep.{module}.model_version", lambda: "other")
    assert "model_version" in run(out=folder, status=2).stderr
    assert "16 of them new" in run("resume_changed=true", out=folder).output
    assert len(Store(folder.with_name("copy.before-1")).table()) == 16 == len(Store(folder).table())
    assert not {*Store(folder).table()["key"].to_pylist()} & {
        *Store(folder.with_name("copy.before-1")).table()["key"].to_pylist()
    }


def test_equal_runs_are_taken_over(folder):
    """A folder started anew with another grid keeps the runs whose key is the same."""
    words = (f"{THRESHOLD}=0.3,0.4", "resume_changed=true")
    assert "16 runs, 8 of them new" in run(*words, out=folder).output
    run(f"{THRESHOLD}=0.3,0.4", out=folder.with_name("fresh"))
    assert table(folder) == table(folder.with_name("fresh"))


def test_an_unreadable_shard_is_named_set_aside_and_run_again(finished, folder):
    """Cut off, or with one flipped bit: readers name the file, the same command repairs the folder."""
    cut, flipped = Store(folder).shards()[:2]
    cut.write_bytes(cut.read_bytes()[:-100])
    data = bytearray(flipped.read_bytes())
    data[len(data) // 2] ^= 1
    flipped.write_bytes(data)
    message = CliRunner().invoke(main, ["export", str(folder), "csv"])
    assert message.exit_code == 1 and "Repeat the command" in message.stderr and cut.name in message.stderr
    result = run(out=folder)
    assert result.stderr.count("set aside") == 2 and table(folder) == table(finished)
    assert len(list((folder / "damaged").iterdir())) == 2


def test_a_full_disk_is_one_message_and_loses_nothing(finished, tmp_path, monkeypatch):
    """After three shards nothing can be written; what was written is valid, and the same command goes on."""
    out, fsync, writes_left = tmp_path / "out", whole_file.os.fsync, [7]

    def full(number: int) -> None:
        writes_left[0] -= 1
        if writes_left[0] < 0:
            raise OSError(28, "No space left on device")
        fsync(number)

    monkeypatch.setattr(whole_file.os, "fsync", full)
    result = run(out=out, status=1)
    assert "No space left on device" in result.stderr and "Traceback" not in result.output
    assert not [p for p in out.rglob(".*") if p.name != ".lock"]
    partial = table(out)
    assert 0 < len(partial) < 16
    monkeypatch.undo()
    run(out=out)
    assert table(out) == table(finished)
    rows = {row["key"]: row for row in table(finished).to_pylist()}
    assert all(rows[row["key"]] == row for row in partial.to_pylist())


def test_two_commands_do_not_write_into_one_folder(folder):
    """The second is refused while the first holds the lock."""
    with Store(folder).locked():
        assert "another command is writing there" in run(out=folder, status=2).stderr
    run(out=folder)


def broken(failing: int):
    """A model that raises in one replication of one split."""

    def simulate_or_raise(stage, *, replication: int, **arguments):
        if replication == failing and stage.spec.scenario.split.depth == 0.2:
            raise ZeroDivisionError("by chance")
        return simulate(stage, replication=replication, **arguments)

    return simulate_or_raise


def test_a_failed_run_is_a_row(finished, tmp_path, monkeypatch):
    """With its error, its traceback and the command that repeats it; all other runs are there; the exit status is 1."""
    out = tmp_path / "out"
    monkeypatch.setattr(shard, "records_of_run", broken(2))
    assert "2 of 16 runs failed" in run(out=out, status=1).output
    rows_of_folder = table(out)
    failed = [row for row in rows_of_folder.to_pylist() if row["error"]]
    assert {(row[DEPTH], row["replication"]) for row in failed} == {(0.2, 2)} and len(rows_of_folder) == 16
    good, expected = (
        [r for r in t.to_pylist() if (r[DEPTH], r["replication"]) != (0.2, 2)]
        for t in (rows_of_folder, table(finished))
    )
    assert good == expected
    assert {row["key"] for row in failed} < {row["key"] for row in table(finished).to_pylist()}
    text = (out / "failures" / f"{failed[0]['key']}.txt").read_text(encoding="utf-8")
    assert "ZeroDivisionError: by chance" in text and "Traceback" in text
    words = text.split("alone:  suasion ")[1].splitlines()[0].split()
    assert "by chance" in CliRunner().invoke(main, words, catch_exceptions=False).output
    monkeypatch.undo()
    assert "0 of them new" in run(out=out, status=1).output
    assert CliRunner().invoke(main, words).exit_code == 1  # it ends well now, and failed in the folder
    run("retry_failed=true", out=out)
    assert table(out) == table(finished)


def test_the_first_failure_can_end_the_sweep(tmp_path, monkeypatch):
    """on_error=stop leaves the rest for later."""
    monkeypatch.setattr(shard, "records_of_run", broken(0))
    result = run("on_error=stop", out=tmp_path / "out", status=1)
    assert "missing; the same command goes on" in result.output and len(table(tmp_path / "out")) < 16


def test_a_shard_that_kills_its_workers_is_tried_run_by_run(finished, tmp_path, monkeypatch):
    """All runs but the deadly one are there, and that one is a row."""
    deadly = (0, 1)

    class Killing(Serial):
        def run(self, task, shards):
            for piece in shards:
                places = [(job.point, r) for job in piece for r in job.replications]
                yield LostWorker(piece) if deadly in places else task(piece)

    monkeypatch.setattr(sweep, "open_engine", lambda *a: Opened(Killing()))
    run(out=tmp_path / "out", status=1)
    rows = table(tmp_path / "out").to_pylist()
    assert [(r["point"], r["replication"]) for r in rows if r["error"]] == [deadly] and len(rows) == 16
    assert [r for r in rows if not r["error"]] == [
        r for r in table(finished).to_pylist() if (r["point"], r["replication"]) != deadly
    ]


class Opened:
    """A context that gives an engine."""

    def __init__(self, engine):
        self._engine = engine

    def __enter__(self):
        return self._engine

    def __exit__(self, *_):
        return None


def test_a_worker_of_another_version_is_refused(tmp_path, monkeypatch):
    """Results of a cluster that has other code are not mixed in."""
    monkeypatch.setattr("experiments.sweep.sweep.model_version", lambda: "other")
    result = run(out=tmp_path / "out", status=1)
    assert "install the same version everywhere" in result.stderr and Store(tmp_path / "out").shards() == []


def test_an_axis_that_changes_nothing_is_named(tmp_path):
    """In a grid, and in a Latin hypercube by probes that stay out of the table."""
    inert = "mechanisms.rescue.recovery"  # no government is rescued where nobody outside acts
    base = (
        "scenario=no_outside_act",
        f"{DEPTH}=0.2",
        f"{THRESHOLD}=interval(0.2,0.3)",
        f"{inert}=interval(0.0005,0.0015)",
        "n_levels=2",
        "samples=4",
    )
    for design in ("grid", "lhs"):
        out = tmp_path / design
        result = run(*base, f"design={design}", out=out)
        (line,) = (text for text in result.stdout.splitlines() if "no bit of any outcome moved with it: " in text)
        assert f"{inert} (" in line and THRESHOLD not in line
        assert len(Store(out).table()) == 16 and min(Store(out).table()["point"].to_pylist()) == 0
        assert bool(Store(out).shards("probes")) == (design == "lhs")


def test_parts_are_merged(finished, tmp_path, rewrite):
    """Two halves give the whole; runs of one key with other bits are refused."""
    halves = [tmp_path / "a", tmp_path / "b"]
    for i, half in enumerate(halves, 1):
        run(f"part={i}/2", out=half)
    words = ["merge", *map(str, halves), str(finished), f"out={(tmp_path / 'whole').as_posix()}"]
    result = CliRunner().invoke(main, words, catch_exceptions=False)
    assert result.exit_code == 0 and "16 runs of 4 points, 0 missing" in result.output
    assert table(tmp_path / "whole") == table(finished)
    manifest = Store(tmp_path / "whole").manifest
    assert manifest["runs"] == 16 and manifest["model_version"] == Store(finished).manifest["model_version"]
    path = Store(halves[0]).shards()[0]
    altered = pq.read_table(path)
    altered = altered.set_column(altered.column_names.index("digest"), "digest", [["0" * 32] * len(altered)])
    rewrite(path, altered)
    result = CliRunner().invoke(main, [*words[:-1], f"out={(tmp_path / 'again').as_posix()}"])
    assert result.exit_code == 2 and "another outcome" in result.stderr and not (tmp_path / "again").exists()
    run("seed=2", out=tmp_path / "other")
    result = CliRunner().invoke(main, ["merge", str(finished), str(tmp_path / "other"), f"out={tmp_path / 'no'}"])
    assert result.exit_code == 2 and "seed: 1, now 2" in result.stderr


def test_a_plan_writes_nothing(tmp_path, monkeypatch):
    """It says points, worlds, runs, time and size."""
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["sweep", *WORDS, "plan=true"], catch_exceptions=False)
    for words in (
        "design: grid, 4 points, 4 replications each",
        "16 runs, 0 of them in the folder; about",
        "on disk",
        "Nothing was written",
    ):
        assert words in result.stdout
    assert list(tmp_path.iterdir()) == []


def test_progress_is_written_for_logs_and_programs(tmp_path):
    """A line at the end of a log, JSON lines if asked, nothing if quiet."""
    assert "16 of 16 runs" in run(out=tmp_path / "text").stderr
    assert run("quiet=true", out=tmp_path / "quiet").stderr == ""
    events = [json.loads(line) for line in run("log=json", out=tmp_path / "json").stderr.splitlines()]
    assert [e["event"] for e in events] == ["start", "end"] and events[-1]["done"] == events[-1]["total"] == 16


def test_an_interrupt_keeps_what_is_done(finished, tmp_path, monkeypatch):
    """Ctrl-C ends the command with status 130 and says how to go on; the same command does."""
    out = tmp_path / "out"

    def simulate_or_interrupt(stage, *, replication: int, **arguments):
        if replication == 3:
            raise KeyboardInterrupt
        return simulate(stage, replication=replication, **arguments)

    monkeypatch.setattr(shard, "records_of_run", simulate_or_interrupt)
    assert "Go on: suasion sweep" in run(out=out, status=130).stderr
    assert 0 < len(table(out)) < 16
    monkeypatch.undo()
    run(out=out)
    assert table(out) == table(finished)
