"""A government falls without its winning coalition; a new one begins anew."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from sim.mechanisms.succession import Succession


@pytest.mark.exact
def test_a_government_falls_without_its_winning_coalition(model):
    """Weights .35, .30, .20, .15 against W* = .5, independent defection at .3: P(fall) = .1719 [BuenoDeMesquita2003]."""
    rule, host = Succession(winning_coalition=0.5), model.world.fixed.host
    weights = np.array([0.35, 0.30, 0.20, 0.15])
    chance = 0.0
    for loyal in product([True, False], repeat=4):
        world = model.world.copy()
        world.fixed = replace(world.fixed, weight=world.fixed.weight.copy())
        world.fixed.weight[world.fixed.factions_of(host)] = weights
        world.loyal[world.fixed.factions_of(host)] = loyal
        world.loyal_forces[host] = loyal[0]  # of the security faction
        world.in_crisis[host], world.active_share[host] = True, 0.01
        staying = sum(w for w, stays in zip((35, 30, 20, 15), loyal, strict=True) if stays)
        assert world.mechanisms.defection.coalition(world, host) == pytest.approx(staying / 100, abs=1e-12)
        rule.step(world)
        assert world.incumbent[host] == (staying >= 50)
        if not world.incumbent[host]:
            chance += 0.7 ** sum(loyal) * 0.3 ** (4 - sum(loyal))
    assert chance == pytest.approx(0.1719, abs=1e-12)


@pytest.mark.exact
def test_a_new_government_has_new_elites_and_fresh_legitimacy(model):
    """After a fall half of what is at stake with each patron is the successor's, everybody is loyal, commitments end."""
    world, rule, s = model.world, Succession(turnover=0.5, honeymoon=0.1), model.world.fixed.host
    rows = world.fixed.factions_of(s)
    world.successor[s] = 0.5
    world.loyal[rows], world.loyal_forces[s] = False, 0.0
    world.commitments[:, :, s] = True
    before = world.alignment[rows].copy()
    world.in_crisis[s] = True
    rule.step(world)
    moved = 0.5 * world.influence[:, s] * (0.5 - before)
    assert np.allclose(world.alignment[rows], before + moved, atol=1e-12) and abs(moved).max() > 0.03
    assert world.loyal[rows].all() and not world.in_crisis[s] and not world.commitments[:, :, s].any()
    assert world.legitimacy[s] == pytest.approx(world.fixed.legitimacy0[s] + 0.1)
    assert world.fall_day[s] == world.day
