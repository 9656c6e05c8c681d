"""Who is on stage: states with factions and segments, organisations with their charters."""

from datetime import date
from math import fsum
from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.organisations import in_force
from sim.parameters import Checked, Labels, parameter
from sim.schema.figures import AnyFigure, Figures, StateTies, Tie, out_of_range
from sim.schema.instruments import Variation


class Faction(Checked):
    """An elite faction."""

    weight: float | None = Field(None, gt=0.0, le=1.0, description="power weight; by rule where nothing is said")
    rent_factor: float | None = Field(
        None, ge=0.1, le=5.0, description="rent ratio relative to the state's; by rule where nothing is said"
    )
    draw_key: int = Field(0, ge=0, lt=100, description="key of the faction's random draws within its state")
    old_guard: bool = Field(False, description="belongs to a former ruler's network, which a split sets apart")


# power weights of the four factions of a government, at the figures for which they were set (`sim.schema.hosts`)
REFERENCE_WEIGHTS = {"security": 0.35, "core": 0.30, "economic": 0.20, "regional": 0.15}


class Segment(Checked):
    """A population segment: a region's inhabitants of one language group (of media use, not a type of person)."""

    region: str
    macro_region: str
    language: str
    population_k: AnyFigure = Field(description="inhabitants, thousand")
    identity: float | None = Field(
        None, ge=0.0, le=1.0, description="national identity, where it differs from the state's"
    )


class Government(Checked):
    """Who headed the government at the start date."""

    head: str
    since: int


class State(Checked):
    """A state: names, figures, ties, factions, segments. A bloc has no factions of its own."""

    name: dict[str, str]
    draw_key: int = Field(ge=1, lt=1000, description="key of the state's random draws, independent of its name")
    home_language: str | None = None
    recognised: bool = True
    bloc: bool = False
    government: Government | None = None
    borders: list[str] = []
    figures: Figures
    ties: StateTies = StateTies()
    factions: dict[str, Faction] = {}
    languages: Annotated[
        Tie, Field(description="inhabitants by language of media use, percent; they add up to 100")
    ] = {}
    segments: dict[str, Segment] = Field({}, description="by rule from the languages where nothing is said")

    @model_validator(mode="before")
    @classmethod
    def _default_factions(cls, raw):
        """What a YAML says of a faction comes on top of the four that every government has."""
        if not isinstance(raw, dict) or raw.get("bloc"):
            return raw
        said = dict(raw.get("factions") or {})
        named = {role: {"draw_key": key, **(said.pop(role, None) or {})} for key, role in enumerate(REFERENCE_WEIGHTS)}
        more = {role: {"draw_key": 50 + key, **faction} for key, (role, faction) in enumerate(said.items())}
        return raw | {"factions": named | more}

    @model_validator(mode="after")
    def _whole_public(self):
        total = sum(share.value for share in self.languages.values())
        if self.languages and not 99.0 <= total <= 101.0:
            raise out_of_range("languages", total, 99.0, 101.0, "percent in all")
        for name, share in self.languages.items():
            if share.value <= 0.0:
                raise out_of_range(f"languages.{name}", share.value, 0.001, 100.0, "percent")
        return self

    @model_validator(mode="after")
    def _complete(self):
        if self.segments and self.languages:
            raise ValueError("a state gives either segments or languages, from which segments follow")
        groups = self.segments or self.languages
        if not self.bloc and len(groups) < 2:
            raise ValueError("a government has at least two population segments or languages")
        if not groups:
            raise ValueError("a bloc has at least one population segment")
        for name, segment in self.segments.items():
            if not 0.0 < segment.population_k.value <= 2e6:
                value = segment.population_k.value
                raise out_of_range(f"segments.{name}.population_k", value, 0.001, 2e6, "thousand inhabitants")
        return self


class Term(Checked):
    """A membership or mandate with its dates."""

    since: date
    until: date | None = None


class Absent(Checked):
    """A member or observer that is not on every stage."""

    role: Literal["member", "observer"]
    since: date
    until: date | None = None


class Clause(Checked):
    """A clause of a charter: when it was signed, when it came into force, and whether its members apply it."""

    signed: date
    in_force: date | None = None
    until: date | None = None
    waived: bool = Field(False, description="the members have agreed not to apply it")
    source: str = ""

    def holds(self, day: date) -> bool:
        """True if it binds on the day."""
        return not self.waived and in_force(self.in_force, self.until, day)


class Clauses(Checked):
    """What the charter covers and forbids; none = the charter does not speak of it."""

    external: Clause | None = Field(None, description="aggression from outside is aggression against all")
    internal: Clause | None = Field(None, description="force may be asked for in a crisis at home")
    exclusivity: Clause | None = Field(
        None,
        description="members take no soldiers from other military organisations or from states that are not members, "
        "and stand behind no other pool",
    )
    non_use_of_force: Clause | None = Field(
        None, description="no force among members: an attack is a breach, and the organisation stands aside"
    )

    def holding(self, day: date) -> frozenset[str]:
        """Names of the clauses that bind on the day."""
        said = {name: getattr(self, name) for name in type(self).model_fields}
        return frozenset(name for name, clause in said.items() if clause is not None and clause.holds(day))


class Pools(Checked):
    """Standing forces: requests draw on the rapid one, the instruments of organs that send soldiers on the other."""

    rapid: float = Field(0.0, ge=0.0, le=1e6, allow_inf_nan=False, description="rapid reaction force, soldiers")
    peacekeepers: float = Field(
        0.0, ge=0.0, le=1e6, allow_inf_nan=False, description="peacekeeping contingent, soldiers"
    )
    shares: dict[str, Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]] = Field(
        default_factory=dict, description="members' parts of the rapid reaction force; the rest is the leader's"
    )

    @model_validator(mode="after")
    def _a_whole(self):
        if fsum(self.shares.values()) > 1.0 + 1e-9:
            raise ValueError("shares of the pool must sum to 1 at most")
        return self


class Lags(Checked):
    """How fast the organisation decides, lands and leaves."""

    decide: int = Field(1, ge=0, le=365, description="days from request to decision")
    deploy: int = Field(1, ge=0, le=365, description="days from the day after the decision to the first landing")
    calm: int = Field(4, ge=1, le=365, description="days of calm before withdrawal starts")
    exit: int = Field(6, ge=1, le=365, description="days that the withdrawal takes")
    chair: int = Field(2, ge=0, le=365, description="days that an unwilling chair holds up what was granted")
    mandate: int = Field(
        30, ge=1, le=3650, description="days after which a deployment ends whether or not there is calm"
    )


class Organ(Checked):
    """An organ of an organisation: which instruments it has, and whose it makes ready."""

    label: Labels = Field(default_factory=dict, description="name by language")
    instruments: dict[str, Variation | None] = Field(
        default_factory=dict, description="instrument of the catalogue -> what differs from it"
    )
    prepares: dict[str, Annotated[int, Field(ge=1, le=365)]] = Field(
        default_factory=dict, description="instrument of another organ -> days that this one's preparation saves"
    )
    answers: bool = Field(False, description="requests for force are decided here, by the decision rule")


class Chair(Checked):
    """A member's turn in the chair."""

    state: str
    since: date
    until: date | None = None


class Organisation(Checked):
    """An organisation by its charter."""

    name: dict[str, str]
    draw_key: int = Field(ge=1, lt=1000, description="key of the organisation's random draws, independent of its name")
    leader: str
    stands_for: str | None = Field(
        None, description="the bloc that acts through this organisation instead of as a patron"
    )
    members: dict[str, Term]
    observers: dict[str, Term] = Field({}, description="organs reach them with instruments of their own; no vote")
    partners: dict[str, Term] = Field({}, description="states under an agreement, whom organs reach likewise")
    absent: dict[str, Absent] = Field(
        {},
        description="members and observers that are not on stage; on one where they are, they count as what they are",
    )
    clauses: Clauses = Clauses()
    pools: Pools = Pools()
    contingent_share: float = parameter(
        0.125, 0.0, 1.0, unit="share of the rapid pool", source="[TASS2022]", text="soldiers sent on request"
    )
    decision_rule: Literal["consensus", "leader", "secretary"] = "consensus"
    lags: Lags = Lags()
    force: bool = Field(False, description="force is among its instruments")
    organs: dict[str, Organ] = {}
    chairs: list[Chair] = []
    joint_acts: float = parameter(
        3.0, 0.0, 50.0, unit="joint acts per pair", source="[assumed]", text="joint acts of the last two years"
    )
    sources: list[str] = []

    @model_validator(mode="after")
    def _organs_fit_together(self):
        if self.organs and self.force != any(organ.answers for organ in self.organs.values()):
            raise ValueError("force is among the instruments if, and only if, an organ answers requests for it")
        used = {name for organ in self.organs.values() for name in organ.instruments}
        for key, organ in self.organs.items():
            if idle := set(organ.prepares) - used:
                raise ValueError(f"organs.{key} prepares {', '.join(sorted(idle))}, which no organ uses")
        return self
