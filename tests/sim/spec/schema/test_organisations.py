"""Charters as data: clauses with their effects, pools and missions, organs, dated members, what organisations reach."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

import sim
from sim.core.caches import configs
from sim.core.faults import ConfigError, InvalidSpec
from sim.model import InfluenceModel
from sim.spec.config_files import names_in
from sim.spec.schema import Organisation, Spec
from sim.stage.build import Stage

pytestmark = pytest.mark.exact

SMALL = ("citizens=300", "days=40")
ANSWERING = {"assembly": {"label": "Assembly", "answers": True}}


@pytest.fixture(scope="module")
def wide(load):
    """The stage with six organisations."""
    return load("stage=eurasia_2022_organisations", *SMALL)


@pytest.fixture(scope="module")
def armed_union(load):
    """`armed_union(waived=True)`: the OTS has a pool of 10,000 soldiers, and a directive lets the host ask for it on day 3."""

    def spec_of(waived: bool, **pools) -> Spec:
        tree = load("scenario=csto_intervention", *SMALL).model_dump(mode="json")
        tree["organisations"]["OTS"] |= {"pools": {"rapid": 10000} | pools, "force": True}
        tree["organisations"]["OTS"]["organs"] |= ANSWERING
        tree["organisations"]["CSTO"]["clauses"]["exclusivity"]["waived"] = waived
        tree["scenario"]["directives"] = {
            "HOST": {"request": {"CSTO": "never", "OTS": 3}, "mediation": {"OTS": "never"}},
            "OTS": {"answer": "always", "act": "never"},
            "CSTO": {"act": "never"},
        }
        return Spec.model_validate(tree)

    return spec_of


def charter_of(spec: Spec, name: str):
    """The charter of that name."""
    return next(c for c in Stage(spec).charters if c.name == name)


# --- exclusivity ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("waived", [False, True])
def test_an_exclusive_charter_keeps_members_from_the_force_of_another(armed_union, waived):
    """A member neither asks for nor gets soldiers of another military organisation; waived, it does."""
    spec = armed_union(waived)
    records = sim.simulate(spec)
    row = records.names.organisations.index("OTS")
    requests = [e for e in records.events if (e.actor, e.kind) == ("KAZ", "request")]
    assert bool(requests) == waived and (records["troops"][:, row].max() > 0) == waived
    charter = charter_of(spec, "OTS")
    member, other = (list(spec.states).index(code) for code in ("KAZ", "AZE"))
    assert (member in charter.barred) == (not waived) and other not in charter.barred


def test_whoever_is_barred_stands_behind_no_pool(armed_union):
    """Common members' shares of the other organisation's pool are missing, and the rest stands as before."""
    binding, waived = (charter_of(armed_union(w, shares={"KAZ": 0.2, "AZE": 0.3}), "OTS") for w in (False, True))
    assert waived.pool_rapid == 10000 and binding.pool_rapid == pytest.approx(8000)
    assert sum(share for _, share in binding.contributions) == pytest.approx(1.0)
    assert {m for m, _ in waived.contributions} - {m for m, _ in binding.contributions} == {0}  # the host's row


def test_a_clause_counts_from_its_dates(load, vary):
    """Before the treaty came into force, and after its end, nobody is barred."""
    spec = load(*SMALL)
    assert charter_of(spec, "OTS").barred
    for change in ({"in_force": None}, {"in_force": "2030-01-01"}, {"until": "2022-01-01"}, {"waived": True}):
        clause = spec.organisations["CSTO"].clauses.exclusivity.model_dump(mode="json") | change
        assert not charter_of(vary(spec, {"organisations.CSTO.clauses.exclusivity": clause}), "OTS").barred


@pytest.mark.parametrize("sender, waived, comes", [("TUR", False, False), ("TUR", True, True), ("RUS", False, True)])
def test_soldiers_of_a_single_state_come_if_it_is_a_member_or_the_clause_is_waived(load, sender, waived, comes):
    """Rapid deployment by directive, after the host has asked somebody."""
    tree = load("scenario=csto_intervention", *SMALL).model_dump(mode="json")
    tree["organisations"]["CSTO"]["clauses"]["exclusivity"]["waived"] = waived
    tree["scenario"]["directives"]["CSTO"]["answer"] = "never"
    tree["scenario"]["directives"][sender] = {"rapid_deployment": {"HOST": 4}}
    records = sim.simulate(Spec.model_validate(tree))
    assert (records["troops"][:, records.names.organisations.index(f"{sender} alone")].max() == 2500) == comes


# --- non-use of force -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def attacked(load):
    """`attacked("KGZ", waived=False)`: that state attacks Tajikistan, which asks the CSTO and would be granted force."""

    def spec_of(attacker: str, waived: bool) -> Spec:
        tree = load("scenario=home_crisis", "scenario.host=TJK", *SMALL).model_dump(mode="json")
        tree["organisations"]["CSTO"]["clauses"]["non_use_of_force"]["waived"] = waived
        war = {"kind": "attack", "state": "TJK", "attacker": attacker, "start": 1, "size": 0.6, "half_life": 900.0}
        tree["scenario"] |= {"events": {"war": war}, "split": {"depth": 0.0}}
        tree["scenario"]["directives"] = {"HOST": {"request": {"CSTO": 3}}, "CSTO": {"answer": "always"}}
        return Spec.model_validate(tree)

    return spec_of


def test_what_sending_costs_falls_on_who_sends(spec):
    """A member bears the cost of force by its share of the pool relative to the leader's, the leader all of it."""
    world, charter = Stage(spec).world(1, 0), charter_of(spec, "CSTO")
    rules = world.mechanisms.assistance.model_copy(update={"home_cost": 1.0})
    row = world.fixed.names.states.index

    def cost(name: str) -> float:
        changed = rules.utility(world, charter, row(name), world.fixed.host, 0.0)
        led = 0.0 if name == "RUS" else world.influence.item(row("RUS"), row(name))
        return world.mechanisms.assistance.utility(world, charter, row(name), world.fixed.host, 0.0) - changed - led

    assert cost("RUS") == pytest.approx(1.0)
    assert cost("BLR") == pytest.approx(0.10 / 0.66) and cost("TJK") == pytest.approx(0.03 / 0.66)
    idle = replace(charter, contributions=((row("BLR"), 1.0), (row("RUS"), 0.0)))
    assert [idle.burden(row(m)) for m in ("RUS", "BLR", "TJK")] == [1.0, 1.0, 0.0]


@pytest.mark.exact
def test_an_organisation_stands_aside_when_a_member_attacks_another(attacked):
    """No soldiers, no mission, no expected consent, no cover by the clause on aggression from outside."""
    spec = attacked("KGZ", False)
    model = InfluenceModel(spec)
    for _ in range(5):
        model.step()
    world, charter = model.world, charter_of(spec, "CSTO")
    rules = model.world.mechanisms.assistance
    assert rules.expected_consent(world, charter, world.fixed.host) == 0.0
    covered = rules.common_utility(world, charter, world.fixed.host, 0.1, 1.0)
    world.attacker[world.fixed.host] = world.fixed.names.states.index("CHN")
    assert rules.common_utility(world, charter, world.fixed.host, 0.1, 1.0) > covered
    kinds = [e.kind for e in sim.simulate(spec).events]
    assert "refusal" in kinds and "decision" not in kinds and kinds.count("breach") == 1
    assert "decision" in [e.kind for e in sim.simulate(attacked("KGZ", True)).events]


def test_a_breach_costs_standing_with_the_other_members_and_credit(attacked):
    """Against the same attack under a waived clause; at the default both signs are by construction."""
    binding, waived = (InfluenceModel(attacked("KGZ", w)) for w in (False, True))
    for _ in range(2):
        binding.step(), waived.step()
    world, k = binding.world, binding.world.fixed.names.states.index("KGZ")
    fall = waived.world.disposition[:, k] - world.disposition[:, k]
    members = {m for m in world.fixed.charters[0].members if m != k}
    expected = binding.world.mechanisms.breach.standing * world.attack[world.fixed.host]
    for s in range(world.fixed.population.size):
        assert fall[world.fixed.factions_of(s)] == pytest.approx(expected if s in members else 0.0, abs=1e-3)
    assert world.joint_acts[0] < waived.world.joint_acts[0] and world.joint_acts[1] == waived.world.joint_acts[1]


def test_an_attack_from_outside_is_no_breach(attacked, assert_same):
    """With the clause and without it the same, bit for bit."""
    assert_same(*(sim.simulate(attacked("AFG", waived)) for waived in (False, True)))


# --- pools and missions -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pool, most", [(3600, 5900), (1500, 3800), (0, 2300)])
def test_peacekeepers_come_from_their_pool(attacked, pool, most):
    """They come on top of the 2,300 who were asked for; without a pool there are none."""
    tree = attacked("AFG", True).model_dump(mode="json") | {"days": 60}
    tree["organisations"]["CSTO"]["pools"]["peacekeepers"] = pool
    records = sim.simulate(Spec.model_validate(tree))
    assert records["troops"][:, 0].max() == most
    assert any(e.kind == "peacekeepers" for e in records.events) == (pool > 0)


def test_a_mission_is_not_landed_twice(load):
    """A contingent that is promised again while it is on its way or there gets its term anew, and no more soldiers."""
    model = InfluenceModel(load("scenario=csto_intervention", *SMALL))
    world, logistics, (charter, s) = (
        model.world,
        model.world.mechanisms.logistics,
        (model.world.fixed.charters[0], model.world.fixed.host),
    )
    for _ in range(3):
        logistics.send(world, charter, s)
    assert sum(t.size for t in world.agenda if t.kind == "arrival") == charter.contingent()


def test_a_base_outlasts_the_deployment_that_came_on_top_of_it(load):
    """Two missions of one sender: soldiers add up, each has its own term, and a refusal ends both."""
    directives = "+scenario.directives.RUS={basing: {HOST: 900}, rapid_deployment: {HOST: 900}}"
    model = InfluenceModel(load("scenario=quiet_years", "citizens=200", "days=300", directives))
    world, charter, s = model.world, model.world.fixed.acting_alone[0], model.world.fixed.host
    sizes = {name: charter.missions[charter.mission(name)].soldiers for name in ("basing", "rapid_deployment")}
    for name in sizes:
        world.mechanisms.instruments.take(world, charter, name, s, 1.0)
    backing = model.world.mechanisms.contest.promised_force(world, s) - model.world.mechanisms.policing.own_force(
        world, s
    )
    officers = world.mechanisms.contest.pledge * sum(sizes.values()) / world.fixed.adults[s]
    assert backing == pytest.approx(officers)
    soldiers = []
    for _ in range(90):
        model.step()
        soldiers.append(world.soldiers[charter.row, :, s].sum())
    assert max(soldiers) == sum(sizes.values()) and soldiers[-1] == sizes["basing"]
    assert [m.instrument for m in world.instruments] == ["basing"]
    world.mechanisms.instruments.turn_away(world, charter.leader, s)
    for _ in range(20):
        model.step()
    assert not world.soldiers.any() and not world.commitments.any() and not world.instruments


# --- organs and organisations as data ---------------------------------------------------------------------------------


def test_every_organ_answers_acts_or_prepares(wide):
    """No organ is a name alone, each is named in four languages, and what it prepares is used by another."""
    for name, organisation in wide.organisations.items():
        used = {i for organ in organisation.organs.values() for i in organ.instruments}
        for key, organ in organisation.organs.items():
            assert organ.answers or organ.instruments or organ.prepares, (name, key)
            assert set(organ.prepares) <= used
            assert {"en", "ar", "tr", "ru"} <= set(organ.label)


def test_the_organs_of_the_source_are_there(wide):
    """The ten bodies that the press analysis names for the Turkic states, the senior officials' committee among them."""
    assert set(wide.organisations["OTS"].organs) == {
        "council_of_heads", "council_of_foreign_ministers", "council_of_elders", "senior_officials", "secretariat",
        "parliamentary_assembly", "business_council", "academy_and_culture", "chambers",
    }  # fmt: skip


def test_an_organ_that_prepares_what_nobody_uses_is_refused(wide):
    """So is one that answers requests for a force that there is not."""
    raw = wide.organisations["OTS"].model_dump(mode="json")
    raw["organs"]["chambers"]["prepares"] = {"blockade": 3}
    with pytest.raises(ValueError, match="chambers prepares blockade, which no organ uses"):
        Organisation.model_validate(raw)
    with pytest.raises(ValueError, match="council_of_heads answers requests for force, which is not among"):
        Organisation.model_validate(wide.organisations["CSTO"].model_dump(mode="json") | {"force": False})


def test_members_count_from_their_dates(wide):
    """Charters of 2022 and of 2025 on the same files."""
    later = wide.model_copy(update={"scenario": wide.scenario.model_copy(update={"start_date": date(2025, 1, 1)})})
    codes = list(wide.states)
    now, then = ({c.name: {codes[m] for m in c.members} for c in Stage(s).charters} for s in (wide, later))
    assert now["SCO"] == {"CHN", "RUS", "KAZ", "KGZ", "TJK", "UZB"} and then["SCO"] == now["SCO"] | {"IRN", "BLR"}
    assert now["EAEU"] == {"RUS", "BLR", "KAZ", "ARM", "KGZ"} and now["EU"] == {"EUU"}
    absent = {c.name: c.absent_members for c in Stage(wide).charters}
    assert absent["NATO"] == 28 and absent["SCO"] == 2  # thirty and eight members in January 2022


def test_seven_members_as_some_count_them(load):
    """A variant of the same organisation: two observers are counted as members, and vote."""
    spec = load("organisation@organisations.OTS=OTS_seven", *SMALL)
    five, seven = charter_of(load(*SMALL), "OTS"), charter_of(spec, "OTS")
    assert (len(five.members), len(seven.members)) == (5, 7) and set(five.members) < set(seven.members)
    assert not seven.associates and spec.organisations["OTS"].draw_key == five.draw_key
    home = load("organisation@organisations.OTS=OTS_seven", "scenario=home_crisis", "scenario.host=TKM", *SMALL)
    assert any(e.actor == "OTS" for e in sim.simulate(home).events)


def test_organs_reach_observers_and_partners(load, vary):
    """A crisis in an observer's country moves the organs; without observers it does not; nobody can ask them for anything."""
    spec = load("scenario=home_crisis", "scenario.host=TKM", "+scenario.directives.OTS={act: always}", *SMALL)
    acts = [e.kind for e in sim.simulate(spec).events if e.actor == "OTS"]
    assert "statement" in acts and "mediation" not in acts
    nobody = vary(spec, {"organisations.OTS.observers": {}})
    assert not [e for e in sim.simulate(nobody).events if e.actor == "OTS"]


@pytest.mark.parametrize("name", names_in("organisation"))
def test_every_shipped_organisation_has_dates_sources_and_its_own_key(name):
    """What a file must say."""
    spec = sim.load(
        [f"organisation@organisations.{name[:3]}={name}"]
        if name == "OTS_seven"
        else ["stage=eurasia_2022_organisations"]
    )
    one = spec.organisations["OTS" if name == "OTS_seven" else name]
    assert one.sources and {"en", "ar", "tr", "ru"} <= set(one.name) and (configs() / "organisation").is_dir()
    assert all(c is None or (c.signed and c.in_force and c.source) for _, c in one.clauses)


def test_a_bloc_that_acts_through_its_organisation_holds_no_policy(wide):
    """Patron or organisation, never both."""
    with pytest.raises((ConfigError, InvalidSpec), match=r"EUU: the bloc is among scenario\.policies"):
        sim.load(["stage=eurasia_2022_organisations", "+scenario.policies.EUU=adaptive_effort"])


@pytest.mark.parametrize("host", ["KAZ", "TUR", "BLR"])
def test_a_year_with_six_organisations(host):
    """Those whose member or partner it is act, and no state is invalid."""
    scenario = ["scenario=home_crisis", f"scenario.host={host}"] if host != "KAZ" else []
    spec = sim.load(["stage=eurasia_2022_organisations", *scenario, "citizens=300", "days=365"])
    records = sim.simulate(spec)
    assert all(np.isfinite(series).all() for series in records.series.values())
    assert len({e.actor for e in records.events} & set(spec.organisations)) >= 2
