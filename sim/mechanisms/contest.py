"""Perceived chance that the government survives the contest with the crowd (equation 4)."""

from sim.parameters import Mechanism, parameter
from sim.world import rows_where


class Contest(Mechanism):
    protesters_per_officer: float = parameter(
        0.75,
        0.2,
        0.9,
        unit="officers per protester",
        source="[Hirshleifer1989]",
        text="mu, security persons neutralised by one protester",
        prior=True,
    )
    decisiveness: float = parameter(
        2.0, 1.0, 3.0, unit="1", source="[Hirshleifer1989]", text="m, exponent of the ratio contest", prior=True
    )

    def success(self, force: float, active: float) -> float:
        """F^m / (F^m + (mu A)^m), in ratio form; 1 where nobody protests."""
        if active <= 0.0:
            return 1.0
        if force <= 0.0:
            return 0.0
        return 1.0 / (1.0 + (self.protesters_per_officer * active / force) ** self.decisiveness)

    def step(self, world, model) -> None:
        for s in rows_where(world.in_crisis | (world.active_share > 0) | (world.survival < 1.0)):
            world.survival[s] = self.success(world.rules.policing.promised_force(world, s), world.active_share[s])
