"""Schema of indicators: values with the key of their source, their written forms and ranges."""

from collections.abc import Callable
from typing import Annotated, Any, Literal, cast

from pydantic import BeforeValidator, Field, PlainSerializer, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from sim.actors.actor_codes import STATE, resolved
from sim.core.parameters import Checked, Line

OVERRIDE = "override"  # source of a number from the user: it has no width and is never drawn


class Indicator(Checked):
    """A number with the key of its source; the source says year, quality and width."""

    value: float = Field(allow_inf_nan=False)
    source: str


def _without_null(raw: dict[Any, Any]) -> dict[Any, Any]:
    """The mapping without null values: with null a scenario removes an indicator of the stage."""
    return {source: value for source, value in raw.items() if value is not None}


def _indicator(raw: Any) -> Any:
    """`{source: value}` or a plain number, which counts as the user's; of several sources only one may have a number."""
    if isinstance(raw, (int, float)):
        return {"value": raw, "source": OVERRIDE}
    if isinstance(raw, dict) and "value" not in raw:
        raw = _without_null(raw) or None
    if isinstance(raw, dict) and len(raw) == 1 and "value" not in raw:
        ((source, value),) = raw.items()
        return {"value": value, "source": source}
    if isinstance(raw, dict) and len(raw) > 1 and "value" not in raw:
        raise ValueError("an indicator names exactly one source, {source: value}")
    return raw


def _indicator_as_written(indicator: Indicator) -> dict[Any, Any]:
    return {indicator.source: indicator.value}


def _tie_as_written(ties: dict[str, Indicator]) -> dict[Any, Any]:
    written: dict[str, dict[str, float]] = {}
    for partner, indicator in ties.items():
        written.setdefault(indicator.source, {})[partner] = indicator.value
    return written


AnyIndicator = Annotated[Indicator, BeforeValidator(_indicator), PlainSerializer(_indicator_as_written)]


def exact(state: dict[Any, Any], path: list[str]) -> None:
    """In the tree of a state, make the number at a path like indicators.polyarchy.SOURCE or ties.alliance.SOURCE.PARTNER exact.

    A number from the user is exact: it leaves the source, whose width applies to other numbers.
    """
    group, name, source, *partner = path
    indicators = state.get(group, {}).get(name)
    if not isinstance(indicators, dict) or source not in indicators:
        return
    alone = list(_without_null(indicators)) == [source]  # two sources of one indicator are refused
    if group == "indicators" and not partner and alone and isinstance(indicators[source], (int, float)):
        state[group][name] = {OVERRIDE: indicators[source]}
    elif (
        group == "ties"
        and len(partner) == 1
        and isinstance(indicators[source], dict)
        and partner[0] in indicators[source]
    ):
        values = dict(indicators[source])
        moved = {partner[0]: values.pop(partner[0])}
        state[group][name] = indicators | {source: values} | {OVERRIDE: (indicators.get(OVERRIDE) or {}) | moved}


def is_indicator(path: list[str]) -> bool:
    """True if a path from the state on may lead to a number below the key of its source."""
    return path[:1] in (["indicators"], ["ties"]) and len(path) in (3, 4)


def indicator(low: float, high: float, text: str, *, optional: bool = False) -> Any:
    """An indicator of a state with its allowed range."""
    extra = {"low": low, "high": high, "unit": text}
    return (
        Field(None, description=text, json_schema_extra=extra)
        if optional
        else Field(description=text, json_schema_extra=extra)
    )


def tie(low: float, high: float, text: str) -> Any:
    """An indicator per partner with its allowed range."""
    return Field(default_factory=dict, description=text, json_schema_extra={"low": low, "high": high, "unit": text})


def out_of_range(where: str, value: float, low: float, high: float, unit: str) -> PydanticCustomError:
    """The fault of a number whose key only its validator knows."""
    return fault_at(where, f"{value:g}", f"must be {low:g} to {high:g} ({unit})")


def fault_at(where: str, value: Any, allowed: str) -> PydanticCustomError:
    """The fault of a value whose key only its validator knows."""
    return PydanticCustomError(
        "out_of_range", "{where} {allowed}", {"where": where, "value": value, "allowed": allowed}
    )


class Ranged(Checked):
    """Refuses indicators outside the range that their field declares."""

    @model_validator(mode="after")
    def _in_range(self) -> "Ranged":
        for name, field in type(self).model_fields.items():
            value, extra = getattr(self, name), cast(dict[str, Any], field.json_schema_extra)
            for partner, one in value.items() if isinstance(value, dict) else [("", value)]:
                if one is not None and not extra["low"] <= one.value <= extra["high"]:
                    where = f"{name}.{partner}" if partner else name
                    raise out_of_range(where, one.value, extra["low"], extra["high"], extra["unit"])
        return self


def _by_source(raw: Any, codes: Callable[[dict[Any, Any]], Any] = dict) -> Any:
    """`{source: {key: value}}` -> `{key: indicator}`; a key stands under one source only; null values are left out."""
    if not isinstance(raw, dict):
        return raw
    ties = {}
    for source, values in _without_null(raw).items():
        if not isinstance(values, dict):
            raise ValueError(f"under {source} there must be one number per partner")
        for partner, value in codes(_without_null(values)).items():
            if partner in ties:
                raise ValueError(f"{partner} stands under two sources, {ties[partner]['source']} and {source}")
            ties[partner] = {"value": value, "source": source}
    return ties


def _tie(raw: Any, info: ValidationInfo) -> Any:
    """The same by partner, whose code stands for any of its names."""
    return _by_source(raw, lambda values: cast(dict, resolved(values, info, STATE)))


Shares = Annotated[dict[str, Indicator], BeforeValidator(lambda raw: _by_source(raw)), PlainSerializer(_tie_as_written)]
Tie = Annotated[dict[str, Indicator], BeforeValidator(_tie), PlainSerializer(_tie_as_written)]


class Source(Checked):
    """Where an indicator comes from and how well it is known."""

    title: Line
    year: int | str
    quality: Literal["measured", "derived", "approx", "imputed", "default"]
    width: float = Field(
        ge=0.0, allow_inf_nan=False, description="half-width of the uniform distribution of an uncertain indicator"
    )
    scale: Literal["relative", "absolute"] = "relative"
    licence: Line
    reference: Line = ""


class Indicators(Ranged):
    """Indicators of one state."""

    population_m: AnyIndicator = indicator(0.01, 2000, "inhabitants, million")
    gdp_busd: AnyIndicator = indicator(0.01, 100000, "gross domestic product, billion USD a year")
    exports_busd: AnyIndicator = indicator(0, 100000, "exports of goods, billion USD a year")
    imports_busd: AnyIndicator = indicator(0, 100000, "imports of goods, billion USD a year")
    security_personnel_k: AnyIndicator = indicator(
        0, 10000, "police, national guard and interior troops, thousand persons"
    )
    corruption_cpi: AnyIndicator = indicator(0, 100, "Corruption Perceptions Index, 0 (corrupt) to 100 (clean)")
    polyarchy: AnyIndicator = indicator(0, 1, "electoral democracy index, 0 to 1")
    gini: AnyIndicator | None = indicator(0, 100, "Gini index of income, 0 to 100", optional=True)
    youth_unemployment_pct: AnyIndicator | None = indicator(0, 100, "youth unemployment, percent", optional=True)
    resource_rents_pct_gdp: AnyIndicator = indicator(0, 100, "oil and gas rents, percent of GDP")
    urban_pct: AnyIndicator | None = indicator(0, 100, "inhabitants of towns, percent", optional=True)
    legitimacy: AnyIndicator | None = indicator(0, 1, "resting legitimacy, 0 to 1", optional=True)
    rent_ratio: AnyIndicator | None = indicator(
        0.01, 10, "loss of a failed defection over gain of a successful one, about 0.1 to 3", optional=True
    )
    hardship: AnyIndicator | None = indicator(
        0, 10, "weight of a grievance on the public, 1 in the state for which events were set", optional=True
    )
    identity: AnyIndicator | None = indicator(
        0, 1, "national identity of the public, weight of resentment of foreign troops, 0 to 1", optional=True
    )
    arms_tiv_total: AnyIndicator | None = indicator(
        0, 1e6, "arms received 2012-2021 from all suppliers, million TIV", optional=True
    )


class StateTies(Ranged):
    """Ties of a state with each partner."""

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
    economic_dependence: Tie = tie(0, 1, "dependence in the channel, 0 to 1; 0 = what the indicators above make of it")
    military_dependence: Tie = tie(0, 1, "dependence in the channel, 0 to 1; 0 = what the indicators above make of it")
    cultural_dependence: Tie = tie(0, 1, "dependence in the channel, 0 to 1; 0 = what the indicators above make of it")
    elite_alignment: Tie = tie(-1, 1, "resting alignment of the elites with the partner, -1 to 1")
    public_alignment: Tie = tie(-1, 1, "resting alignment of the public with the partner, -1 to 1")
