"""Joint acts add to integration and fade."""

from types import SimpleNamespace

import numpy as np
import pytest

from sim.mechanisms.integration import Integration


@pytest.mark.exact
def test_joint_acts_fade_over_two_years():
    """1 - 1/24 a month, nothing on other days; the index is one half at `half_acts`."""
    rule, world = Integration(), SimpleNamespace(joint_acts=np.array([6.0]), day=0)
    for world.day in range(61):
        rule.step(world)
    assert world.joint_acts[0] == pytest.approx(6.0 * (23 / 24) ** 2, abs=1e-12)
    assert rule.index(6.0) == 0.5
