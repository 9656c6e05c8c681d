"""Breach of a charter that renounces force among members: an attack costs standing and credit.

An attack among members is no aggression from outside: under such a charter the organisation stands aside. The other
members' elites turn away from the attacker [Gibler2008], and the credit of the organisation from joint acts wears
off [Long2007].
"""

from typing import ClassVar

from sim.actors.charter import Charter
from sim.actors.choices import take
from sim.actors.views import in_breach
from sim.core.axes import rows_where
from sim.core.mechanism import Mechanism
from sim.core.parameters import parameter
from sim.core.world import World


class Breach(Mechanism):
    uses: ClassVar[tuple[str, ...]] = ("alignment", "integration")

    standing: float = parameter(
        0.01,
        -0.01,
        0.04,
        unit="1/day",
        source="[Gibler2008]",
        text="fall of the disposition of the other members' elites towards the attacker, per day of a full attack",
        claim=True,
    )
    credit: float = parameter(
        0.005,
        -0.005,
        0.03,
        unit="1/day",
        source="[Long2007]",
        text="share of the organisation's joint acts that a day of a full attack among members takes",
        claim=True,
    )

    def step(self, world: World) -> None:
        for s in rows_where(world.attack) if world.events_active else ():
            for charter in world.fixed.by_draw_key:
                if in_breach(world, charter, s):
                    self.charge(world, charter, s)

    def charge(self, world: World, charter: Charter, s: int) -> None:
        """One day of an attack on s by a fellow member."""
        attacker, size = world.attacker.item(s), min(1.0, world.attack.item(s))
        token = (
            charter.draw_key,
            f"breach:{world.fixed.draw_key[attacker]}:{world.fixed.draw_key[s]}",
            int(world.crisis[s]),
        )
        if token not in world.choices:
            take(world, *token)
            world.record(world.fixed.names.states[attacker], "breach", charter.name)
        for m in charter.members:
            if m != attacker:
                world.mechanisms.alignment.estrange(world, m, attacker, self.standing * size)
        world.mechanisms.integration.wear(world, charter, self.credit * size)
