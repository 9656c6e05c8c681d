"""Coded facts of a crisis: the parameters translate regime, tenure, oil, elite split and armed challenge."""

from dataclasses import replace

import numpy as np

from sim.core.fixed import Fixed
from sim.core.streams import Stream, uniform
from sim.equations.coded_facts import full_force, resting_legitimacy
from sim.mechanisms import Mechanisms
from sim.spec.schema.scenario import Facts, FirstWeek


def first_week(fixed: Fixed, facts: Facts) -> FirstWeek:
    """The first-week facts of one replication: the coded ones, or one draw from their distribution."""
    weeks = facts.first_week
    cumulative = np.cumsum([week.weight for week in weeks])
    u = uniform(fixed.key, Stream.FIRST_WEEK, fixed.draw_key.item(fixed.host), 0, 0)
    return weeks[min(int(np.searchsorted(cumulative, u * cumulative[-1])), len(weeks) - 1)]


def with_facts(fixed: Fixed, mechanisms: Mechanisms, facts: Facts) -> Fixed:
    """The fixed data of a world after the coded facts of the host's crisis."""
    s, week = fixed.host, first_week(fixed, facts)
    rent_ratio, legitimacy, security = fixed.rent_ratio.copy(), fixed.legitimacy0.copy(), fixed.security.copy()
    capacity, outsider = fixed.capacity0.copy(), fixed.outsider.copy()
    for row in range(fixed.faction_starts[s], fixed.faction_starts[s + 1]):
        rent_ratio[row] *= mechanisms.defection.coded_rents(facts, week, row == fixed.security_faction[s])
    legitimacy[s] = resting_legitimacy(legitimacy[s], facts.democracy, mechanisms.legitimacy.elections)
    security[s] = full_force(security[s], facts.autocracy, mechanisms.policing.autocracy_force)
    capacity[s] = mechanisms.policing.steadiness(week.forces, week.sites)
    outsider[s] = facts.outsider
    return replace(
        fixed,
        rent_ratio=rent_ratio,
        legitimacy0=legitimacy,
        security=security,
        capacity0=capacity,
        outsider=outsider,
        events=tuple(mechanisms.events.translated(event, week) for event in fixed.events),
    )
