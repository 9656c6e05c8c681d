"""Assistance by organisations: force on request, and acts on their initiative (equations 8 and 11)."""

from collections.abc import Iterator
from typing import ClassVar

from sim.actors.charter import Charter
from sim.actors.choices import (
    ALWAYS,
    FREE,
    NEVER,
    consents,
    directive,
    option_code,
)
from sim.actors.limits import allowed
from sim.actors.views import adversary_is_external, may_guard
from sim.core.agenda import Task
from sim.core.axes import rows_where
from sim.core.streams import between
from sim.core.world import World
from sim.equations.choice import chance
from sim.mechanisms.assistance_utilities import AssistanceUtilities


class Assistance(AssistanceUtilities):
    uses: ClassVar[tuple[str, ...]] = ("alignment", "integration", "logistics")
    decided_by = "Organisation"

    def voters(self, charter: Charter, s: int) -> list[int]:
        """Members whose consent the decision rule asks for; the requester does not vote on its own request."""
        if charter.decision_rule == "consensus":
            return [m for m in charter.members if m != s]
        return [charter.leader] if charter.decision_rule == "leader" else []

    def expected_consent(self, world: World, charter: Charter, s: int) -> float:
        """Probability of consent as the requester expects it; 0 without a force that may be sent."""
        if charter.pool_rapid <= 0.0 or not may_guard(world, charter, s):
            return 0.0
        if charter.decision_rule == "secretary":
            return charter.clause(adversary_is_external(world, s))
        size = charter.contingent_share
        consent = 1.0
        for u in sorted(self.utility(world, charter, m, s, size) for m in self.voters(charter, s)):
            consent *= chance(u, self.precision)
        if charter.decision_rule == "consensus":
            consent *= self.absent_consent(world, charter, s, size) ** charter.absent_members
        return consent

    def absent_consent(self, world: World, charter: Charter, s: int, size: float) -> float:
        """Chance that a member off stage consents: it sends nobody and has no stake but the clause."""
        return chance(self.common_utility(world, charter, s, size, 0.0), self.precision)

    def step(self, world: World) -> None:
        for s in rows_where(world.in_crisis):
            if world.day == world.crisis_day[s]:
                self.plan(world, s)

    def questions(self, world: World) -> Iterator[tuple[int, Task]]:
        """Requests and initiatives that are due; a request of a fallen government lapses."""
        for task in world.agenda.take_due(world.day, ("decision", "held up", "initiative")):
            if task.kind == "initiative" or world.incumbent[task.state]:
                yield task.organisation, task

    def carry_out(self, world: World, question: Task, answer: bool) -> None:
        """Answer a request, or prepare an act of the organisation's initiative."""
        if question.kind != "initiative":
            self.answer(world, world.fixed.charters[question.organisation], question, answer)
        elif answer:
            day, organisation = world.day + 1, question.organisation
            world.agenda.schedule(Task(day, "act", organisation, question.state, instrument=question.instrument))

    def plan(self, world: World, s: int) -> None:
        """Each instrument of an organisation of which s is a member or partner comes up for decision after its lag."""
        for charter in world.fixed.by_draw_key:
            if s not in (*charter.members, *charter.associates) or s == charter.leader:
                continue
            for name, tool in charter.instruments.items():
                if not tool.on_request:
                    lag = between(
                        tool.lag[0],
                        tool.lag[1],
                        world.fixed.key,
                        charter.draw_key,
                        option_code(name),
                        int(world.crisis[s]),
                    )
                    world.agenda.schedule(Task(world.day + lag, "initiative", charter.row, s, instrument=name))

    def consent(self, world: World, charter: Charter, s: int) -> bool:
        """The organisation's answer to a request for force by its decision rule; every vote has its random utility."""
        rule = directive(world, charter.draw_key, "answer")
        if charter.pool_rapid <= 0.0 or rule == NEVER or not may_guard(world, charter, s):
            return False
        if rule == ALWAYS:
            return True
        if charter.decision_rule == "secretary":
            return charter.clause(adversary_is_external(world, s)) > 0.0  # the secretary applies the charter
        size, crisis = charter.contingent_share, int(world.crisis[s])
        if not all(self.votes_for(world, charter, m, s) for m in self.voters(charter, s)):
            return False
        if charter.decision_rule == "consensus":
            u = self.common_utility(world, charter, s, size, 0.0)
            for n in range(charter.absent_members):
                if not consents(world, charter.draw_key, f"absent vote {n}", crisis, u, self.precision):
                    return False
        return True

    def votes_for(self, world: World, charter: Charter, m: int, s: int) -> bool:
        """Vote of one member: by its policy, else by utility and random utility."""
        vote = world.fixed.policies[m].policy.vote if m in world.fixed.policies else FREE
        if vote != FREE:
            return vote == ALWAYS
        option, utility = f"vote:{charter.draw_key}", self.utility(world, charter, m, s, charter.contingent_share)
        return consents(world, world.fixed.draw_key[m], option, int(world.crisis[s]), utility, self.precision)

    def initiative(self, world: World, charter: Charter, task: Task) -> bool:
        """True if the organisation uses an instrument on its initiative."""
        if not allowed(world, charter, task.instrument, task.state):
            return False
        rule = directive(world, charter.draw_key, "act")
        if rule != NEVER and charter.mission(task.instrument):
            return self.consent(world, charter, task.state)  # soldiers are sent by the rule of decision on force
        if rule in (ALWAYS, NEVER):
            return rule == ALWAYS
        utility = self.worth(world, charter, task.instrument, task.state)
        crisis = int(world.crisis[task.state])
        return consents(world, charter.draw_key, task.instrument, crisis, utility, self.precision)

    def held_up(self, world: World, charter: Charter, s: int) -> bool:
        """True if the member in the chair would not convene: it has no vote, but causes a delay. A directive is never late."""
        if directive(world, charter.draw_key, "answer") == ALWAYS:
            return False
        k = charter.chair
        if charter.chair_delay == 0 or k < 0 or k == s or k not in charter.members:
            return False
        return not self.votes_for(world, charter, k, s)

    def answer(self, world: World, charter: Charter, task: Task, granted: bool) -> None:
        """Carry out the decision: commitment and landings, or resentment after a refusal."""
        s = task.state
        if granted and task.kind == "decision" and self.held_up(world, charter, s):
            world.agenda.schedule(Task(world.day + charter.chair_delay, "held up", charter.row, s))
        elif granted:
            world.record(
                charter.name, "decision", world.fixed.names.states[s], charter.sends(world.strength), "soldiers"
            )
            world.mechanisms.logistics.send(world, charter, s)
            world.mechanisms.integration.join(world, charter)
        else:
            world.record(charter.name, "refusal", world.fixed.names.states[s])
            world.mechanisms.alignment.abandon(world, s, charter.leader)
