"""Slow falls come from strain alone: none without it, likelier with more, and none in quiet years."""

import numpy as np
import pytest

import sim
from sim.mechanisms.strain import Strain
from sim.metrics import METRICS


@pytest.mark.exact
def test_no_slow_fall_without_strain(model):
    """Hazard and loss of survival are exactly zero at rest and rise with strain alone."""
    world, s = model.world.copy(), model.world.fixed.host
    for erosion in (0.0, 0.2, 1.0):
        rule = Strain(erosion=erosion)
        world.strain[s] = 0.0
        assert rule.hazard(world, s) == 0.0 and rule.outlook(world, s) == 1.0 and not rule.breaks(world, s)
    hazards, outlooks = [], []
    for strain in (0.0, 0.5, 2.0):
        world.strain[s] = strain
        hazards.append(Strain().hazard(world, s))
        outlooks.append(Strain().outlook(world, s))
    assert hazards == pytest.approx([0.0, 0.1 / 365.0, 0.4 / 365.0])
    assert outlooks == sorted(outlooks, reverse=True)


@pytest.mark.exact
def test_events_leave_strain_that_fades_and_ends_with_the_government(load, vary):
    """Grievance, arms and an attack add up by their sizes; strain halves, and a fall sets it to zero."""
    event = {"kind": "grievance", "state": "KAZ", "start": 1, "size": 0.07, "ramp": 1, "half_life": 1.0}
    spec = vary(load("citizens=300", "days=40"), {"scenario.split.depth": 0.0, "mechanisms.strain.half_life": 10.0})
    strains = {}
    for kinds in (("grievance",), ("grievance", "armed")):
        model = sim.InfluenceModel(vary(spec, {"scenario.events": {kind: event | {"kind": kind} for kind in kinds}}))
        course = []
        for _ in range(13):
            course.append(model.world.strain.copy())
            model.step()
        strains[kinds] = np.array(course)
        s = model.world.fixed.host
        assert course[1][s] == 0.0 < course[2][s]
        assert course[12][s] == pytest.approx(course[2][s] / 2.0)
        assert not np.delete(strains[kinds], s, axis=1).any()
        model.world.mechanisms.strain.begin_anew(model.world, s)
        assert model.world.strain[s] == 0.0
    grievance, both = (course[2][s] for course in strains.values())
    rule = Strain()
    assert both / grievance == pytest.approx(1.0 + rule.by_arms * 0.07 / (0.07 / 0.35))


@pytest.mark.exact
def test_a_slow_fall_is_logged_apart_and_has_a_switch(load, vary):
    """The event, the metric and the switch: at the fastest erosion a small lasting strain fells the government."""
    event = {"kind": "grievance", "state": "KAZ", "start": 0, "size": 0.05, "ramp": 1, "half_life": 1.0}
    spec = vary(
        load("citizens=300", "days=60"),
        {
            "scenario.split.depth": 0.0,
            "scenario.events": {"small": event},
            "mechanisms.events.full_grievance": 0.05,
            "mechanisms.strain.erosion": 1.0,
        },
    )
    falls = [sim.simulate(spec, replication=r) for r in range(40)]
    kinds = [{e.kind for e in records.events} & {"fall", "slow fall"} for records in falls]
    fallen = [records for records in falls if records.fall_day >= 0]
    assert fallen and {kind for of_run in kinds for kind in of_run} == {"slow fall"}
    assert all(METRICS["slow_fall"].function(records) == 1.0 for records in fallen)
    off = vary(spec, {"mechanisms.strain.enabled": False})
    assert all(sim.simulate(off, replication=r).fall_day < 0 for r in range(40))


@pytest.mark.exact
@pytest.mark.parametrize("parameters", ["default", "prior", "posterior"])
def test_nobody_falls_in_a_year_without_events(parameters, load):
    """No crisis, no strain, nobody protests, and perceived survival is exactly one: by construction."""
    spec = load("scenario=quiet_years", "citizens=300", f"parameters={parameters}", "indicators=drawn")
    spec = spec.model_copy(update={"days": 365})
    for replication in range(5):
        records = sim.simulate(spec, replication=replication)
        assert records.fall_day < 0 and not records["protest"].any() and (records["survival"] == 1.0).all()
