"""Elite factions review their loyalty when the outcome is in doubt (equation 5)."""

from sim.arithmetic import logistic
from sim.parameters import Mechanism, parameter
from sim.world import rows_where


class Defection(Mechanism):
    sharpness: float = parameter(
        9.0,
        3.0,
        15.0,
        unit="1",
        source="[McKelveyPalfrey1995]",
        text="lambda_e, sharpness of the elite choice",
        prior=True,
    )
    review_rate: float = parameter(
        0.175,
        0.05,
        0.30,
        unit="1/day",
        source="[Svolik2009]",
        text="r_e, rate at which a faction reviews its loyalty",
        prior=True,
    )
    return_share: float = parameter(
        0.3, 0.0, 1.0, unit="1", source="[assumed]", text="rate of return to loyalty relative to the review rate"
    )
    return_above: float = parameter(
        0.9,
        0.5,
        1.0,
        unit="1",
        source="[assumed]",
        text="perceived survival above which a defected faction may return",
    )
    framing_cohesion: float = parameter(
        0.25,
        -1.0,
        1.5,
        unit="1",
        source="[Entman1993]",
        text="f2, relative change of the rent ratio when events are named an attack on the state",
        claim=True,
    )

    def hazard(self, survival: float, rent_ratio: float) -> float:
        """Chance that a loyal faction defects today; cut-off p* = 1/(1+R) as sharpness grows [MorrisShin2003]."""
        return self.review_rate * logistic(self.sharpness * ((1.0 - survival) - survival * rent_ratio))

    def return_hazard(self, survival: float) -> float:
        """Chance that a defected faction returns today."""
        return self.return_share * self.review_rate if survival > self.return_above else 0.0

    def step(self, world, model) -> None:
        for s in rows_where(world.in_crisis & world.incumbent):
            for row in range(world.faction_starts[s], world.faction_starts[s + 1]):
                if model.elites[row].decide(self):
                    world.loyal[row] = not world.loyal[row]
                    kind = "return" if world.loyal[row] else "defection"
                    world.log("/".join(world.names.factions[row]), kind, world.names.states[s])
