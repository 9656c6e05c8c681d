"""Rescue: a government with outside backing lets its security capacity fall, and rebuilds it slowly (equation 19)."""

from sim.core.mechanism import Mechanism
from sim.core.parameters import parameter
from sim.core.state import Declaration, array
from sim.core.world import World
from sim.kernels.states import recover


class Rescue(Mechanism):
    dependence: float = parameter(
        0.05,
        -0.05,
        0.2,
        unit="1 per rescue",
        source="[NYT2022]",
        text="rho_d, share of security capacity lost each time a patron commits force; below zero, it gains",
        claim=True,
    )
    recovery: float = parameter(
        0.001, 0.0, 0.01, unit="1/day", source="[assumed]", text="daily return of own capacity to its full level"
    )

    class State:
        capacity: Declaration = array(
            "S",
            "security capacity left to a state, 1 = full",
            unit="1",
            low=0.0,
            start=lambda _, fixed: fixed.capacity0,
        )

    def lose_capacity(self, world: World, state: int) -> None:
        """A state loses capacity after a grant of outside force."""
        world.capacity[state] *= 1.0 - self.dependence if self.enabled else 1.0

    def scale_capacity(self, world: World, state: int, factor: float) -> None:
        """An instrument multiplies the capacity of a state."""
        world.capacity[state] *= factor

    def step(self, world: World) -> None:
        recover(world.capacity, 1.0, self.recovery)
