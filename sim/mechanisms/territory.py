"""Territory: the front of an attack that aims at territory moves by relative force and rests under a ceasefire."""

from typing import ClassVar

from sim.core.axes import rows_where
from sim.core.mechanism import Mechanism
from sim.core.parameters import parameter
from sim.core.state import Declaration, array
from sim.core.world import World


class Territory(Mechanism):
    uses: ClassVar[tuple[str, ...]] = ("contest",)

    pace: float = parameter(
        0.05,
        0.0,
        0.5,
        unit="1/day",
        source="[assumed]",
        text="share of the way to the line that relative force can hold, covered on a day of full attack",
    )

    class State:
        territory_lost: Declaration = array("S", "share of the territory that is lost", unit="share", low=0.0, high=1.0)
        territory_change: Declaration = array(
            "S", "share lost today, negative = retaken", unit="share", low=-1.0, high=1.0, daily=0.0
        )

    def line(self, world: World, s: int) -> float:
        """Share of the territory that the attacker can take and hold: its aim times its chance in the contest of force."""
        force = world.mechanisms.contest.promised_force(world, s)
        opposed = world.mechanisms.contest.opposing_force(world, s)
        return world.territory_aim.item(s) * (1.0 - world.mechanisms.contest.success(force, 0.0, opposed))

    def step(self, world: World) -> None:
        self.reset(world)
        for s in rows_where(world.territory_aim) if world.events_active else ():
            way = self.line(world, s) - world.territory_lost.item(s)
            world.territory_change[s] = min(1.0, self.pace * world.attack.item(s)) * way
            world.territory_lost[s] += world.territory_change[s]
