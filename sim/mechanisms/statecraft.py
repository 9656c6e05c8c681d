"""States act on their own: what directives tell them, and what their policies call for, within the limits of each instrument."""

from sim.actors.choices import ALWAYS, FREE, NEVER, consents, option_code, requests_made, told_by
from sim.actors.policies import Order, ordered
from sim.core.parameters import Mechanism
from sim.core.streams import between
from sim.core.world import Task
from sim.mechanisms.breach import in_breach, may_guard


class Statecraft(Mechanism):
    def step(self, world, model) -> None:
        for charter in world.alone:
            for order in model.governments[charter.leader].orders(charter):
                self.give(world, charter, order)

    def give(self, world, charter, order: Order) -> None:
        """Decide on one act; at most once per token, and as soon as its limits allow."""
        k, s = charter.leader, order.target
        ends = order.intensity == 0.0  # which needs no leave
        if ordered(world, k, order.token) or not (ends or self.allowed(world, charter, order.instrument, s)):
            return
        own_key, rule = world.draw_key.item(k), told_by(world, k, order.instrument, s)
        if rule == NEVER or (rule not in (FREE, ALWAYS) and world.day < rule):
            return
        if order.free and rule == FREE:
            worth = world.rules.assistance.worth(world, charter, order.instrument, s)
            option = f"{order.instrument}:{world.draw_key[s]}"
            if not consents(world, own_key, option, int(world.crisis[s]), worth, world.rules.assistance.precision):
                return
        world.done.add((own_key, order.token, 0))
        self.call_off(world, charter, order)
        lag = between(*charter.instruments[order.instrument].lag, world.key, own_key, option_code(order.token), 0)
        world.agenda.append(
            Task(world.day + lag, "act", charter.row, s, instrument=order.instrument, level=order.intensity)
        )

    @staticmethod
    def call_off(world, charter, order: Order) -> None:
        """To end an instrument takes back uses of it that are under way, to use it takes back an end that is."""
        same = ("act", charter.row, order.target, order.instrument)
        world.agenda = [
            task
            for task in world.agenda
            if (task.kind, task.organisation, task.state, task.instrument) != same
            or (task.level == 0.0) == (order.intensity == 0.0)
        ]

    def allowed(self, world, charter, name: str, s: int) -> bool:
        """True if every limit of the instrument is kept; soldiers, if it sends any, are there and no charter forbids them."""
        mission = charter.mission(name)
        if mission and not (charter.contingent(mission) and may_guard(world, charter, s)):
            return False
        return all(LIMITS[limit](world, charter.leader, s) for limit in charter.instruments[name].limits)


def told(world, charter):
    """Acts that directives name."""
    for name, s in charter.told:
        free = told_by(world, charter.leader, name, s) == FREE
        yield Order(name, s, 1.0, f"told {name}:{world.draw_key[s]}", free)


def _covered(world, k: int, s: int) -> bool:
    """True if both are members of an organisation whose charter covers the attack on s."""
    covering = (c for c in world.charters if k in c.members and s in c.members and "external" in c.clauses)
    return any(not in_breach(world, c, s) for c in covering)


LIMITS = {
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
    "border": lambda w, k, s: bool(w.borders[k, s]),
    "kinship": lambda w, k, s: bool(w.kin[k, s]),
}
