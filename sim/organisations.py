"""Who acts abroad, by charter: clauses with dates, force pools, decision rules, lags and instruments.

A state that acts on its own does so under a charter of one.
"""

from dataclasses import dataclass
from datetime import date


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
    pool_rapid: float  # soldiers
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

    @property
    def contingent(self) -> float:
        """Soldiers that a granted request brings."""
        return round(self.pool_rapid * self.contingent_share)

    def clause(self, external: bool) -> float:
        """1 if the charter covers the event, else 0."""
        return float(self.external_clause if external else self.internal_clause)


def in_force(since: date | None, until: date | None, day: date) -> bool:
    """True if a dated clause or membership holds on the day."""
    return since is not None and since <= day and (until is None or day < until)
