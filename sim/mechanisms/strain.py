"""Strain: large events wear a government out beyond the protest, so that it may fall slowly (equation 6)."""

from math import log
from typing import ClassVar

from sim.core.arithmetic import order_free_total
from sim.core.axes import rows_where
from sim.core.mechanism import Mechanism
from sim.core.parameters import parameter
from sim.core.state import Declaration, array
from sim.core.streams import Stream, accept
from sim.core.world import World
from sim.equations import strain


class Strain(Mechanism):
    uses: ClassVar[tuple[str, ...]] = ("events",)

    erosion: float = parameter(
        0.2,
        0.0,
        1.0,
        unit="1/year",
        source="[assumed]",
        text="rate of slow falls at a strain of 1",
        prior=True,
    )
    half_life: float = parameter(
        365.0, 10.0, 3650.0, unit="days", source="[assumed]", text="half-life of the strain that an event leaves"
    )
    by_arms: float = parameter(
        2.0, 0.0, 5.0, unit="1", source="[assumed]", text="strain that a high armed challenge leaves"
    )
    by_attack: float = parameter(
        0.3, 0.0, 5.0, unit="1", source="[assumed]", text="strain that a full attack by a state leaves"
    )

    class State:
        strain: Declaration = array(
            "S",
            "wear of the government by large events; 0 at rest, and then no slow fall is possible",
            unit="1",
            low=0.0,
        )

    def step(self, world: World) -> None:
        for s in rows_where(world.strain):
            world.strain[s] = strain.decay(world.strain.item(s), self.half_life)
        for event in world.fixed.events:
            if (
                event.start == world.day
                and event.name not in world.averted
                and event.kind in ("grievance", "armed", "attack")
            ):
                self.wear(world, event.state, event.kind, event.size)

    def wear(self, world: World, s: int, kind: str, size: float) -> None:
        """Add what an event leaves, the more the weaker the rents of the elites."""
        rows = world.fixed.factions_of(s)
        rents, losses = world.fixed.rent_ratio[rows].tolist(), world.rent_loss[rows].tolist()
        if not rents:
            return
        total = order_free_total(log(r) - loss for r, loss in zip(rents, losses, strict=True))
        sizes = {"grievance": 0.0, "armed": 0.0, "attack": 0.0} | {kind: size}
        full = world.mechanisms.events.full_grievance
        load = strain.load(full_grievance=full, by_arms=self.by_arms, by_attack=self.by_attack, **sizes)
        world.strain[s] += load * strain.weakness(total, len(rents))

    def hazard(self, world: World, state: int) -> float:
        """Chance of a slow fall today."""
        return strain.hazard(world.strain.item(state), self.erosion)

    def outlook(self, world: World, state: int) -> float:
        """Factor of perceived survival: the chance that no slow fall comes in the next month."""
        return strain.outlook(self.hazard(world, state)) if world.strain[state] > 0.0 else 1.0

    def breaks(self, world: World, state: int) -> bool:
        """Whether the government falls to its strain today."""
        unit = world.fixed.draw_key.item(state)
        return accept(self.hazard(world, state), world.fixed.key, Stream.EROSION, unit, world.day, 0)

    def begin_anew(self, world: World, state: int) -> None:
        """A new government carries no strain."""
        world.strain[state] = 0.0
