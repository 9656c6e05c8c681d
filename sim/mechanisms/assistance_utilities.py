"""Utilities of assistance: parameters of organisations and their members, and equation 8 for consent and instruments."""

from sim.actors.charter import Charter
from sim.actors.choices import Decision, decision_rule, precision
from sim.actors.views import adversary_is_external, covers
from sim.core.arithmetic import order_free_total
from sim.core.mechanism import DecidingMechanism
from sim.core.parameters import parameter
from sim.core.world import World
from sim.equations import patrons


class AssistanceUtilities(DecidingMechanism):
    """Parameters and utilities of the mechanism `Assistance`."""

    rationality: float = parameter(
        5.5,
        2.0,
        9.0,
        unit="1",
        source="[McKelveyPalfrey1995]",
        text="lambda_o, rationality of organisations and their members",
        prior=True,
    )
    decision: Decision = decision_rule("how organisations, their members and states with a policy decide")
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

    armed_licence: float = parameter(
        0.0,
        -1.0,
        2.0,
        unit="1",
        source="[Fox2015]",
        text="lic, share of what force against a host's own people costs those who ask and those who answer that goes if the challenge is fully armed",
        claim=True,
    )

    @property
    def precision(self) -> float:
        """Rationality under the rule of decision in force."""
        return precision(self.decision, self.rationality)

    def engagement(self, world: World, k: int) -> float:
        """Engagement of member k elsewhere: its attention, or the force that a war has taken."""
        return patrons.engagement(world.distraction.item(k), world.strength.item(k))

    def stake(self, world: World, k: int, s: int) -> float:
        """Loss of member k in s if the government fell: influence x (alignment of the government - of its likely successor) / 2."""
        alignment, successor = world.elite_alignment.item(s, k), world.successor.item(s, k)
        return patrons.stake(world.influence.item(k, s), alignment, successor, self.alignment_stake)

    def utility(self, world: World, charter: Charter, k: int, s: int, size: float) -> float:
        """Equation 8 for one member; a member leans towards the leader by the leader's influence over it."""
        common, stake = self.common_utility(world, charter, s, size, charter.burden(k)), self.stake(world, k, s)
        utility = patrons.consent_utility(common, stake, self.engagement(world, k), self.distraction_cost)
        if k == charter.leader:
            return utility
        of_leader = self.utility(world, charter, charter.leader, s, size)
        return patrons.with_leader(utility, world.influence.item(charter.leader, k), of_leader)

    def common_utility(self, world: World, charter: Charter, s: int, size: float, burden: float) -> float:
        """Terms of equation 8 that all members share: clause, adversary, and the cost of sending, times the burden."""
        clause, tie = covers(world, charter, s), self.adversary_tie(world, charter, s)
        external, attacked = adversary_is_external(world, s), world.attack.item(s) > 0.0
        return patrons.event_utility(
            clause, size, burden, external, attacked, world.armed.item(s), tie, self.clause_weight, self.force_cost,
            self.home_cost, self.state_cost, self.entrapment_cost, self.armed_licence,
        )  # fmt: skip

    def adversary_tie(self, world: World, charter: Charter, s: int) -> float:
        """Mean influence of an attacking state over the members; 0 in a domestic crisis."""
        if world.attack.item(s) <= 0.0 or world.attacker.item(s) < 0:
            return 0.0
        others = [m for m in charter.members if m != s]
        return order_free_total(world.influence[world.attacker[s], m] for m in others) / max(1, len(others))

    def worth(self, world: World, charter: Charter, name: str, s: int) -> float:
        """Utility of an instrument: solidarity and stake against political cost and distraction."""
        k = charter.leader
        stake, engagement, cost_share = (
            self.stake(world, k, s),
            self.engagement(world, k),
            charter.instruments[name].cost_share,
        )
        return patrons.initiative_utility(
            stake, cost_share, engagement, self.clause_weight, self.force_cost, self.distraction_cost
        )
