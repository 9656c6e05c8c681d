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
    assert sharp.hazard(cutoff - 1e-6, rents, 0.0) == 0.15
    assert sharp.hazard(cutoff + 1e-6, rents, 0.0) == 0.0
    rule = Defection()
    in_calm = 1.0 / (1.0 + exp(rule.sharpness * rents))
    assert rule.hazard(cutoff, rents, 0.0) == pytest.approx(rule.review_rate * (0.5 - in_calm), abs=1e-12)


@pytest.mark.exact
@pytest.mark.parametrize("coordination", [-1.0, 0.0, 2.0])
def test_nobody_leaves_a_safe_government_that_nobody_has_left(coordination):
    """At any rents, exactly; the first departure makes the next likelier or less likely, by the sign of the coefficient."""
    rule = Defection(coordination=coordination)
    assert [rule.hazard(1.0, rents, 0.0) for rents in (0.01, 0.5, 3.0)] == [0.0] * 3
    alone, after_others = (rule.hazard(0.6, 0.8, gone) for gone in (0.0, 0.3))
    assert (after_others > alone) == (coordination > 0.0) and (after_others < alone) == (coordination < 0.0)


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
    security = world.fixed.security_faction[world.fixed.host]
    elite = next(e for e in model.elites if world.fixed.state_of[e.row] == world.fixed.host and e.row != security)
    world.survival[world.fixed.host] = 0.0
    for key in range(n):
        world.fixed, world.day = replace(world.fixed, key=key), 1
        while elite.decide(rule, elite.row) == 1.0:
            world.day += 1
        waited += world.day
    assert abs(waited / n - 1 / 0.15) < 4 * sqrt(0.85) / 0.15 / sqrt(n)


@pytest.mark.exact
def test_defected_factions_return_the_likelier_the_safer_the_government():
    """At most at .3 of the review rate, without a threshold."""
    rule = Defection()
    chances = [rule.return_hazard(p, 1.0, 0.0) for p in (0.0, 0.3, 0.5, 0.7, 1.0)]
    assert chances == sorted(chances) and chances[0] > 0.0
    assert chances[2] == pytest.approx(0.15 * rule.review_rate)
    assert chances[-1] == pytest.approx(0.3 * rule.review_rate, rel=1e-3)


@pytest.mark.exact
def test_security_forces_leave_by_units(model):
    """A share leaves and a share returns each day; the faction counts as loyal from one half on, and force follows the share."""
    world, rule = model.world.copy(), model.world.mechanisms.defection
    s = world.fixed.host
    row = world.fixed.security_faction.item(s)
    full = world.mechanisms.policing.own_force(world, s)
    for share, loyal in ((0.7, True), (0.5, True), (0.49, False), (0.0, False)):
        rule.carry_out(world, row, share)
        assert world.loyal[row] == loyal and world.loyal_forces[s] == share
        assert world.mechanisms.policing.own_force(world, s) == pytest.approx(share * full)
        assert rule.coalition(world, s) == pytest.approx(1.0 - world.fixed.weight[row] * (1.0 - share))
    elite = next(e for e in model.elites if e.row == row)
    rule.carry_out(model.world, row, 0.6)
    model.world.survival[s] = 0.2
    leaves, returns = rule.chances(model.world, row)
    assert leaves > 0.0 and elite.decide(rule, row) == pytest.approx(0.6 - 0.6 * leaves + 0.4 * returns)
    rule.win_back(model.world, row)
    assert model.world.loyal_forces[s] == 1.0 and model.world.loyal[row]


@pytest.mark.exact
def test_the_rival_form_knows_no_doubt_above_its_cutoff():
    """Nobody leaves at a perceived survival of .95; below it the hazard has no coordination."""
    rule = Defection(form="cutoff", coordination=2.0)
    assert rule.hazard(0.95, 0.5, 0.9) == 0.0 < rule.hazard(0.94, 0.5, 0.9)
    assert rule.hazard(0.5, 1.0, 0.9) == rule.hazard(0.5, 1.0, 0.0) == pytest.approx(rule.review_rate / 2.0)
