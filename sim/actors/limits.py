"""Limits of instruments: the conditions under which a state or an organisation may use one."""

from collections.abc import Callable

from sim.actors.charter import Charter
from sim.actors.choices import requests_made
from sim.actors.views import in_breach, may_guard
from sim.core.world import World


def allowed(world: World, charter: Charter, name: str, state: int) -> bool:
    """True if every limit of the instrument holds; soldiers also need a force and a charter that admits them."""
    mission = charter.mission(name)
    if mission and not (charter.contingent(mission) and may_guard(world, charter, state)):
        return False
    return all(LIMITS[limit](world, charter.leader, state) for limit in charter.instruments[name].limits)


def _covered(world: World, k: int, s: int) -> bool:
    """True if both are members of an organisation whose charter covers the attack on s."""
    covering = (c for c in world.fixed.charters if k in c.members and s in c.members and "external" in c.clauses)
    return any(not in_breach(world, c, s) for c in covering)


# name of a limit -> its test, of the world, the state that acts and the target
LIMITS: dict[str, Callable[[World, int, int], bool]] = {
    "crisis": lambda w, k, s: bool(w.in_crisis[s]),
    "calm": lambda w, k, s: not w.in_crisis[s],
    "incumbent": lambda w, k, s: bool(w.incumbent[s]),
    "fallen": lambda w, k, s: not w.incumbent[s],
    "attacked": lambda w, k, s: bool(w.attack[s] > 0.0),
    "contested_election": lambda w, k, s: bool(w.discredit[s] > 0.0),
    "in_conflict": lambda w, k, s: bool(w.attack[s] > 0.0 or w.rift[s].any()),
    "not_at_war": lambda w, k, s: bool(w.attacker[s] != k and w.attacker[k] < 0),
    "invited": lambda w, k, s: requests_made(w, s) > 0,
    "treaty": _covered,
    "border": lambda w, k, s: bool(w.fixed.borders[k, s]),
    "kinship": lambda w, k, s: bool(w.fixed.kin[k, s]),
}
