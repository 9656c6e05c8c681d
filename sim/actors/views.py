"""Readings of the world that several actors and mechanisms need. Nothing here writes."""

import numpy as np

from sim.actors.charter import Charter
from sim.core.axes import VIOLENCE
from sim.core.world import World

LINGERS = 0.05  # a smaller armed challenge, or loss of key sites, keeps no crisis open


def adversary_is_external(world: World, state: int) -> bool:
    """True if the adversary comes from outside."""
    return bool(world.attack[state] > 0.0 or world.fixed.outsider[state])


def violence_of(world: World, state: int) -> float:
    """Violence of policing in [0, 1]: the government's order, and the effect of instruments in force."""
    return min(1.0, max(0.0, world.violence.item(state) + world.instrument_levels.item(VIOLENCE, state)))


def troops(world: World) -> np.ndarray:
    """(O, S) soldiers present, of all missions."""
    return world.soldiers.sum(axis=1)


def foreign_soldiers(world: World, state: int) -> float:
    """Soldiers of all organisations in the state; counts are whole numbers, so the order of the sum is free."""
    return world.soldiers[:, :, state].sum().item() if world.forces_abroad else 0.0


def contested(world: World, state: int) -> bool:
    """True while an attack or an armed challenge lasts or key sites are lost, also with calm streets."""
    return bool(world.attack[state] > 0.0 or max(world.armed[state], world.sites_lost[state]) >= LINGERS)


def covers(world: World, charter: Charter, state: int) -> float:
    """1 if the charter covers today's event in the state, and no fellow member attacks; else 0."""
    if in_breach(world, charter, state):
        return 0.0
    return charter.clause(adversary_is_external(world, state))


def in_breach(world: World, charter: Charter, state: int) -> bool:
    """True if a fellow member attacks the state under a clause that renounces force among members."""
    return (
        "non_use_of_force" in charter.clauses
        and state in charter.members
        and world.attack.item(state) > 0.0
        and world.attacker.item(state) in charter.members
    )


def may_guard(world: World, charter: Charter, state: int) -> bool:
    """True if no clause keeps soldiers of this actor out: neither an exclusive charter nor standing aside."""
    return state not in charter.barred and not in_breach(world, charter, state)
