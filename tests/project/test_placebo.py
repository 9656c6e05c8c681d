"""A placebo of the first question: what happens later changes nothing before it."""

import numpy as np
import pytest

import sim
from sim.records.variables import VARIABLES

pytestmark = pytest.mark.exact


@pytest.mark.parametrize("arm", ["csto_intervention", "never_asked"])
def test_attacks_of_a_later_date_change_nothing_before_them(arm, load, vary):
    """Attacks moved to day 95: every series up to then is bit for bit that of the same arm without attacks."""
    spec = load(f"scenario={arm}", "citizens=500", "days=120", "parameters=posterior", "indicators=drawn")
    events = spec.model_dump(mode="json")["scenario"]["events"]
    moved = events | {name: events[name] | {"start": 95, "until": None} for name in ("attacks", "lost_sites")}
    for replication in range(3):
        later = sim.simulate(vary(spec, {"scenario.events": moved}), replication=replication)
        none = sim.simulate(
            vary(spec, {"scenario.events": {"fuel_price": events["fuel_price"]}}), replication=replication
        )
        for v in VARIABLES:
            if len(later[v.name]) == 121:
                assert np.array_equal(later[v.name][:96], none[v.name][:96]), v.name
        assert not np.array_equal(later["survival"], none["survival"])
