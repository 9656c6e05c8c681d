"""Police and crowd: the ratio rules, and the levels of protest that they leave stable."""

from math import exp, sqrt

import numpy as np
import pytest

from sim.kernels.citizens import ONE, citizens_day, draw_traits
from sim.mechanisms.policing import Policing


@pytest.mark.exact
def test_one_officer_per_protester_arrests_nine_in_ten():
    """P = 1 - exp(-2.3) = .89974 [Epstein2002]; nothing happens without force, and nobody is safe in an empty street."""
    risk = Policing(ratio="smooth").arrest_risk
    assert risk(0.01, 0.01) == pytest.approx(1 - exp(-2.3), abs=1e-12)
    assert risk(0.01, 0.01) == pytest.approx(0.89974, abs=5e-6)
    assert risk(0.0, 0.01) == 0.0
    assert risk(0.01, 0.0) == 1.0


@pytest.mark.exact
@pytest.mark.parametrize(
    ("rule", "steps"), [("floor", {0.99: 0, 1.0: 1, 1.99: 1, 2.0: 2}), ("round", {0.49: 0, 0.51: 1, 1.49: 1, 1.51: 2})]
)
def test_the_published_ratio_rules_take_whole_officers(rule, steps):
    """floor [Wilensky2004] and round: the risk of n whole officers per protester."""
    policing = Policing(ratio=rule)
    for ratio, officers in steps.items():
        assert policing.arrest_risk(ratio, 1.0) == 1 - exp(-2.3 * officers)


def settled(policing: Policing, force: float, start: int, days: int = 80) -> float:
    """Active share of 10^6 independent citizens (L = .82, T = .1, no noise) policed by the rule."""
    n, counts = 10**6, np.array([[start, 0]])
    act, out = np.zeros(n, dtype=np.uint8), np.empty(n, dtype=np.uint8)
    act[:start] = 1
    traits, counts_by_day = draw_traits(15, n), []
    for day in range(days):
        risk = round(policing.arrest_risk(force, counts[0, 0] / n) * ONE)
        citizens_day(
            act, out, traits, np.empty((0, n), dtype=np.uint32), np.array([0, n]), 0, np.array([round(0.18 * ONE)]),
            np.zeros(1, dtype=np.int32), np.zeros(4096, dtype=np.int32), 0, risk, round(0.1 * ONE),
            1 << 32, 0, 1, 0, 15, day, counts,
        )  # fmt: skip
        act, out = out, act
        counts_by_day.append(counts[0, 0] / n)
    return float(np.mean(counts_by_day[-10:]))


@pytest.mark.statistical
@pytest.mark.parametrize(
    ("force", "share", "tolerance"),
    [
        (0.0571, 0.01779, 0.03),
        (0.02, 0.01968, 0.04),
        (0.01, 0.04265, 0.08),
        (0.005, 0.35619, 0.02),
        (0.002, 0.41373, 0.02),
    ],
)
def test_smooth_policing_has_one_level_of_protest(force, share, tolerance):
    """Fixed point of the mean-field map from calm and from uproar [Epstein2002]. Tolerance at least 4 standard errors of
    10^6 traits times the amplification 1 / (1 - F') of the map (4 near .01): false alarm 6e-5 per case.
    """
    calm, uproar = (settled(Policing(ratio="smooth"), force, start) for start in (0, 900_000))
    assert calm == pytest.approx(share, rel=tolerance)
    assert uproar == pytest.approx(share, rel=tolerance)


@pytest.mark.statistical
def test_whole_officers_make_calm_and_uproar_both_stable():
    """With floor, .0178 and .4444 are both stable at the same force [Wilensky2004, Lemos2015].
    Tolerance 4 standard errors of 10^6 rows, false alarm 1.2e-4.
    """
    calm, uproar = (settled(Policing(ratio="floor"), 0.0571, start) for start in (0, 900_000))
    for level, share in ((calm, 0.01779), (uproar, 0.44444)):
        assert abs(level - share) < 4 * sqrt(share * (1 - share) / 10**6) + 1e-5


@pytest.mark.exact
def test_force_moves_the_risk_at_any_size_of_the_crowd():
    """The Hill form never saturates: twice and half the force move the risk by .05 and more where forces outnumber the crowd."""
    rule, force = Policing(), 0.008
    for active in (0.002, 0.005, 0.02):
        half, full, twice = (rule.arrest_risk(share * force, active) for share in (0.5, 1.0, 2.0))
        assert full - half > 0.05 and twice - full > 0.05
    assert Policing(ratio="smooth").arrest_risk(2.0 * force, 0.001) == pytest.approx(1.0, abs=1e-7)


@pytest.mark.exact
@pytest.mark.parametrize("presence", [-5.0, 0.0, 2.0])
@pytest.mark.parametrize("pledge", [-5.0, 0.0, 8.5])
def test_presence_and_pledge_are_apart(model, presence, pledge):
    """Presence moves the risk of arrest alone, the pledge perceived survival alone; each in either direction."""
    world, s = model.world.copy(), model.world.fixed.host
    world.mechanisms = world.mechanisms.model_copy(
        update={
            "policing": world.mechanisms.policing.model_copy(update={"presence": presence}),
            "contest": world.mechanisms.contest.model_copy(update={"pledge": pledge}),
        }
    )
    policing, contest = world.mechanisms.policing, world.mechanisms.contest
    own_force = policing.own_force(world, s)
    on_the_streets = policing.foreign_force(world, s, 2000.0)
    assert np.sign(on_the_streets) == np.sign(presence)
    assert np.sign(contest.force_with(world, s, 2000.0) - own_force) == np.sign(pledge)
    world.forces_abroad = True
    world.soldiers[0, 0, s] = 2000.0
    assert np.sign(contest.promised_force(world, s) - own_force) == np.sign(pledge)
