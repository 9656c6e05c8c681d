"""The front of an attack moves towards the line that relative force can hold."""

import pytest

pytestmark = pytest.mark.exact


def test_the_front_covers_a_share_of_its_way_each_day(model):
    """Under a constant attack the way that is left shrinks by the pace; without one the front rests."""
    world, territory, s = model.world, model.world.mechanisms.territory, model.world.fixed.host
    world.events_active = True
    world.territory_aim[s], world.attack[s] = 0.4, 1.0
    line = territory.line(world, s)
    assert 0.0 < line < 0.4
    for day in range(1, 8):
        territory.step(world)
        assert world.territory_lost[s] == pytest.approx(line * (1.0 - (1.0 - territory.pace) ** day))
    lost, world.attack[s] = world.territory_lost[s], 0.0
    territory.step(world)
    assert world.territory_lost[s] == lost and world.territory_change[s] == 0.0


def test_more_force_of_the_defender_draws_the_line_nearer(model):
    """The line falls as the capacity of the attacked state rises."""
    world, s = model.world, model.world.fixed.host
    world.events_active = True
    world.territory_aim[s], world.attack[s] = 0.4, 1.0
    lines = []
    for capacity in (0.5, 1.0, 2.0):
        world.capacity[s] = capacity
        lines.append(world.mechanisms.territory.line(world, s))
    assert lines[0] > lines[1] > lines[2]
