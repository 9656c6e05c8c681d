"""Organisations by charter: clauses with dates, force pools, decision rules, lags and instruments."""

from dataclasses import dataclass
from datetime import date

from sim.arithmetic import order_free_total


@dataclass(frozen=True)
class Instrument:
    """One thing an organisation can do without force; effects work through flows and dispositions."""

    name: str
    lag: tuple[int, int]  # days from the opening of a crisis to the act
    cost_share: float  # political cost relative to a full deployment
    cost: float  # million USD, paid by the leading patron
    channel: int  # row of the channel whose flow grows, -1 for none
    growth: float  # relative growth of that flow when the act takes effect
    public: float  # acts of persuasion towards segments (multiples of psi)
    elites: float  # acts of persuasion towards factions (multiples of gamma_d)
    legitimacy: float  # legitimacy lent to an incumbent in crisis
    joint: bool  # counts as a joint act of the members that take part


@dataclass(frozen=True)
class Charter:
    """What an organisation is and may do, resolved to rows."""

    row: int
    name: str
    draw_key: int
    leader: int  # state row
    members: tuple[int, ...]  # full members on stage at the start date
    absent_members: int  # full members that are not on stage; they count for decision rules
    external_clause: bool
    internal_clause: bool  # mandate for internal crises in force at the start date
    pool_rapid: float  # soldiers, with all members at their level of peace
    contributions: tuple[tuple[int, float], ...]  # (state row, share of the pool) of who stands behind it
    contingent_share: float  # share of the rapid pool that a request deploys
    decision_rule: str  # consensus | leader | secretary
    decide_lag: int  # days from request to decision
    deploy_lag: int  # days from decision to first arrival
    calm_days: int  # days of calm before withdrawal starts
    exit_days: int  # days that the withdrawal takes
    mandate_days: int  # days after which a deployment ends in any case
    force: bool  # force is among its instruments
    instruments: tuple[Instrument, ...]

    def pool(self, strength) -> float:
        """Soldiers that there are to send. strength (S,): deployable force of the states."""
        return self.pool_rapid * max(
            0.0, 1.0 - order_free_total(part * (1.0 - strength.item(m)) for m, part in self.contributions)
        )

    def sends(self, strength) -> float:
        """Soldiers that a granted request brings."""
        return round(self.pool(strength) * self.contingent_share)

    @property
    def contingent(self) -> float:
        """Soldiers that it would bring with all members at their level of peace."""
        return round(self.pool_rapid * self.contingent_share)

    def instrument(self, name: str) -> Instrument | None:
        """The instrument of that name, None if the charter has none."""
        return next((tool for tool in self.instruments if tool.name == name), None)

    def clause(self, external: bool) -> float:
        """1 if the charter covers the event, else 0."""
        return float(self.external_clause if external else self.internal_clause)


def in_force(since: date | None, until: date | None, day: date) -> bool:
    """True if a dated clause or membership holds on the day."""
    return since is not None and since <= day and (until is None or day < until)
