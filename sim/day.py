"""The day: the mechanisms in their order, and the decisions of Mesa agents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sim.agents import Actor
from sim.core.mechanism import DecidingMechanism, Mechanism
from sim.core.world import World
from sim.mechanisms import Mechanisms


@dataclass(frozen=True)
class DayPart:
    """A mechanism's part of the day: its step, then the decisions of its agents, one after the other."""

    name: str
    mechanism: Mechanism
    agents: Sequence[Actor] = ()

    @property
    def decided_by(self) -> str:
        """Class of the Mesa agents that decide, or nothing."""
        return self.mechanism.decided_by if isinstance(self.mechanism, DecidingMechanism) else ""

    def run(self, world: World) -> None:
        """Simulate this part of the day."""
        mechanism = self.mechanism
        mechanism.step(world)
        if isinstance(mechanism, DecidingMechanism):
            for row, question in mechanism.questions(world):
                mechanism.carry_out(world, question, self.agents[row].decide(mechanism, question))


def day_of(mechanisms: Mechanisms, agents: Mapping[str, Sequence[Actor]]) -> tuple[DayPart, ...]:
    """The parts of a day, in order, without mechanisms that are switched off. agents: by the name of their class."""
    parts = ((name, getattr(mechanisms, name)) for name in Mechanisms.model_fields)
    return tuple(
        DayPart(name, mechanism, agents.get(getattr(mechanism, "decided_by", ""), ()))
        for name, mechanism in parts
        if mechanism.enabled
    )
