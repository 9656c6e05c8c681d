"""The contract that every mechanism keeps."""

from copy import deepcopy
from dataclasses import fields
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

import sim
from sim.core.fixed import FIXED_FIELDS
from sim.mechanisms import Mechanisms
from sim.mechanisms.event_kinds import EVENT_KINDS
from sim.spec import schema
from sim.stage.build import Stage


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
    trace = {name: [] for name in ("capacity", "strength", "loyal", "disposition", "joint_acts", "in_crisis", "strain")}
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
    "strain": lambda t: (t.strain > 0).any(),
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
@settings(max_examples=20, derandomize=True)
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
