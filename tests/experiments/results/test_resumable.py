"""Folders of unfinished results: marked, refused to other commands, gone without a trace once the result is finished."""

import json

import pytest

from experiments.results.resumable import resumable_folder
from experiments.results.unfinished import check_finished, command_to_finish, is_unfinished
from experiments.results.writing import DrawingFault, StoreFault
from sim.core.faults import ConfigError

pytestmark = pytest.mark.exact

PLAN = {"command": "test", "runs": 3, "configuration": "a" * 64}


def begin(out, plan=PLAN, error: BaseException | None = None, shards: int = 1):
    """Do some work, and end it by an error."""
    with resumable_folder(str(out), "test", ["test", "runs=3", f"out={out}"], plan) as work:
        for _ in range(shards):
            work.write(work.next_number(), b"shard")
        if error is not None:
            raise error


@pytest.fixture
def unfinished(tmp_path):
    """A folder with one shard."""
    with pytest.raises(ZeroDivisionError):
        begin(tmp_path / "new" / "out", error=ZeroDivisionError())
    return tmp_path / "new" / "out"


def test_a_finished_folder_holds_the_result_alone(unfinished):
    """Also what an earlier command moved into its place; no lock, no shard, no hidden folder stays."""
    (unfinished / "figures").mkdir()
    (unfinished / "figures" / "a.png").write_text("moved by a command that was killed", encoding="utf-8")
    with resumable_folder(str(unfinished), "test", ["test"], PLAN) as work, work.result() as folder:
        (folder / "figures").mkdir()
        (folder / "figures" / "a.png").write_text("a", encoding="utf-8")
        (folder / "table").write_text("b", encoding="utf-8")
        assert is_unfinished(unfinished)
    files = {p.relative_to(unfinished.parent).as_posix() for p in unfinished.parent.rglob("*")}
    assert files == {"out", "out/figures", "out/figures/a.png", "out/table"}
    assert (unfinished / "figures" / "a.png").read_text(encoding="utf-8") == "a" and not is_unfinished(unfinished)
    with pytest.raises(ConfigError, match="exists already and nothing is overwritten"):
        begin(unfinished)


def test_another_command_is_refused(unfinished):
    """The message says what differs and how to finish; the folder stays as it was."""
    before = {p: p.read_bytes() for p in unfinished.rglob("*") if p.is_file()}
    with pytest.raises(ConfigError, match=r"\(runs: 3, now 4; configuration differs\).*suasion test runs=3 out="):
        begin(unfinished, PLAN | {"runs": 4, "configuration": "b" * 64})
    assert before == {p: p.read_bytes() for p in unfinished.rglob("*") if p.is_file()}


def test_an_unfinished_result_is_refused_with_its_command(unfinished):
    """The folder is named as the user names it."""
    assert command_to_finish(unfinished) == f"suasion test runs=3 out={unfinished}"
    with pytest.raises(ConfigError, match="not finished; finish it: suasion test runs=3"):
        check_finished("FILE", unfinished)
    plan = unfinished / "unfinished" / "plan.json"
    plan.write_text(json.dumps({"words": [], "plan": {}}), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"plan.json: is damaged \(words"):
        check_finished("FILE", unfinished)


@pytest.mark.parametrize("error", [ZeroDivisionError(), KeyboardInterrupt(), StoreFault("full")])
def test_work_without_a_shard_leaves_nothing(tmp_path, error):
    """Whatever ends it."""
    with pytest.raises(type(error)):
        begin(tmp_path / "new" / "out", error=error, shards=0)
    assert list(tmp_path.iterdir()) == []


def test_an_interrupt_names_the_command_that_goes_on(tmp_path, monkeypatch):
    """With the dated folder, if the user named none."""
    monkeypatch.chdir(tmp_path)
    message = r"Go on: suasion test 'a=\[b,c\]' out=results/.*_test$"
    without_name = resumable_folder(None, "test", ["test", "a=[b,c]"], PLAN)
    with pytest.raises(KeyboardInterrupt, match=message), without_name as work:
        work.write(0, b"shard")
        raise KeyboardInterrupt
    with pytest.raises(KeyboardInterrupt, match="was not written"):
        begin(tmp_path / "out", error=KeyboardInterrupt(), shards=0)


def test_a_result_that_fails_leaves_the_work(unfinished):
    """No part of the result stays; the message names the folder."""
    message = r"out/table: full\. What is finished is kept; go on: suasion test"
    again = resumable_folder(str(unfinished), "test", ["test"], PLAN)
    with pytest.raises(StoreFault, match=message), again as work, work.result() as folder:
        (folder / "part").touch()
        raise StoreFault(f"{folder}/table: full")
    assert sorted(p.name for p in unfinished.rglob("*") if p.is_file())[-1] == "plan.json"


def test_figures_that_cannot_be_drawn_leave_the_numbers(unfinished):
    """The result is finished, and the message says where it is."""
    message = f"the numbers and all other figures are in {unfinished}$"
    again = resumable_folder(str(unfinished), "test", ["test"], PLAN)
    with pytest.raises(DrawingFault, match=message), again as work, work.result() as folder:
        (folder / "table").touch()
        raise DrawingFault("no font")
    assert [p.name for p in unfinished.iterdir()] == ["table"]


def test_two_commands_do_not_share_the_work(unfinished):
    """The second is refused while the first works, and removes nothing."""
    first = resumable_folder(str(unfinished), "test", ["test"], PLAN)
    with first, pytest.raises(ConfigError, match="another command is writing there"):
        begin(unfinished)
    assert is_unfinished(unfinished)
