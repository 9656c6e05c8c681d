"""Schema of scenarios: events, splits, coded facts, directives, policies; and settings of the network."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationInfo, model_validator

from sim.actors.actor_codes import ACTOR, STATE, StateCode, StateCodes, by_actor, by_state, resolved
from sim.core.parameters import Checked, Label, Line, Name, Prose, parameter
from sim.mechanisms.event_kinds import EVENT_KINDS
from sim.spec.schema.indicators import fault_at

if TYPE_CHECKING:
    Kind = str  # one of EVENT_KINDS
else:
    Kind = Literal[tuple(EVENT_KINDS)]


def _two_numbers(value: Any) -> Any:
    if not isinstance(value, (list, tuple)) or len(value) != 2:
        raise ValueError("must be two numbers, [least, most]")
    return value


Number = Annotated[float, Field(allow_inf_nan=False)]
Range = Annotated[tuple[Number, Number], BeforeValidator(_two_numbers)]


class Event(Checked):
    """A dated exogenous event."""

    kind: Kind
    state: StateCode = Field(description="the state that is struck; HOST = the host")
    start: int = Field(default=0, ge=0, description="day, counted from the start date")
    size: float = parameter(0.2, 0.0, 1.0, unit="1", source="[assumed]", text="full size of the event")
    ramp: int = Field(default=3, ge=1, le=365, description="days of linear rise")
    half_life: float = Field(default=30.0, gt=0.0, le=36500.0, allow_inf_nan=False, description="days")
    size_range: Range | None = Field(
        default=None, description="least and most size by the reports; drawn evenly with indicators=drawn"
    )
    half_life_range: Range | None = Field(
        default=None, description="least and most half-life in days by the reports; drawn evenly with indicators=drawn"
    )
    least_crowd: float | None = Field(
        default=None,
        ge=0.0,
        le=1.0,
        description="share of the population that protests the day before, below which the event does not happen",
    )
    most_force: float | None = Field(
        default=None,
        ge=0.0,
        le=10.0,
        description="own force on the first day, relative to the full one, above which the event does not happen",
    )
    exposure: dict[str, Annotated[float, Field(ge=0.0, le=10.0, allow_inf_nan=False)]] = Field(
        default_factory=dict, description="weight by macro-region of the host, 1 where not named"
    )
    until: int | None = Field(default=None, ge=1, description="day on which the event ends at once; none: it fades")
    attacker: StateCode | None = Field(default=None, description="state that attacks, of kind attack")
    other: StateCode | None = Field(default=None, description="other side of a rupture")
    territory: float = parameter(
        0.0, 0.0, 1.0, unit="share of territory", source="[assumed]", text="what an attacker aims at; 0 = no territory"
    )
    factions: list[str] = Field(
        default_factory=list, description="roles that a split or succession strikes; none: the old guard, or all"
    )
    coded: bool = Field(
        default=False,
        description="the size is a level of a coded case: a share of what the parameters call a full event",
    )
    source: Line = ""

    @model_validator(mode="after")
    def _ranges_hold_their_values(self) -> "Event":
        for name, lowest, highest in (("size", 0.0, 1.0), ("half_life", 0.001, 36500.0)):
            span, value = getattr(self, f"{name}_range"), getattr(self, name)
            if span is not None and not lowest <= span[0] <= value <= span[1] <= highest:
                allowed = f"must be [least, most] within {lowest:g} to {highest:g}, with {name}={value:g} between them"
                raise fault_at(f"{name}_range", list(span), allowed)
        return self

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> "Event":
        if self.until is not None and self.until <= self.start:
            raise ValueError(f"until={self.until} must be later than start={self.start}")
        return self


class Split(Checked):
    """A split of the host's elites: the rent ratio of the old guard falls by exp(-2 depth)."""

    depth: float = parameter(0.0, 0.0, 1.5, unit="1", source="[assumed]", text="0 = no split, 1 = deep")
    wavering: float = parameter(
        0.4,
        0.0,
        0.6,
        unit="1",
        source="[assumed]",
        text="share of own force lost at depth 1 if the split runs through the security faction",
    )


class FirstWeek(Checked):
    """Facts of the first week of a coded crisis."""

    weight: float = Field(default=1.0, gt=0.0, le=1.0, description="chance of it, where it is unknown and drawn")
    split: float = parameter(0.0, 0.0, 1.0, unit="1", source="[assumed]", text="split of the elites, 1 = deep")
    forces: float = parameter(
        0.0, 0.0, 1.0, unit="1", source="[assumed]", text="disloyalty of the security forces, 0.5 = wavering"
    )
    armed: float = parameter(0.0, 0.0, 1.0, unit="1", source="[assumed]", text="armed challenge, 1 = high")
    sites: float = parameter(0.0, 0.0, 1.0, unit="1", source="[assumed]", text="1 = key sites are lost")
    crowd: float = parameter(
        0.0, -1.5, 1.5, unit="log10", source="[assumed]", text="early protest relative to the middle case"
    )


class Facts(Checked):
    """Coded facts of a crisis, which the parameters of several mechanisms weigh; a scenario without them has none."""

    autocracy: float = parameter(0.0, 0.0, 1.5, unit="1", source="[assumed]", text="how closed the regime is")
    democracy: float = parameter(0.0, 0.0, 1.5, unit="1", source="[assumed]", text="how open the regime is")
    tenure: float = parameter(0.0, -1.0, 2.0, unit="1", source="[assumed]", text="log years in office, centred")
    oil: float = parameter(0.0, 0.0, 1.0, unit="1", source="[assumed]", text="oil and gas rents, 1 = high")
    event_size: float = parameter(0.0, 0.0, 1.0, unit="1", source="[assumed]", text="size of the event, 1 = large")
    outsider: bool = Field(default=False, description="the adversary comes from outside")
    state: bool = Field(default=False, description="the adversary is a state")
    first_week: list[FirstWeek] = Field(
        default_factory=lambda: [FirstWeek()], min_length=1, description="one where it is known, else a distribution"
    )


Addressees = Annotated[dict[str, str | int], by_actor]


def _metric(key: Any, info: ValidationInfo) -> Any:
    """A metric with codes of actors as its labels."""
    name, *labels = key.split(":") if isinstance(key, str) else (key,)
    return ":".join((name, *(str(resolved(label, info, ACTOR)) for label in labels))) if labels else key


class Sign(Checked):
    """One expected sign: a metric against the same replications under another scenario."""

    metric: Annotated[str, BeforeValidator(_metric)] = Field(
        description="metric with its labels, like elite_change_365d:PATRON"
    )
    direction: Literal["up", "down"]
    against: str = Field(description="scenario with which the replications are paired")


class Scenario(Checked):
    """A host, a date, events, directives and policies; actors choose freely without a directive."""

    name: Name
    label: Label
    summary: Prose
    colour: str = Field(default="#000000", pattern="^#[0-9A-Fa-f]{6}$")
    expected: Prose = Field(default="", description="expected sign, stated before it was run")
    signs: list[Sign] = Field(
        default=[], description="the same for paired replications, where another scenario is the baseline"
    )
    crisis: str = Field(default="", description="coded crisis whose facts and indicators the scenario takes over")
    sources: list[Line] = []
    host: StateCode
    patrons: StateCodes = Field(
        min_length=1,
        description="patrons whose alignments are shown in tables and figures; the host among them is left out",
    )
    start_date: date
    events: dict[Name, Event]
    split: Split = Split()
    strength: Annotated[dict[str, Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]], by_state] = Field(
        default_factory=dict,
        description="deployable force on day 0 of states that a war has drained; 1 where not named",
    )
    facts: Facts | None = None
    directives: Annotated[dict[str, dict[str, str | int | Addressees]], by_actor] = Field(
        default_factory=dict,
        description="actor (HOST = the host) -> option or instrument -> free | never | always | day; acts abroad by addressee",
    )
    policies: Annotated[dict[str, Name], by_state] = Field(
        default_factory=dict, description="state (HOST = the host) -> name of the policy that it follows"
    )

    @property
    def outside_patrons(self) -> tuple[str, ...]:
        """The patrons without the host; the full list if there is no other patron."""
        return tuple(p for p in self.patrons if p != self.host) or tuple(self.patrons)


def _ties(patterns: Any, info: ValidationInfo) -> Any:
    """Patterns of ties with codes of states for their names: 'Russia->KZ:military' is 'RUS->KAZ:military'."""
    if not isinstance(patterns, list) or not all(isinstance(pattern, str) for pattern in patterns):
        return patterns
    resolved_patterns = []
    for pattern in patterns:
        ends, colon, kind = pattern.partition(":")
        names = (end.strip().partition("/") for end in ends.split("->"))
        resolved_patterns.append(
            "->".join(f"{resolved(n, info, STATE)}{slash}{part}" for n, slash, part in names) + colon + kind
        )
    return resolved_patterns


class Network(Checked):
    """The social ties of elites and segments, and ties that the user cuts."""

    cross_border: float = parameter(
        0.3,
        0.0,
        2.0,
        unit="1",
        source="[assumed]",
        text="attention to counterparts abroad per unit of influence, against 1 at home",
    )
    same_region: float = parameter(
        1.0, 0.0, 10.0, unit="1", source="[McPherson2001]", text="attention of segments to their own region"
    )
    next_region: float = parameter(
        0.5,
        0.0,
        10.0,
        unit="1",
        source="[McPherson2001]",
        text="attention to the same language group of the next regions",
    )
    same_macro_region: float = parameter(
        0.25,
        0.0,
        10.0,
        unit="1",
        source="[McPherson2001]",
        text="attention to the same language group of the same macro-region",
    )
    language_exposure: float = parameter(
        0.3,
        0.0,
        1.0,
        unit="1",
        source="[assumed]",
        text="relative gain of a patron's cultural message in its own language",
    )
    cut: Annotated[list[str], BeforeValidator(_ties)] = Field(
        default_factory=list, description="ties to delete: 'RUS->KAZ', 'RUS->KAZ:military', '*:economic'"
    )
