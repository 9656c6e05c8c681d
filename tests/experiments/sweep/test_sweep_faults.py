"""Sweeps that end early, at every stage: one message or a failed row, no process left, finished runs stay."""

import pytest
from click.testing import CliRunner

from experiments.cli import main
from experiments.sweep import console, shard, store, sweep
from experiments.sweep.shard import SweepTask
from experiments.sweep.store import Store
from sim.model import simulate
from tests.faults import STARTS, broken, full, in_time, interrupted, kill, one_message

pytestmark = pytest.mark.exact

WORDS = ["sweep", "scenario=both,no_outside_act", "replications=2", "days=4", "citizens=100", "quiet=true"]
SERIAL = "engine.name=serial"


class Deadly(SweepTask):
    """A sweep of which one run kills its worker, whenever it is tried."""

    def runs(self, job):
        if (job.point, 1) in [(1, r) for r in job.replications]:
            kill()
        yield from super().runs(job)


def at_replication_one(stage):
    """A simulation that ends in this way in replication 1."""

    def simulated(stage_of_run, *, replication, **settings):
        return stage() if replication == 1 else simulate(stage_of_run, replication=replication, **settings)

    return simulated


@pytest.mark.parametrize(
    ("module", "name", "stage", "message", "runs"),
    [
        (console, "read_plan", broken, "a fault of the program, not of your input: ZeroDivisionError: by chance (", None),
        (sweep, "folder_for", full, "the disk is full", None),
        (sweep, "check_axes", broken, "a fault of the program", 4),
        (store.Store, "write", full, "the disk is full; what was finished before is kept", 0),
        (sweep, "write_totals", broken, "a fault of the program", 4),
    ],
)  # fmt: skip
def test_a_fault_at_any_stage_is_one_message(tmp_path, monkeypatch, module, name, stage, message, runs):
    """Exit status 1; finished runs stay, and once the fault is gone the same command goes on."""
    out = tmp_path / "out"
    words = [*WORDS, SERIAL, f"out={out.as_posix()}"]
    with monkeypatch.context() as patch, in_time():
        patch.setattr(module, name, stage)
        assert message in one_message(words, 1).stderr
    assert out.exists() == (runs is not None) and (runs is None or len(Store(out).runs(["key"])) == runs)
    result = CliRunner().invoke(main, words, catch_exceptions=False)
    assert result.exit_code == 0 and f"4 runs, {4 - (runs or 0)} of them new" in result.output


@pytest.mark.parametrize("stage", ["Stage", "records_of_run"])
def test_a_run_that_fails_is_a_row(tmp_path, monkeypatch, stage):
    """The others are there, exit status 1; so is a run of a point that cannot be built."""
    out = tmp_path / "out"
    monkeypatch.setattr(shard, stage, broken if stage == "Stage" else at_replication_one(broken))
    with in_time():
        result = CliRunner().invoke(main, [*WORDS, SERIAL, f"out={out.as_posix()}"], catch_exceptions=False)
    errors = Store(out).runs(["error"])["error"].to_pylist()
    assert result.exit_code == 1 and result.stderr == ""
    assert errors.count("ZeroDivisionError: by chance") == (4 if stage == "Stage" else 2) and len(errors) == 4


def test_a_worker_that_is_killed_at_every_try_is_a_row(tmp_path, monkeypatch):
    """One run of four; no process stays."""
    out = tmp_path / "out"
    monkeypatch.setattr("experiments.sweep.plan.SweepTask", Deadly)
    with in_time(STARTS):
        result = CliRunner().invoke(main, [*WORDS, "engine.workers=2", f"out={out.as_posix()}"], catch_exceptions=False)
    errors = Store(out).runs(["error"])["error"].to_pylist()
    assert result.exit_code == 1 and [e for e in errors if e] == ["the worker process died whenever this was tried"]


def test_an_interrupt_names_the_dated_folder(tmp_path, monkeypatch):
    """The command that is printed goes on."""
    monkeypatch.chdir(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(shard, "records_of_run", at_replication_one(interrupted))
        message = one_message([*WORDS, SERIAL], 130).stderr
    (folder,) = (tmp_path / "results").iterdir()
    words = [*WORDS, SERIAL, f"out=results/{folder.name}"]
    assert message == f"interrupted; finished runs are kept. Go on: suasion {' '.join(words)}\n"
    assert CliRunner().invoke(main, words, catch_exceptions=False).exit_code == 0
    assert len(Store(folder).runs(["key"])) == 4
