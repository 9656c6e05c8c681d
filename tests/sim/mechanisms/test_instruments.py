"""Instruments: each moves its layer after its lag, is undone as it says, and costs; policies and directives use them."""

import re
from math import log

import numpy as np
import pytest

import sim
from sim.actors.charter import ON_REQUEST
from sim.actors.payoffs import Payoffs
from sim.core.axes import CHANNELS
from sim.core.caches import configs
from sim.core.faults import ConfigError
from sim.model import InfluenceModel
from sim.spec.config_files import names_in
from sim.spec.schema import Spec
from sim.stage.build import Stage

pytestmark = pytest.mark.exact

CATALOGUE = sim.load().instruments
ALONE = [name for name, tool in CATALOGUE.items() if not tool.on_request]  # a state can use it by itself
PATRON = "RUS"  # borders on the host, has a treaty and kin there
DECIDED = 3  # day from which directives tell actors to act
FRAUD = {"kind": "fraud", "state": "KAZ", "size": 0.1, "half_life": 900.0}
ATTACK = {"kind": "attack", "state": "KAZ", "attacker": "CHN", "size": 0.5, "half_life": 900.0}


@pytest.fixture(scope="module")
def world_with(load):
    """`world_with(name, used)`: a model in which the limits of the instrument are kept, with or without its use."""
    base = load("scenario=no_outside_act", "citizens=300", "days=900").model_dump(mode="json")

    def model(name: str, used: bool) -> InfluenceModel:
        tool = CATALOGUE[name]
        actor, target = ("KAZ", PATRON) if tool.by == "host" else (PATRON, "KAZ")
        scenario = base["scenario"] | {"policies": {actor: "idle"}}
        if used:
            host_directives = scenario["directives"].get("HOST", {}) if tool.by == "host" else {}
            act = {name: {target: DECIDED} if tool.addressed else DECIDED}
            scenario["directives"] = scenario["directives"] | {
                "HOST" if tool.by == "host" else actor: host_directives | act
            }
        if {"attacked", "in_conflict"} & set(tool.limits):
            scenario["events"] = scenario["events"] | {"war": ATTACK}
        if "contested_election" in tool.limits:
            scenario["events"] = scenario["events"] | {"vote": FRAUD}
        later = {"use": name, "when": {"from_day": 30000}}  # the actor has the instrument, and no cause to use it
        idle = {"kind": "doctrine", "label": "idle", "summary": "no act", "rules": [later]}
        model_of_use = InfluenceModel(Spec.model_validate(base | {"scenario": scenario, "policies": {"idle": idle}}))
        world = model_of_use.world
        if "fallen" in tool.limits:
            world.mechanisms.succession.fall(world, world.fixed.host)
        if "invited" in tool.limits:
            world.choices.add((world.fixed.draw_key.item(world.fixed.host), "request:999", 1))
        if tool.withdraws:
            world.soldiers[0, ON_REQUEST, world.fixed.host], world.commitments[0, ON_REQUEST, world.fixed.host] = (
                900.0,
                True,
            )
            world.mechanisms.logistics.send(world, world.fixed.charters[0], world.fixed.host)
        return model_of_use

    return model


def layer(world, name: str) -> np.ndarray:
    """What an instrument of that layer is aimed at, in the host."""
    h, k = world.fixed.host, world.fixed.names.states.index(PATRON)
    flows = np.concatenate([world.volume[:, k, h], world.volume[:, :, h].sum(axis=1)])
    if name == "public":
        extra = [world.disposition[world.fixed.segments_of(h), k], world.instrument_levels[:, h]]
    elif name == "elites":
        extra = [world.disposition[world.fixed.factions_of(h), k], world.instrument_levels[:, h]]
    else:
        forces = [world.legitimacy[h], world.capacity[h], world.attack[h], world.soldiers[:, :, h].sum()]
        extra = [np.array(forces), world.instrument_levels[:, h]]
    return np.concatenate([*extra, flows])


def acted(model, name: str) -> list[int]:
    """Days on which the instrument took effect."""
    return [e.day for e in model.world.log if e.kind == name]


@pytest.mark.parametrize("name", ALONE)
def test_an_instrument_moves_its_layer_after_its_lag_and_costs(name, world_with):
    """Bit for bit nothing before the act; its layer differs on the day after it, and its actor has paid or is committed."""
    tool = CATALOGUE[name]
    used, unused = world_with(name, True), world_with(name, False)
    while not acted(used, name):
        before = layer(used.world, tool.layer), layer(unused.world, tool.layer)
        assert np.array_equal(*before)
        assert used.world.day <= 60 + tool.lag[1], "it is never used"
        used.step(), unused.step()
    (day,) = acted(used, name)
    opened = 25 if "calm" in tool.limits else DECIDED  # calm comes with the end of the crisis
    assert DECIDED + tool.lag[0] <= day <= opened + tool.lag[1] + 60 * ("calm" in tool.limits)
    moved = False
    for _ in range(8):  # soldiers land within days, a level holds from the next day
        moved = moved or not np.array_equal(layer(used.world, tool.layer), layer(unused.world, tool.layer))
        used.step(), unused.step()
    assert moved
    payer = used.world.fixed.host if tool.by == "host" else used.world.fixed.names.states.index(PATRON)
    assert used.world.cost[payer] > unused.world.cost[payer] or tool.cost_share > 0.0


@pytest.mark.parametrize("name", ALONE)
def test_an_instrument_is_undone_as_it_says(name, world_with):
    """Levels and flows are exactly as without it once it has ended or is withdrawn; an impulse fades."""
    tool, model, control = CATALOGUE[name], world_with(name, False), world_with(name, False)
    world, (charter,) = model.world, model.world.fixed.acting_alone
    state = world.fixed.names.states.index(PATRON) if tool.by == "host" and tool.addressed else world.fixed.host
    world.mechanisms.instruments.take(world, charter, name, state, 1.0)
    in_force = [m for m in world.instruments if m.instrument == name]
    assert bool(in_force) == tool.lasts
    flows = [c for c in CHANNELS if getattr(tool, c)] + ["isolation"] * (tool.isolation > 0.0)
    assert np.array_equal(world.volume, world.fixed.volume0) != bool(flows)
    if in_force and tool.duration is None:
        world.mechanisms.instruments.take(world, charter, name, state, 0.0)
    elif in_force:
        world.mechanisms.instruments.withdraw(world, state, charter.row, name)
    fresh = np.abs(world.disposition - control.world.disposition).max()
    for day in range(200):
        model.step(), control.step()
        if day == 1:
            assert (
                not world.instruments
                and not world.instrument_levels.any()
                and np.array_equal(world.volume, world.fixed.volume0)
            )
    remainder = np.abs(world.disposition - control.world.disposition).max()
    if (tool.public or tool.elites) and not tool.withdraws:  # soldiers sent home leave a trace of their own
        assert remainder < fresh
    assert tool.reversal


def test_two_instruments_never_have_the_same_effects():
    """Two with the same vector would be one."""
    vectors = [(tool.vector, tool.withdraws, tool.by, tuple(tool.limits)) for tool in CATALOGUE.values()]
    effects = [(vector, withdraws) for vector, withdraws, _, _ in vectors]
    assert len(set(effects)) == len(effects)


@pytest.mark.parametrize("events", [True, False])
def test_a_level_holds_and_does_not_pile_up(events, load, vary):
    """Thirty days of an energy price press on the citizens as much as the first, whether or not events do too."""
    spec = load("+scenario.directives.RUS={energy_price: {HOST: 0}}", "citizens=300", "days=90")
    model = InfluenceModel(vary(spec, {"scenario.events": {}, "mechanisms.events.enabled": events}))
    pressed = []
    for _ in range(80):
        model.step()
        pressed.append(model.world.pressure.max())
    in_force = [p for p in pressed if p]
    assert len(in_force) > 30 and set(in_force) == {CATALOGUE["energy_price"].grievance}


def test_an_instrument_at_the_opposite_level_has_the_opposite_levels(world_with):
    """A discount of energy is a price rise at intensity -1."""
    levels = []
    for intensity in (1.0, -1.0):
        world = world_with("energy_price", False).world
        world.mechanisms.instruments.take(world, world.fixed.charters[-1], "energy_price", world.fixed.host, intensity)
        levels.append(world.instrument_levels.copy())
    assert levels[0].any() and np.array_equal(levels[0], -levels[1])


# --- organs, chairs and votes ---------------------------------------------------------------------------------------


def test_an_organ_uses_an_instrument_of_the_catalogue_in_its_own_way(load):
    """What the organ says differs, the rest is the catalogue's; preparation by another organ saves days."""
    spec = load("citizens=300", "days=5")
    charter = {c.name: c for c in Stage(spec).charters}["OTS"]
    organs = spec.organisations["OTS"].organs
    raw = organs["council_of_foreign_ministers"].instruments["ministers"].lag
    saved = organs["senior_officials"].prepares["ministers"]
    assert charter.instruments["ministers"].lag == tuple(days - saved for days in raw)
    assert charter.instruments["ministers"].public == CATALOGUE["ministers"].public
    secretariat = {c.name: c for c in Stage(spec).charters}["CSTO"].instruments["statement"]
    assert secretariat.public == 0.1 != CATALOGUE["statement"].public and secretariat.elites == 0.5


def test_an_unwilling_chair_costs_days_and_no_more(load, vary):
    """Under a leader's rule force comes all the same, later by the delay, if the chair would not have consented."""
    base = load("scenario=csto_intervention", "citizens=300", "days=20").model_dump(mode="json")
    base["organisations"]["CSTO"]["decision_rule"] = "leader"
    base["scenario"]["directives"]["CSTO"]["answer"] = "free"
    base["scenario"]["policies"] = {"RUS": "always"}
    decision_day = {}
    for bias in ("always", "never"):
        policy = {"kind": "doctrine", "label": bias, "summary": bias, "vote": bias}
        tree = base | {"policies": {"always": policy | {"vote": "always"}, "chair": policy}}
        tree["scenario"] = base["scenario"] | {"policies": {"RUS": "always", "ARM": "chair"}}
        events = sim.simulate(Spec.model_validate(tree)).events
        decision_day[bias] = next(e.day for e in events if e.kind == "decision")
    assert decision_day["never"] == decision_day["always"] + 2


@pytest.mark.parametrize("vote, answers", [("always", {"decision"}), ("never", {"refusal"})])
def test_a_policy_votes(vote, answers, load):
    """The vote of every member by policy: unanimity grants, one refusal denies."""
    base = load("scenario=csto_intervention", "citizens=300", "days=10").model_dump(mode="json")
    base["scenario"]["directives"]["CSTO"]["answer"] = "free"
    base["organisations"]["CSTO"]["decision_rule"] = "consensus"
    members = ["RUS", "ARM", "BLR", "KGZ", "TJK"] if vote == "always" else ["TJK"]
    base["scenario"]["policies"] = dict.fromkeys(members, "voter")
    base["policies"] = {"voter": {"kind": "doctrine", "label": "v", "summary": "v", "vote": vote}}
    events = sim.simulate(Spec.model_validate(base)).events
    assert {e.kind for e in events} & {"decision", "refusal"} == answers


# --- policies -------------------------------------------------------------------------------------------------------


def test_instruments_and_policies_are_named_in_four_languages(load):
    """As are organs, see the tests of organisations; every instrument says how it ends and what it leans on."""
    named = dict(CATALOGUE) | {n: load(f"+scenario.policies.TUR={n}").policies[n] for n in names_in("policy")}
    for name, one in named.items():
        assert set(one.label) == {"en", "ar", "tr", "ru"} and all(one.label.values()), name
    assert all(tool.reversal and tool.sources for tool in CATALOGUE.values())


@pytest.mark.parametrize("name", names_in("policy"))
def test_every_shipped_policy_acts_or_votes(name, load):
    """Two years of it: it uses only what it names, and all but abstention and votes leave a trace."""
    actor = "HOST" if name == "balancing" else "TUR"
    spec = load("scenario=csto_intervention", f"+scenario.policies.{actor}={name}", "citizens=300", "days=730")
    events = [e for e in sim.simulate(spec).events if e.actor == ("KAZ" if actor == "HOST" else actor)]
    kinds = {e.kind for e in events}
    assert bool(kinds & set(spec.policies[name].instruments)) == (name != "abstain")
    assert {k for k in kinds if k in CATALOGUE} <= set(spec.policies[name].instruments)


def test_a_policy_from_outside_is_found_by_name(tmp_path):
    """One YAML file in a folder of the user's own."""
    (tmp_path / "policy").mkdir()
    shipped = (configs() / "policy" / "template.yaml").read_text(encoding="utf-8")
    (tmp_path / "policy" / "mine.yaml").write_text(
        re.sub("^label: .*$", "label: Mine", shipped, flags=re.M), encoding="utf-8"
    )
    spec = sim.load(["+scenario.policies.TUR=mine", "citizens=300", "days=30"], config_dir=str(tmp_path))
    assert spec.policies["mine"].label == {"en": "Mine"}
    assert {"call"} <= {e.kind for e in sim.simulate(spec).events if e.actor == "TUR"}


BAD = {
    "unknown policy": (["+scenario.policies.TUR=balncing"], "did you mean 'balancing'"),
    "holder off stage": (["+scenario.policies.TUX=balancing"], "scenario.policies.TUX=TUX: must be a state on stage"),
    "unknown instrument": (["+scenario.directives.TUR={lone: {HOST: 3}}"], "did you mean 'loan'"),
    "no addressee": (["+scenario.directives.TUR={loan: 3}"], "name an addressee"),
    "unknown addressee": (["+scenario.directives.TUR={loan: {KAX: 3}}"], "did you mean 'KAZ'"),
    "unknown condition": (
        ["+policies.x={kind: doctrine, label: a, summary: b, rules: [{use: call, when: {crises: true}}]}"],
        "did you mean 'crisis'",
    ),
    "unknown aim": (
        ["+policies.x={kind: doctrine, label: a, summary: b, rules: [{use: call, target: HOTS}]}"],
        "did you mean 'HOST'",
    ),
}


@pytest.mark.parametrize("overrides, says", BAD.values(), ids=BAD.keys())
def test_a_wrong_word_gets_one_line(overrides, says):
    """Key, value, what is allowed, nearest name."""
    with pytest.raises(ConfigError, match=says):
        sim.load(overrides)


def test_quantal_effort_follows_what_it_paid():
    """Equal payoffs give equal chances; a payoff higher by log(2)/lambda is twice as likely."""
    even = Payoffs().responses([1.0, 1.0, 1.0], 4.0)
    assert even == pytest.approx([1 / 3] * 3, abs=1e-12)
    tilted = Payoffs().responses([log(2) / 4.0, 0.0], 4.0)
    assert tilted == pytest.approx([2 / 3, 1 / 3], abs=1e-12)


@pytest.fixture
def effort(load, vary):
    """`effort(period, channels)`: Turkey's effort, put into one channel after the other.

    Returns a model and a function that goes on to the start of the next quarter, with effort in the channel of that number.
    """

    def begun(period: int, **channels: str):
        base = load("scenario=quiet_years", "+scenario.policies.TUR=adaptive_effort", "citizens=200", "days=900")
        changes = {"period": period, "rationality": 50.0, "channels": channels}
        model = InfluenceModel(vary(base, {f"policies.adaptive_effort.{key}": value for key, value in changes.items()}))
        (charter,) = model.world.fixed.acting_alone

        def move(channel: int) -> None:
            while model.world.day % period:
                model.step()
            model.world.effort_payoff[:, charter.leader] = np.arange(3) == channel
            model.step()
            assert model.world.effort_channel[charter.leader] == channel

        return model, move

    return begun


def in_force(world) -> list[str]:
    """Instruments in force."""
    return [m.instrument for m in world.instruments]


def under_way(world) -> list[tuple[str, float]]:
    """Acts decided whose lag runs."""
    return [(task.instrument, task.intensity) for task in world.agenda if task.kind == "act"]


def test_effort_that_moves_ends_what_stays_and_lets_run_what_has_a_term(effort):
    """A trade preference is withdrawn after its lag and leaves no trace in flows; a course runs to its end."""
    model, move = effort(200, economic="trade", military="training")
    world, (lowest, highest) = model.world, CATALOGUE["trade"].lag
    move(0)
    while world.day < 200:
        model.step()
    assert in_force(world) == ["trade"] and not under_way(world)
    grown = world.volume[0].copy()
    move(1)
    for _ in range(lowest - 1):
        assert "trade" in in_force(world)
        model.step()
    while world.day <= 201 + highest + 1:
        model.step()
    assert "trade" not in in_force(world)
    assert not np.array_equal(grown, world.fixed.volume0[0]) and np.array_equal(world.volume[0], world.fixed.volume0[0])
    move(0)
    for _ in range(100):
        model.step()
    assert in_force(world).count("training") == 1  # begun before, and it has not lasted 365 days


def test_effort_that_moves_takes_back_what_is_under_way(effort):
    """Nothing of the channel that is left comes later, and effort that returns in time keeps what it had."""
    model, move = effort(7, economic="trade", cultural="culture")
    move(0)
    assert under_way(model.world) == [("trade", 1.0)]
    move(1)
    assert under_way(model.world) == [("trade", 0.0), ("culture", 1.0)]
    move(0)
    assert under_way(model.world) == [("culture", 0.0), ("trade", 1.0)]


def test_effort_that_stays_ends_nothing(effort):
    """Nor does one that goes to another channel by the same instrument."""
    model, move = effort(7, economic="trade", military="trade", cultural="culture")
    for quarter, channel in enumerate((0, 0, 1)):
        move(channel)
        assert under_way(model.world) == [("trade", 1.0)] * (quarter + 1)


def far(records, what: str, code: str) -> float:
    """A quantity of the last day that belongs to a state as a patron of the host."""
    k = records.names.states.index(code)
    if what == "economic share":
        return records["influence_share"][-1, 0, k]
    return records["reach"][-1, k] if what == "reach" else records.alignment(what, code)[-1]


STANDS = ("mechanisms.strain.enabled=false",)  # no slow fall
# policy -> who holds it, whose standing with the host it must raise at the default parameters, and in what
BY_CONSTRUCTION = {
    "decisive_force": ("RUS", "RUS", "elite"),
    "cautious_engagement": ("TUR", "TUR", "public"),
    "government_and_people": ("TUR", "TUR", "public"),
    "endorse_repression": ("RUS", "RUS", "elite"),
    "economic_china": ("CHN", "CHN", "economic share"),
    "adaptive_effort": ("TUR", "TUR", "reach"),
    "accept_the_winner": ("TUR", "TUR", "elite"),
    "conditional_west": ("USA", "USA", "elite"),
}


@pytest.mark.parametrize("name", BY_CONSTRUCTION)
def test_a_policy_has_the_sign_that_its_doctrine_says_by_construction(name, load):
    """At the default parameters its instruments can only raise this; a check of the wiring, no finding of the model.

    The government stands in this world with and without the policy, so that nothing else moves alignments.
    """
    holder, patron, what = BY_CONSTRUCTION[name]
    base = ("scenario=no_outside_act", "scenario.split.depth=0.0", "citizens=300", "days=400", *STANDS)
    without, in_force = sim.simulate(load(*base)), sim.simulate(load(*base, f"+scenario.policies.{holder}={name}"))
    assert without.fall_day < 0 and in_force.fall_day < 0
    assert far(in_force, what, patron) > far(without, what, patron)


def test_balancing_lowers_the_share_of_whoever_leads(load):
    """By construction: agreements with the second patron, distance from the first."""
    base = ("scenario=no_outside_act", "scenario.split.depth=0.0", "citizens=300", "days=900")
    without, in_force = sim.simulate(load(*base)), sim.simulate(load(*base, "+scenario.policies.HOST=balancing"))
    share = [r["influence_share"][-1].sum(axis=0) for r in (without, in_force)]
    assert share[1].max() < share[0].max()


def test_abstention_is_no_act(load):
    """Bit for bit what happens without it, for a state that leads no organisation with force."""
    base = ("scenario=turkic_diplomacy", "citizens=300", "days=120")
    free, abstains = sim.simulate(load(*base)), sim.simulate(load(*base, "+scenario.policies.TUR=abstain"))
    series = ("protest", "legitimacy", "elite_alignment", "reach", "cost", "deaths")
    assert all(np.array_equal(free[v], abstains[v]) for v in series) and free.events == abstains.events
