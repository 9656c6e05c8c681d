"""The one typed tree of configuration: every key, its type, unit, range and source. Unknown keys are refused."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, field_validator, model_validator
from pydantic_core import PydanticCustomError

from sim.mechanisms import Mechanisms
from sim.parameters import Checked, parameter
from sim.world import CHANNELS

Channel = Literal[CHANNELS]  # type: ignore[valid-type]


class Figure(Checked):
    """A number with the key of its source; the source says year, quality and width."""

    value: float = Field(allow_inf_nan=False)
    source: str


def _figure(raw):
    """`{source: value}` or a plain number, which counts as the user's own."""
    if isinstance(raw, (int, float)):
        return {"value": raw, "source": "override"}
    if isinstance(raw, dict) and len(raw) == 1 and "value" not in raw:
        ((source, value),) = raw.items()
        return {"value": value, "source": source}
    if isinstance(raw, dict) and len(raw) > 1 and "value" not in raw:
        raise ValueError("a figure names exactly one source, {source: value}")
    return raw


def _figure_as_written(figure: Figure) -> dict:
    return {figure.source: figure.value}


def _tie_as_written(ties: dict[str, Figure]) -> dict:
    written: dict[str, dict[str, float]] = {}
    for partner, figure in ties.items():
        written.setdefault(figure.source, {})[partner] = figure.value
    return written


AnyFigure = Annotated[Figure, BeforeValidator(_figure), PlainSerializer(_figure_as_written)]


def figure(low: float, high: float, text: str, *, optional: bool = False):
    """A figure of a state with its allowed range."""
    extra = {"low": low, "high": high, "unit": text}
    return (
        Field(None, description=text, json_schema_extra=extra)
        if optional
        else Field(description=text, json_schema_extra=extra)
    )


def tie(low: float, high: float, text: str):
    """A figure per partner with its allowed range."""
    return Field(default_factory=dict, description=text, json_schema_extra={"low": low, "high": high, "unit": text})


def out_of_range(where: str, value: float, low: float, high: float, unit: str) -> PydanticCustomError:
    """The fault of a part whose key is only known inside a validator."""
    allowed = f"must be {low:g} to {high:g} ({unit})"
    return PydanticCustomError(
        "out_of_range", "{where} {allowed}", {"where": where, "value": value, "allowed": allowed}
    )


class Ranged(Checked):
    """Refuses figures outside the range that their field declares."""

    @model_validator(mode="after")
    def _in_range(self):
        for name, field in type(self).model_fields.items():
            value, extra = getattr(self, name), field.json_schema_extra
            for partner, one in value.items() if isinstance(value, dict) else [("", value)]:
                if one is not None and not extra["low"] <= one.value <= extra["high"]:
                    where = f"{name}.{partner}" if partner else name
                    raise out_of_range(where, one.value, extra["low"], extra["high"], extra["unit"])
        return self


def _tie(raw):
    """`{source: {partner: value}}` -> `{partner: figure}`; a partner stands under one source only."""
    if not isinstance(raw, dict):
        return raw
    ties = {}
    for source, values in raw.items():
        if not isinstance(values, dict):
            raise ValueError(f"under {source} there must be one number per partner")
        for partner, value in values.items():
            if partner in ties:
                raise ValueError(f"{partner} stands under two sources, {ties[partner]['source']} and {source}")
            ties[partner] = {"value": value, "source": source}
    return ties


Tie = Annotated[dict[str, Figure], BeforeValidator(_tie), PlainSerializer(_tie_as_written)]


class Source(Checked):
    """Where a figure comes from and how well it is known."""

    title: str
    year: int | str
    quality: Literal["measured", "derived", "approx"]
    width: float = Field(
        ge=0.0, allow_inf_nan=False, description="half-width of the uniform distribution of an uncertain figure"
    )
    scale: Literal["relative", "absolute"] = "relative"
    licence: str
    reference: str = ""


class Figures(Ranged):
    """Figures of one state."""

    population_m: AnyFigure = figure(0.01, 2000, "inhabitants, million")
    gdp_busd: AnyFigure = figure(0.01, 100000, "gross domestic product, billion USD a year")
    exports_busd: AnyFigure = figure(0, 100000, "exports of goods, billion USD a year")
    imports_busd: AnyFigure = figure(0, 100000, "imports of goods, billion USD a year")
    security_personnel_k: AnyFigure = figure(0, 10000, "police, national guard and interior troops, thousand persons")
    corruption_cpi: AnyFigure = figure(0, 100, "Corruption Perceptions Index, 0 (corrupt) to 100 (clean)")
    polyarchy: AnyFigure = figure(0, 1, "electoral democracy index, 0 to 1")
    gini: AnyFigure | None = figure(0, 100, "Gini index of income, 0 to 100", optional=True)
    youth_unemployment_pct: AnyFigure | None = figure(0, 100, "youth unemployment, percent", optional=True)
    resource_rents_pct_gdp: AnyFigure = figure(0, 100, "oil and gas rents, percent of GDP")
    legitimacy: AnyFigure = figure(0, 1, "resting legitimacy, 0 to 1")
    rent_ratio: AnyFigure = figure(0.01, 10, "loss of a failed defection over gain of a successful one, about 0.1 to 3")
    arms_tiv_total: AnyFigure | None = figure(
        0, 1e6, "arms received 2012-2021 from all suppliers, million TIV", optional=True
    )


class StateTies(Ranged):
    """What a state gets from, or shares with, each partner."""

    imports_musd: Tie = tie(0, 1e07, "goods imported from the partner, million USD a year")
    arms_tiv: Tie = tie(0, 1e06, "arms delivered by the partner 2012-2021, million TIV")
    emigrants: Tie = tie(0, 1e09, "persons from this state living in the partner")
    students: Tie = tie(0, 1e08, "students of this state in the partner")
    remittances_pct_gdp: Tie = tie(0, 100, "remittances from the partner, percent of GDP")
    aid_pct_gdp: Tie = tie(0, 100, "aid and budget support from the partner, percent of GDP")
    language: Tie = tie(0, 1, "share of inhabitants who understand the partner's language")
    kinship: Tie = tie(0, 1, "share of inhabitants of the partner's titular group or wider family")
    media: Tie = tie(0, 1, "share of inhabitants who regularly use the partner's media")
    alliance: Tie = tie(0, 1, "1 = mutual defence commitment in force")
    base: Tie = tie(0, 1, "1 = the partner keeps troops or a leased site here")
    rivalry: Tie = tie(0, 1, "1 = rivalry")
    elite_alignment: Tie = tie(-1, 1, "resting alignment of the elites with the partner, -1 to 1")
    public_alignment: Tie = tie(-1, 1, "resting alignment of the public with the partner, -1 to 1")


class Faction(Checked):
    """An elite faction."""

    weight: float = Field(0.25, gt=0.0, le=1.0, description="power weight")
    rent_factor: float = parameter(
        1.0, 0.1, 5.0, unit="1", source="[Svolik2009]", text="rent ratio relative to the state's"
    )
    draw_key: int = Field(0, ge=0, lt=100, description="key of the faction's random draws within its state")
    old_guard: bool = Field(False, description="belongs to a former ruler's network, which a split sets apart")


DEFAULT_FACTIONS = {"security": 0.35, "core": 0.30, "economic": 0.20, "regional": 0.15}  # power weights


class Segment(Checked):
    """A population segment: a region's inhabitants of one language group (of media use, not a type of person)."""

    region: str
    macro_region: str
    language: str
    population_k: AnyFigure = Field(description="inhabitants, thousand")
    identity: float = parameter(
        0.5, 0.0, 1.0, unit="1", source="[assumed]", text="national identity, weight of resentment of foreign troops"
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
    segments: dict[str, Segment]

    @model_validator(mode="before")
    @classmethod
    def _default_factions(cls, raw):
        """What a YAML says of a faction comes on top of the four that every government has."""
        if not isinstance(raw, dict) or raw.get("bloc"):
            return raw
        said = dict(raw.get("factions") or {})
        named = {
            role: {"weight": weight, "draw_key": key, **said.pop(role, {})}
            for key, (role, weight) in enumerate(DEFAULT_FACTIONS.items())
        }
        more = {role: {"draw_key": 50 + key, **faction} for key, (role, faction) in enumerate(said.items())}
        return raw | {"factions": named | more}

    @model_validator(mode="after")
    def _complete(self):
        if not self.bloc and len(self.segments) < 2:
            raise ValueError("a government has at least two population segments")
        if not self.segments:
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
    """A member or observer that is not on stage."""

    role: Literal["member", "observer"]
    since: date
    until: date | None = None


class Clause(Checked):
    """A mandate: when it was signed and when it came into force."""

    signed: date
    in_force: date | None = None
    until: date | None = None
    source: str = ""


class Clauses(Checked):
    """What the charter covers and forbids."""

    external: Clause | None = None
    internal: Clause | None = None
    exclusivity: bool = False
    non_use_of_force: bool = False


class Pools(Checked):
    """Standing forces."""

    rapid: float = Field(0.0, ge=0.0, le=1e6, allow_inf_nan=False, description="rapid reaction force, soldiers")
    peacekeepers: float = Field(
        0.0, ge=0.0, le=1e6, allow_inf_nan=False, description="peacekeeping contingent, soldiers"
    )


class Lags(Checked):
    """How fast the organisation decides, lands and leaves."""

    decide: int = Field(1, ge=0, le=365, description="days from request to decision")
    deploy: int = Field(1, ge=0, le=365, description="days from the day after the decision to the first landing")
    calm: int = Field(4, ge=1, le=365, description="days of calm before withdrawal starts")
    exit: int = Field(6, ge=1, le=365, description="days that the withdrawal takes")
    mandate: int = Field(
        30, ge=1, le=3650, description="days after which a deployment ends whether or not there is calm"
    )


class Instrument(Checked):
    """Something an organisation can do without force."""

    lag: tuple[int, int] = Field(
        description="days to the decision, lowest and highest: from the opening of a crisis, for mediation from the request"
    )
    cost_share: float = parameter(
        0.0, 0.0, 1.0, unit="share of a full deployment", source="[assumed]", text="political cost"
    )
    cost_musd: float = parameter(
        0.0, 0.0, 1e5, unit="million USD", source="[assumed]", text="money spent by the leading patron"
    )
    channel: Channel | None = Field(None, description="channel whose flow grows")
    growth: float = parameter(0.0, -1.0, 5.0, unit="1", source="[assumed]", text="relative growth of that flow")
    public: float = parameter(
        0.0, 0.0, 10.0, unit="acts", source="[Nye2004]", text="acts of persuasion towards the public"
    )
    elites: float = parameter(
        0.0, 0.0, 30.0, unit="backed days", source="[assumed]", text="acts of persuasion towards the elites"
    )
    legitimacy: float = parameter(
        0.0, -0.2, 0.2, unit="1", source="[assumed]", text="legitimacy lent to a government in crisis"
    )
    joint: bool = Field(False, description="counts as a joint act of the members that take part")

    @model_validator(mode="after")
    def _ordered(self):
        if not 0 <= self.lag[0] <= self.lag[1]:
            raise ValueError("lag must be [lowest, highest] with 0 <= lowest <= highest")
        return self


class Organisation(Checked):
    """An organisation by its charter."""

    name: dict[str, str]
    draw_key: int = Field(ge=1, lt=1000, description="key of the organisation's random draws, independent of its name")
    leader: str
    members: dict[str, Term]
    observers: dict[str, Term] = {}
    absent: dict[str, Absent] = {}
    clauses: Clauses = Clauses()
    pools: Pools = Pools()
    contingent_share: float = parameter(
        0.125, 0.0, 1.0, unit="share of the rapid pool", source="[TASS2022]", text="soldiers sent on request"
    )
    decision_rule: Literal["consensus", "leader", "secretary"] = "consensus"
    lags: Lags = Lags()
    force: bool = Field(False, description="force is among its instruments")
    instruments: dict[str, Instrument] = {}
    joint_acts: float = parameter(
        3.0, 0.0, 50.0, unit="joint acts per pair", source="[assumed]", text="joint acts of the last two years"
    )
    sources: list[str] = []


class Shock(Checked):
    """A dated exogenous event."""

    kind: Literal["grievance", "attack", "distraction"]
    state: str
    start: int = Field(0, ge=0, description="day, counted from the start date")
    size: float = parameter(0.2, 0.0, 1.0, unit="1", source="[assumed]", text="full size of the event")
    ramp: int = Field(3, ge=1, le=365, description="days of linear rise")
    half_life: float = Field(30.0, gt=0.0, le=36500.0, allow_inf_nan=False, description="days")
    exposure: dict[str, Annotated[float, Field(ge=0.0, le=10.0, allow_inf_nan=False)]] = Field(
        default_factory=dict, description="weight by macro-region of the host, 1 where not named"
    )
    attacker: str | None = None
    source: str = ""


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


class Scenario(Checked):
    """A host, a date, what happens to it, and what actors are told to do; what is not prescribed is chosen freely."""

    name: str
    label: str
    summary: str
    colour: str = Field("#000000", pattern="^#[0-9A-Fa-f]{6}$")
    expected: str = Field("", description="expected sign, stated before it was run")
    sources: list[str] = []
    host: str
    patrons: list[str] = Field(min_length=1, description="patrons whose alignments are shown in tables and figures")
    start_date: date
    shocks: dict[str, Shock]
    split: Split = Split()
    directives: dict[str, dict[str, str | int | dict[str, str | int]]] = Field(
        default_factory=dict,
        description="actor (HOST = the host) -> option -> free | never | always | day; request and mediation by addressee",
    )


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
        text="attention to the same language group of the own macro-region",
    )
    language_exposure: float = parameter(
        0.3,
        0.0,
        1.0,
        unit="1",
        source="[assumed]",
        text="relative gain of a patron's cultural message in its own language",
    )
    cut: list[str] = Field(
        default_factory=list, description="ties to delete: 'RUS->KAZ', 'RUS->KAZ:military', '*:economic'"
    )


def english_names(spec) -> dict[str, str]:
    """Code -> name of every state and organisation, for tables and figures."""
    return {code: actor.name.get("en", code) for code, actor in (spec.states | spec.organisations).items()}


class Spec(Checked):
    """Everything that one simulated world needs."""

    seed: int = Field(
        1, ge=0, le=2**63 - 1, description="seed of the sweep; with the replication it makes the world key"
    )
    replication: int = Field(0, ge=0, le=2**31 - 1, description="number of the world within the sweep")
    days: int = Field(365, ge=1, le=36500, description="days to simulate")
    citizens: int | Literal["all"] = Field(
        5000, description="citizen rows of the host, or 'all' for one row per inhabitant of the host"
    )
    figures: Literal["central", "drawn"] = Field(
        "central", description="uncertain figures at their centre, or drawn within their width"
    )
    parameters: Literal["reference", "prior"] = Field(
        "reference", description="parameters at their reference values, or drawn from their priors, one draw per world"
    )
    scenario: Scenario
    sources: dict[str, Source]
    states: dict[str, State] = Field(min_length=2)
    organisations: dict[str, Organisation] = {}
    network: Network = Network()
    mechanisms: Mechanisms = Mechanisms()

    @field_validator("citizens")
    @classmethod
    def _rows(cls, value):
        if value != "all" and not 100 <= value <= 200_000_000:
            raise ValueError("must be 'all' or between 100 and 200000000 rows")
        return value
