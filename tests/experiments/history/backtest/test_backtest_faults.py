"""Backtests that end early, at every stage: one message, the finished work stays, the same command goes on."""

from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from experiments.cli import main
from experiments.history.backtest import backtest, batches, simulate_cases
from experiments.history.backtest.batches import QUICK_RUNS, BacktestOptions
from sim import model
from sim.core.caches import configs
from sim.model import simulate
from tests.faults import STARTS, broken, full, in_time, interrupted, kill, one_message

pytestmark = pytest.mark.exact

FILES = ("cases.csv", "config.yaml", "summary.json", "tables.md", "worlds.parquet")


@pytest.fixture(scope="module")
def words(tmp_path_factory) -> list[str]:
    """A backtest of one case."""
    path = tmp_path_factory.mktemp("cases") / "c.yaml"
    (case, *_) = yaml.safe_load((configs() / "case" / "crises.yaml").read_text(encoding="utf-8"))
    path.write_text(yaml.safe_dump([case | {"id": "new", "host": "XYZ"}]), encoding="utf-8")
    return ["backtest", f"cases={path.as_posix()}", "runs=4", "citizens=200", "board=0", "quiet=true"]


@pytest.fixture(autouse=True)
def undrawn(monkeypatch):
    """Figures are not the matter."""
    monkeypatch.setattr(backtest, "draw", lambda *a: None)


@pytest.fixture(scope="module")
def uninterrupted(words, tmp_path_factory) -> Path:
    """The finished backtest, without figures."""
    out = tmp_path_factory.mktemp("whole") / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(backtest, "draw", lambda *a: None)
        result = CliRunner().invoke(main, command(words, out), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return out


def command(words, out, engine: str = "engine.name=serial") -> list[str]:
    return [*words, engine, f"out={Path(out).as_posix()}"]


def at_third_call(stage):
    """A simulation that ends in this way when it is called for the third time."""
    calls = []

    def simulated(*arguments, **settings):
        calls.append(1)
        return stage() if len(calls) == 3 else simulate(*arguments, **settings)

    return simulated


class Deadly(simulate_cases.Crises):
    """Cases that kill their worker in replication 3."""

    def run(self, number, replication):
        if replication == 3:
            kill()
        return super().run(number, replication)


def assert_same(folder: Path, other: Path) -> None:
    """The same files, bit for bit, but for the manifest."""
    assert {p.name for p in folder.iterdir()} == {p.name for p in other.iterdir()} == {*FILES, "manifest.json"}
    assert [name for name in FILES if (folder / name).read_bytes() != (other / name).read_bytes()] == []


@pytest.mark.parametrize("at", ["simulate", "forecast_fields", "write_json"])
def test_an_interrupted_backtest_goes_on(words, uninterrupted, tmp_path, monkeypatch, at):
    """The final folder is that of an uninterrupted command, bit for bit."""
    out = tmp_path / "out"
    monkeypatch.setattr(batches, "SIZE", 1)
    with monkeypatch.context() as patch:
        if at == "simulate":
            patch.setattr(model, "simulate", at_third_call(interrupted))
        else:
            patch.setattr(backtest, at, interrupted)
        assert "Go on: suasion backtest" in one_message(command(words, out), 130).stderr
    assert [p.name for p in out.iterdir()] == ["unfinished"]
    assert "finish it: suasion backtest" in one_message(["rerun", out.as_posix()], 2).stderr
    assert "holds another result" in one_message([*command(words, out), "seed=2"], 2).stderr
    assert CliRunner().invoke(main, command(words, out), catch_exceptions=False).exit_code == 0
    assert_same(out, uninterrupted)


@pytest.mark.parametrize(
    ("module", "name", "stage", "message", "stays"),
    [
        (backtest, "load_with", broken, "a fault of the program, not of your input: ZeroDivisionError: by chance (", False),
        (backtest, "make_batches", broken, "a fault of the program", False),
        (model, "simulate", at_third_call(broken), "new, replication 2: ZeroDivisionError: by chance", True),
        (backtest, "outcome_tables", broken, "a fault of the program", True),
        (backtest, "draw", broken, "a fault of the program", True),
        (backtest, "write_config", full, "the disk is full", True),
    ],
)  # fmt: skip
def test_a_fault_at_any_stage_is_one_message(words, tmp_path, monkeypatch, module, name, stage, message, stays):
    """Exit status 1; finished replications stay."""
    out = tmp_path / "out"
    monkeypatch.setattr(module, name, stage)
    with in_time():
        assert message in one_message(command(words, out), 1).stderr
    assert out.exists() == stays and (not stays or [p.name for p in out.iterdir()] == ["unfinished"])


def test_a_worker_that_is_killed_at_every_try_is_one_message(words, tmp_path, monkeypatch):
    """It names case and replication, and no process stays."""
    out = tmp_path / "out"
    monkeypatch.setattr(simulate_cases, "Crises", Deadly)
    monkeypatch.setattr(batches, "SIZE", 1)
    with in_time(STARTS):
        message = one_message(command(words, out, "engine.workers=2"), 1).stderr
    assert "new, replication 3: the worker process died whenever this was tried" in message


def test_a_quick_backtest_has_few_replications():
    """At most QUICK_RUNS, also where more are typed; fewer stay."""
    quick = BacktestOptions(quick=True)
    assert (quick.runs, quick.board) == (QUICK_RUNS, QUICK_RUNS)
    quick = BacktestOptions(quick=True, runs=4, board=0)
    assert (quick.runs, quick.board) == (4, 0)
    assert (BacktestOptions().runs, BacktestOptions().board) == (100, 100)


def test_the_time_is_printed_beforehand(words, tmp_path):
    """By a measurement, on standard error; the output says that few replications are rough."""
    loud = [word for word in words if word != "quiet=true"]
    result = CliRunner().invoke(main, command(loud, tmp_path / "out"), catch_exceptions=False)
    assert "16 replications to simulate: about " in result.stderr and "in all on 1 worker" in result.stderr
    assert "; 1 s of it for scores and figures." in result.stderr
    assert "These scores are rough: they rest on 4 replications" in " ".join(result.stdout.split())
