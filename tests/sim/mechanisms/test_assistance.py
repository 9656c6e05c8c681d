"""Organisations answer requests by their decision rules and stakes."""

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest


def answers(model, charter, n: int) -> np.ndarray:
    """The organisation's answer in n worlds."""
    world, given = model.world, []
    for key in range(n):
        world.fixed = replace(world.fixed, key=key)
        given.append(model.world.mechanisms.assistance.consent(world, charter, world.fixed.host))
    return np.array(given)


@pytest.mark.statistical
def test_decision_rules_ask_whom_they_say(model):
    """leader: one vote; consensus: everybody but the requester, absent members too; secretary: no vote. The frequency
    is what a requester expects; 4 standard errors, false alarm 1.8e-4.
    """
    n, world = 4000, model.world
    world.crisis[world.fixed.host] = 1
    base = replace(next(c for c in world.fixed.charters if c.pool_rapid > 0), contingent_share=0.4)
    consents = {}
    for rule, absent in (("leader", 0), ("consensus", 0), ("consensus", 2), ("secretary", 0)):
        charter = replace(base, decision_rule=rule, absent_members=absent)
        consents[rule, absent] = answers(model, charter, n)
        p = model.world.mechanisms.assistance.expected_consent(world, charter, world.fixed.host)
        assert abs(consents[rule, absent].mean() - p) <= 4 * sqrt(p * (1 - p) / n)
    assert consents["secretary", 0].all()
    assert not (consents["consensus", 0] & ~consents["leader", 0]).any()  # the leader has a veto
    assert not (consents["consensus", 2] & ~consents["consensus", 0]).any()
    assert 0 < consents["consensus", 2].sum() < consents["consensus", 0].sum() < consents["leader", 0].sum() < n
    assert world.fixed.host not in model.world.mechanisms.assistance.voters(
        replace(base, decision_rule="consensus"), world.fixed.host
    )


@pytest.mark.exact
@pytest.mark.parametrize("rule", ["leader", "consensus", "secretary"])
def test_an_organisation_without_a_pool_grants_nothing(model, rule):
    """Whatever its decision rule says."""
    charter = replace(model.world.fixed.charters[0], decision_rule=rule, pool_rapid=0.0)
    assert not answers(model, charter, 100).any()
    assert model.world.mechanisms.assistance.expected_consent(model.world, charter, model.world.fixed.host) == 0.0


@pytest.mark.exact
def test_a_patron_has_a_stake_in_the_difference_to_the_successor(model):
    """Equation 8: nothing at stake if the successor is as close; the stake changes sign with the difference."""
    rule, world = model.world.mechanisms.assistance, model.world
    k, s = world.fixed.charters[0].leader, world.fixed.host
    world.elite_alignment[s, k] = 0.4
    world.successor[s, k] = 0.4
    assert rule.stake(world, k, s) == 0.0
    world.successor[s, k] = -0.2
    assert rule.stake(world, k, s) == pytest.approx(rule.alignment_stake * world.influence[k, s] * 0.3, abs=1e-12)
    world.successor[s, k] = 1.0
    assert rule.stake(world, k, s) == pytest.approx(-rule.alignment_stake * world.influence[k, s] * 0.3, abs=1e-12)
