"""Integration of an organisation: joint acts per pair of members, fading over two years (equation 16)."""

import numpy as np

from sim.core.parameters import Mechanism, parameter
from sim.mechanisms.influence import MONTH


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

    def index(self, joint_acts: float) -> float:
        """Integration in [0, 1)."""
        return joint_acts / (joint_acts + self.half_acts)

    def step(self, world, model) -> None:
        if world.day and world.day % MONTH == 0:
            world.joint_acts *= 1.0 - 1.0 / self.memory_months
            if self.ordinary:
                for charter in world.charters:
                    willing = world.rules.logistics.willing_pairs(world, charter)
                    world.joint_acts[charter.row] += self.ordinary * world.acts_rate[charter.row] * willing

    def rates(self, world) -> np.ndarray:
        """(O,) joint acts a month which, with members as willing as today, keep today's number."""
        willing = np.array([world.rules.logistics.willing_pairs(world, charter) for charter in world.charters])
        lost = world.joint_acts / self.memory_months
        return np.divide(lost, willing, out=np.zeros_like(lost), where=willing > 0.0)
