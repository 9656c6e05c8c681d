"""Kinds of dated events: one function each, which `kind` registers, also with the schema.

A function of (world, event, size) raises levels of today. `Events` resets them every morning, so that an effect rises and
ends with the event. Coefficients belong to the mechanisms.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.core.axes import CULTURAL, ECONOMIC
from sim.core.world import World

ANYWHERE, AT_HOME, NOWHERE = "in the state it strikes", "if it strikes the host", "nowhere"  # where it opens a crisis
OLD_GUARD, EVERY = "those of the old guard", "all"  # factions that an event strikes where it names none


@dataclass(frozen=True)
class EventKind:
    """A kind of event: its effect, and the keys that it reads besides the common ones."""

    name: str
    text: str
    phrase: str  # of a timeline, {actor} is the state and {target} the event's name
    strike: Callable[..., Any]
    opens: str = ANYWHERE
    hosts_only: bool = False  # it works through citizens, and only the host has them
    other: str = ""  # key that names the second state
    factions: str = ""  # factions that are struck where the event names none; empty: it strikes none
    reads: tuple[str, ...] = ()

    @property
    def particulars(self) -> tuple[str, ...]:
        """Keys that only some kinds read, and this one does."""
        return (*([self.other] if self.other else []), *self.reads)

    def opens_crisis(self, world: World, state: int) -> bool:
        """True if an event of this kind starts a crisis of the state."""
        return self.opens is ANYWHERE or (self.opens is AT_HOME and state == world.fixed.host)


EVENT_KINDS: dict[str, EventKind] = {}


def kind(text: str, phrase: str, **properties: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register the decorated function under its own name."""

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        EVENT_KINDS[function.__name__] = EventKind(function.__name__, text, phrase, function, **properties)
        return function

    return register


def raise_to(level: np.ndarray, rows: Any, size: float) -> None:
    """Raise a level; of several events at once the largest counts."""
    level[rows] = np.maximum(level[rows], size)


@kind("prices, wages or rights press on the citizens of the host", "grievance in {actor}: {target}", hosts_only=True)
def grievance(world: World, event: Any, size: float) -> None:
    world.pressure += size * event.exposure


@kind(
    "a falsified election: presses on the citizens, and the government's resting legitimacy falls",
    "election fraud in {actor}: {target}",
    hosts_only=True,
)
def fraud(world: World, event: Any, size: float) -> None:
    grievance(world, event, size)
    if world.incumbent[event.state]:
        world.discredit[event.state] += world.mechanisms.events.fraud_discredit * size


@kind(
    "a ruler about to leave: loyalty pays less for the factions until the event ends",
    "succession ahead in {actor}: {target}",
    opens=NOWHERE,
    factions=EVERY,
    reads=("factions",),
)
def succession(world: World, event: Any, size: float) -> None:
    world.rent_loss[list(event.factions)] += world.mechanisms.events.succession_rents * size


@kind(
    "a split of the elites: loyalty pays less for the old guard, and forces that it commands waver",
    "elite split in {actor}: {target}",
    factions=OLD_GUARD,
    reads=("factions",),
)
def split(world: World, event: Any, size: float) -> None:
    world.rent_loss[list(event.factions)] += world.mechanisms.events.old_guard_rents * size
    if world.fixed.security_faction[event.state] in event.factions:
        raise_to(world.disloyalty, event.state, size)


@kind("an armed challenge at home, which fights the state's own force", "armed challenge in {actor}: {target}")
def armed(world: World, event: Any, size: float) -> None:
    raise_to(world.armed, event.state, size)


@kind("key sites are seized: own force falls until they are retaken", "key sites seized in {actor}: {target}")
def seizure(world: World, event: Any, size: float) -> None:
    raise_to(world.sites_lost, event.state, size)


@kind(
    "an attack by another state, which draws forces off; with an aim of territory a campaign that wears both sides out",
    "attack on {actor}: {target}",
    other="attacker",
    reads=("territory",),
)
def attack(world: World, event: Any, size: float) -> None:
    s, sides = event.state, [event.state, event.other]
    intensity = size * (1.0 - world.truce.item(s))
    if intensity > world.attack[s]:
        world.attack[s], world.attacker[s], world.territory_aim[s] = intensity, event.other, event.territory
    raise_to(world.distraction, sides, min(1.0, intensity))
    if event.territory > 0.0:
        raise_to(world.mobilisation, sides, min(1.0, intensity))


@kind("a government's attention is elsewhere; its forces are not", "{actor} distracted: {target}", opens=NOWHERE)
def distraction(world: World, event: Any, size: float) -> None:
    raise_to(world.distraction, event.state, min(1.0, size))


@kind(
    "a war elsewhere: deployable force drains while it lasts and recovers afterwards",
    "{actor} at war: {target}",
    opens=NOWHERE,
)
def war(world: World, event: Any, size: float) -> None:
    raise_to(world.mobilisation, event.state, min(1.0, size))


@kind(
    "trade and money of a state dry up in both directions; hardship presses on the citizens of a host",
    "financial crisis in {actor}: {target}",
    opens=AT_HOME,
)
def financial(world: World, event: Any, size: float) -> None:
    share = 1.0 - world.mechanisms.events.financial_trade * size
    world.flow_left[ECONOMIC, event.state, :] *= share
    world.flow_left[ECONOMIC, :, event.state] *= share
    if event.state == world.fixed.host:
        world.pressure += world.mechanisms.events.financial_hardship * size * event.exposure


@kind(
    "two states fall out, as over a downed aircraft: alignment, trade and contact between them fall on both sides",
    "rupture of {actor} with another state: {target}",
    opens=NOWHERE,
    other="other",
)
def rupture(world: World, event: Any, size: float) -> None:
    events, pair = world.mechanisms.events, (event.state, event.other)
    depth = size * (1.0 - world.reconciled.item(*pair))
    for a, b in (pair, pair[::-1]):
        raise_to(world.rift, (a, b), depth)
        world.flow_left[ECONOMIC, a, b] *= 1.0 - events.rupture_trade * depth
        world.flow_left[CULTURAL, a, b] *= 1.0 - events.rupture_contact * depth
