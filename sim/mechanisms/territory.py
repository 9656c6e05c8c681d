"""Territory lost under an attack that aims at it: the front moves by relative force and rests under a ceasefire."""

from sim.core.parameters import Mechanism, parameter
from sim.core.world import rows_where


class Territory(Mechanism):
    pace: float = parameter(
        0.05,
        0.0,
        0.5,
        unit="1/day",
        source="[assumed]",
        text="share of the way to the line that relative force can hold, covered on a day of full attack",
    )

    def line(self, world, s: int) -> float:
        """Share of the territory that the attacker can take and hold: its aim times its chance in the contest of force."""
        rules = world.rules
        held = rules.contest.success(
            rules.policing.promised_force(world, s), 0.0, rules.contest.opposing_force(world, s)
        )
        return world.aim.item(s) * (1.0 - held)

    def step(self, world, model) -> None:
        world.territory_change.fill(0.0)
        for s in rows_where(world.aim) if world.stirred else ():
            way = self.line(world, s) - world.territory_lost.item(s)
            world.territory_change[s] = min(1.0, self.pace * world.attack.item(s)) * way
            world.territory_lost[s] += world.territory_change[s]
