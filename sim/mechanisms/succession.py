"""Succession: fall of a government with too small a coalition or under strain, turnover of its elites, and the end of a crisis (equation 6)."""

from typing import ClassVar

import numpy as np

from sim.actors.views import contested
from sim.core.axes import rows_where
from sim.core.mechanism import Mechanism
from sim.core.parameters import parameter
from sim.core.state import Declaration, array
from sim.core.world import World

WIDTH = 0.6  # of the first successors' alignments to either side of the public's


class Succession(Mechanism):
    uses: ClassVar[tuple[str, ...]] = (
        "alignment",
        "defection",
        "events",
        "legitimacy",
        "logistics",
        "response",
        "strain",
    )

    winning_coalition: float = parameter(
        0.5,
        0.4,
        0.6,
        unit="power weight",
        source="[BuenoDeMesquita2003]",
        text="W*, coalition weight that a government needs",
        prior=True,
    )
    turnover: float = parameter(
        0.5,
        0.0,
        1.0,
        unit="1",
        source="[assumed]",
        text="share of elite positions that change hands after a fall, where a patron is all that matters at home",
    )
    honeymoon: float = parameter(
        0.1, 0.0, 0.3, unit="1", source="[assumed]", text="legitimacy of a new government above the resting level"
    )
    calm_share: float = parameter(
        0.0005,
        0.00005,
        0.005,
        unit="share of population",
        source="[assumed]",
        text="protest below which a day counts as calm",
    )
    calm_days: int = parameter(
        14, 1, 90, unit="days", source="[assumed]", text="calm days after which a crisis is over"
    )

    class State:
        incumbent: Declaration = array(
            "S", "the government of day 0 is in office", unit="yes or no", start=True, dtype=np.bool_
        )
        fall_day: Declaration = array("S", "day of the fall, -1 = none", unit="day", low=-1, start=-1, dtype=np.int64)
        slow_fall: Declaration = array("S", "the government fell to its strain", unit="yes or no", dtype=np.bool_)
        successor: Declaration = array(
            "SS", "alignment of the likely successor in a state with each patron", unit="-1 to 1", low=-1.0, high=1.0
        )

    def set_first_successors(self, world: World, draws: np.ndarray | None) -> None:
        """Likely successors before the first day: the public's alignment, and up to WIDTH to either side of it.

        No source coded it before the events; the width is that of U(-.5, .7), about the public's mean. draws (S, S) in
        [-1, 1], None: no draw.
        """
        world.successor = world.public_alignment.copy()
        if draws is not None:
            world.successor += WIDTH * draws
            np.clip(world.successor, -1.0, 1.0, out=world.successor)

    def move_successor(self, world: World, state: int, patron: int, shift: float) -> None:
        """An act moves the likely successor towards a patron, or away."""
        world.successor[state, patron] = min(1.0, max(-1.0, world.successor[state, patron] + shift))

    def step(self, world: World) -> None:
        for s in rows_where(world.in_crisis):
            protest = world.active_share[s] * world.fixed.adults[s] / world.fixed.population[s]
            world.mechanisms.events.count_day(world, s, protest < self.calm_share)
            has_factions = world.fixed.faction_starts[s + 1] > world.fixed.faction_starts[s]
            not_attacked = world.attack[s] <= 0.0  # under attack governments stand or fall elsewhere
            if (
                has_factions
                and not_attacked
                and world.incumbent[s]
                and world.mechanisms.defection.coalition(world, s) < self.winning_coalition
            ):
                self.fall(world, s)
            elif world.calm_days[s] >= self.calm_days and not contested(world, s):
                world.mechanisms.events.close_crisis(world, s)
                world.mechanisms.response.drop_frame(world, s)
                world.record(world.fixed.names.states[s], "crisis over")
        for s in rows_where(world.strain):
            if world.incumbent[s] and world.mechanisms.strain.breaks(world, s):
                world.slow_fall[s] = True
                self.fall(world, s, "slow fall")

    def fall(self, world: World, s: int, path: str = "fall") -> None:
        """The government leaves; a successor takes over with fresh legitimacy and other alignments."""
        world.incumbent[s] = False
        world.fall_day[s] = world.day
        world.mechanisms.events.close_crisis(world, s)
        world.mechanisms.response.drop_frame(world, s)
        world.mechanisms.logistics.end_commitments(world, s)
        world.mechanisms.defection.begin_anew(world, s)
        world.mechanisms.strain.begin_anew(world, s)
        world.mechanisms.legitimacy.inaugurate(world, s, self.honeymoon)
        at_stake = self.turnover * world.influence[:, s]  # a patron with little influence replaces few elites
        world.mechanisms.alignment.turn_over(world, s, at_stake, world.successor[s])
        world.record(world.fixed.names.states[s], path)
