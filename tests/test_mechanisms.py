"""Mechanisms against closed forms, and the contract that every one of them keeps."""

from copy import deepcopy
from dataclasses import fields, replace
from datetime import date
from itertools import product
from math import exp, sqrt
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel
from scipy.stats import poisson

import sim
from sim.actors.charter import ON_REQUEST, in_force
from sim.actors.choices import chooses, consents
from sim.core.agenda import Agenda
from sim.core.fixed import FIXED_FIELDS
from sim.equations.choice import logistic
from sim.kernels.citizens import ONE, citizens_day, draw_traits
from sim.mechanisms import Mechanisms
from sim.mechanisms.autonomy import Autonomy
from sim.mechanisms.clashes import poisson_quantile
from sim.mechanisms.contest import Contest
from sim.mechanisms.defection import Defection
from sim.mechanisms.event_kinds import EVENT_KINDS
from sim.mechanisms.events import Event
from sim.mechanisms.influence import Influence
from sim.mechanisms.integration import Integration
from sim.mechanisms.logistics import Logistics
from sim.mechanisms.policing import Policing
from sim.mechanisms.succession import Succession
from sim.spec import schema
from sim.spec.schema.organisations import Lags
from sim.stage.build import Stage
from sim.stage.build_charters import charters


@pytest.fixture
def model(spec):
    """A fresh model of the default scenario."""
    model = sim.InfluenceModel(spec)
    yield model


@pytest.fixture(scope="session")
def intervention(load):
    """The CSTO is asked on day 3 and comes."""
    return load("scenario=csto_intervention", "citizens=2000", "days=120")


def run(spec, days=None):
    """A model after `days` days."""
    model = sim.InfluenceModel(spec)
    for _ in range(spec.days if days is None else days):
        model.step()
    return model


# --- police and crowd -----------------------------------------------------------------------------------------------


@pytest.mark.exact
def test_one_officer_per_protester_arrests_nine_in_ten():
    """P = 1 - exp(-2.3) = .89974 [Epstein2002]; nothing happens without force, and nobody is safe in an empty street."""
    risk = Policing().arrest_risk
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
    calm, uproar = (settled(Policing(), force, start) for start in (0, 900_000))
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
def test_the_contest_is_decided_by_the_ratio():
    """Force 6 against 3, m = 2: .8 [Tullock1980, Hirshleifer1989]; scale plays no part, an empty side loses."""
    contest = Contest(protesters_per_officer=0.75, decisiveness=2.0)
    assert contest.success(6.0, 4.0) == pytest.approx(0.8, abs=1e-12)  # 0.75 x 4 = 3
    assert contest.success(0.006, 0.004) == pytest.approx(0.8, abs=1e-12)
    assert Contest(decisiveness=1.0).success(6.0, 4.0) == pytest.approx(2 / 3, abs=1e-12)
    assert contest.success(0.0, 4.0) == 0.0
    assert contest.success(0.0, 0.0) == contest.success(6.0, 0.0) == 1.0


@pytest.mark.exact
@pytest.mark.parametrize("mean", [1e-6, 0.01, 0.5, 3.7, 40.0, 225.0, 5e4])
def test_deaths_are_the_poisson_quantile(mean):
    """Equal to SciPy's percent point function at 500 draws and in both tails."""
    u = np.concatenate([np.random.default_rng(3).uniform(0, 1, 500), [1e-12, 1e-6, 1 - 1e-6, 1 - 1e-12]])
    assert [poisson_quantile(float(x), mean) for x in u] == poisson.ppf(u, mean).astype(int).tolist()


@pytest.mark.property
@settings(deadline=None, max_examples=100, derandomize=True)
@given(u=st.floats(1e-15, 1 - 1e-15), mean=st.floats(0.0, 1e4), more=st.floats(0.0, 1e3))
def test_more_danger_never_means_fewer_deaths(u, mean, more):
    """At the same draw the quantile rises with the mean: paired worlds differ in the direction of the cause."""
    assert 0 <= poisson_quantile(u, mean) <= poisson_quantile(u, mean + more)
    assert poisson_quantile(u, 0.0) == 0


# --- elites ---------------------------------------------------------------------------------------------------------


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
        world.in_crisis[host], world.active_share[host] = True, 0.01
        staying = sum(w for w, stays in zip((35, 30, 20, 15), loyal, strict=True) if stays)
        assert rule.coalition(world, host) == pytest.approx(staying / 100, abs=1e-12)
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
    world.loyal[rows] = False
    world.commitments[:, :, s] = True
    before = world.alignment[rows].copy()
    world.in_crisis[s] = True
    rule.step(world)
    moved = 0.5 * world.influence[:, s] * (0.5 - before)
    assert np.allclose(world.alignment[rows], before + moved, atol=1e-12) and abs(moved).max() > 0.03
    assert world.loyal[rows].all() and not world.in_crisis[s] and not world.commitments[:, :, s].any()
    assert world.legitimacy[s] == pytest.approx(world.fixed.legitimacy0[s] + 0.1)
    assert world.fall_day[s] == world.day


# --- choices --------------------------------------------------------------------------------------------------------


def stub(key=1, day=0, **directives):
    """What the choice functions read of a world."""
    rules = {(1, option): rule for option, rule in directives.items()}
    fixed = SimpleNamespace(key=key, directives=rules)
    return SimpleNamespace(fixed=fixed, day=day, choices=set(), crisis_day=[0])


@pytest.mark.statistical
@pytest.mark.parametrize(("utility", "rationality"), [(0.0, 5.0), (0.5, 2.0), (-0.2, 5.5), (-1.0, 2.0)])
def test_consent_is_a_quantal_response(utility, rationality):
    """Frequency over worlds = logistic(lambda U) [McKelveyPalfrey1995]; 4 standard errors, false alarm 6e-5 per case."""
    n, p = 20_000, logistic(rationality * utility)
    yes = sum(consents(stub(key), 7, "request", 1, utility, rationality) for key in range(n))
    assert abs(yes / n - p) < 4 * sqrt(p * (1 - p) / n)


@pytest.mark.exact
def test_a_random_utility_is_kept_for_the_crisis_and_drawn_anew_for_the_next():
    """The same answer on every day of a crisis, however often asked; other crises, options and actors differ."""
    worlds = range(200)

    def answers(actor=7, option="request", crisis=1, day=0):
        return [consents(stub(key, day), actor, option, crisis, 0.0, 5.0) for key in worlds]

    first = answers()
    assert all(answers(day=day) == first for day in range(1, 60))
    assert len({tuple(a) for a in (first, answers(crisis=2), answers(option="concede"), answers(actor=8))}) == 4


@pytest.mark.exact
def test_an_option_is_taken_at_most_once_a_crisis():
    """Also if it is prescribed; the next crisis offers it again."""
    world = stub(concede="always")
    assert [chooses(world, 1, "concede", crisis, 0, -9.0, 5.0) for crisis in (1, 1, 1, 2)] == [True, False, False, True]


@pytest.mark.exact
def test_directives_come_before_utility():
    """never, always and a day counted from the onset; without a directive the utility decides."""
    world = stub(request="never", repress="always", frame=3)
    assert not chooses(world, 1, "request", 1, 0, 99.0, 5.0)
    assert chooses(world, 1, "repress", 1, 0, -99.0, 5.0)
    taken = []
    for world.day in range(6):
        if chooses(world, 1, "frame", 1, 0, 0.0, 5.0):
            taken.append(world.day)
    assert taken == [3]
    assert chooses(world, 1, "concede", 1, 0, 99.0, 5.0)
    assert not chooses(world, 1, "purge", 1, 0, -99.0, 5.0)


# --- organisations --------------------------------------------------------------------------------------------------


@pytest.mark.exact
def test_terms_hold_from_their_first_day_to_the_day_before_their_last():
    """since <= day < until; a clause that never came into force covers nothing."""
    signed, ended = date(2012, 12, 19), date(2020, 1, 1)
    assert [in_force(signed, ended, date(*d)) for d in ((2012, 12, 18), (2012, 12, 19), (2019, 12, 31), (2020, 1, 1))] == [
        False, True, True, False,
    ]  # fmt: skip
    assert in_force(signed, None, date(2100, 1, 1))
    assert not in_force(None, None, date(2022, 1, 1))


@pytest.mark.exact
def test_a_charter_is_that_of_the_start_date(spec, vary):
    """A mandate signed in 2010 and in force in 2012 covers no internal crisis of 2011; members come and go by date."""
    row = {name: i for i, name in enumerate(spec.states)}
    of = {}
    for year in (2011, 2022):
        of[year] = {c.name: c for c in charters(vary(spec, {"scenario.start_date": f"{year}-01-01"}), row)}
    assert [of[year]["CSTO"].clause(external=False) for year in (2011, 2022)] == [0.0, 1.0]
    assert [of[year]["CSTO"].clause(external=True) for year in (2011, 2022)] == [1.0, 1.0]
    assert [row["UZB"] in of[year]["CSTO"].members for year in (2011, 2022)] == [True, False]
    assert [row["UZB"] in of[year]["OTS"].members for year in (2011, 2022)] == [False, True]
    assert of[2022]["OTS"].absent_members == 0  # an absent observer has no vote


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


# --- events, troops, stocks -----------------------------------------------------------------------------------------


@pytest.mark.exact
def test_an_event_rises_in_a_line_and_fades_by_half_lives():
    """Nothing before its start, full size after `ramp` days, half of it a half-life later."""
    event = Event("grievance", "price", 0, start=5, size=0.4, ramp=4, half_life=10.0)
    assert [event.intensity(day) for day in range(4, 9)] == pytest.approx([0.0, 0.1, 0.2, 0.3, 0.4], abs=1e-12)
    assert event.intensity(18) == pytest.approx(0.2, abs=1e-12)
    assert event.intensity(28) == pytest.approx(0.1, abs=1e-12)


@pytest.mark.property
@settings(deadline=None, max_examples=60, derandomize=True)
@given(
    pool=st.integers(0, 10**6),
    share=st.floats(0.0, 1.0),
    days=st.integers(1, 30),
    lag=st.integers(0, 60),
    more=st.integers(0, 20),
)
def test_landings_sum_to_the_contingent(spec, pool, share, days, lag, more):
    """Whole soldiers, spread over the days of build-up, from the day after the decision and its lag on, none lost in rounding."""
    row = {name: i for i, name in enumerate(spec.states)}
    charter = replace(charters(spec, row)[0], pool_rapid=pool, contingent_share=share, deploy_lag=(lag, lag + more))
    fixed = SimpleNamespace(key=np.uint64(share * 1e6))
    world = SimpleNamespace(day=7, agenda=Agenda(), strength=np.ones(len(row)), fixed=fixed, crisis=np.zeros(len(row)))
    Logistics(build_up_days=days).schedule_arrivals(world, charter, 0, charter.sends(world.strength))
    assert sum(task.size for task in world.agenda) == charter.contingent()
    assert all(task.size > 0 and task.size == int(task.size) for task in world.agenda)
    assert all(8 + lag <= task.day < 8 + lag + more + days for task in world.agenda)


@pytest.mark.exact
def test_days_to_a_landing_are_a_number_or_a_range(intervention, vary):
    """One number is itself; a range gives every number in it to some crisis, and is refused upside down."""
    assert Lags(deploy=3) == Lags(deploy=(3, 3))
    assert Lags(deploy=3).model_dump()["deploy"] == 3 and Lags(deploy=(3, 4)).model_dump()["deploy"] == [3, 4]
    for wrong in ((4, 3), -1, 2.5, True, "x", (1, 2, 3), 400, float("inf"), float("nan"), None, {}):
        with pytest.raises(ValueError, match="one number, or"):
            Lags(deploy=wrong)
    ranged = vary(intervention, {"organisations.CSTO.lags.deploy": [2, 4]})
    waited = set()
    for replication in range(12):
        days = {e.kind: e.day for e in sim.simulate(vary(ranged, {"replication": replication})).events}
        waited.add(days["arrival"] - days["decision"] - 1)
    assert waited == {2, 3, 4}


@pytest.mark.exact
def test_a_deployment_arrives_whole_and_leaves_whole(intervention):
    """All soldiers of the contingent land, none remain at the end, and troop-days and cost add up."""
    records = sim.simulate(intervention)
    troops = records["troops"]
    contingent = round(20000 * 0.115)
    assert troops.max() == contingent and troops[-1].sum() == 0 and (troops >= 0).all()
    days = {e.kind: e.day for e in records.events}
    assert days["request"] < days["decision"] <= days["arrival"] < days["withdrawal"] < days["withdrawn"]
    assert troops[: days["arrival"] + 1].sum() == 0  # row d is the morning of day d
    assert days["withdrawn"] - days["withdrawal"] == 5  # six equal parts
    leader = records.names.states.index("RUS")
    assert records["cost"][-1, leader] == pytest.approx(records.troop_days.sum() * 200 / 1e6, rel=1e-12)


@pytest.mark.exact
def test_troops_leave_after_calm(intervention, vary):
    """The withdrawal starts on the first day before which the streets were calm for the days of the charter."""
    for calm in (2, 6):
        changes = {"organisations.CSTO.lags.calm": calm, "organisations.CSTO.lags.mandate": 365}
        model = sim.InfluenceModel(vary(intervention, changes | {"scenario.events.fuel_price.size": 0.15}))
        calm_days = []
        for _ in range(60):
            calm_days.append(int(model.world.calm_days[model.world.fixed.host]))
            model.step()
        (withdrawal,) = [e.day for e in model.world.log if e.kind == "withdrawal"]
        landed = next(e.day for e in model.world.log if e.kind == "arrival")
        assert withdrawal == next(day for day in range(landed, 60) if calm_days[day] >= calm)


@pytest.mark.exact
@pytest.mark.parametrize("mandate", [1, 10, 25])
def test_troops_leave_when_the_mandate_ends(intervention, vary, mandate):
    """Without calm the mandate ends the deployment, counted from the decision; all leave in the days of the exit."""
    changes = {"organisations.CSTO.lags.calm": 365, "organisations.CSTO.lags.mandate": mandate}
    records = sim.simulate(vary(intervention, changes))
    days = {e.kind: e.day for e in records.events}
    assert days["withdrawal"] - days["decision"] == mandate
    assert records["troops"][days["withdrawn"] + 1 :].sum() == 0
    assert days["withdrawn"] - days["withdrawal"] < 6


@pytest.mark.exact
@pytest.mark.parametrize("changes", [{"contingent_share": 0.0}, {"lags.deploy": 100}], ids=["nobody sent", "late"])
def test_a_commitment_ends_with_its_mandate_even_if_nobody_landed(intervention, vary, changes):
    """A promise that deters is not for ever: after the mandate the pool no longer counts as backing."""
    keys = {f"organisations.CSTO.{key}": value for key, value in changes.items()}
    model = run(vary(intervention, keys | {"organisations.CSTO.lags.mandate": 20}), days=60)
    world, s = model.world, model.world.fixed.host
    assert any(e.kind == "decision" for e in world.log)
    assert not world.commitments[:, :, s].any()
    assert model.world.mechanisms.policing.promised_force(world, s) == model.world.mechanisms.policing.own_force(
        world, s
    )


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
def test_autonomy_is_one_minus_the_concentration_of_dependence():
    """Four equal partners: .25; one partner: 1 [Hirschman1945]."""
    for shares, concentration in (([0.25] * 4, 0.25), ([1.0, 0, 0, 0], 1.0)):
        dependence = np.tile(np.array(shares)[None, :, None], (3, 1, 1))
        world = SimpleNamespace(dependence=dependence, mechanisms=SimpleNamespace(influence=Influence()))
        Autonomy().concentration(world)
        assert world.independence[0] == pytest.approx(1 - concentration, abs=1e-11)


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


@pytest.mark.exact
def test_joint_acts_fade_over_two_years():
    """1 - 1/24 a month, nothing on other days; the index is one half at `half_acts`."""
    rule, world = Integration(), SimpleNamespace(joint_acts=np.array([6.0]), day=0)
    for world.day in range(61):
        rule.step(world)
    assert world.joint_acts[0] == pytest.approx(6.0 * (23 / 24) ** 2, abs=1e-12)
    assert rule.index(6.0) == 0.5


@pytest.mark.exact
def test_draws_do_not_move_when_other_actors_are_added_or_act(load, vary):
    """Two scenarios, and a stage with one organisation less, share traits, links, drawn indicators and draws of clashes."""
    free = vary(load("citizens=1000", "days=40"), {"indicators": "drawn"})
    directed = vary(load("scenario=csto_intervention", "citizens=1000", "days=40"), {"indicators": "drawn"})
    fewer = free.model_copy(update={"organisations": {k: v for k, v in free.organisations.items() if k != "OTS"}})
    first, *others = (Stage(s).world(1, 5) for s in (free, directed, fewer))
    for other in others:
        for name in ("traits", "links", "legitimacy0", "security", "volume0"):
            assert np.array_equal(getattr(first.fixed, name), getattr(other.fixed, name)), name
        for name in ("alignment", "successor"):
            assert np.array_equal(getattr(first, name), getattr(other, name)), name
    silent = {"mechanisms.response.enabled": False, "mechanisms.assistance.enabled": False}
    a, b = (sim.simulate(vary(s, silent)) for s in (free, fewer))
    for name in ("protest", "deaths", "detained", "elite_alignment"):
        assert np.array_equal(a[name], b[name]), name


# --- the contract of every mechanism --------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def storm(load, vary) -> tuple:
    """Two crises, of which the government survives the first, and after the second a war for territory and one between two
    members of an organisation: every mechanism has something to do in one of them.
    """
    loan = "+scenario.directives.TUR={loan: {HOST: 5}}"
    base = load("scenario=both", loan, "citizens=2000", "days=200")
    mild, strong = (base.scenario.events["fuel_price"].model_dump() | {"size": size} for size in (0.3, 1.0))
    late = WAR | {"start": 120, "territory": 0.3}
    among_members = WAR | {"start": 100, "state": "TJK", "attacker": "KGZ"}
    return tuple(
        vary(base, {"scenario.events": events})
        for events in ({"price": mild}, {"price": strong, "war": late, "border": among_members})
    )


def traced(storm) -> SimpleNamespace:
    """Daily values of the worlds of `storm`, and their events as (day, kind)."""
    trace = {name: [] for name in ("capacity", "strength", "loyal", "disposition", "joint_acts", "in_crisis")}
    series: dict[str, list] = {}
    events = []
    for spec in storm:
        model = sim.InfluenceModel(spec)
        for _ in range(spec.days):
            model.step()
            for name, days in trace.items():
                days.append(getattr(model.world, name).copy())
        for name, data in model.records.series.items():
            series.setdefault(name, []).append(data)
        events.append({(e.day, e.kind) for e in model.world.log})
    return SimpleNamespace(
        **{k: np.array(v) for k, v in trace.items()},
        series={k: np.array(v) for k, v in series.items()},
        events=events,
        kinds={kind for world in events for _, kind in world},
    )


def moves(data: np.ndarray) -> bool:
    """Does a series (worlds, days, ...) change from day to day?"""
    return bool((data[:, 1:] != data[:, :-1]).any())


def moves_by_itself(t) -> bool:
    """Legitimacy changes on days on which nothing happened."""
    quiet_days = [[day for day in range(200) if day not in {d for d, _ in world}] for world in t.events]
    change = t.series["legitimacy"][:, 1:] != t.series["legitimacy"][:, :-1]
    return any(change[i, days].any() for i, days in enumerate(quiet_days))


# What each mechanism alone brings about; false when it is switched off.
EFFECTS = {
    "events": lambda t: t.in_crisis.any() or "grievance" in t.kinds,
    "readiness": lambda t: (t.strength != 1).any(),
    "instruments": lambda t: bool(t.kinds & {"ministers", "loan"}),
    "legitimacy": moves_by_itself,
    "delivery": lambda t: t.series["troops"].any() or bool(t.kinds & {"arrival", "ministers", "trade"}),
    "logistics": lambda t: bool(t.kinds & {"withdrawal", "withdrawn"}),
    "policing": lambda t: (t.series["arrest_risk"] < 1).any(),
    "contention": lambda t: t.series["protest"].any(),
    "clashes": lambda t: t.series["deaths"].any() or t.series["detained"].any(),
    "contest": lambda t: (t.series["survival"] < 1).any(),
    "territory": lambda t: t.series["territory_lost"].any(),
    "defection": lambda t: "defection" in t.kinds or not t.loyal.all() or (t.series["coalition"] < 1 - 1e-9).any(),
    "succession": lambda t: bool(t.kinds & {"fall", "crisis over"}) or not t.series["incumbent"].all(),
    "response": lambda t: bool(t.kinds & {"request", "repress", "concede", "frame", "purge", "mediation"}),
    "assistance": lambda t: bool(t.kinds & {"decision", "refusal", "statement", "trade"}) or t.series["troops"].any(),
    "statecraft": lambda t: "loan" in t.kinds,
    "breach": lambda t: "breach" in t.kinds,
    "alignment": lambda t: (
        moves(t.series["elite_alignment"]) or moves(t.series["public_alignment"]) or t.disposition.any()
    ),
    "opinions": lambda t: t.series["favourable"].size > 0 and moves(t.series["favourable"]),
    "influence": lambda t: moves(t.series["influence_share"]),
    "autonomy": lambda t: moves(t.series["autonomy"]) or moves(t.series["autonomy_demand"]),
    "integration": lambda t: (np.diff(t.joint_acts[:200], axis=0) < 0).any(),
    "rescue": lambda t: (t.capacity != 1).any(),
}


@pytest.fixture(scope="session")
def storm_trace(storm):
    """The storm with every mechanism on."""
    return traced(storm)


@pytest.mark.exact
@pytest.mark.parametrize("name", list(Mechanisms.model_fields))
def test_a_mechanism_switched_off_changes_nothing(name, storm, storm_trace, vary):
    """Its effect is there when it is on and absent when it is off, and the other mechanisms run on without it."""
    assert EFFECTS[name](storm_trace), "the scenario gives the mechanism nothing to do"
    off = traced([vary(spec, {f"mechanisms.{name}.enabled": False}) for spec in storm])
    assert not EFFECTS[name](off)
    assert all(np.isfinite(data).all() for data in off.series.values())


@pytest.mark.exact
def test_a_day_leaves_what_is_fixed_untouched(storm):
    """Names, charters, ties, indicators, traits and the graph are inputs: 60 days change none of them."""
    stage = Stage(storm[0])
    model = sim.InfluenceModel(stage)
    before = {name: deepcopy(getattr(model.world.fixed, name)) for name in FIXED_FIELDS}
    ties = {f.name: getattr(model.world.fixed.ties, f.name).copy() for f in fields(model.world.fixed.ties)}
    tables = {n: t.value.copy() for n, t in (stage.indicators.state | stage.indicators.tie).items()}
    exposure = [event.exposure.copy() for event in model.world.fixed.events]
    edges = {(u, v, k): dict(d) for u, v, k, d in stage.graph.edges(keys=True, data=True)}
    for _ in range(60):
        model.step()
    assert len(model.world.log) > 10
    for name in set(FIXED_FIELDS) - {"ties", "events"}:
        assert np.array_equal(getattr(model.world.fixed, name), before[name]), name
    assert [event.name for event in model.world.fixed.events] == [event.name for event in before["events"]]
    assert all(np.array_equal(s.exposure, e) for s, e in zip(model.world.fixed.events, exposure, strict=True))
    assert all(np.array_equal(getattr(model.world.fixed.ties, n), a) for n, a in ties.items())
    assert all(np.array_equal(t.value, tables[n]) for n, t in (stage.indicators.state | stage.indicators.tie).items())
    assert {(u, v, k): d for u, v, k, d in stage.graph.edges(keys=True, data=True)} == edges


def numbers(model_class, prefix="") -> list[tuple[str, dict]]:
    """(key, declaration) of every numeric parameter of a tree of models."""
    declarations = []
    for name, field in model_class.model_fields.items():
        extra = field.json_schema_extra or {}
        if "low" in extra:
            declarations.append((f"{prefix}{name}", extra | {"default": field.default}))
        elif isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            declarations += numbers(field.annotation, f"{prefix}{name}.")
    return declarations


GROWING = ("deaths", "detained", "cost", "troop_days")


def check_bounds(world, yesterday: dict) -> None:
    """Every state variable is finite and within its documented bounds; totals never shrink."""
    for declaration in world.declarations:
        if declaration.is_array:
            value = getattr(world, declaration.name)
            assert np.isfinite(value).all(), declaration.name
            assert (value >= declaration.low).all() and (value <= declaration.high).all(), declaration.name
    for name in GROWING:
        assert (getattr(world, name) >= yesterday.get(name, 0)).all(), name
        yesterday[name] = getattr(world, name).copy()
    assert (world.alignment[np.arange(world.fixed.state_of.size), world.fixed.state_of] == 1).all()
    assert world.protest_counts[:, 0].sum() == (world.activity == 1).sum()
    assert all(task.day >= world.day - 1 for task in world.agenda)  # nothing is forgotten


NUMBERS = dict(numbers(Mechanisms))
WAR = {"kind": "attack", "state": "KAZ", "attacker": "CHN", "start": 10, "size": 1.0, "ramp": 2, "half_life": 20.0}
EVENTS = {
    kind: {"kind": kind, "state": "KAZ", "start": 5, "size": 1.0, "ramp": 1, "half_life": 40.0} for kind in EVENT_KINDS
}
EVENTS["attack"] |= {"attacker": "RUS", "territory": 1.0}
EVENTS["rupture"] |= {"other": "RUS"}


@pytest.mark.property
@settings(deadline=None, max_examples=20, derandomize=True)
@given(
    seed=st.integers(0, 2**40),
    ends=st.lists(st.tuples(st.sampled_from(sorted(NUMBERS)), st.sampled_from(["low", "high"])), max_size=6),
    scenario=st.sampled_from(["both", "kazakhstan_2022"]),
    indicators=st.sampled_from(["central", "drawn"]),
    rules=st.sampled_from(["friedkin_johnsen", "degroot", "bounded_confidence"]),
    ratio=st.sampled_from(["smooth", "floor", "round"]),
    size=st.sampled_from([0.0, 0.23, 0.5, 1.0]),
    events=st.lists(st.sampled_from(sorted(EVENTS)), max_size=4, unique=True),
)
def test_state_variables_stay_within_their_bounds(
    load, vary, seed, ends, scenario, indicators, rules, ratio, size, events
):
    """On each of 60 days, at the ends of parameter ranges, under every rule, in revolt, in war and after any event."""
    base = load(f"scenario={scenario}", "citizens=1000", "days=60")
    struck = {"fuel_price": base.scenario.events["fuel_price"].model_dump() | {"size": size}}
    changes = {
        "seed": seed,
        "indicators": indicators,
        "mechanisms.alignment.rule": rules,
        "mechanisms.policing.ratio": ratio,
        "scenario.events": struck | {kind: EVENTS[kind] for kind in events},
    }
    model = sim.InfluenceModel(vary(base, changes | {f"mechanisms.{key}": NUMBERS[key][end] for key, end in ends}))
    yesterday: dict = {}
    for _ in range(60):
        model.step()
        check_bounds(model.world, yesterday)


CONTESTED = (
    "response.framing_licence", "defection.framing_cohesion", "legitimacy.framing_discount", "autonomy.demand_growth",
    "alignment.resentment", "alignment.persuasion", "alignment.gratitude", "rescue.dependence",
    "alignment.corruption_channel", "legitimacy.backlash", "legitimacy.foreign_troops", "readiness.drain",
    "legitimacy.territory_blame", "events.fraud_discredit", "events.succession_rents", "events.financial_hardship",
    "alignment.rupture_elites", "alignment.rupture_public",
)  # fmt: skip


@pytest.mark.exact
def test_no_contested_claim_holds_by_construction():
    """The range of every coefficient that carries a claim holds zero and both signs, and the claims are marked."""
    models = [m for m in vars(schema).values() if isinstance(m, type) and issubclass(m, BaseModel)]
    declared = [pair for m in models for pair in numbers(m)]
    claims = {key: d for key, d in declared if d.get("claim")}
    assert {f"mechanisms.{key}" for key in CONTESTED} <= set(claims)
    assert [key for key, d in claims.items() if not d["low"] < 0 < d["high"]] == []


@pytest.mark.exact
def test_every_default_lies_within_its_range():
    """Defaults are not validated when the schema is built, so they are checked here."""
    assert len(NUMBERS) > 60
    assert [key for key, d in NUMBERS.items() if not d["low"] <= d["default"] <= d["high"]] == []
