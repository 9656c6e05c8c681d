"""How actors choose: directives of a scenario first, otherwise a quantal response with shocks kept for the crisis.

Every option of a crisis is a yes-or-no choice taken on the first day on which utility plus shock is positive. The
shock belongs to (actor, option, crisis) and is drawn once: redrawn daily, unlikely acts would become near certain
[McKelveyPalfrey1995].
"""

from zlib import crc32

from sim.streams import logistic_shock

FREE, NEVER, ALWAYS = "free", "never", "always"


def option_code(option: str) -> int:
    """A number for an option's name, the same in every run and on every machine."""
    return crc32(option.encode())


def directive(world, draw_key: int, option: str):
    """What the scenario prescribes for this actor and option: free, never, always, or a day counted from onset."""
    return world.directives.get((int(draw_key), option), FREE)


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
