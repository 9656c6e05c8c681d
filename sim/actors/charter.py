"""Charters, under which actors act abroad: dated clauses, force pools, decision rules, lags and instruments.

A state that acts alone has a charter of one.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from sim.core.arithmetic import order_free_total

ON_REQUEST = 0  # number of the mission that answers a request


@dataclass(frozen=True)
class Mission:
    """The terms on which soldiers stay."""

    instrument: str  # that sends them; empty: they come on request
    soldiers: float  # with all members at their level of peace; on request a share of the rapid force comes
    calm_days: int  # days of calm before withdrawal starts
    mandate_days: int  # days after which they leave in any case


@dataclass(frozen=True)
class Charter:
    """The rights and means of an organisation, with rows for names."""

    row: int
    name: str
    draw_key: int
    leader: int  # state row
    members: tuple[int, ...]  # full members on stage at the start date
    associates: tuple[
        int, ...
    ]  # observers and partners: instruments of the organs reach them; they neither vote nor ask
    absent_members: int  # full members that are not on stage; they count for decision rules
    clauses: frozenset[str]  # of the charter, those that bind at the start date; see schema.organisations.Clauses
    barred: frozenset[int]  # state rows that an exclusive charter elsewhere keeps from taking soldiers of this actor
    pool_rapid: float  # soldiers, with all members at their level of peace
    contributions: tuple[tuple[int, float], ...]  # (state row, share of the pools)
    contingent_share: float  # share of the rapid pool that a request deploys
    decision_rule: str  # consensus | leader | secretary
    decide_lag: int  # days from request to decision
    deploy_lag: tuple[int, int]  # least and most days from the day after the decision to the first landing
    missions: tuple["Mission", ...]  # a granted request first, then the instruments that send soldiers
    exit_days: int  # days that the withdrawal takes
    force: bool  # force is among its instruments
    instruments: dict[Any, Any]  # name -> schema.Instrument as this actor uses it
    chair: int = -1  # state row of the member in the chair at the start date
    chair_delay: int = 0  # days by which an unwilling chair delays a grant
    alone: bool = False  # a state that acts alone
    directed: tuple[
        tuple[str, int], ...
    ] = ()  # (instrument, target row) that directives name, of a state that acts alone

    def share_available(self, strength: np.ndarray) -> float:
        """Share of the pools that can be sent. strength (S,): deployable force of the states."""
        return max(0.0, 1.0 - order_free_total(part * (1.0 - strength.item(m)) for m, part in self.contributions))

    def burden(self, member: int) -> float:
        """Cost of sending for a member, relative to the leader's: the ratio of their parts in the pool, at most 1."""
        shares = dict(self.contributions)
        part, leaders = shares.get(member, 0.0), shares.get(self.leader, 0.0)
        if member == self.leader:
            return 1.0
        return min(1.0, part / leaders) if leaders > 0.0 else float(part > 0.0)

    def pool(self, strength: np.ndarray) -> float:
        """Soldiers of the rapid force that can be sent."""
        return self.pool_rapid * self.share_available(strength)

    def sends(self, strength: np.ndarray, mission: int = ON_REQUEST) -> float:
        """Soldiers that a mission brings."""
        if mission == ON_REQUEST:
            return round(self.pool(strength) * self.contingent_share)
        return round(self.missions[mission].soldiers * self.share_available(strength))

    def promises(self, strength: np.ndarray, mission: int) -> float:
        """Soldiers behind a commitment, as observers believe: behind an answer to a request the full rapid force."""
        return self.pool(strength) if mission == ON_REQUEST else self.sends(strength, mission)

    def contingent(self, mission: int = ON_REQUEST) -> float:
        """Soldiers that a mission would bring with all members at their level of peace."""
        return (
            round(self.pool_rapid * self.contingent_share) if mission == ON_REQUEST else self.missions[mission].soldiers
        )

    def mission(self, instrument: str) -> int:
        """Number of the mission that an instrument sends soldiers for, 0 where it sends none."""
        return next((n for n, m in enumerate(self.missions) if m.instrument == instrument), ON_REQUEST)

    def clause(self, external: bool) -> float:
        """1 if the charter covers the event, else 0."""
        return float(("external" if external else "internal") in self.clauses)


def in_force(since: date | None, until: date | None, day: date) -> bool:
    """True if a dated clause or membership holds on the day."""
    return since is not None and since <= day and (until is None or day < until)
