"""Options of a government in crisis with their utilities, and the parameters behind them (equations 7 and 14)."""

from collections.abc import Callable
from functools import partial

from sim.actors.charter import Charter
from sim.actors.choices import Decision, decision_rule, precision
from sim.actors.orders import Option
from sim.actors.views import adversary_is_external, covers
from sim.core.axes import MILITARY
from sim.core.mechanism import DecidingMechanism
from sim.core.parameters import parameter
from sim.core.world import World
from sim.equations import government


class ResponseOptions(DecidingMechanism):
    """Parameters, and options with utilities, of the mechanism `Response`."""

    rationality: float = parameter(
        5.5, 2.0, 9.0, unit="1", source="[McKelveyPalfrey1995]", text="lambda_o, rationality of governments", prior=True
    )
    decision: Decision = decision_rule("how governments decide")
    stake: float = parameter(4.0, 1.0, 10.0, unit="utility", source="[assumed]", text="V, value of survival")
    autonomy_price: float = parameter(
        0.225,
        0.05,
        0.40,
        unit="utility",
        source="[Morrow1991]",
        text="a_A, autonomy that asking a dominant patron costs",
        prior=True,
    )
    alignment_cost: float = parameter(
        0.125, 0.0, 0.5, unit="utility", source="[assumed]", text="cost of asking a patron one is not aligned with"
    )
    asking_cost: float = parameter(0.1, 0.0, 0.5, unit="utility", source="[assumed]", text="c0, fixed cost of asking")
    concession_cost: float = parameter(0.15, 0.0, 1.0, unit="utility", source="[assumed]", text="cost of conceding")
    concession_relief: float = parameter(
        0.4,
        0.0,
        1.0,
        unit="1",
        source="[assumed]",
        text="share of protest that the government expects a concession to end",
    )
    concession_gain: float = parameter(
        0.08, -0.1, 0.3, unit="1", source="[assumed]", text="legitimacy gained by a concession", claim=True
    )
    grievance_relief: float = parameter(
        0.1,
        -0.2,
        0.6,
        unit="1",
        source="[assumed]",
        text="share of the grievance that a concession ends; below zero it encourages",
        claim=True,
    )
    force_cost: float = parameter(
        0.3, 0.0, 1.0, unit="utility", source="[Davenport2007]", text="cost of open violence against protesters"
    )
    home_cost: float = parameter(
        0.0,
        -0.5,
        2.0,
        unit="utility",
        source="[assumed]",
        text="c_dom, cost of asking outsiders for force against one's own people",
        claim=True,
    )
    openness_cost: float = parameter(
        0.0,
        -0.5,
        1.5,
        unit="utility",
        source="[Fearon1994]",
        text="c_open, what asking outsiders against one's own people costs more in an open regime than in a middling one",
        claim=True,
    )
    stranger_cost: float = parameter(
        0.0,
        -0.5,
        2.0,
        unit="utility",
        source="[Lake2009]",
        text="c_str, what asking for force costs more at a power on which the host's own forces do not depend at all",
        claim=True,
    )
    clause_gain: float = parameter(
        0.0,
        -0.5,
        1.0,
        unit="utility",
        source="[Voeten2005]",
        text="b_cl, worth of asking where a clause of the charter covers the event, whatever comes of it",
        claim=True,
    )
    foresight: float = parameter(
        1.0,
        -0.5,
        1.5,
        unit="1",
        source="[assumed]",
        text="share of the patron's likely answer that a government foresees; at 0 it expects an even chance",
        claim=True,
    )
    outsider_gain: float = parameter(
        0.0,
        -0.5,
        2.0,
        unit="utility",
        source="[assumed]",
        text="b_int, worth of asking against an adversary from outside: it accuses him",
        claim=True,
    )
    most_requests: int = parameter(
        20,
        1,
        20,
        unit="requests per crisis",
        source="[assumed]",
        text="powers or organisations asked for force in turn",
    )
    framing_licence: float = parameter(
        0.3,
        -1.0,
        1.0,
        unit="1",
        source="[Entman1993]",
        text="f1, share of the cost of force removed when events are named an attack on the state",
        claim=True,
    )
    framing_value: float = parameter(
        0.3,
        -0.5,
        1.0,
        unit="1",
        source="[assumed]",
        text="share of its stake at risk that a government expects to save by framing",
    )
    framing_cost: float = parameter(
        0.1, 0.0, 1.0, unit="utility", source="[assumed]", text="cost of naming events an attack on the state"
    )
    purge_cost: float = parameter(
        0.5, 0.0, 2.0, unit="utility", source="[Svolik2009]", text="cost of replacing the head of a defected faction"
    )
    purge_success: float = parameter(
        0.5, 0.0, 1.0, unit="1", source="[PowellThyne2011]", text="chance that a purge restores loyalty"
    )
    alarm: float = parameter(
        0.02,
        0.0,
        0.5,
        unit="1",
        source="[assumed]",
        text="perceived danger below which calm streets call for no decision",
    )
    usual_violence: float = parameter(
        0.3, 0.0, 1.0, unit="1", source="[assumed]", text="violence of policing without an order to repress"
    )

    repression_half_life: float = parameter(
        4.0, 1.0, 60.0, unit="days", source="[assumed]", text="half-life of an order to repress, towards usual violence"
    )

    @property
    def precision(self) -> float:
        """Rationality under the rule of decision in force."""
        return precision(self.decision, self.rationality)

    def options(self, world: World, s: int) -> list[Option]:
        """Feasible options of the government of state s today."""
        force = world.mechanisms.contest.promised_force(world, s)
        active = world.active_share.item(s)
        success = partial(world.mechanisms.contest.outcome, world, s)
        now = success(force, active)
        relieved = government.protest_after_concession(active, self.concession_relief)
        violent = government.force_with_violence(force, world.mechanisms.policing.deterrence)
        gain = {
            "concede": success(force, relieved) - now,
            "repress": success(violent, active) - now,
            "frame": government.framing_gain(now, self.framing_value),
        }
        cost = {
            "concede": self.concession_cost,
            "repress": government.repression_cost(world.framing[s], self.force_cost, self.framing_licence),
            "frame": self.framing_cost,
        }
        options = [Option(kind, government.act_utility(gain[kind], cost[kind], self.stake)) for kind in gain]
        rows = world.fixed.factions_of(s)
        if not all(world.loyal[rows].tolist()):
            lost = world.fixed.weight[rows][~world.loyal[rows]].max()
            options.append(Option("purge", government.act_utility(lost, self.purge_cost, self.stake)))
        for charter in world.fixed.by_draw_key:
            if s not in charter.members or s == charter.leader:
                continue
            if charter.force and s not in charter.barred:
                options.append(Option("request", self.request_utility(world, s, charter, now, success), charter))
            for name, tool in charter.instruments.items():
                if tool.on_request:
                    relieved = success(force, government.protest_after_concession(active, tool.legitimacy))
                    price = self.asking_price(world, s, charter) / 2.0
                    options.append(Option(name, government.act_utility(relieved - now, price, self.stake), charter))
        return options

    def asking_price(self, world: World, s: int, charter: Charter) -> float:
        """Price of asking: autonomy towards the leader, distance from it, and a fixed part."""
        k, demand = charter.leader, world.autonomy_demand.item(s)
        influence, alignment = world.influence.item(k, s), world.elite_alignment.item(s, k)
        return government.asking_price(
            demand, influence, alignment, self.autonomy_price, self.alignment_cost, self.asking_cost
        )

    def request_utility(
        self, world: World, s: int, charter: Charter, now: float, success: Callable[..., float]
    ) -> float:
        """Equation 7 for a request of force; without a pool or hope of consent only the price counts."""
        hope = world.mechanisms.assistance.expected_consent(world, charter, s)
        helped = world.mechanisms.contest.force_with(world, s, charter.pool(world.strength))
        gain = success(helped, world.active_share.item(s)) - now
        if charter.pool_rapid > 0.0:
            hope = government.expected_consent(hope, self.foresight)
        price = self.asking_price(world, s, charter) + self.distance(world, s, charter)
        return government.request_utility(hope, gain, price, self.side(world, s), self.stake)

    def distance(self, world: World, s: int, charter: Charter) -> float:
        """Extra price of asking for force: foreignness of the soldiers, less the gain of a clause."""
        dependence, clause = world.dependence.item(MILITARY, charter.leader, s), covers(world, charter, s)
        return government.force_surcharge(dependence, clause, self.stranger_cost, self.clause_gain)

    def side(self, world: World, s: int) -> float:
        """Worth of asking by the side of the adversary, whatever the answer."""
        return government.adversary_utility(
            adversary_is_external(world, s), world.fixed.polyarchy.item(s), world.armed.item(s), self.outsider_gain, self.home_cost,
            self.openness_cost, world.mechanisms.assistance.armed_licence,
        )  # fmt: skip
