"""Acts take effect on their day, not before."""

import pytest

from sim.core.agenda import Task

pytestmark = pytest.mark.exact


def test_an_act_takes_effect_on_its_day(acting):
    """It waits in the agenda until then, and its entry in the log has its day."""
    world = acting.world
    charter = world.fixed.acting_alone[0]
    world.agenda.clear()
    world.agenda.schedule(Task(3, "act", charter.row, world.fixed.host, instrument="loan"))
    for day in range(5):
        world.day = day
        world.mechanisms.delivery.step(world)
        assert len(world.agenda) == (1 if day < 3 else 0)
    assert [(entry.day, entry.kind) for entry in world.log] == [(3, "loan")]


def test_decisions_are_left_to_others(model):
    """Tasks of other kinds stay in the agenda."""
    world = model.world
    task = Task(0, "decision", 0, world.fixed.host)
    world.agenda.clear()
    world.agenda.schedule(task)
    world.mechanisms.delivery.step(world)
    assert list(world.agenda) == [task]
