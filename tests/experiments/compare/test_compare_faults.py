"""Comparisons that end early, at every stage: one message, the finished work stays, the same command goes on."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from experiments.cli import main
from experiments.compare import compare
from experiments.replications import Replications
from tests.faults import STARTS, broken, full, in_time, interrupted, kill, one_message

pytestmark = [pytest.mark.exact, pytest.mark.usefixtures("undrawn")]

WORDS = ["compare", "scenarios=[both,no_outside_act]", "runs=4", "days=6", "citizens=200", "quiet=true"]
AT = (1, 2)  # arm and replication that fail


def stop(with_this, at=AT):
    """Replications of which one ends in this way."""

    class Stopping(Replications):
        def run(self, number, replication):
            if (number, replication) == at:
                with_this()
            return super().run(number, replication)

    return Stopping


class Deadly(Replications):
    """Replications of which one kills its worker, whenever it is tried."""

    def run(self, number, replication):
        if (number, replication) == AT:
            kill()
        return super().run(number, replication)


def command(out, *more: str) -> list[str]:
    return [*WORDS, f"out={Path(out).as_posix()}", *(more or ("workers=1",))]


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory) -> Path:
    """The finished comparison, without figures."""
    out = tmp_path_factory.mktemp("whole") / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compare, "draw", lambda *a: None)
        result = CliRunner().invoke(main, command(out), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return out


def assert_same(folder: Path, other: Path) -> None:
    """The same files, tables and summary; nothing of the work is left, also beside the folder."""
    names = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*"))
    assert names == sorted(p.relative_to(other).as_posix() for p in other.rglob("*"))
    for name in ("runs", "series", "differences_over_time"):
        assert pq.read_table(folder / f"{name}.parquet").equals(pq.read_table(other / f"{name}.parquet")), name
    assert (folder / "summary.json").read_bytes() == (other / "summary.json").read_bytes()
    digests = [json.loads((f / "manifest.json").read_text(encoding="utf-8"))["results"] for f in (folder, other)]
    assert digests[0] == digests[1]
    assert [p.name for p in folder.parent.iterdir()] == [folder.name]


@pytest.mark.parametrize("at", [(0, 0), (1, 1), "gather", "write_manifest"])
def test_an_interrupted_comparison_goes_on(uninterrupted, tmp_path, monkeypatch, at):
    """The final folder is that of an uninterrupted command, bit for bit; before anything is finished nothing is left."""
    out = tmp_path / "out"
    name, stage = (at, interrupted) if isinstance(at, str) else ("Replications", stop(interrupted, at))
    with monkeypatch.context() as patch:
        patch.setattr(compare, name, stage)
        message = one_message(command(out), 130).stderr
    assert out.exists() == (at != (0, 0)) and ("Go on: suasion compare" in message) == out.exists()
    result = CliRunner().invoke(main, command(out), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert_same(out, uninterrupted)


def test_an_interrupt_names_the_dated_folder(uninterrupted, tmp_path, monkeypatch):
    """Without `out=`: the command that is printed goes on; other commands name it, too."""
    monkeypatch.chdir(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(compare, "Replications", stop(interrupted))
        message = one_message([*WORDS, "workers=1"], 130).stderr
    (folder,) = (tmp_path / "results").iterdir()
    words = [*WORDS, "workers=1", f"out=results/{folder.name}"]
    line = f"suasion compare 'scenarios=[both,no_outside_act]' {' '.join(words[2:])}"
    assert message == f"interrupted; what is finished is kept. Go on: {line}\n"
    for reader in (["report", words[-1][4:]], ["rerun", words[-1][4:]], ["export", words[-1][4:], "csv"]):
        assert f"finish it: {line}" in one_message(reader, 2).stderr
    assert "holds another result, which is not finished (runs: 4, now 5" in one_message([*words, "runs=5"], 2).stderr
    assert CliRunner().invoke(main, words, catch_exceptions=False).exit_code == 0
    assert_same(folder, uninterrupted)


def test_an_interrupted_repetition_goes_on(uninterrupted, tmp_path, monkeypatch):
    """The command that is printed is that of the repetition."""
    words = ["rerun", str(uninterrupted), "workers=1", "quiet=true", f"out={(tmp_path / 'out').as_posix()}"]
    with monkeypatch.context() as patch:
        patch.setattr(compare, "Replications", stop(interrupted))
        assert one_message(words, 130).stderr.endswith(f"Go on: suasion {' '.join(words)}\n")
    result = CliRunner().invoke(main, words, catch_exceptions=False)
    assert result.exit_code == 0 and "Reproduced bit for bit." in result.output


@pytest.mark.parametrize(
    ("name", "stage", "message", "stays"),
    [
        ("load_arms", broken, "a fault of the program, not of your input: ZeroDivisionError: by chance (", False),
        ("Stage", broken, "a fault of the program", False),
        ("Stage", full, "the disk is full", False),
        ("Replications", stop(broken), "no_outside_act, replication 2: ZeroDivisionError: by chance", True),
        ("Replications", stop(full), "no_outside_act, replication 2: path=somewhere: the disk is full", True),
        ("gather", broken, "a fault of the program", True),
        ("draw", broken, "a fault of the program", True),
        ("write_json", full, "the disk is full; what was finished before is kept", True),
    ],
)
def test_a_fault_at_any_stage_is_one_message(tmp_path, monkeypatch, name, stage, message, stays):
    """Exit status 1; finished replications stay."""
    out = tmp_path / "out"
    with monkeypatch.context() as patch, in_time():
        patch.setattr(compare, name, stage)
        assert message in one_message(command(out), 1).stderr
    assert out.exists() == stays
    if stays:
        assert sorted(p.name for p in out.iterdir()) == ["unfinished"]


def test_a_worker_that_is_killed_at_every_try_is_one_message(tmp_path, monkeypatch):
    """It names the replication, no process stays, and the others are kept."""
    out = tmp_path / "out"
    monkeypatch.setattr(compare, "Replications", Deadly)
    with in_time(STARTS):
        message = one_message(command(out, "workers=2"), 1).stderr
    assert "no_outside_act, replication 2: the worker process died whenever this was tried" in message
    assert "go on: suasion compare" in message and list((out / "unfinished" / "runs").glob("*.parquet"))
