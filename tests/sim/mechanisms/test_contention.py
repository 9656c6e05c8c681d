"""Protest of the host's citizens: its share follows from the counts, and order changes no bit."""

import numpy as np
import pytest

import sim

pytestmark = pytest.mark.exact


def test_the_active_share_is_that_of_the_counted_rows(spec):
    """Rows in protest times persons per row, over adults, on every day of a crisis."""
    model = sim.InfluenceModel(spec)
    world, h, peak = model.world, model.world.fixed.host, 0.0
    for _ in range(20):
        model.step()
        rows = np.count_nonzero(world.activity == 1)
        share = world.active_share[h]
        assert share == pytest.approx(rows * world.fixed.people_per_row / world.fixed.adults[h]) and 0.0 <= share <= 1.0
        peak = max(peak, share)
    assert peak > 0.0


def test_without_grievance_nobody_protests(quiet, vary):
    """Full legitimacy, no pressure and no crisis: no citizen is active on any day."""
    model = sim.InfluenceModel(quiet)
    world = model.world
    for _ in range(20):
        world.legitimacy.fill(1.0)
        model.step()
        assert world.active_share[world.fixed.host] == 0.0
