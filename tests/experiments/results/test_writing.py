"""Folders of results: two commands of one second get two folders, each complete."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest

from experiments.results import writing
from experiments.results.writing import new_folder

pytestmark = pytest.mark.exact


@pytest.fixture
def stopped_clock(tmp_path, monkeypatch):
    """An empty working directory in which every command starts in the same second."""

    class Clock(datetime):
        """A clock that stands still."""

        @classmethod
        def now(cls, tz=None):
            """The same moment every time."""
            return datetime(2026, 1, 2, 3, 4, 5)

    monkeypatch.setattr(writing, "datetime", Clock)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_two_commands_of_one_second_get_two_folders(stopped_clock):
    """The second begins while the first still writes."""
    with new_folder(None, "both") as (first, _), new_folder(None, "both") as (second, _):
        (first / "a").write_text("first", encoding="utf-8")
        (second / "a").write_text("second", encoding="utf-8")
    folders = sorted((stopped_clock / "results").iterdir())
    assert [folder.name for folder in folders] == ["2026-01-02_03-04-05_both", "2026-01-02_03-04-05_both_1"]
    assert [(folder / "a").read_text(encoding="utf-8") for folder in folders] == ["first", "second"]


def test_many_commands_of_one_moment_get_a_folder_each(stopped_clock):
    """Eight threads that start together; no result is lost and nothing else is left."""
    start = Barrier(8)

    def write(number: int) -> None:
        start.wait(timeout=10)
        with new_folder(None, "both") as (partial, _):
            (partial / "a").write_text(str(number), encoding="utf-8")

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(write, range(8)))
    texts = {path.read_text(encoding="utf-8") for path in (stopped_clock / "results").rglob("a")}
    assert texts == set(map(str, range(8)))
    assert len(list((stopped_clock / "results").iterdir())) == 8
