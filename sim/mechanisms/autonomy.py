"""Autonomy of a state and its demand for more of it (equations 10 and 15)."""

from typing import ClassVar

import numpy as np

from sim.core.arithmetic import order_free_sum
from sim.core.axes import MONTH
from sim.core.mechanism import Mechanism
from sim.core.parameters import parameter
from sim.core.state import Declaration, array
from sim.core.world import World
from sim.kernels.means import independence_left


class Autonomy(Mechanism):
    uses: ClassVar[tuple[str, ...]] = ("influence",)

    debt_weight: float = parameter(
        0.3,
        0.0,
        1.0,
        unit="1",
        source="[Morrow1991]",
        text="zeta, autonomy lost per unit of elite gratitude to one patron",
    )
    demand_growth: float = parameter(
        0.002,
        -0.004,
        0.008,
        unit="1/day",
        source="[alHajJasim2022]",
        text="n1, demand for autonomy raised per day by full dominance of one patron",
        claim=True,
    )
    demand_decay: float = parameter(
        0.005, 0.0005, 0.05, unit="1/day", source="[assumed]", text="n2, daily decay of the demand for autonomy"
    )

    class State:
        autonomy: Declaration = array("S", "autonomy of a state", unit="0 to 1", low=0.0, high=1.0, start=1.0)
        independence: Declaration = array(
            "S", "1 - concentration of dependence", unit="0 to 1", low=0.0, high=1.0, start=1.0
        )
        autonomy_demand: Declaration = array("S", "demand for autonomy", unit="index")

    def begin(self, world: World) -> None:
        """Autonomy and the demand for it at rest under the ties of day 0."""
        self.concentration(world)
        world.autonomy = np.clip(world.independence, 0.0, 1.0)
        world.autonomy_demand = self.resting_demand(world)

    def resting_demand(self, world: World) -> np.ndarray:
        """Level at which growth and decay of the demand are equal."""
        return self.demand_growth * self.dominance(world) / self.demand_decay

    def dominance(self, world: World) -> np.ndarray:
        """(S,) largest share of one patron in the influence on a state, over all channels."""
        return world.influence_share.sum(axis=0).max(axis=0)

    def step(self, world: World) -> None:
        if world.day % MONTH == 0:
            self.concentration(world)
            resting = self.resting_demand(world)
            world.autonomy_demand = resting + (world.autonomy_demand - resting) * (1.0 - self.demand_decay) ** MONTH
        independence_left(
            world.disposition,
            world.fixed.weight,
            world.fixed.faction_starts,
            world.independence,
            self.debt_weight,
            world.autonomy,
        )

    def concentration(self, world: World) -> None:
        """1 - weighted concentration of dependence over patrons [Hirschman1945]."""
        squares = order_free_sum(world.dependence**2, 1)
        world.independence = 1.0 - (world.mechanisms.influence.weights[:, None] * squares).sum(axis=0)
