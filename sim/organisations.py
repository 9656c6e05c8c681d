"""Who acts abroad, by charter: clauses with dates, force pools, decision rules, lags and instruments.

A state that acts on its own does so under a charter of one.
"""

from dataclasses import dataclass
from datetime import date

from sim.arithmetic import order_free_total


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
    instruments: dict  # name -> schema.Instrument as this actor uses it
    chair: int = -1  # state row of the member in the chair at the start date
    chair_delay: int = 0  # days that an unwilling chair holds up what was granted
    alone: bool = False  # a state acting on its own
    told: tuple[tuple[str, int], ...] = ()  # instrument and target row that directives name, of a state on its own

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

    def clause(self, external: bool) -> float:
        """1 if the charter covers the event, else 0."""
        return float(self.external_clause if external else self.internal_clause)


def in_force(since: date | None, until: date | None, day: date) -> bool:
    """True if a dated clause or membership holds on the day."""
    return since is not None and since <= day and (until is None or day < until)
