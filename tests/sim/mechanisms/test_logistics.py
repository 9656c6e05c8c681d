"""Soldiers: landings, stays and withdrawals."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from sim.core.agenda import Agenda
from sim.mechanisms.logistics import Logistics
from sim.spec.schema.organisations import Lags
from sim.stage.build_charters import charters


def run(spec, days=None):
    """A model after `days` days."""
    model = sim.InfluenceModel(spec)
    for _ in range(spec.days if days is None else days):
        model.step()
    return model


@pytest.mark.property
@settings(max_examples=60, derandomize=True)
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
    ranged = vary(intervention, {"organisations.CSTO.lags.deploy": [2, 4], "scenario.split.depth": 0.0})
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
    assert model.world.mechanisms.contest.promised_force(world, s) == model.world.mechanisms.policing.own_force(
        world, s
    )
