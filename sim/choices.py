"""How actors choose: directives of a scenario first, otherwise a quantal response with shocks kept for the crisis.

Every option of a crisis is a yes-or-no choice taken on the first day on which utility plus shock is positive. The
shock belongs to (actor, option, crisis) and is drawn once: redrawn daily, unlikely acts would become near certain
[McKelveyPalfrey1995].
"""

from zlib import crc32

from sim.streams import logistic_shock

FREE, NEVER, ALWAYS = "free", "never", "always"

# What a scenario may prescribe under `directives: {ACTOR: {option: value}}`. A state also takes a day counted from onset.
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


def option_code(option: str) -> int:
    """A number for an option's name, the same in every run and on every machine."""
    return crc32(option.encode())


def directive(world, draw_key: int, option: str):
    """What the scenario prescribes for this actor and option: free, never, always, or a day counted from onset."""
    return world.directives.get((int(draw_key), option), FREE)


def is_directed(world, draw_key: int) -> bool:
    """True if the scenario prescribes anything for this actor."""
    return any(actor == draw_key for actor, _ in world.directives)


def chooses(world, draw_key: int, option: str, crisis: int, state: int, utility: float, rationality: float) -> bool:
    """Does the actor take the option today? At most once per crisis.

    utility in units of the regime's stake, rationality = lambda of the quantal response.
    """
    token = (int(draw_key), option, crisis)
    if token in world.done:
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
        world.done.add(token)
    return taken


def consents(world, draw_key: int, option: str, crisis: int, utility: float, rationality: float) -> bool:
    """Quantal response with the kept shock: true with probability logistic(rationality * utility)."""
    shock = logistic_shock(world.key, int(draw_key), option_code(option), crisis)
    return rationality * utility + shock > 0.0


def request_made(world, state: int) -> bool:
    """True if the government has asked somebody for force in its current crisis."""
    asker, crisis = world.draw_key.item(state), world.crisis.item(state)
    return any(key == asker and when == crisis and name.startswith("request:") for key, name, when in world.done)
