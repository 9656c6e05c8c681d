"""Choices of actors: directives of the scenario first, then a quantal response with random utilities, drawn once per crisis.

Every option of a crisis is a yes-or-no choice taken on the first day on which utility plus random utility is positive.
The random utility belongs to (actor, option, crisis) and is drawn once: with a daily draw, unlikely acts would become near certain
[McKelveyPalfrey1995].
"""

from enum import StrEnum
from math import inf
from typing import Any

from pydantic import Field

from sim.core.draw_names import draw_unit
from sim.core.streams import random_utility
from sim.core.world import World
from sim.equations.choice import takes

MEMBERS = "MEMBERS"  # in policies: the other members of organisations that the actor leads
RULES = FREE, NEVER, ALWAYS = ("free", "never", "always")

# Options that a scenario may prescribe under `directives: {ACTOR: {option: value}}`. A state also takes a day counted from onset.
STATE_OPTIONS = {
    "concede": "give in to a demand: legitimacy rises at a price",
    "repress": "order open violence: more force, more deaths, legitimacy falls with them; the order wanes",
    "purge": "replace the head of a defected faction, which may restore its loyalty",
    "frame": "name the events an attack on the state: force costs less, rents of loyalty rise, deaths weigh differently",
    "request": "ask an organisation for force, by addressee: {request: {ORGANISATION: value}}",
    "mediation": "ask an organisation to mediate, by addressee: {mediation: {ORGANISATION: value}}",
}
ORGANISATION_OPTIONS = {
    "answer": "grant or refuse a request for force",
    "act": "use the diplomatic, economic and cultural instruments of the charter on its own initiative",
}
ADDRESSED = ("request", "mediation")


class Decision(StrEnum):
    """How an actor turns the utility of an act into a decision."""

    quantal = "quantal"
    threshold = "threshold"


def decision_rule(text: str) -> Any:
    """A field of a mechanism for the rule of decision."""
    return Field(
        Decision.quantal,
        description=f"{text}: quantal = likelier the more it is worth, threshold = always and only if it is worth more "
        "than nothing, the limit of rationality without bound",
        json_schema_extra={"unit": "choice", "source": "[McKelveyPalfrey1995]"},
    )


def precision(rule: Decision, rationality: float) -> float:
    """Lambda of the quantal response in force: without bound under the threshold rule."""
    return inf if rule is Decision.threshold else rationality


def option_code(option: str) -> int:
    """The number of an option's name, the same in every run and on every machine."""
    return draw_unit(option)


def directive(world: World, draw_key: int, option: str) -> str | int:
    """The rule of the scenario for this actor and option: free, never, always, or a day counted from onset."""
    return world.fixed.directives.get((int(draw_key), option), FREE)


def is_directed(world: World, draw_key: int) -> bool:
    """True if the scenario prescribes anything for this actor."""
    return any(actor == draw_key for actor, _ in world.fixed.directives)


def chooses(
    world: World, draw_key: int, option: str, crisis: int, state: int, utility: float, rationality: float
) -> bool:
    """True if the actor takes the option today; at most once per crisis.

    utility in units of the regime's stake, rationality = lambda of the quantal response.
    """
    token = (int(draw_key), option, crisis)
    if token in world.choices:
        return False
    rule = directive(world, draw_key, option)
    if rule == NEVER:
        return False
    if rule == ALWAYS:
        taken = True
    elif rule == FREE:
        taken = consents(world, draw_key, option, crisis, utility, rationality)
    else:
        taken = world.day - world.crisis_day[state] >= int(rule)
    if taken:
        take(world, *token)
    return taken


def take(world: World, draw_key: int, option: str, crisis: int) -> None:
    """Remember that an actor took an option, in a crisis or (0) once and for all."""
    world.choices.add((int(draw_key), option, crisis))


def consents(world: World, draw_key: int, option: str, crisis: int, utility: float, rationality: float) -> bool:
    """Quantal response with the random utility: true with `chance(utility, rationality)`."""
    if rationality == inf:
        return utility > 0.0
    noise = random_utility(world.fixed.key, int(draw_key), option_code(option), crisis)
    return takes(utility, rationality, noise)


def requests_made(world: World, state: int) -> int:
    """Number of requests for force by the government in its current crisis."""
    draw_key, crisis = world.fixed.draw_key.item(state), world.crisis.item(state)
    return sum(
        key == draw_key and of_crisis == crisis and name.startswith("request:")
        for key, name, of_crisis in world.choices
    )


def directive_for(world: World, actor: int, instrument: str, target: int) -> str | int:
    """The rule of the scenario for a state (row) and its use of an instrument towards another state or at home."""
    option = instrument if target == actor else f"{instrument}:{world.fixed.draw_key[target]}"
    return directive(world, world.fixed.draw_key.item(actor), option)
