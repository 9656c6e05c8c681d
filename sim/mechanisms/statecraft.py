"""States act on their own: what directives tell them, and what their policies call for, within the limits of each instrument."""

from sim.choices import ALWAYS, FREE, NEVER, consents, directive, option_code, request_made
from sim.parameters import Mechanism
from sim.policies import Order
from sim.streams import between
from sim.world import Task


class Statecraft(Mechanism):
    def step(self, world, model) -> None:
        for charter in world.alone:
            for order in model.governments[charter.leader].orders(charter):
                self.give(world, charter, order)

    def give(self, world, charter, order: Order) -> None:
        """Decide on one act; at most once per token, and as soon as its limits allow."""
        k, s = charter.leader, order.target
        done = (charter.draw_key, order.token, 0)
        if done in world.done or not self.allowed(world, charter, order.instrument, s):
            return
        own_key, name = world.draw_key.item(k), f"{order.instrument}:{world.draw_key[s]}"
        rule = directive(world, own_key, order.instrument if s == k else name)
        if rule == NEVER or (rule not in (FREE, ALWAYS) and world.day < rule):
            return
        if order.free and rule == FREE:
            worth = world.rules.assistance.worth(world, charter, order.instrument, s)
            if not consents(world, own_key, name, int(world.crisis[s]), worth, world.rules.assistance.rationality):
                return
        world.done.add(done)
        lag = between(*charter.instruments[order.instrument].lag, world.key, own_key, option_code(order.token), 0)
        world.agenda.append(
            Task(world.day + lag, "act", charter.row, s, instrument=order.instrument, level=order.level)
        )

    def allowed(self, world, charter, name: str, s: int) -> bool:
        """True if every limit of the instrument is kept."""
        return all(LIMITS[limit](world, charter.leader, s) for limit in charter.instruments[name].limits)


def told(world, charter):
    """Acts that directives name."""
    key = world.draw_key.item(charter.leader)
    for name, s in charter.told:
        rule = directive(world, key, name if s == charter.leader else f"{name}:{world.draw_key[s]}")
        yield Order(name, s, 1.0, f"told {name}:{world.draw_key[s]}", free=rule == FREE)


def _covered(world, k: int, s: int) -> bool:
    """True if both are members of an organisation whose charter covers attacks from outside."""
    return any(k in c.members and s in c.members and c.external_clause for c in world.charters)


LIMITS = {
    "crisis": lambda w, k, s: bool(w.in_crisis[s]),
    "calm": lambda w, k, s: not w.in_crisis[s],
    "incumbent": lambda w, k, s: bool(w.incumbent[s]),
    "fallen": lambda w, k, s: not w.incumbent[s],
    "attacked": lambda w, k, s: bool(w.attack[s] > 0.0),
    "in_conflict": lambda w, k, s: bool(w.attack[s] > 0.0 or w.rift[s].any()),
    "not_at_war": lambda w, k, s: bool(w.attacker[s] != k and w.attacker[k] < 0),
    "invited": lambda w, k, s: request_made(w, s),
    "treaty": _covered,
    "border": lambda w, k, s: bool(w.borders[k, s]),
    "kinship": lambda w, k, s: bool(w.kin[k, s]),
}
