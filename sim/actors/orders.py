"""Orders: instruments that a state acting alone decides to use today, or to end."""

from collections.abc import Iterator
from dataclasses import dataclass

from sim.actors.charter import Charter
from sim.actors.choices import FREE, directive_for
from sim.core.world import World


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
