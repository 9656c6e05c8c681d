"""Contest of government and crowd: the perceived chance that the government survives (equation 4)."""

from typing import ClassVar

from sim.core.mechanism import Mechanism
from sim.core.parameters import parameter
from sim.core.state import Declaration, array
from sim.core.world import World
from sim.equations import contest
from sim.kernels.states import unsettled


class Contest(Mechanism):
    uses: ClassVar[tuple[str, ...]] = ("policing",)

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

    def success(self, force: float, active: float, attack: float = 0.0) -> float:
        """F^m / (F^m + (mu A + attack)^m), in ratio form; 1 where nobody opposes.

        force, attack: officers, and an attacker's equivalent of them, per adult; active: protesters per adult.
        """
        return contest.success(force, active, attack, self.protesters_per_officer, self.decisiveness)

    def opposing_force(self, world: World, state: int) -> float:
        """An interstate attack or an armed challenge in officers per adult."""
        if not world.events_active:
            return 0.0
        attacker = world.attacker.item(state)
        fresh = 1.0 if attacker < 0 else world.strength.item(attacker)
        attack, armed, security = world.attack.item(state), world.armed.item(state), world.fixed.security.item(state)
        return contest.opposing_force(attack, fresh, armed, security, self.attack_strength, self.armed_strength)

    def step(self, world: World) -> None:
        for s in unsettled(world.in_crisis, world.active_share, world.survival).tolist():
            promised = world.mechanisms.policing.promised_force(world, s)
            world.survival[s] = self.success(promised, world.active_share.item(s), self.opposing_force(world, s))
