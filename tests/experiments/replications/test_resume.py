"""Missing replications of unfinished work: each is simulated once, in any order, and read back in its own."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.engine import Serial
from experiments.replications.resume import Batch, _shards, missing, run_missing
from experiments.replications.shards import read_runs, read_series
from experiments.results.files import StoreFault
from experiments.results.resumable import resumable_folder

DAYS = 3


class Numbers:
    """A simulation whose results name their group and replication."""

    def __init__(self, fails=(), series=True):
        self.fails, self.series, self.calls = fails, series, []

    def run(self, number, replication):
        self.calls.append((number, replication))
        if (number, replication) in self.fails:
            raise ZeroDivisionError("by chance")
        value = 100 * number + replication
        outcomes = {"value": value, "seen": None if replication % 2 else 0.5, f"only_{number}": 1}
        days = np.arange(DAYS + 1)
        table = {"day": days, "whole": days + value, "real": days / 3 + value, f"only_{number}": days > 1}
        return outcomes, table if self.series else None


class Backwards:
    """An engine whose last shard is ready first."""

    workers = 2

    def run(self, task, shards):
        yield from (task(shard) for shard in reversed(list(shards)))


@pytest.mark.exact
@pytest.mark.parametrize("engine", [Serial(), Backwards()])
def test_replications_are_read_back_in_their_order(tmp_path, engine):
    """Outcomes, and series with their types, whatever the order of the shards."""
    batch = Batch(Numbers(), ("a", "b"), 7)
    with resumable_folder(str(tmp_path / "out"), "x", ["x"], {"of": 1}) as work:
        run_missing(engine, batch, work, missing(batch, work), 3, lambda n: None)
        for group in (0, 1):
            runs, tables = read_runs(work, group), list(read_series(work, group))
            assert runs["value"].tolist() == [100 * group + r for r in range(7)]
            assert np.isnan(runs["seen"]).tolist() == [bool(r % 2) for r in range(7)]
            assert set(runs) == {"value", "seen", f"only_{group}"}
            for replication, table in enumerate(tables):
                expected = Numbers().run(group, replication)[1]
                assert list(table) == list(expected)
                assert all(np.array_equal(table[k], v) and table[k].dtype == v.dtype for k, v in expected.items())
            assert len(tables) == 7


@pytest.mark.exact
def test_a_failed_replication_is_named_and_the_others_stay(tmp_path):
    """The same work goes on with what is missing alone, and the traceback is kept until then."""
    out = str(tmp_path / "out")
    with (
        pytest.raises(
            StoreFault, match=r"b, replication 4: ZeroDivisionError: by chance.*go on: suasion x out="
        ) as fault,
        resumable_folder(out, "x", ["x", f"out={out}"], {"of": 1}) as work,
    ):
        batch = Batch(Numbers(fails=((1, 4),)), ("a", "b"), 6)
        run_missing(Serial(), batch, work, missing(batch, work), 3, lambda n: None)
    (text,) = (tmp_path / "out" / "unfinished" / "failures").iterdir()
    assert str(text) in str(fault.value) and "Traceback" in text.read_text(encoding="utf-8")
    again = Numbers()
    with resumable_folder(out, "x", ["x"], {"of": 1}) as work:
        batch = Batch(again, ("a", "b"), 6)
        assert np.argwhere(missing(batch, work)).tolist() == [[1, 4], [1, 5]]
        run_missing(Serial(), batch, work, missing(batch, work), 3, lambda n: None)
        assert again.calls == [(1, 4), (1, 5)] and not missing(batch, work).any()
        assert read_runs(work, 1)["value"].tolist() == [100 + r for r in range(6)]


@pytest.mark.exact
def test_a_damaged_shard_is_run_again(tmp_path):
    """It is set aside, and its replications are missing."""
    out = str(tmp_path / "out")
    batch = Batch(Numbers(), ("a",), 4)
    with resumable_folder(out, "x", ["x"], {}) as work:
        run_missing(Serial(), batch, work, missing(batch, work), 2, lambda n: None)
        path = work.shards()[1]
        path.write_bytes(path.read_bytes()[:-9])
        assert work.mend() == [path] and np.flatnonzero(missing(batch, work)).tolist() == [2, 3]
        run_missing(Serial(), batch, work, missing(batch, work), 2, lambda n: None)
        assert read_runs(work, 0)["value"].tolist() == [0, 1, 2, 3] and len(list(read_series(work, 0))) == 4


@pytest.mark.property
@given(st.lists(st.lists(st.booleans(), min_size=5, max_size=5), min_size=1, max_size=4), st.integers(1, 6))
def test_shards_hold_each_missing_replication_once(lacking, size):
    """None else, and none twice; no shard is larger than it may be."""
    shards = list(_shards(np.array(lacking), size))
    assert [(g, r) for g, several in shards for r in several] == [tuple(p) for p in np.argwhere(lacking).tolist()]
    assert all(1 <= len(several) <= size for _, several in shards)
