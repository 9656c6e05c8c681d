"""Statecraft: states act on their initiative, by directives and policies, within the limits of each instrument."""

from collections.abc import Iterator
from typing import ClassVar

from sim.actors.charter import Charter
from sim.actors.choices import ALWAYS, FREE, NEVER, consents, directive_for, option_code, take
from sim.actors.limits import allowed
from sim.actors.orders import Order, already_decided
from sim.core.agenda import Task
from sim.core.mechanism import DecidingMechanism
from sim.core.streams import between
from sim.core.world import World


class Statecraft(DecidingMechanism):
    uses: ClassVar[tuple[str, ...]] = ("assistance",)
    decided_by = "State"

    def questions(self, world: World) -> Iterator[tuple[int, Charter]]:
        """Each state that acts alone is asked for its orders, under its charter of one."""
        for charter in world.fixed.acting_alone:
            yield charter.leader, charter

    def carry_out(self, world: World, question: Charter, answer: list[Order]) -> None:
        """Carry out the orders of a state, one after the other."""
        for order in answer:
            self.give(world, question, order)

    def give(self, world: World, charter: Charter, order: Order) -> None:
        """Decide on one act; at most once per token, and as soon as its limits allow."""
        k, s = charter.leader, order.target
        ends = order.intensity == 0.0  # to end an instrument needs no permission
        if already_decided(world, k, order.token) or not (ends or allowed(world, charter, order.instrument, s)):
            return
        actor, rule = world.fixed.draw_key.item(k), directive_for(world, k, order.instrument, s)
        if rule == NEVER or (rule not in (FREE, ALWAYS) and world.day < int(rule)):
            return
        if order.free and rule == FREE:
            worth = world.mechanisms.assistance.worth(world, charter, order.instrument, s)
            option, precision = f"{order.instrument}:{world.fixed.draw_key[s]}", world.fixed.organisation_precision
            if not consents(world, actor, option, int(world.crisis[s]), worth, precision):
                return
        take(world, actor, order.token, 0)
        self.call_off(world, charter, order)
        tool = charter.instruments[order.instrument]
        lag = between(tool.lag[0], tool.lag[1], world.fixed.key, actor, option_code(order.token), 0)
        day = world.day + lag
        world.agenda.schedule(Task(day, "act", charter.row, s, instrument=order.instrument, intensity=order.intensity))

    @staticmethod
    def call_off(world: World, charter: Charter, order: Order) -> None:
        """Cancel contradictory pending orders: uses of an instrument that is to end, an end of one that is to be used."""
        same = ("act", charter.row, order.target, order.instrument)
        world.agenda.cancel(
            lambda task: (
                (task.kind, task.organisation, task.state, task.instrument) == same
                and (task.intensity == 0.0) != (order.intensity == 0.0)
            )
        )
