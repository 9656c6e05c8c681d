"""Dated events: each kind moves its target with its ramp and reverses as stated; without them not a bit changes."""

import re
from dataclasses import replace
from math import exp, log
from types import SimpleNamespace

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from experiments.cli import main
from sim.actors.charter import ON_REQUEST
from sim.actors.choices import consents
from sim.actors.orders import Order
from sim.core.axes import CULTURAL, ECONOMIC
from sim.equations.choice import chance
from sim.mechanisms.event_kinds import EVENT_KINDS
from sim.mechanisms.readiness import MOST, Readiness
from sim.metrics import METRICS
from sim.stage.build import Stage
from sim.stage.build_charters import charters

COMMON = {"start": 3, "size": 0.8, "ramp": 4, "half_life": 5.0}
PARTICULARS = {
    "attack": {"attacker": "RUS", "territory": 0.3}, "rupture": {"other": "RUS"}, "succession": {"until": 20},
}  # fmt: skip


def an_event(kind: str, **keys) -> dict:
    """An event of the kind on the host, or with the keys that are given."""
    return {"kind": kind, "state": "KAZ", **COMMON, **PARTICULARS.get(kind, {}), **keys}


@pytest.fixture(scope="session")
def struck(spec, vary):
    """`struck(fraud=an_event("fraud"), ...)`: the small default scenario with these events and no others."""

    def with_events(changes=None, **events):
        return vary(spec, {"scenario.split.depth": 0.0} | (changes or {}) | {"scenario.events": events})

    return with_events


def begun(spec, days: int = 0) -> sim.InfluenceModel:
    """A model after some days."""
    model = sim.InfluenceModel(spec)
    for _ in range(days):
        model.step()
    return model


def old_guard(world, spec) -> list[int]:
    """Rows of the host's old guard."""
    factions = spec.states[spec.scenario.host].factions
    return [
        f
        for f, (code, role) in enumerate(world.fixed.names.factions)
        if code == spec.scenario.host and factions[role].old_guard
    ]


# --- the levels of a day ----------------------------------------------------------------------------------------------

# kind -> (level of the world that it raises, what it stands at for a size)
LEVEL = {
    "grievance": (lambda w: w.pressure[0], lambda rules, size: size),
    "fraud": (lambda w: w.discredit[w.fixed.host], lambda rules, size: rules.events.fraud_discredit * size),
    "succession": (
        lambda w: w.rent_loss[w.fixed.factions_of(w.fixed.host)].min(), lambda rules, size: rules.events.succession_rents * size,
    ),
    "split": (lambda w: w.rent_loss.max(), lambda rules, size: rules.events.old_guard_rents * size),
    "armed": (lambda w: w.armed[w.fixed.host], lambda rules, size: size),
    "seizure": (lambda w: w.sites_lost[w.fixed.host], lambda rules, size: size),
    "attack": (lambda w: w.attack[w.fixed.host], lambda rules, size: size),
    "distraction": (lambda w: w.distraction[w.fixed.host], lambda rules, size: size),
    "war": (lambda w: w.mobilisation[w.fixed.host], lambda rules, size: size),
    "financial": (
        lambda w: 1.0 - w.flow_left[ECONOMIC, w.fixed.host, 1], lambda rules, size: rules.events.financial_trade * size,
    ),
    "rupture": (lambda w: w.rift[w.fixed.names.states.index("RUS"), w.fixed.host], lambda rules, size: size),
}  # fmt: skip


@pytest.mark.exact
@pytest.mark.parametrize("kind", list(EVENT_KINDS))
def test_every_kind_rises_with_its_ramp_and_reverses(kind, struck):
    """Its level follows size x rise x decay on every day, and is back where it was once the event is spent or ends."""
    level, expected = LEVEL[kind]
    model = begun(struck(event=an_event(kind)))
    (event,), rule = model.world.fixed.events, model.world.mechanisms.events
    calm = level(model.world)
    for day in range(80):
        model.world.day = day
        rule.step(model.world)
        assert level(model.world) == pytest.approx(expected(model.world.mechanisms, event.intensity(day)), abs=1e-12)
    assert level(model.world) == calm == 0.0
    assert event.intensity(6) == 0.8 and event.intensity(11) == pytest.approx(0.4)


@pytest.mark.exact
def test_an_event_can_end_at_once(struck):
    """Nothing from the day `until` on, whatever the half-life."""
    model = begun(struck(event=an_event("armed", half_life=1000.0, until=10)))
    (event,) = model.world.fixed.events
    assert event.intensity(9) > 0.79 and event.intensity(10) == 0.0 and event.intensity(500) == 0.0


@pytest.mark.exact
def test_events_of_size_zero_change_no_bit(spec, struck, vary):
    """Every kind is there and weighs nothing: all series are those of the scenario without them."""
    price = spec.scenario.events["fuel_price"].model_dump()
    events = {kind: an_event(kind, size=0.0) for kind in EVENT_KINDS}
    with_all = sim.simulate(struck(price=price, **events))
    without = sim.simulate(struck(price=price))
    for name, series in without.series.items():
        assert np.array_equal(series, with_all[name]), name
    assert without["protest"].max() > 0.01


@pytest.mark.exact
@pytest.mark.parametrize("kind", list(EVENT_KINDS))
def test_which_kinds_open_a_crisis(kind, struck):
    """Those that endanger a government do, in the state they strike; a war elsewhere or a rupture does not."""
    calm = {"succession", "distraction", "war", "rupture"}
    model = begun(struck(event=an_event(kind)), days=5)
    assert bool(model.world.in_crisis[model.world.fixed.host]) == (kind not in calm)
    assert [e.kind for e in model.world.log][:1] == [kind]


@pytest.mark.exact
def test_a_financial_crisis_abroad_is_no_crisis_of_a_government(struck):
    """Elsewhere it works through flows alone."""
    model = begun(struck(event=an_event("financial", state="TUR")), days=8)
    world = model.world
    assert not world.in_crisis.any() and not world.pressure.any()
    assert (world.flow_left[ECONOMIC, world.fixed.names.states.index("TUR")] < 0.9).all()


# --- what they move ---------------------------------------------------------------------------------------------------


@pytest.mark.exact
def test_fraud_lowers_legitimacy_for_a_while_and_brings_more_people_out(struck):
    """Beside the same grievance: lower legitimacy, more protest; back at rest in the end; the other sign raises it."""
    keys = {"days": 200, "scenario.directives": {"CSTO": {"act": "never"}, "OTS": {"act": "never"}}}  # no observers
    fraud, price, praised = (
        sim.simulate(struck(keys | more, event=an_event(kind, size=0.35)))
        for kind, more in (
            ("fraud", {}), ("grievance", {}), ("fraud", {"mechanisms.events.fraud_discredit": -0.5}),
        )
    )  # fmt: skip
    gap = fraud["legitimacy"] - price["legitimacy"]
    assert gap[10] < -0.01 and abs(gap[-1]) < 0.005
    assert fraud["protesters"].sum() > price["protesters"].sum()
    assert praised["legitimacy"][10] > price["legitimacy"][10]


@pytest.mark.exact
def test_a_succession_makes_every_faction_readier_to_leave_until_it_is_over(struck):
    """The rent ratio falls by exp(-loss) and is whole again from the day it ends."""
    model = begun(struck(event=an_event("succession", half_life=36500.0)))
    world, rule = model.world, model.world.mechanisms.defection
    rows = range(*world.fixed.faction_starts[[world.fixed.host, world.fixed.host + 1]])
    before = [rule.rents(world, row) for row in rows]
    for _ in range(15):
        model.step()
    lost = world.rent_loss[rows[0]]
    assert lost == pytest.approx(0.8 * model.world.mechanisms.events.succession_rents, rel=1e-3)
    assert [rule.rents(world, row) for row in rows] == pytest.approx([exp(-lost) * r for r in before], rel=1e-12)
    assert all(rule.hazard(0.7, exp(-lost) * r, 0.0) > rule.hazard(0.7, r, 0.0) for r in before)
    for _ in range(10):
        model.step()
    assert [rule.rents(world, row) for row in rows] == before


@pytest.mark.exact
def test_a_dated_split_equals_the_split_of_day_zero(spec, struck, vary):
    """Same rents of the old guard and same own force as `scenario.split` of that depth; later both are whole again."""
    split = an_event("split", start=0, ramp=1, size=0.6, half_life=36500.0, until=9)
    with_event = begun(struck(event=split), days=1)
    with_split = begun(vary(spec, {"scenario.events": {}, "scenario.split.depth": 0.6}), days=1)
    rows = range(*with_event.world.fixed.faction_starts[[with_event.world.fixed.host, with_event.world.fixed.host + 1]])
    guard = old_guard(with_event.world, spec)
    assert 0 < len(guard) < len(rows)

    def standing(model):
        s, rules = model.world.fixed.host, model.world.mechanisms
        return [rules.defection.rents(model.world, row) for row in rows], rules.policing.own_force(model.world, s)

    for a, b in zip(standing(with_event), standing(with_split), strict=True):
        assert a == pytest.approx(b, rel=1e-12)
    for _ in range(10):
        with_event.step()
    assert standing(with_event)[0] == with_event.world.fixed.rent_ratio[rows].tolist()


@pytest.mark.exact
def test_a_split_strikes_the_factions_it_names(struck):
    """Without the security faction among them the forces do not waver."""
    model = begun(struck(event=an_event("split", factions=["economic", "regional"])), days=8)
    world = model.world
    struck_roles = {world.fixed.names.factions[f][1] for f in world.rent_loss.nonzero()[0]}
    assert struck_roles == {"economic", "regional"} and not world.disloyalty.any()


@pytest.mark.exact
def test_seized_sites_take_force_until_they_are_retaken(struck):
    """Own force falls to exp(-key_sites x sites), and comes back with the half-life."""
    model = begun(struck(event=an_event("seizure", half_life=2.0)))
    world, rule = model.world, model.world.mechanisms.policing
    full = rule.own_force(world, world.fixed.host)
    shares = []
    for _ in range(40):
        model.step()
        shares.append(
            rule.own_force(world, world.fixed.host) / full / (1 + rule.deterrence * world.violence[world.fixed.host])
        )
    scale = shares[-1]
    assert min(shares) / scale == pytest.approx(exp(-rule.key_sites * 0.8), rel=1e-9) and np.argmin(shares) == 6
    assert shares[0] > shares[3] > shares[6] < shares[9] < shares[-1] == shares[-2]


@pytest.mark.exact
def test_a_financial_crisis_shrinks_flows_and_stocks_which_come_back(struck):
    """Bandwidth with partners falls at the month's end, both ways, military ties do not; years later it is at rest again."""
    model = begun(struck({"days": 1500, "organisations": {}}, event=an_event("financial", start=10, half_life=60.0)))
    world, start = model.world, model.world.bandwidth.copy()
    s = world.fixed.host
    tied = start[ECONOMIC, :, s] > 0
    low = start.copy()
    for _ in range(1500):
        model.step()
        low = np.minimum(low, world.bandwidth)
    assert (low[ECONOMIC, tied, s] < start[ECONOMIC, tied, s]).all()
    assert (low[ECONOMIC, s] <= start[ECONOMIC, s]).all() and (low[ECONOMIC, s] < start[ECONOMIC, s]).any()
    assert np.array_equal(low[1], start[1]) and np.array_equal(low[2], start[2])
    assert np.abs(world.bandwidth - start).max() < 0.2 * np.abs(low - start).max()
    assert np.array_equal(world.volume, world.fixed.volume0)


@pytest.mark.exact
def test_a_rupture_estranges_both_sides_and_fades(struck, quiet):
    """Elites and publics of both turn away from each other, from nobody else at once, and return."""
    calm = begun(quiet, days=60).world
    model = begun(struck({"days": 400}, event=an_event("rupture", state="TUR", half_life=10.0)), days=6)
    world = model.world
    a, b = (world.fixed.names.states.index(code) for code in ("TUR", "RUS"))
    calm_now = begun(quiet, days=6).world
    for alignment in ("elite_alignment", "public_alignment"):
        change = getattr(world, alignment) - getattr(calm_now, alignment)
        assert change[a, b] < -0.01 and change[b, a] < -0.01
        change[[a, b], [b, a]] = 0.0
        assert np.abs(change).max() < 0.01
    assert world.flow_left[ECONOMIC, a, b] == world.flow_left[ECONOMIC, b, a] < 1.0
    assert world.flow_left[CULTURAL, a, b] == world.flow_left[CULTURAL, b, a] < world.flow_left[ECONOMIC, a, b]
    for _ in range(390):
        model.step()
    assert np.abs(world.elite_alignment - calm.elite_alignment).max() < 0.02


@pytest.mark.exact
def test_a_rupture_can_be_healed(struck):
    """What is reconciled is gone from alignment and flows; with all of it not a bit differs from no rupture."""
    healed, calm = (begun(struck(event=an_event("rupture", state="TUR", size=size))) for size in (0.8, 0.0))
    healed.world.reconciled.fill(1.0)
    for _ in range(40):
        healed.step()
        calm.step()
    for name, series in calm.records.series.items():
        assert np.array_equal(series, healed.records[name]), name
    assert np.array_equal(healed.world.bandwidth, calm.world.bandwidth)


# --- the stock of deployable force ------------------------------------------------------------------------------------


@pytest.mark.exact
def test_war_drains_a_stock_that_recovers_afterwards(struck):
    """Day by day as the recursion says; a mere distraction takes nothing."""
    events = {
        "war": an_event("war", state="RUS", start=0, ramp=1, size=1.0, half_life=36500.0, until=50),
        "busy": an_event("distraction", state="TUR", start=0, ramp=1, size=1.0, half_life=36500.0),
    }
    model = begun(struck({"days": 400}, **events))
    world, rule = model.world, model.world.mechanisms.readiness
    k, other = (world.fixed.names.states.index(code) for code in ("RUS", "TUR"))
    expected = 1.0
    for day in range(400):
        model.step()
        fought = 2.0 ** (-day / 36500.0) if day < 50 else 0.0
        expected += rule.recovery * (1.0 - expected) - rule.drain * fought * expected
        assert world.strength[k] == pytest.approx(expected, rel=1e-12)
        assert world.strength[other] == 1.0
        if day == 49:
            assert 0.5 < expected < 0.7
    assert expected > 0.85


@pytest.mark.property
@settings(max_examples=40, derandomize=True)
@given(
    drain=st.floats(-0.005, 0.03), recovery=st.floats(0.0, 0.05), effort=st.floats(0.0, 1.0), start=st.floats(0.0, MOST)
)
def test_deployable_force_stays_within_its_bounds(drain, recovery, effort, start):
    """For every coefficient, war and beginning; no war takes nothing, and full force stays full."""
    world = SimpleNamespace(mobilisation=np.array([effort, 0.0]), strength=np.array([start, 1.0]))
    rule = Readiness(drain=drain, recovery=recovery)
    for _ in range(300):
        rule.step(world)
        assert 0.0 <= world.strength[0] <= MOST and world.strength[1] == 1.0


@pytest.mark.exact
def test_a_pool_shrinks_with_what_its_members_have_left(spec, vary):
    """Pool and contingent by shares: a member behind a fifth of it, the leader behind the rest."""
    shared = vary(spec, {"organisations.CSTO.pools.shares": {"KAZ": 0.2}})
    row = {code: i for i, code in enumerate(shared.states)}
    charter = charters(shared, row)[0]
    strength = np.ones(len(row))
    assert charter.pool(strength) == charter.pool_rapid and charter.sends(strength) == charter.contingent()
    strength[row["KAZ"]] = 0.5
    assert charter.pool(strength) == pytest.approx(0.9 * charter.pool_rapid)
    strength[row["RUS"]] = 0.25
    assert charter.pool(strength) == pytest.approx(0.3 * charter.pool_rapid)
    assert charter.sends(strength) == round(0.3 * charter.pool_rapid * charter.contingent_share)
    assert replace(charter, pool_rapid=0.0).pool(strength) == 0.0


@pytest.mark.exact
def test_a_spent_patron_promises_sends_and_hopes_less(load, vary):
    """Less promised force, fewer soldiers, less hope of consent, a smaller gain from asking."""
    full = load("scenario=csto_intervention", "citizens=2000", "days=40")
    spent = vary(full, {"scenario.strength": {"RUS": 0.4}, "mechanisms.readiness.recovery": 0.0})
    sent, promised, hoped = [], [], []
    for each in (full, spent):
        model = begun(each)
        world, s = model.world, model.world.fixed.host
        charter = next(c for c in world.fixed.charters if c.pool_rapid > 0)
        hoped.append(model.world.mechanisms.assistance.expected_consent(world, charter, s))
        world.commitments[charter.row, ON_REQUEST, s] = True
        promised.append(
            model.world.mechanisms.contest.promised_force(world, s)
            - model.world.mechanisms.policing.own_force(world, s)
        )
        sent.append(sim.simulate(each)["troops"].max())
    share = 1.0 - 0.6 * dict(charter.contributions)[charter.leader]
    assert promised[1] == pytest.approx(share * promised[0], rel=1e-9)
    assert sent[0] == charter.contingent() and sent[1] == round(share * charter.pool_rapid * charter.contingent_share)
    assert hoped[1] < hoped[0]


# --- territory --------------------------------------------------------------------------------------------------------

FRONT = {"start": 2, "size": 1.0, "ramp": 1, "half_life": 36500.0, "attacker": "RUS", "territory": 0.3}


@pytest.mark.exact
def test_territory_is_lost_towards_the_line_that_force_can_hold(struck):
    """It rises to a line within the aim, is a series and a metric, and the weaker the defence the more is lost."""
    lost = []
    for strength in (0.2, 2.0):
        spec = struck({"mechanisms.contest.attack_strength": strength}, event=an_event("attack", **FRONT))
        records = sim.simulate(spec)
        series = records["territory_lost"]
        assert not series[:3].any() and (np.diff(series[3:30]) > 0).all() and 0 < series.max() < 0.3
        assert METRICS["territory_lost"].function(records) == series[-1]
        lost.append(series[-1])
    assert lost[0] < lost[1]


@pytest.mark.exact
def test_a_ceasefire_freezes_the_front(struck):
    """With a full truce attack, effort and losses rest; a half one halves the attack."""
    model = begun(struck(event=an_event("attack", **FRONT)), days=15)
    world, s = model.world, model.world.fixed.host
    there = world.territory_lost[s]
    assert there > 0.0 and world.attack[s] == pytest.approx(1.0, rel=1e-3)
    world.truce[s] = 0.5
    model.step()
    assert world.attack[s] == pytest.approx(0.5, rel=1e-3) and world.territory_change[s] != 0.0
    world.truce[s] = 1.0
    there = world.territory_lost[s]
    for _ in range(10):
        model.step()
    assert world.territory_lost[s] == there and world.attack[s] == 0.0 and not world.mobilisation.any()
    assert not world.territory_change.any()


@pytest.mark.exact
def test_lost_territory_counts_against_the_government_or_rallies(struck):
    """Legitimacy beside the same attack with no blame: lower with blame, higher where losses rally."""
    end = []
    for blame in (0.0, 0.5, -0.5):
        records = sim.simulate(
            struck({"mechanisms.legitimacy.territory_blame": blame, "days": 30}, event=an_event("attack", **FRONT))
        )
        end.append(records["legitimacy"][-1])
    assert end[1] < end[0] < end[2]


@pytest.mark.exact
def test_an_attack_without_aim_takes_no_territory_and_wears_nobody_out(struck):
    """As before there was a track of territory: attention and forces drawn off, no front, no drain."""
    model = begun(struck(event=an_event("attack", **(FRONT | {"territory": 0.0}))), days=30)
    world = model.world
    assert world.attack[world.fixed.host] > 0.9 and world.distraction.max() > 0.9
    assert not world.territory_lost.any() and not world.mobilisation.any() and (world.strength == 1.0).all()


@pytest.mark.exact
def test_a_worn_out_attacker_is_weaker(struck):
    """The force of an attack is in proportion to what its sender has left."""
    model = begun(
        struck({"scenario.strength": {"RUS": 0.5}}, event=an_event("attack", **(FRONT | {"territory": 0.0}))), days=4
    )
    world, s = model.world, model.world.fixed.host
    k = world.fixed.names.states.index("RUS")
    half = model.world.mechanisms.contest.opposing_force(world, s)
    world.strength[k], share = 1.0, world.strength[k]
    assert half == pytest.approx(share * model.world.mechanisms.contest.opposing_force(world, s), rel=1e-12)


# --- the rule of decision ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def calm_world(quiet):
    """A world in which nothing has happened."""
    return Stage(quiet).world(1, 0)


@pytest.mark.property
@settings(max_examples=100, derandomize=True)
@given(utility=st.floats(-3, 3), actor=st.integers(0, 10**6), crisis=st.integers(0, 50))
def test_a_threshold_decides_by_the_sign_alone(utility, actor, crisis, calm_world):
    """The random utility plays no part, and nothing is worth nothing."""
    assert (
        consents(calm_world, actor, "answer", crisis, utility, np.inf)
        == (utility > 0.0)
        == bool(chance(utility, np.inf))
    )


@pytest.mark.statistical
def test_a_quantal_choice_is_taken_with_its_chance(calm_world):
    """2,000 actors, chance logistic(lambda U); four standard errors, false alarm below 1e-4."""
    for utility, rationality in ((0.3, 5.5), (-0.2, 2.0)):
        expected = chance(utility, rationality)
        taken = np.mean([consents(calm_world, a, "answer", 1, utility, rationality) for a in range(2000)])
        assert abs(taken - expected) < 4 * np.sqrt(expected * (1 - expected) / 2000)
        assert expected == pytest.approx(1 / (1 + exp(-rationality * utility)))
        assert log(expected / (1 - expected)) == pytest.approx(rationality * utility)


@pytest.mark.exact
def test_under_the_threshold_the_same_worth_gives_the_same_answer(load):
    """Over worlds that differ in their draws alone, the first votes on a request do not differ; quantal ones do."""
    answers = {}
    for rule in ("quantal", "threshold"):
        consensus = "organisations.CSTO.decision_rule=consensus"
        spec = load("citizens=500", "days=1", consensus, f"mechanisms.assistance.decision={rule}")
        stage = Stage(spec)
        worlds = [stage.world(1, replication) for replication in range(40)]
        charter = next(c for c in stage.charters if c.pool_rapid > 0)
        answers[rule] = {w.mechanisms.assistance.consent(w, charter, w.fixed.host) for w in worlds}
    assert answers["quantal"] == {True, False} and len(answers["threshold"]) == 1


def answers_of(load, vary, do, worth: float) -> dict[str, set]:
    """What `do(world, worth)` gives over 40 worlds that differ in their draws alone, by rule of decision."""
    spec, answers = load("scenario=turkic_diplomacy", "+scenario.policies.TUR=template", "citizens=500", "days=1"), {}
    for rule in ("quantal", "threshold"):
        stage = Stage(vary(spec, {"mechanisms.assistance.decision": rule}))
        answers[rule] = {do(stage.world(1, replication), worth) for replication in range(40)}
    return answers


def free_order_is_taken(world, worth: float) -> bool:
    """Does a state follow a free rule of its policy that is worth so much to it?"""
    (charter,) = world.fixed.acting_alone
    default_worth = world.mechanisms.assistance.worth(world, charter, "call", world.fixed.host)
    weighed = world.mechanisms.assistance.model_copy(
        update={"clause_weight": world.mechanisms.assistance.clause_weight + worth - default_worth}
    )
    world.mechanisms = world.mechanisms.model_copy(update={"assistance": weighed})
    world.mechanisms.statecraft.give(world, charter, Order("call", world.fixed.host, 1.0, "rule 0", free=True))
    return bool(world.agenda)


def pairs_that_take_part(world, worth: float) -> float:
    """Joint acts of one meeting whose members other than the leader are willing by so much."""
    charter = next(c for c in world.fixed.charters if "ministers" in c.instruments)
    others = [m for m in charter.members if m != charter.leader]
    world.elite_alignment[others, charter.leader] = worth - world.mechanisms.integration.participation_bias
    before = world.joint_acts[charter.row]
    world.mechanisms.integration.join(world, charter)
    return round(world.joint_acts[charter.row] - before, 9)


@pytest.mark.exact
@pytest.mark.parametrize("worth", [0.1, -0.1])
@pytest.mark.parametrize("do, full_answer", [(free_order_is_taken, True), (pairs_that_take_part, 1.0)])
def test_the_threshold_reaches_policies_and_joint_acts(do, full_answer, worth, load, vary):
    """Whatever the draws, a free order of a policy is taken and a member joins by the sign of what it is worth."""
    answers = answers_of(load, vary, do, worth)
    assert answers["threshold"] == {full_answer if worth > 0.0 else 0.0} and len(answers["quantal"]) > 1


@pytest.mark.exact
@pytest.mark.parametrize("who", ["assistance", "response"])
def test_the_rule_of_decision_reaches_the_model(who, load, vary):
    """Under the threshold an unbounded lambda is in force, and a run is one of a very large one."""
    spec = load("citizens=500", "days=20")
    model = begun(vary(spec, {f"mechanisms.{who}.decision": "threshold"}), days=20)
    assert getattr(model.world.mechanisms, who).precision == np.inf
    assert getattr(begun(spec).world.mechanisms, who).precision == getattr(spec.mechanisms, who).rationality
    assert np.isfinite(model.records["survival"]).all()


# --- the door ---------------------------------------------------------------------------------------------------------

BAD = {
    "kind": ("{kind: frauds, state: KAZ}", "kind=frauds: .*'fraud'"),
    "fraud abroad": ("{kind: fraud, state: TUR}", "state=TUR: an event of kind fraud strikes the host"),
    "no attacker": ("{kind: attack, state: KAZ}", "attacker=None: must be another state on stage"),
    "no other side": ("{kind: rupture, state: KAZ, other: KAZ}", "other=KAZ: must be another state on stage"),
    "aim of a price": ("{kind: grievance, state: KAZ, territory: .2}", "territory=0.2: is not read by an event of kind grievance"),
    "attacker of a war": ("{kind: war, state: KAZ, attacker: RUS}", "attacker=RUS: is not read by an event of kind war"),
    "ends before it starts": ("{kind: armed, state: KAZ, start: 5, until: 5}", "until=5 must be later than start=5"),
    "nobody to split": ("{kind: split, state: TUR}", "no faction of the old guard; name factions"),
    "no such faction": ("{kind: split, state: KAZ, factions: [securty]}", "factions=securty: .*did you mean 'security'"),
}  # fmt: skip


@pytest.mark.exact
@pytest.mark.parametrize("event, message", BAD.values(), ids=list(BAD))
def test_a_wrong_event_is_refused_with_advice(event, message, tmp_path):
    """One message, exit status 2, nothing written."""
    result = CliRunner().invoke(main, ["run", f"+scenario.events.event={event}", f"out={(tmp_path / 'o').as_posix()}"])
    assert result.exit_code == 2 and re.search(message, result.stderr), result.stderr
    assert "Traceback" not in result.output and list(tmp_path.iterdir()) == []


@pytest.mark.exact
@pytest.mark.parametrize(
    "override, message",
    [
        ("+scenario.strength={RUX: .5}", "scenario.strength=RUX: must be a state on stage; did you mean 'RUS'"),
        ("+scenario.strength={RUS: 1.5}", "strength.RUS=1.5: .*less than or equal to 1"),
        ("+organisations.CSTO.pools.shares={TUR: .5}", "pools.shares=TUR: must be a member"),
        ("+organisations.CSTO.pools.shares={KAZ: .8, ARM: .4}", "must sum to 1 at most"),
    ],
)
def test_wrong_stocks_and_shares_are_refused(override, message):
    """As everything at the door."""
    with pytest.raises(sim.ConfigError, match=message):
        sim.load([override])


@pytest.mark.exact
def test_kinds_are_listed_and_described():
    """`suasion list events` names every kind, `suasion describe` explains one."""
    listed = CliRunner().invoke(main, ["list", "events"]).stdout
    assert all(kind in listed for kind in EVENT_KINDS)
    for name in ("rupture", "event:succession"):
        text = CliRunner().invoke(main, ["describe", name]).stdout
        assert "kind of event" in text and "Opens a crisis" in text


# --- what reports leave open, and what sets an event off --------------------------------------------------------------


@pytest.mark.exact
def test_sizes_of_reports_are_drawn_alike_in_every_scenario(load, vary):
    """Within their ranges, with drawn indicators alone; the same draw wherever the event has the same name."""
    ranges = {"size_range": [0.5, 1.0], "half_life_range": [1.0, 4.0]}
    event = an_event("armed", size=1.0, half_life=2.0, **ranges)
    drawn = {}
    for scenario in ("csto_intervention", "no_outside_act"):
        spec = load(f"scenario={scenario}", "citizens=300", "days=5", "indicators=drawn")
        stage = Stage(vary(spec, {"scenario.events": {"attacks": event}}))
        worlds = [stage.world(5, r).fixed.events[0] for r in range(20)]
        drawn[scenario] = [(e.size, e.half_life) for e in worlds]
        assert all(0.5 <= size <= 1.0 and 1.0 <= days <= 4.0 for size, days in drawn[scenario])
        assert len(set(drawn[scenario])) == 20
        plain = Stage(vary(spec, {"scenario.events": {"attacks": event}, "indicators": "central"})).world(5, 3)
        assert (plain.fixed.events[0].size, plain.fixed.events[0].half_life) == (1.0, 2.0)
    assert drawn["csto_intervention"] == drawn["no_outside_act"]


@pytest.mark.exact
@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        (
            "size_range",
            "[0.1,0.2]",
            "size_range=[0.1, 0.2]: must be [least, most] within 0 to 1, with size=0.23 between them",
        ),
        ("size_range", "[0.1,1.5]", "size_range=[0.1, 1.5]: must be [least, most] within 0 to 1"),
        ("half_life_range", "[0,9]", "half_life_range=[0.0, 9.0]: must be [least, most] within 0.001 to 36500"),
        ("half_life_range", "[9,2]", "half_life_range=[9.0, 2.0]: must be [least, most]"),
        ("size_range", "3", "size_range=3: must be two numbers, [least, most]"),
        ("size_range", "[nan,1]", "size_range.0=nan: input should be a finite number"),
    ],
)
def test_a_range_holds_its_value(key, value, message):
    """One message with key, value and what is allowed; status 2."""
    result = CliRunner().invoke(main, ["run", f"+scenario.events.fuel_price.{key}={value}"])
    line = " ".join(result.output.split())
    assert result.exit_code == 2 and f"scenario.events.fuel_price.{message}" in line


@pytest.mark.exact
def test_an_event_happens_where_its_trigger_stands(load, vary):
    """Too small a crowd or too large a force of the government, and it never comes; the conditions count on its first day."""
    base = load("scenario=kazakhstan_2022", "citizens=300", "days=12")
    attacks = base.scenario.events["attacks"].model_dump(mode="json")
    happened = {}
    for name, conditions in {
        "none": {}, "any crowd": {"least_crowd": 0.0}, "huge crowd": {"least_crowd": 0.9}, "any force": {"most_force": 10.0},
        "no force": {"most_force": 0.0},
    }.items():  # fmt: skip
        events = base.model_dump(mode="json")["scenario"]["events"] | {"attacks": attacks | conditions}
        model = begun(vary(base, {"scenario.events": events}), days=5)
        happened[name] = bool(model.world.armed[model.world.fixed.host] > 0.0)
        assert (model.world.averted == ["attacks"]) == (not happened[name])
    assert happened == {"none": True, "any crowd": True, "huge crowd": False, "any force": True, "no force": False}
