"""Orders of states: what they schedule, and which pending orders they cancel."""

import pytest

from sim.actors.orders import Order
from sim.core.agenda import Task

pytestmark = pytest.mark.exact


def test_an_order_cancels_its_opposite_alone(acting):
    """An end cancels pending uses of the same instrument on the same state; a use cancels pending ends."""
    world = acting.world
    charter, other, s = world.fixed.acting_alone[0], world.fixed.acting_alone[1], world.fixed.host
    instrument = next(iter(charter.instruments))
    use, end = (Task(9, "act", charter.row, s, instrument=instrument, intensity=size) for size in (1.0, 0.0))
    elsewhere = Task(9, "act", charter.row, s + 1, instrument=instrument)
    of_another = Task(9, "act", other.row, s, instrument=instrument)
    for order, remaining in ((0.0, [end, elsewhere, of_another]), (1.0, [use, elsewhere, of_another])):
        world.agenda[:] = [use, end, elsewhere, of_another]
        world.mechanisms.statecraft.call_off(world, charter, Order(instrument, s, order, "token"))
        assert list(world.agenda) == remaining


def test_each_state_that_acts_alone_is_asked(acting):
    """One question per charter of one, for the row of its leader."""
    world = acting.world
    questions = list(world.mechanisms.statecraft.questions(world))
    assert questions == [(charter.leader, charter) for charter in world.fixed.acting_alone]
