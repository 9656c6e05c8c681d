"""Delivery: acts take effect and soldiers arrive after their lag (model step 3)."""

from typing import ClassVar

from sim.core.mechanism import Mechanism
from sim.core.world import World


class Delivery(Mechanism):
    uses: ClassVar[tuple[str, ...]] = ("instruments", "logistics")

    def step(self, world: World) -> None:
        for task in world.agenda.take_due(world.day, ("arrival", "act")):
            charter = world.fixed.charters[task.organisation]
            if task.kind == "arrival":
                world.mechanisms.logistics.arrive(world, charter, task)
            else:
                world.mechanisms.instruments.take(world, charter, task.instrument, task.state, task.intensity)
