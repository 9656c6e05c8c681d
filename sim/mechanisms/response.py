"""Response of a government in crisis: concede, repress, purge, frame, and ask abroad (equations 7 and 14).

The value of an option is V x (perceived survival with it - without it) - its cost. For a purge the gain is the weight of the
recovered faction, for framing a share of the danger. An option is taken at most once a crisis, on the first day with a
positive sum of value and random utility. A request abroad is separate from the acts at home.
"""

from collections.abc import Iterator
from typing import ClassVar

import numpy as np

from sim.actors.orders import Option
from sim.core.agenda import Task
from sim.core.axes import rows_where
from sim.core.state import Declaration, array
from sim.core.streams import Stream, accept
from sim.core.world import World
from sim.kernels.states import recover
from sim.mechanisms.response_options import ResponseOptions


class Response(ResponseOptions):
    uses: ClassVar[tuple[str, ...]] = ("assistance", "contest", "defection", "events", "legitimacy", "policing")
    decided_by = "State"

    class State:
        violence: Declaration = array(
            "S", "violence of policing by order of the government", unit="0 to 1", low=0.0, high=1.0,
            start=lambda response, _: response.usual_violence,
        )  # fmt: skip
        framing: Declaration = array(
            "S", "1 = the government names the events an attack on the state", unit="0 to 1", low=0.0, high=1.0
        )

    def step(self, world: World) -> None:
        recover(world.violence, self.usual_violence, 1.0 - 0.5 ** (1.0 / self.repression_half_life))

    def questions(self, world: World) -> Iterator[tuple[int, int]]:
        """Each government in crisis is asked for its options of today."""
        for s in rows_where(world.in_crisis & world.incumbent):
            yield s, s

    def carry_out(self, world: World, question: int, answer: list[Option]) -> None:
        """Carry out the options that a government takes."""
        for option in answer:
            self.apply(world, question, option)

    def alarmed(self, world: World, s: int) -> bool:
        """True if the day calls for a decision: protest, an attack, or a survival in doubt."""
        in_doubt = world.survival.item(s) < 1.0 - self.alarm
        from_outside = world.attack.item(s) > 0.0 or (world.fixed.outsider[s] and world.armed.item(s) > 0.0)
        return world.calm_days.item(s) == 0 or from_outside or in_doubt

    def drop_frame(self, world: World, state: int) -> None:
        """End the framing of events as an attack on the state."""
        world.framing[state] = 0.0

    def apply(self, world: World, s: int, option: Option) -> None:
        """Apply a chosen option."""
        name = world.fixed.names.states[s]
        if option.charter is not None:
            charter = option.charter
            world.record(name, option.kind, charter.name)
            if option.kind == "request":
                world.agenda.schedule(Task(world.day + charter.decide_lag, "decision", charter.row, s))
            else:
                lag = charter.instruments[option.kind].lag[0]
                world.agenda.schedule(Task(world.day + lag, "act", charter.row, s, instrument=option.kind))
            return
        world.record(name, option.kind)
        if option.kind == "concede":
            world.mechanisms.legitimacy.concede(world, s, self.concession_gain)
            world.mechanisms.events.relieve(world, s, self.grievance_relief)
        elif option.kind == "repress":
            world.violence[s] = 1.0
        elif option.kind == "frame":
            world.framing[s] = 1.0
        elif accept(self.purge_success, world.fixed.key, Stream.PURGE, int(world.fixed.draw_key[s]), world.day, 0):
            rows = np.arange(world.fixed.faction_starts[s], world.fixed.faction_starts[s + 1])
            out = rows[~world.loyal[rows]]
            world.mechanisms.defection.win_back(world, out[np.argmax(world.fixed.weight[out])])
