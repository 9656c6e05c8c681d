"""The day: the mechanisms in their order, and the decisions of Mesa agents."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from sim.core.mechanism import DecidingMechanism, Mechanism
from sim.core.world import World
from sim.mechanisms import Mechanisms

if TYPE_CHECKING:
    from sim.agents import Actor


@dataclass(frozen=True)
class DayPart:
    """A mechanism's part of the day. run: its step, then the decisions of the agents, if it asks any."""

    name: str
    mechanism: Mechanism
    agents: "Sequence[Actor]"
    run: Callable[[World], None]

    @property
    def decided_by(self) -> str:
        """Class of the Mesa agents that decide, or nothing."""
        return self.mechanism.decided_by if isinstance(self.mechanism, DecidingMechanism) else ""


def day_of(mechanisms: Mechanisms, agents: "Mapping[str, Sequence[Actor]]") -> tuple[DayPart, ...]:
    """The parts of a day, in order, without mechanisms that are switched off. agents: by the name of their class."""
    parts = ((name, getattr(mechanisms, name)) for name in Mechanisms.model_fields)
    return tuple(_part(name, mechanism, agents) for name, mechanism in parts if mechanism.enabled)


def _part(name: str, mechanism: Mechanism, agents: "Mapping[str, Sequence[Actor]]") -> DayPart:
    if not isinstance(mechanism, DecidingMechanism):
        return DayPart(name, mechanism, (), mechanism.step)
    deciding = agents.get(mechanism.decided_by, ())
    run = partial(_step_and_ask, mechanism, deciding)  # copies and pickles of a model take it along
    return DayPart(name, mechanism, deciding, run)


def _step_and_ask(mechanism: DecidingMechanism, agents: "Sequence[Actor]", world: World) -> None:
    """The step of a mechanism, then its questions, one after the other."""
    mechanism.step(world)
    for row, question in mechanism.questions(world):
        mechanism.carry_out(world, question, agents[row].decide(mechanism, question))
