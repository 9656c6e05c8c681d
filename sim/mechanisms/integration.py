"""Integration of an organisation: joint acts per pair of members, fading over two years (equation 16)."""

from sim.mechanisms.influence import MONTH
from sim.parameters import Mechanism, parameter


class Integration(Mechanism):
    memory_months: float = parameter(
        24.0, 6.0, 60.0, unit="months", source="[assumed]", text="time over which joint acts fade"
    )
    half_acts: float = parameter(
        6.0, 1.0, 30.0, unit="joint acts", source="[assumed]", text="joint acts per pair that give an index of one half"
    )

    def index(self, joint_acts: float) -> float:
        """Integration in [0, 1)."""
        return joint_acts / (joint_acts + self.half_acts)

    def step(self, world, model) -> None:
        if world.day and world.day % MONTH == 0:
            world.joint_acts *= 1.0 - 1.0 / self.memory_months
