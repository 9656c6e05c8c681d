"""Influence: contact times dependence, and stocks that move monthly."""

import numpy as np
import pytest

import sim
from sim.mechanisms.influence import Influence


@pytest.mark.exact
def test_no_influence_without_both_contact_and_dependence():
    """B = .5 and D = .4 in every channel give .2; zero if either factor is zero [Moyer2021]."""
    rule, shape = Influence(), (3, 1, 1)
    assert rule.products(np.full(shape, 0.5), np.full(shape, 0.4)).sum() == pytest.approx(0.2, abs=1e-12)
    assert not rule.products(np.zeros(shape), np.ones(shape)).any()
    assert not rule.products(np.ones(shape), np.zeros(shape)).any()


@pytest.mark.exact
@pytest.mark.parametrize("weights", [(1, 0, 0), (0.2, 0.5, 0.9), (0, 0, 0)])
def test_channel_weights_sum_to_one(weights):
    """Whatever the user writes, all zeros included."""
    total = Influence(economic_weight=weights[0], military_weight=weights[1], cultural_weight=weights[2]).weights
    assert total.sum() == pytest.approx(1.0, abs=1e-12) and (total >= 0).all()


@pytest.mark.exact
def test_flows_move_stocks_monthly_towards_what_they_sustain(quiet):
    """A doubled flow raises the stock by the adjustment of the gap each month; a tie that is cut stays cut."""
    model = sim.InfluenceModel(quiet, days=61)
    world, rule = model.world, model.world.mechanisms.influence
    c, k, s = 0, world.fixed.charters[1].leader, world.fixed.host
    before = world.bandwidth.copy()
    world.volume[c, k, s] *= 2.0
    gap = (np.log1p(world.volume[c, k, s]) - np.log1p(world.fixed.volume0[c, k, s])) / np.log1p(
        world.fixed.volume_ceiling[c]
    )
    for _ in range(61):
        model.step()
    assert world.bandwidth[c, k, s] - before[c, k, s] == pytest.approx(
        gap * (1 - (1 - rule.adjustment) ** 2), abs=1e-12
    )
    changed = np.argwhere(world.bandwidth != before)
    assert changed.tolist() == [[c, k, s]]
    assert not world.bandwidth[world.fixed.ties.bandwidth == 0].any()
