"""Contest of government and crowd: the perceived chance that the government survives (equation 4)."""

from typing import ClassVar

import numpy as np

from sim.core.mechanism import Mechanism
from sim.core.parameters import parameter
from sim.core.state import Declaration, array
from sim.core.world import World
from sim.equations import contest, forces
from sim.kernels.states import unsettled


class Contest(Mechanism):
    uses: ClassVar[tuple[str, ...]] = ("policing", "strain")

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

    pledge: float = parameter(
        8.5,
        -5.0,
        15.0,
        unit="1",
        source="[Tokayev2022]",
        text="phi_p, own officers that one soldier whom a power has promised or stationed is worth in the expected contest",
        claim=True,
    )
    attack_strength: float = parameter(
        0.35,
        0.0,
        2.0,
        unit="share of own full force",
        source="[assumed]",
        text="force of a full interstate attack, relative to the attacked state's own",
    )
    armed_strength: float = parameter(
        0.5,
        0.0,
        2.0,
        unit="share of own full force",
        source="[assumed]",
        text="force of a high armed challenge at home, relative to the state's own",
        prior=True,
    )

    class State:
        survival: Declaration = array(
            "S", "perceived chance that the government survives", unit="0 to 1", low=0.0, high=1.0, start=1.0
        )

    def backing(self, world: World, state: int) -> float:
        """Soldiers of the actor who backs the government most, by mission the larger of promised and present (equation 4)."""
        if not world.forces_abroad:
            return 0.0
        backing, pledged, stationed = {}, world.commitments[:, :, state], world.soldiers[:, :, state]
        for o, mission in np.argwhere(pledged | (stationed > 0.0)).tolist():
            promised = world.fixed.charters[o].promises(world.strength, mission) if pledged[o, mission] else 0.0
            backing[o] = backing.get(o, 0.0) + max(promised, stationed.item(o, mission))
        return max(backing.values(), default=0.0)

    def force_with(self, world: World, state: int, soldiers: float) -> float:
        """Own officers per adult, with soldiers of a power as observers count them."""
        pledged = forces.foreign_force(soldiers, world.fixed.adults.item(state), self.pledge)
        return world.mechanisms.policing.own_force(world, state) + pledged

    def promised_force(self, world: World, state: int) -> float:
        """Own force plus that of the actor who backs it most."""
        return self.force_with(world, state, self.backing(world, state))

    def outcome(self, world: World, state: int, force: float, active: float) -> float:
        """Perceived survival: success against today's opponents, and no slow fall in the next month."""
        outlook = world.mechanisms.strain.outlook(world, state)
        return self.success(force, active, self.opposing_force(world, state)) * outlook

    def success(self, force: float, active: float, attack: float = 0.0) -> float:
        """F^m / (F^m + (mu A + attack)^m), in ratio form; 1 where nobody opposes.

        force, attack: officers, and an attacker's equivalent of them, per adult; active: protesters per adult.
        """
        return contest.success(force, active, attack, self.protesters_per_officer, self.decisiveness)

    def opposing_force(self, world: World, state: int) -> float:
        """An interstate attack and an armed challenge in officers per adult."""
        if not world.events_active:
            return 0.0
        armed = contest.armed_force(world.armed.item(state), world.fixed.security.item(state), self.armed_strength)
        return self.attacking_force(world, state) + armed

    def attacking_force(self, world: World, state: int) -> float:
        """An interstate attack in officers per adult."""
        attacker = world.attacker.item(state)
        fresh = 1.0 if attacker < 0 else world.strength.item(attacker)
        attack, security = world.attack.item(state), world.fixed.security.item(state)
        return contest.attacking_force(attack, fresh, security, self.attack_strength)

    def step(self, world: World) -> None:
        for s in unsettled(world.in_crisis, world.active_share, world.survival).tolist():
            world.survival[s] = self.outcome(world, s, self.promised_force(world, s), world.active_share.item(s))
