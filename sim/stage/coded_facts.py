"""Coded facts of a crisis take effect: what parameters make of regime, tenure, oil, elite split and armed challenge."""

import numpy as np

from sim.core.streams import Stream, uniform
from sim.equations.coded_facts import full_force, resting_legitimacy, strain


def first_week(world, facts):
    """The first-week facts of this world: the known ones, or one draw from their distribution."""
    weeks = facts.first_week
    reached = np.cumsum([week.weight for week in weeks])
    u = uniform(world.key, Stream.FIRST_WEEK, world.draw_key.item(world.host), 0, 0)
    return weeks[min(int(np.searchsorted(reached, u * reached[-1])), len(weeks) - 1)]


def impose(world, facts) -> None:
    """Apply the facts to a populated world, before its first day."""
    rules, s, week = world.rules, world.host, first_week(world, facts)
    for row in range(world.faction_starts[s], world.faction_starts[s + 1]):
        security = row == world.security_faction[s]
        world.rent_ratio[row] *= rules.defection.coded_rents(facts, week, security)
    rest = resting_legitimacy(world.legitimacy0[s], facts.democracy, rules.legitimacy.elections)
    world.legitimacy0 = world.legitimacy0.copy()  # it may be the table of figures itself
    world.legitimacy0[s] = world.legitimacy[s] = rest
    world.security[s] = full_force(world.security[s], facts.autocracy, rules.policing.autocracy_force)
    world.capacity[s] = rules.policing.steadiness(week.forces, week.sites)
    world.shocks = tuple(rules.shocks.translated(shock, week) for shock in world.shocks)
    world.outsider[s] = facts.outsider
    world.strain[s] = strain(facts.shock, week.armed, facts.state)
