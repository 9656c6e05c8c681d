"""Repeated rescue: a government that was backed lets its own security capacity slip, and rebuilds it slowly (equation 19)."""

from sim.core.parameters import Mechanism, parameter
from sim.kernels.states import recover


class Rescue(Mechanism):
    dependence: float = parameter(
        0.05,
        -0.05,
        0.2,
        unit="1 per rescue",
        source="[NYT2022]",
        text="rho_d, share of own security capacity lost per backed crisis",
        claim=True,
    )
    recovery: float = parameter(
        0.001, 0.0, 0.01, unit="1/day", source="[assumed]", text="daily return of own capacity to its full level"
    )

    def backed(self, world, state: int) -> None:
        """The state was granted outside force."""
        world.capacity[state] *= 1.0 - self.dependence if self.enabled else 1.0

    def step(self, world, model) -> None:
        recover(world.capacity, 1.0, self.recovery)
