"""How organisations answer: force on request, and their own diplomatic, economic and cultural acts (equations 8 and 11)."""

from sim.arithmetic import logistic
from sim.parameters import Mechanism, parameter
from sim.policies import ALWAYS, NEVER, consents, directive, option_code
from sim.streams import between
from sim.world import Task, rows_where


class Assistance(Mechanism):
    rationality: float = parameter(
        5.5,
        2.0,
        9.0,
        unit="1",
        source="[McKelveyPalfrey1995]",
        text="lambda_o, rationality of organisations and their members",
        prior=True,
    )
    alignment_stake: float = parameter(
        2.5,
        1.0,
        4.0,
        unit="utility",
        source="[SiversonStarr1991]",
        text="e_S, weight of what the member would lose in alignment if the government fell",
        prior=True,
    )
    clause_weight: float = parameter(
        0.85,
        -0.5,
        1.5,
        unit="utility",
        source="[Snyder1984]",
        text="e_C, reputation cost of ignoring a clause that covers the event, or of silence while a member is in crisis",
        claim=True,
    )
    force_cost: float = parameter(
        0.6, -0.5, 1.0, unit="utility", source="[assumed]", text="e_K, cost of sending the full pool", claim=True
    )
    distraction_cost: float = parameter(
        1.05,
        0.3,
        1.8,
        unit="utility",
        source="[assumed]",
        text="e_D, cost of acting while fully engaged elsewhere",
        prior=True,
    )
    entrapment_cost: float = parameter(
        1.05,
        0.3,
        1.8,
        unit="utility",
        source="[Snyder1984]",
        text="e_A, cost when the adversary is tied to members",
        prior=True,
    )
    state_cost: float = parameter(
        0.0,
        -0.5,
        2.0,
        unit="utility",
        source="[assumed]",
        text="k_st, cost of sending force against a state",
        claim=True,
    )
    home_cost: float = parameter(
        0.0,
        -0.5,
        2.0,
        unit="utility",
        source="[assumed]",
        text="k_home, cost of sending force to a government whose adversary is at home",
        claim=True,
    )

    def stake(self, world, k: int, s: int) -> float:
        """What member k would lose in s: influence x (alignment of the government - of its likely successor) / 2."""
        at_risk = (world.elite_alignment.item(s, k) - world.successor.item(s, k)) / 2.0
        return self.alignment_stake * world.influence.item(k, s) * at_risk

    def utility(self, world, charter, k: int, s: int, size: float) -> float:
        """Equation 8 for one member; a member leans towards the leader by the leader's influence over it."""
        common = self.common_utility(world, charter, s, size)
        own = common + self.stake(world, k, s) - self.distraction_cost * world.own_war.item(k)
        if k == charter.leader:
            return own
        led = common + self.stake(world, charter.leader, s) - self.distraction_cost * world.own_war.item(charter.leader)
        return own + world.influence.item(charter.leader, k) * led

    def common_utility(self, world, charter, s: int, size: float) -> float:
        """The part of equation 8 that is the same for every member: clause, size, adversary."""
        clause = self.clause_weight * charter.clause(world.external(s))
        against = self.entrapment_cost * self.adversary_tie(world, charter, s)
        if not world.external(s):
            against += self.home_cost
        elif world.attack.item(s) > 0.0:
            against += self.state_cost
        return clause - self.force_cost * size - against

    def adversary_tie(self, world, charter, s: int) -> float:
        """Mean influence of an attacking state over the members; 0 in a domestic crisis."""
        if world.attack.item(s) <= 0.0 or world.attacker.item(s) < 0:
            return 0.0
        others = [m for m in charter.members if m != s]
        return sum(sorted(world.influence[world.attacker[s], m] for m in others)) / max(1, len(others))

    def voters(self, charter, s: int) -> list[int]:
        """Members whose consent the decision rule asks for; the requester does not vote on its own request."""
        if charter.decision_rule == "consensus":
            return [m for m in charter.members if m != s]
        return [charter.leader] if charter.decision_rule == "leader" else []

    def expected_consent(self, world, charter, s: int) -> float:
        """Probability of consent as the requester expects it; 0 without a force to send."""
        if charter.pool_rapid <= 0.0:
            return 0.0
        if charter.decision_rule == "secretary":
            return charter.clause(world.external(s))
        size = charter.contingent_share
        chance = 1.0
        for u in sorted(self.utility(world, charter, m, s, size) for m in self.voters(charter, s)):
            chance *= logistic(self.rationality * u)
        if charter.decision_rule == "consensus":
            chance *= self.absent_consent(world, charter, s, size) ** charter.absent_members
        return chance

    def absent_consent(self, world, charter, s: int, size: float) -> float:
        """Chance that a member which is not on stage consents: it has no stake but the clause."""
        return logistic(self.rationality * self.common_utility(world, charter, s, size))

    def step(self, world, model) -> None:
        for s in rows_where(world.in_crisis):
            if world.day == world.crisis_day[s]:
                self.plan(world, s)
        due = [task for task in world.agenda if task.kind in ("decision", "initiative") and task.day <= world.day]
        for task in due:
            world.agenda.remove(task)
            agent = model.organisations[task.organisation]
            charter = world.charters[task.organisation]
            if task.kind == "initiative":
                if agent.decide(self, task):
                    world.agenda.append(
                        Task(world.day + 1, "act", task.organisation, task.state, instrument=task.instrument)
                    )
            elif world.incumbent[task.state]:
                self.answer(world, charter, task.state, agent.decide(self, task))

    def plan(self, world, s: int) -> None:
        """Each instrument of an organisation of which s is a member comes up for decision after its own lag."""
        for charter in world.by_draw_key:
            if s not in charter.members or s == charter.leader:
                continue
            for tool in charter.instruments:
                if tool.name == "mediation":
                    continue
                lag = between(*tool.lag, world.key, charter.draw_key, option_code(tool.name), int(world.crisis[s]))
                world.agenda.append(Task(world.day + lag, "initiative", charter.row, s, instrument=tool.name))

    def consent(self, world, charter, s: int) -> bool:
        """The organisation's answer to a request for force by its decision rule; every vote has its kept shock."""
        rule = directive(world, charter.draw_key, "answer")
        if charter.pool_rapid <= 0.0 or rule == NEVER:
            return False
        if rule == ALWAYS:
            return True
        if charter.decision_rule == "secretary":
            return charter.clause(world.external(s)) > 0.0  # the secretary applies the charter as it stands
        size = charter.contingent_share
        crisis = int(world.crisis[s])
        option = f"vote:{charter.draw_key}"
        for m in self.voters(charter, s):
            if not consents(
                world, world.draw_key[m], option, crisis, self.utility(world, charter, m, s, size), self.rationality
            ):
                return False
        if charter.decision_rule == "consensus":
            u = self.common_utility(world, charter, s, size)
            for n in range(charter.absent_members):
                if not consents(world, charter.draw_key, f"absent vote {n}", crisis, u, self.rationality):
                    return False
        return True

    def initiative(self, world, charter, task) -> bool:
        """Does the organisation use a diplomatic instrument on its own initiative?"""
        rule = directive(world, charter.draw_key, "act")
        if rule in (ALWAYS, NEVER):
            return rule == ALWAYS
        tool = charter.instrument(task.instrument)
        k = charter.leader
        utility = (
            self.clause_weight
            + self.stake(world, k, task.state)
            - self.force_cost * tool.cost_share
            - self.distraction_cost * world.own_war[k]
        )
        return consents(world, charter.draw_key, tool.name, int(world.crisis[task.state]), utility, self.rationality)

    def answer(self, world, charter, s: int, granted: bool) -> None:
        """Carry out the decision: commitment and landings, or the resentment of the abandoned."""
        if granted:
            world.log(charter.name, "decision", world.names.states[s], charter.contingent, "soldiers")
            world.committed[charter.row, s] = True
            world.committed_day[charter.row, s] = world.day
            world.rules.logistics.schedule_arrivals(world, charter, s)
            world.rules.logistics.join(world, charter, "force")
            world.rules.rescue.backed(world, s)
        else:
            world.log(charter.name, "refusal", world.names.states[s])
            world.rules.alignment.abandon(world, s, charter.leader)
