"""Autonomy is one minus the concentration of dependence."""

from types import SimpleNamespace

import numpy as np
import pytest

from sim.mechanisms.autonomy import Autonomy
from sim.mechanisms.influence import Influence


@pytest.mark.exact
def test_autonomy_is_one_minus_the_concentration_of_dependence():
    """Four equal partners: .25; one partner: 1 [Hirschman1945]."""
    for shares, concentration in (([0.25] * 4, 0.25), ([1.0, 0, 0, 0], 1.0)):
        dependence = np.tile(np.array(shares)[None, :, None], (3, 1, 1))
        world = SimpleNamespace(dependence=dependence, mechanisms=SimpleNamespace(influence=Influence()))
        Autonomy().concentration(world)
        assert world.independence[0] == pytest.approx(1 - concentration, abs=1e-11)
