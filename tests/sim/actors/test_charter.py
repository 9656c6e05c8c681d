"""Charters by date."""

from datetime import date

import pytest

from sim.actors.charter import in_force
from sim.stage.build_charters import charters


@pytest.mark.exact
def test_terms_hold_from_their_first_day_to_the_day_before_their_last():
    """since <= day < until; a clause that never came into force covers nothing."""
    signed, ended = date(2012, 12, 19), date(2020, 1, 1)
    assert [in_force(signed, ended, date(*d)) for d in ((2012, 12, 18), (2012, 12, 19), (2019, 12, 31), (2020, 1, 1))] == [
        False, True, True, False,
    ]  # fmt: skip
    assert in_force(signed, None, date(2100, 1, 1))
    assert not in_force(None, None, date(2022, 1, 1))


@pytest.mark.exact
def test_a_charter_is_that_of_the_start_date(spec, vary):
    """A mandate signed in 2010 and in force in 2012 covers no internal crisis of 2011; members come and go by date."""
    row = {name: i for i, name in enumerate(spec.states)}
    of = {}
    for year in (2011, 2022):
        of[year] = {c.name: c for c in charters(vary(spec, {"scenario.start_date": f"{year}-01-01"}), row)}
    assert [of[year]["CSTO"].clause(external=False) for year in (2011, 2022)] == [0.0, 1.0]
    assert [of[year]["CSTO"].clause(external=True) for year in (2011, 2022)] == [1.0, 1.0]
    assert [row["UZB"] in of[year]["CSTO"].members for year in (2011, 2022)] == [True, False]
    assert [row["UZB"] in of[year]["OTS"].members for year in (2011, 2022)] == [False, True]
    assert of[2022]["OTS"].absent_members == 0  # an absent observer has no vote
