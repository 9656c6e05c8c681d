"""The government's answers: violence that fades, and days that call for a decision."""

import pytest

pytestmark = pytest.mark.exact


def test_an_order_to_repress_fades_by_its_half_life(model):
    """After one half-life, half of the way to usual violence is left."""
    world, response, s = model.world, model.world.mechanisms.response, model.world.fixed.host
    world.violence[s] = 1.0
    for _ in range(round(response.repression_half_life)):
        response.step(world)
    assert world.violence[s] == pytest.approx((1.0 + response.usual_violence) / 2.0)


def test_alarm_is_protest_attack_or_doubt(model):
    """Each of the three alone calls for a decision; without them a day does not."""
    world, response, s = model.world, model.world.mechanisms.response, model.world.fixed.host
    calm = {"calm_days": 5, "survival": 1.0, "attack": 0.0, "armed": 0.0}
    for change, expected in (({}, False), ({"calm_days": 0}, True), ({"attack": 0.1}, True), ({"survival": 0.5}, True)):
        for name, value in (calm | change).items():
            getattr(world, name)[s] = value
        assert response.alarmed(world, s) is expected, change


def test_governments_in_crisis_are_asked(model):
    """A government out of office, or without a crisis, is asked nothing."""
    world = model.world
    world.in_crisis.fill(False)
    assert not list(world.mechanisms.response.questions(world))
    world.in_crisis[:3] = True
    world.incumbent[1] = False
    assert [row for row, _ in world.mechanisms.response.questions(world)] == [0, 2]
