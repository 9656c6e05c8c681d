"""Elites leave a government below their cut-off, and return to a safe one."""

from dataclasses import replace
from math import exp, sqrt

import pytest

from sim.mechanisms.defection import Defection


@pytest.mark.exact
@pytest.mark.parametrize(("rents", "cutoff"), [(0.25, 0.8), (1.0, 0.5), (3.0, 0.25)])
def test_elites_defect_below_the_cutoff(rents, cutoff):
    """As sharpness grows: at the review rate if survival < 1 / (1 + R), else never [MorrisShin2003]."""
    sharp = Defection.model_construct(sharpness=1e9, review_rate=0.15)
    assert sharp.hazard(cutoff - 1e-6, rents) == 0.15
    assert sharp.hazard(cutoff + 1e-6, rents) == 0.0
    assert Defection().hazard(cutoff, rents) == pytest.approx(Defection().review_rate / 2, abs=1e-12)


@pytest.mark.exact
@pytest.mark.parametrize("cohesion", [-1.0, 0.0, 0.5])
def test_arms_bind_the_elites_or_drive_them_away(model, cohesion):
    """The log rent ratio moves by b times the armed challenge of the day; without one, or with b = 0, it is as before."""
    world, row = model.world, model.world.fixed.factions_of(model.world.fixed.host).start
    before = Defection().rents(world, row)
    assert Defection(armed_cohesion=cohesion).rents(world, row) == before
    world.armed[world.fixed.host] = 0.6
    assert Defection(armed_cohesion=cohesion).rents(world, row) == pytest.approx(before * exp(0.6 * cohesion))


@pytest.mark.statistical
def test_a_lost_cause_is_left_after_the_review_time(model):
    """Waiting time of a faction has mean 1 / r_e = 6.67 days; 4 standard errors of 4000 worlds, false alarm 6e-5."""
    rule, world, n, waited = (
        Defection.model_construct(sharpness=1e9, review_rate=0.15, framing_cohesion=0.0),
        model.world,
        4000,
        0,
    )
    elite = model.elites[world.fixed.factions_of(world.fixed.host).start]
    world.survival[world.fixed.host] = 0.0
    for key in range(n):
        world.fixed, world.day = replace(world.fixed, key=key), 1
        while not elite.decide(rule, elite.row):
            world.day += 1
        waited += world.day
    assert abs(waited / n - 1 / 0.15) < 4 * sqrt(0.85) / 0.15 / sqrt(n)


@pytest.mark.exact
def test_defected_factions_return_only_to_a_safe_government():
    """At .3 of the review rate above a survival of .9."""
    rule = Defection()
    assert rule.return_hazard(0.9) == 0.0
    assert rule.return_hazard(0.91) == pytest.approx(0.3 * rule.review_rate)
