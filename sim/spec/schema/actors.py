"""Schema of states with factions and segments."""

from typing import Annotated, Any

from pydantic import Field, model_validator

from sim.actors.actor_codes import StateCodes
from sim.core.arithmetic import order_free_total
from sim.core.parameters import Checked, Line, Name
from sim.spec.schema.indicators import AnyIndicator, Indicators, Shares, StateTies, out_of_range


class Faction(Checked):
    """An elite faction."""

    weight: float | None = Field(default=None, gt=0.0, le=1.0, description="power weight; by rule if not given")
    rent_factor: float | None = Field(
        default=None, ge=0.1, le=5.0, description="rent ratio relative to the state's; by rule if not given"
    )
    draw_key: int = Field(default=0, ge=0, lt=100, description="key of the faction's random draws within its state")
    old_guard: bool = Field(default=False, description="belongs to a former ruler's network, which a split sets apart")


# power weights of the four factions of a government, at the indicators for which they were set (`sim.spec.schema.host_rules`)
DEFAULT_WEIGHTS = {"security": 0.35, "core": 0.30, "economic": 0.20, "regional": 0.15}


class Segment(Checked):
    """A population segment: a region's inhabitants of one language group (of media use, not a type of person)."""

    region: Line
    macro_region: Line
    language: Line
    population_k: AnyIndicator = Field(description="inhabitants, thousand")
    identity: float | None = Field(
        default=None, ge=0.0, le=1.0, description="national identity, where it differs from the state's"
    )


class Government(Checked):
    """Who headed the government at the start date."""

    head: Line
    since: int


class State(Checked):
    """A state: names, indicators, ties, factions, segments. A bloc has no factions of its own."""

    name: dict[str, Line]
    draw_key: int = Field(ge=1, lt=1000, description="key of the state's random draws, independent of its name")
    home_language: str | None = None
    recognised: bool = True
    bloc: bool = False
    government: Government | None = None
    borders: StateCodes = []
    indicators: Indicators
    ties: StateTies = StateTies()
    factions: dict[Name, Faction] = {}
    languages: Annotated[
        Shares, Field(description="inhabitants by language of media use, percent; they add up to 100")
    ] = {}
    segments: dict[Name, Segment] = Field(default={}, description="by rule from the languages if not given")

    @model_validator(mode="before")
    @classmethod
    def _default_factions(cls, raw: Any) -> Any:
        """Add the four factions of every government to those of the YAML file."""
        if not isinstance(raw, dict) or raw.get("bloc"):
            return raw
        factions = dict(raw.get("factions") or {})
        named = {
            role: {"draw_key": key, **(factions.pop(role, None) or {})} for key, role in enumerate(DEFAULT_WEIGHTS)
        }
        more = {role: {"draw_key": 50 + key, **faction} for key, (role, faction) in enumerate(factions.items())}
        return raw | {"factions": named | more}

    @model_validator(mode="after")
    def _whole_public(self) -> "State":
        total = order_free_total(share.value for share in self.languages.values())
        if self.languages and not 99.0 <= total <= 101.0:
            raise out_of_range("languages", total, 99.0, 101.0, "percent in all")
        for name, share in self.languages.items():
            if share.value <= 0.0:
                raise out_of_range(f"languages.{name}", share.value, 0.001, 100.0, "percent")
        return self

    @model_validator(mode="after")
    def _complete(self) -> "State":
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
