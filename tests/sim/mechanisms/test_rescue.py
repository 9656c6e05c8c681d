"""Outside backing: a rescued state loses a share of its capacity, and rebuilds it slowly."""

import pytest

import sim

pytestmark = pytest.mark.exact


def test_a_rescue_takes_a_share_of_the_capacity_that_days_bring_back(model):
    """Only the rescued state loses capacity; the gap to full capacity shrinks by the rate of recovery."""
    world, rescue = model.world, model.world.mechanisms.rescue
    world.capacity.fill(1.0)
    rescue.lose_capacity(world, 0)
    assert world.capacity[0] == 1.0 - rescue.dependence and (world.capacity[1:] == 1.0).all()
    for _ in range(10):
        rescue.step(world)
    assert world.capacity[0] == pytest.approx(1.0 - rescue.dependence * (1.0 - rescue.recovery) ** 10)


def test_a_mechanism_that_is_off_takes_no_capacity(spec, vary):
    """Switched off, a rescue costs nothing."""
    world = sim.InfluenceModel(vary(spec, {"mechanisms.rescue.enabled": False})).world
    before = world.capacity.copy()
    world.mechanisms.rescue.lose_capacity(world, 0)
    assert (world.capacity == before).all()
