"""Deployable force of states: a stock that a war of their own drains and that recovers afterwards."""

from sim.core.parameters import Mechanism, parameter
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

    def step(self, world, model) -> None:
        drain_and_recover(world.strength, world.effort, self.drain, self.recovery, MOST)
