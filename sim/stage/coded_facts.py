"""Coded facts of a crisis take effect: what parameters make of regime, tenure, oil, elite split and armed challenge."""

import numpy as np

from sim.core.streams import Stream, uniform

STATE_STRAIN = 0.3  # of an attack by a state on the standing of the attacked government, relative to a crisis at home
ARMED_STRAIN = 2.0  # added by a high armed challenge


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
    rest = world.legitimacy0[s] + rules.legitimacy.elections * facts.democracy
    world.legitimacy0 = world.legitimacy0.copy()  # it may be the table of indicators itself
    world.legitimacy0[s] = world.legitimacy[s] = min(1.0, max(0.0, rest))
    world.security[s] *= np.exp(rules.policing.autocracy_force * facts.autocracy)
    world.capacity[s] = rules.policing.steadiness(week.forces, week.sites)
    world.shocks = tuple(rules.events.translated(event, week) for event in world.shocks)
    world.outsider[s] = facts.outsider
    world.strain[s] = facts.event_size * (1.0 + ARMED_STRAIN * week.armed) * (STATE_STRAIN if facts.state else 1.0)
