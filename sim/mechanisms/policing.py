"""Policing: security forces present, and the arrest risk that citizens perceive (equation 1, middle term)."""

from enum import StrEnum

from pydantic import Field

from sim.actors.views import foreign_soldiers, violence_of
from sim.core.mechanism import Mechanism
from sim.core.parameters import parameter
from sim.core.state import Declaration, array
from sim.core.world import World
from sim.equations import forces
from sim.kernels.states import unsettled


class Ratio(StrEnum):
    """Forms in which the ratio of forces to protesters enters the arrest risk; their dynamics differ."""

    hill = "hill"
    smooth = "smooth"
    floor = "floor"
    round = "round"


RULES = {Ratio.hill: forces.HILL, Ratio.smooth: forces.SMOOTH, Ratio.floor: forces.FLOOR, Ratio.round: forces.NEAREST}


class Policing(Mechanism):
    risk_constant: float = parameter(
        2.3,
        0.5,
        5.0,
        unit="1",
        source="[Epstein2002]",
        text="k, so that one officer per protester gives an arrest risk of 0.8997",
    )
    force_exponent: float = parameter(
        0.6,
        0.1,
        2.0,
        unit="1",
        source="[assumed]",
        text="g, exponent of the ratio of forces to protesters in the arrest risk",
        prior=(0.3, 1.0),
    )
    presence: float = parameter(
        2.0,
        -5.0,
        15.0,
        unit="1",
        source="[Tokayev2022]",
        text="phi_s, own officers whom one foreign soldier in the country frees for the streets",
        claim=True,
    )
    draw_off: float = parameter(
        0.5,
        0.0,
        1.0,
        unit="1",
        source="[assumed]",
        text="share of security forces drawn off by a full interstate attack",
    )
    deterrence: float = parameter(
        0.2, -0.5, 1.0, unit="1", source="[Lichbach1987]", text="relative gain of force from full violence", claim=True
    )
    wavering: float = parameter(
        0.4,
        -0.2,
        0.8,
        unit="1",
        source="[assumed]",
        text="share of own force lost if the security forces are disloyal, in a coded case or an elite split",
        claim=True,
    )
    key_sites: float = parameter(
        0.3,
        -0.3,
        1.5,
        unit="1",
        source="[assumed]",
        text="own force lost with the key sites, on a logarithmic scale",
        claim=True,
    )
    autocracy_force: float = parameter(
        0.3,
        0.0,
        1.0,
        unit="1",
        source="[assumed]",
        text="own force of a closed regime in a coded case, on a logarithmic scale",
    )
    ratio: Ratio = Field(
        default=Ratio.hill,
        description="rule for the ratio of forces to protesters: hill [Hill1910], smooth [Epstein2002], floor [Wilensky2004], round [Mesa]",
        json_schema_extra={"unit": "choice", "source": "[Hill1910]"},
    )

    class State:
        arrest_risk: Declaration = array(
            "S", "perceived risk of arrest, all forces present", unit="0 to 1", low=0.0, high=1.0, start=1.0
        )

    def steadiness(self, disloyal: float, sites_lost: float) -> float:
        """Share of own force left where so much of the security forces is disloyal and so many key sites are lost."""
        return forces.steadiness(disloyal, sites_lost, self.wavering, self.key_sites)

    def own_force(self, world: World, state: int) -> float:
        """Loyal security personnel per adult, after rescue dependence, events, draw-off and violence."""
        steady = (
            self.steadiness(world.disloyalty.item(state), world.sites_lost.item(state)) if world.events_active else 1.0
        )
        return forces.loyal_force(
            world.fixed.security.item(state),
            world.capacity.item(state),
            world.loyal_forces.item(state),
            steady,
            world.attack.item(state),
            violence_of(world, state),
            self.draw_off,
            self.deterrence,
        )

    def foreign_force(self, world: World, state: int, soldiers: float) -> float:
        """Own officers per adult whom foreign soldiers free for the streets."""
        return forces.foreign_force(soldiers, world.fixed.adults.item(state), self.presence)

    def arrest_risk(self, force: float, active: float) -> float:
        """Arrest risk of a protester; 1 where nobody protests."""
        return forces.arrest_risk(force, active, self.risk_constant, self.force_exponent, RULES[self.ratio])

    def step(self, world: World) -> None:
        for s in unsettled(world.in_crisis, world.active_share, world.arrest_risk).tolist():
            own_force, foreign = self.own_force(world, s), self.foreign_force(world, s, foreign_soldiers(world, s))
            active = world.active_share.item(s)
            world.arrest_risk[s] = self.arrest_risk(own_force + foreign, active)
