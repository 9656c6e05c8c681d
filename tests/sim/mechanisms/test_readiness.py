"""Deployable force: war drains it, peace brings it back, and it never leaves its range."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from sim.mechanisms.readiness import MOST
from sim.stage.build import Stage

STAGE = Stage(sim.load(["citizens=100", "days=1", "mechanisms.readiness.drain=0.03"]))


@pytest.mark.exact
def test_force_returns_to_its_level_of_peace_by_a_share_each_day(model):
    """Without war the distance from 1 shrinks by the rate of recovery."""
    world, readiness = model.world, model.world.mechanisms.readiness
    world.mobilisation.fill(0.0)
    world.strength.fill(0.4)
    for day in range(1, 6):
        readiness.step(world)
        assert world.strength == pytest.approx(1.0 - 0.6 * (1.0 - readiness.recovery) ** day)


@pytest.mark.property
@settings(max_examples=40)
@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=30))
def test_force_stays_within_its_range(wars):
    """Whatever the wars, force stays between 0 and what a mobilisation can reach."""
    world = sim.InfluenceModel(STAGE).world
    for war in wars:
        world.mobilisation.fill(war)
        world.mechanisms.readiness.step(world)
        assert 0.0 <= world.strength.min() <= world.strength.max() <= MOST
