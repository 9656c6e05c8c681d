"""The contest of force is decided by the ratio."""

import pytest

from sim.mechanisms.contest import Contest


@pytest.mark.exact
def test_the_contest_is_decided_by_the_ratio():
    """Force 6 against 3, m = 2: .8 [Tullock1980, Hirshleifer1989]; scale plays no part, an empty side loses."""
    contest = Contest(protesters_per_officer=0.75, decisiveness=2.0)
    assert contest.success(6.0, 4.0) == pytest.approx(0.8, abs=1e-12)  # 0.75 x 4 = 3
    assert contest.success(0.006, 0.004) == pytest.approx(0.8, abs=1e-12)
    assert Contest(decisiveness=1.0).success(6.0, 4.0) == pytest.approx(2 / 3, abs=1e-12)
    assert contest.success(0.0, 4.0) == 0.0
    assert contest.success(0.0, 0.0) == contest.success(6.0, 0.0) == 1.0
