"""Acts to decide on today: options of a government in crisis, and orders of a state that acts alone."""

from collections.abc import Iterator
from dataclasses import dataclass

from sim.actors.charter import Charter
from sim.actors.choices import FREE, directive_for
from sim.core.world import World


@dataclass(frozen=True)
class Option:
    """A feasible action of today with its utility; `charter`: the addressee of a request, if any."""

    kind: str
    utility: float
    charter: Charter | None = None

    @property
    def name(self) -> str:
        """Name of random utility and directive: organisations by draw key, so that labels play no part."""
        return self.kind if self.charter is None else f"{self.kind}:{self.charter.draw_key}"


@dataclass(frozen=True)
class Order:
    """An instrument to use today, or to end at intensity 0. No order with the same `token` is decided twice."""

    instrument: str
    target: int  # state row
    intensity: float
    token: str
    free: bool = False  # then a quantal response to its worth decides


def directed_orders(world: World, charter: Charter) -> Iterator[Order]:
    """Acts that directives name, of a state that acts alone."""
    for name, s in charter.directed:
        free = directive_for(world, charter.leader, name, s) == FREE
        # the token is the address of the lag's draw
        yield Order(name, s, 1.0, f"told {name}:{world.fixed.draw_key[s]}", free)


def already_decided(world: World, k: int, token: str) -> bool:
    """True if state k has decided on the act of that token before."""
    return (world.fixed.draw_key.item(k), token, 0) in world.choices
