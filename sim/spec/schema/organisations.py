"""Organisations by their charters: dated members, clauses, pools, lags, organs, chairs."""

from datetime import date
from math import fsum
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, model_validator

from sim.actors.actor_codes import StateCode, by_state
from sim.actors.charter import in_force
from sim.core.parameters import Checked, Labels, Line, Name, parameter
from sim.spec.schema.instruments import Variation


class Term(Checked):
    """A membership or mandate with its dates."""

    since: date
    until: date | None = None


class Absent(Checked):
    """A member or observer that not every stage has."""

    role: Literal["member", "observer"]
    since: date
    until: date | None = None


class Clause(Checked):
    """A clause of a charter: when it was signed, when it came into force, and whether its members apply it."""

    signed: date
    in_force: date | None = None
    until: date | None = None
    waived: bool = Field(default=False, description="the members have agreed not to apply it")
    source: Line = ""

    def holds(self, day: date) -> bool:
        """True if it binds on the day."""
        return not self.waived and in_force(self.in_force, self.until, day)


class Clauses(Checked):
    """Clauses of a charter; none = the charter does not mention the subject."""

    external: Clause | None = Field(default=None, description="aggression from outside is aggression against all")
    internal: Clause | None = Field(default=None, description="force may be asked for in a crisis at home")
    exclusivity: Clause | None = Field(
        default=None,
        description="members take no soldiers from other military organisations or from states that are not members, "
        "and stand behind no other pool",
    )
    non_use_of_force: Clause | None = Field(
        default=None, description="no force among members: an attack is a breach, and the organisation stands aside"
    )

    def in_force_on(self, day: date) -> frozenset[str]:
        """Names of the clauses that bind on the day."""
        clauses = {name: getattr(self, name) for name in type(self).model_fields}
        return frozenset(name for name, clause in clauses.items() if clause is not None and clause.holds(day))


class Pools(Checked):
    """Standing forces: requests draw on the rapid one, the instruments of organs that send soldiers on the other."""

    rapid: float = Field(default=0.0, ge=0.0, le=1e6, allow_inf_nan=False, description="rapid reaction force, soldiers")
    peacekeepers: float = Field(
        default=0.0, ge=0.0, le=1e6, allow_inf_nan=False, description="peacekeeping contingent, soldiers"
    )
    shares: Annotated[dict[str, Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]], by_state] = Field(
        default_factory=dict, description="members' parts of the rapid reaction force; the rest is the leader's"
    )

    @model_validator(mode="after")
    def _a_whole(self) -> "Pools":
        if fsum(self.shares.values()) > 1.0 + 1e-9:
            raise ValueError("shares of the pool must sum to 1 at most")
        return self


LONGEST = 365  # days of a lag


def _range(days: Any) -> tuple[int, int]:
    """[lowest, highest]; one number is both."""
    pair = tuple(days) if isinstance(days, (list, tuple)) else (days, days)
    numbers = len(pair) == 2 and all(isinstance(d, (int, float)) and not isinstance(d, bool) for d in pair)
    if not numbers or not 0 <= pair[0] <= pair[1] <= LONGEST or any(d != int(d) for d in pair):
        raise ValueError(f"must be whole days from 0 to {LONGEST}: one number, or [lowest, highest]")
    return int(pair[0]), int(pair[1])


def _as_written(days: tuple[int, int]) -> int | list[int]:
    return days[0] if days[0] == days[1] else list(days)


class Lags(Checked):
    """How fast the organisation decides, lands and leaves."""

    decide: int = Field(default=1, ge=0, le=LONGEST, description="days from request to decision")
    deploy: Annotated[tuple[int, int], BeforeValidator(_range), PlainSerializer(_as_written)] = Field(
        default=(1, 1),
        description="days from the day after the decision to the first landing: a number, or [lowest, highest]",
    )
    calm: int = Field(default=4, ge=1, le=LONGEST, description="days of calm before withdrawal starts")
    exit: int = Field(default=6, ge=1, le=LONGEST, description="days that the withdrawal takes")
    chair: int = Field(
        default=2, ge=0, le=LONGEST, description="days that an unwilling chair holds up what was granted"
    )
    mandate: int = Field(
        default=30, ge=1, le=3650, description="days after which a deployment ends whether or not there is calm"
    )


class Organ(Checked):
    """An organ of an organisation: its instruments, and the instruments of other organs that it prepares."""

    label: Labels = Field(default_factory=dict, description="name by language")
    instruments: dict[str, Variation | None] = Field(
        default_factory=dict, description="instrument of the catalogue -> what differs from it"
    )
    prepares: dict[str, Annotated[int, Field(ge=1, le=365)]] = Field(
        default_factory=dict, description="instrument of another organ -> days that this one's preparation saves"
    )
    answers: bool = Field(default=False, description="requests for force are decided here, by the decision rule")


class Chair(Checked):
    """A member's turn in the chair."""

    state: StateCode
    since: date
    until: date | None = None


class Organisation(Checked):
    """An organisation by its charter."""

    name: dict[str, Line]
    draw_key: int = Field(ge=1, lt=1000, description="key of the organisation's random draws, independent of its name")
    leader: StateCode
    stands_for: StateCode | None = Field(
        default=None, description="the bloc that acts through this organisation instead of as a patron"
    )
    members: Annotated[dict[str, Term], by_state]
    observers: Annotated[dict[str, Term], by_state] = Field(
        default={}, description="organs reach them with instruments of their own; no vote"
    )
    partners: Annotated[dict[str, Term], by_state] = Field(
        default={}, description="states under an agreement, whom organs reach likewise"
    )
    absent: Annotated[dict[str, Absent], by_state] = Field(
        default={},
        description="members and observers that are not on stage; on one where they are, they count as what they are",
    )
    clauses: Clauses = Clauses()
    pools: Pools = Pools()
    contingent_share: float = parameter(
        0.125, 0.0, 1.0, unit="share of the rapid pool", source="[TASS2022]", text="soldiers sent on request"
    )
    decision_rule: Literal["consensus", "leader", "secretary"] = "consensus"
    lags: Lags = Lags()
    force: bool = Field(default=False, description="force is among its instruments")
    organs: dict[Name, Organ] = {}
    chairs: list[Chair] = []
    joint_acts: float = parameter(
        3.0, 0.0, 50.0, unit="joint acts per pair", source="[assumed]", text="joint acts of the last two years"
    )
    sources: list[Line] = []

    @model_validator(mode="after")
    def _organs_fit_together(self) -> "Organisation":
        if not self.force and (idle := [key for key, organ in self.organs.items() if organ.answers]):
            raise ValueError(f"organs.{idle[0]} answers requests for force, which is not among the instruments")
        used = {name for organ in self.organs.values() for name in organ.instruments}
        for key, organ in self.organs.items():
            if idle := set(organ.prepares) - used:
                raise ValueError(f"organs.{key} prepares {', '.join(sorted(idle))}, which no organ uses")
        return self
