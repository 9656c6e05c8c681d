"""The base classes of mechanisms: parameters, their state, a step, and questions to Mesa agents."""

from collections.abc import Iterator
from functools import cache
from typing import Any, ClassVar

from pydantic import Field

from sim.core.parameters import Checked
from sim.core.state import Declaration, declared_by
from sim.core.world import World


@cache
def declarations(owner: type) -> tuple[Declaration, ...]:
    """State that a class of mechanisms or policies declares; the owner is its name in lower case."""
    return tuple(declared_by(owner, owner.__name__.lower()))


class Mechanism(Checked):
    """One process of the model.

    Its state stands in a nested class `State`; only the mechanism writes it. Another mechanism changes that state by an
    operation, a public method: `world.mechanisms.legitimacy.raise_level(...)`. `uses` names the mechanisms whose
    operations this one calls.
    """

    uses: ClassVar[tuple[str, ...]] = ()
    daily_values: ClassVar[tuple[tuple[str, float], ...]] = ()  # of the declared state, by name of the array
    enabled: bool = Field(default=True, description="take part in the day; switched off, the mechanism changes nothing")

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        cls.daily_values = tuple((d.name, d.daily) for d in declarations(cls) if d.daily is not None)

    def step(self, world: World) -> None:
        """The day of this mechanism."""

    def begin(self, world: World) -> None:
        """Start values that follow from other state; declared start values are there already."""

    def reset(self, world: World) -> None:
        """Set state that each day begins anew to its declared daily value."""
        for name, daily in self.daily_values:
            getattr(world, name).fill(daily)


class DecidingMechanism(Mechanism):
    """A mechanism that puts questions to Mesa agents after its step, one after the other.

    decided_by: class of the agents. The model hands each question to the agent of its row, `agent.decide(mechanism,
    question)`, and the answer back to `carry_out`.
    """

    decided_by: ClassVar[str] = ""

    def questions(self, world: World) -> Iterator[tuple[int, Any]]:
        """Row of the deciding agent, and the question. Each question comes after the earlier answers took effect."""
        raise NotImplementedError

    def carry_out(self, world: World, question: Any, answer: Any) -> None:
        """Apply a decision."""
        raise NotImplementedError
