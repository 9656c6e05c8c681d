"""Integration of an organisation: joint acts per pair of members, fading over two years (equation 16)."""

from math import comb

import numpy as np

from sim.actors.charter import Charter
from sim.core.arithmetic import order_free_total
from sim.core.axes import MONTH
from sim.core.mechanism import Mechanism
from sim.core.parameters import parameter
from sim.core.state import Declaration, array
from sim.core.streams import Stream, accept
from sim.core.world import World
from sim.equations.choice import chance


class Integration(Mechanism):
    memory_months: float = parameter(
        24.0, 6.0, 60.0, unit="months", source="[assumed]", text="time over which joint acts fade"
    )
    half_acts: float = parameter(
        6.0, 1.0, 30.0, unit="joint acts", source="[assumed]", text="joint acts per pair that give an index of one half"
    )
    ordinary: float = parameter(
        0.0,
        0.0,
        1.0,
        unit="1",
        source="[assumed]",
        text="share of an organisation's ordinary joint acts that go on between crises, as far as its members take part",
    )
    participation_bias: float = parameter(
        0.5,
        -1.0,
        1.5,
        unit="1",
        source="[assumed]",
        text="readiness of a member at zero alignment with the leader to join a joint act",
    )

    class State:
        joint_acts: Declaration = array(
            "O",
            "joint acts per pair of members, decayed over two years",
            unit="joint acts",
            low=0.0,
            start=lambda _, fixed: fixed.joint_acts0,
        )
        acts_rate: Declaration = array(
            "O",
            "ordinary joint acts a month if every pair of members took part",
            unit="joint acts a month",
            low=0.0,
        )

    def index(self, joint_acts: float) -> float:
        """Integration in [0, 1)."""
        return joint_acts / (joint_acts + self.half_acts)

    def begin(self, world: World) -> None:
        """Joint acts a month that keep today's number, if members stay as willing as today."""
        willing = np.array([self.willing_pairs(world, charter) for charter in world.fixed.charters])
        lost = world.joint_acts / self.memory_months
        world.acts_rate = np.divide(lost, willing, out=np.zeros_like(lost), where=willing > 0.0)

    def step(self, world: World) -> None:
        if world.day and world.day % MONTH == 0:
            world.joint_acts *= 1.0 - 1.0 / self.memory_months
            if self.ordinary:
                for charter in world.fixed.charters:
                    willing = self.willing_pairs(world, charter)
                    world.joint_acts[charter.row] += self.ordinary * world.acts_rate[charter.row] * willing

    def join(self, world: World, charter: Charter) -> None:
        """Members take part in a joint act by their alignment with the leader; it counts for the participating pairs."""
        taking_part = 0
        for m in charter.members:
            willing = self.willingness(world, charter, m)
            unit = int(world.fixed.draw_key[m]) * 1000 + charter.draw_key
            taking_part += accept(willing, world.fixed.key, Stream.PARTICIPATION, unit, world.day, 0)
        world.joint_acts[charter.row] += taking_part * (taking_part - 1) / 2 / pairs(charter)

    def wear(self, world: World, charter: Charter, share: float) -> None:
        """The organisation loses a share of its joint acts."""
        world.joint_acts[charter.row] *= 1.0 - share

    def willingness(self, world: World, charter: Charter, m: int) -> float:
        """Chance that a member takes part in a joint act."""
        if m == charter.leader:
            return 1.0
        willing = world.elite_alignment.item(m, charter.leader) + self.participation_bias
        return chance(willing, world.fixed.organisation_precision)

    def willing_pairs(self, world: World, charter: Charter) -> float:
        """Expected share of all pairs of members that take part in a joint act today."""
        chances = [self.willingness(world, charter, m) for m in charter.members]
        both = order_free_total(chances) ** 2 - order_free_total(c * c for c in chances)
        return both / 2.0 / pairs(charter)


def pairs(charter: Charter) -> int:
    """Pairs of members, on stage or not."""
    return max(1, comb(len(charter.members) + charter.absent_members, 2))
