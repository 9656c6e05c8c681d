"""Alignments: means of states, and elites after a fall."""

import numpy as np
import pytest

pytestmark = pytest.mark.exact


def test_elites_after_a_fall_go_part_of_the_way_to_the_successor(model):
    """Factions of the state move by the weight of each patron; nobody else moves."""
    world, s = model.world, model.world.fixed.host
    rows, n = world.fixed.factions_of(s), len(world.fixed.names.states)
    before, weight, successor = world.alignment.copy(), np.linspace(0.0, 1.0, n), np.full(n, 0.3)
    world.mechanisms.alignment.turn_over(world, s, weight, successor)
    assert world.alignment[rows] == pytest.approx(before[rows] + weight * (successor - before[rows]))
    others = np.delete(np.arange(len(before)), np.arange(len(before))[rows])
    assert (world.alignment[others] == before[others]).all()


def test_the_alignment_of_a_state_is_that_of_its_loyal_factions(model):
    """The mean by weight over the factions that stand by the government."""
    world, s = model.world, model.world.fixed.host
    rows = np.arange(len(world.loyal))[world.fixed.factions_of(s)]
    world.alignment[rows, 0] = np.linspace(-0.5, 0.5, len(rows))
    world.loyal[rows[0]] = False
    world.mechanisms.alignment.average(world)
    loyal = rows[1:]
    expected = np.average(world.alignment[loyal, 0], weights=world.fixed.weight[loyal])
    assert world.elite_alignment[s, 0] == pytest.approx(expected)
