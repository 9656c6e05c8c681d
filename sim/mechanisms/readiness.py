"""Readiness: deployable force of states, a stock that war drains and that recovers afterwards."""

from sim.core.mechanism import Mechanism
from sim.core.parameters import parameter
from sim.core.state import Declaration, array
from sim.core.world import World
from sim.kernels.states import drain_and_recover

MOST = 1.5  # of the level of peace: a war may also mobilise


class Readiness(Mechanism):
    drain: float = parameter(
        0.01,
        -0.005,
        0.03,
        unit="1/day",
        source="[assumed]",
        text="share of deployable force that a day of full war takes; below zero, war mobilises more than it costs",
        claim=True,
    )
    recovery: float = parameter(
        0.004,
        0.0,
        0.05,
        unit="1/day",
        source="[assumed]",
        text="daily return of deployable force to its level of peace",
    )

    class State:
        strength: Declaration = array(
            "S",
            "deployable force, 1 = level of peace",
            unit="1",
            low=0.0,
            high=MOST,
            start=lambda _, fixed: fixed.strength0,
        )

    def step(self, world: World) -> None:
        drain_and_recover(world.strength, world.mobilisation, self.drain, self.recovery, MOST)
