"""Legitimacy: recovery, deaths, foreign troops, gratitude and resentment."""

import numpy as np
import pytest

import sim
from sim.actors.charter import ON_REQUEST


@pytest.mark.exact
def test_legitimacy_returns_to_rest_and_falls_with_deaths(model):
    """L - L0 shrinks by the factor 1 - nu a day; one death in 100,000 costs delta_v, more under the framing of an attack."""
    world, rule, s = model.world, model.world.mechanisms.legitimacy, model.world.fixed.host
    resting = world.fixed.legitimacy0[s]
    world.legitimacy[s] = resting - 0.2
    rule.step(world)
    assert resting - world.legitimacy[s] == pytest.approx(0.2 * (1 - rule.recovery), abs=1e-12)
    for framing, factor in ((0.0, 1.0), (1.0, 1.0 + rule.framing_discount)):
        world.legitimacy[s], world.framing[s] = resting, framing
        world.deaths_today[s] = world.fixed.population[s] / 1e5
        rule.step(world)
        assert resting - world.legitimacy[s] == pytest.approx(rule.backlash * factor, abs=1e-12)


@pytest.mark.exact
def test_foreign_troops_cost_legitimacy_by_the_distance_of_the_public(model):
    """delta_f (1 - a) / 2 per day, a = public alignment with the sender."""
    world, rule, s = model.world, model.world.mechanisms.legitimacy, model.world.fixed.host
    charter = next(c for c in world.fixed.charters if c.pool_rapid > 0)
    world.soldiers[charter.row, ON_REQUEST, s] = 10
    for alignment, share in ((1.0, 0.0), (0.0, 0.5), (-1.0, 1.0)):
        world.legitimacy[s] = world.fixed.legitimacy0[s]
        world.public_alignment[s, charter.leader] = alignment
        rule.step(world)
        assert world.fixed.legitimacy0[s] - world.legitimacy[s] == pytest.approx(rule.foreign_troops * share, abs=1e-12)


@pytest.mark.exact
def test_gratitude_and_resentment_have_their_size_and_fade(quiet):
    """A day of troops adds gamma_d (1 - a) to factions and takes chi n (1 + a) from segments of the host only;
    afterwards half is left after each half-life.
    """
    model = sim.InfluenceModel(quiet)
    world, rule, s = model.world, model.world.mechanisms.alignment, model.world.fixed.host
    charter = next(c for c in world.fixed.charters if c.pool_rapid > 0)
    factions, segments, k = world.fixed.factions_of(s), world.fixed.segments_of(s), charter.leader
    world.soldiers[charter.row, ON_REQUEST, s] = 1
    elite, public = (world.alignment[rows, k].copy() for rows in (factions, segments))
    rule.step(world)
    assert np.allclose(world.disposition[factions, k], rule.gratitude * (1 - elite), atol=1e-12)
    assert np.allclose(world.disposition[segments, k], -rule.resentment * 0.5 * (1 + public), atol=1e-12)
    elsewhere = np.delete(world.disposition, np.r_[factions, segments], axis=0)
    assert not elsewhere.any()
    world.soldiers[charter.row, ON_REQUEST, s] = 0
    peak = world.disposition[:, k].copy()
    for _ in range(120):
        rule.step(world)
    assert np.allclose(world.disposition[factions, k], peak[factions] / 2, atol=1e-12)
