"""Inputs of a specification: settings and indicators with unit, range, source and quality."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

from pydantic import BaseModel

from experiments.describe.bibliography import cited
from experiments.describe.parameters import Parameter, parameters
from sim.spec.derived_indicators import complete
from sim.spec.schema import Indicators, Spec, StateTies, english_names
from sim.spec.schema.indicators import Indicator
from sim.spec.schema.scenario import Event, Split

REPLICATION_KEYS = ("seed", "replication")  # the section on repetition names them


@dataclass(frozen=True)
class Setting:
    """A parameter as declared, with its value in every arm."""

    declared: Parameter
    values: dict[str, object]  # arm -> value
    axis_values: str = ""  # the values that a sweep gives it

    @property
    def changed(self) -> bool:
        """True if it is not at its default in some arm, or varied by a sweep."""
        return bool(self.axis_values) or any(value != self.declared.default for value in self.values.values())

    @property
    def keys(self) -> list[str]:
        """Keys of its sources in the reference list."""
        return cited(self.declared.source)


@dataclass(frozen=True)
class InputIndicator:
    """An indicator with the range in which it is drawn."""

    state: str  # code of the state
    partner: str  # code, "" for an indicator of the state alone
    name: str
    unit: str
    indicator: Indicator
    quality: str  # measured, derived, approx, or set by the user
    width: float  # half-width of the uniform distribution, in the unit of the indicator
    label: str = field(default="", compare=False)

    @property
    def path(self) -> str:
        """Path of the indicator: `KAZ.indicators.gini` or `KAZ.ties.media.RUS`."""
        return (
            f"{self.state}.ties.{self.name}.{self.partner}" if self.partner else f"{self.state}.indicators.{self.name}"
        )


def settings(specs: dict[str, Spec], axis_values: dict[str, str]) -> list[Setting]:
    """Every parameter of run, network and mechanisms with its value in each arm. axis_values: path -> values in a sweep."""
    declared = [p for p in parameters() if p.path not in REPLICATION_KEYS]
    return [
        Setting(p, {arm: _at(spec, p.path) for arm, spec in specs.items()}, axis_values.get(p.path, ""))
        for p in declared
    ]


def _at(spec: Spec, path: str) -> object:
    value = spec
    for part in path.split("."):
        value = getattr(value, part)
    return value


def scenario_numbers(spec: Spec) -> list[tuple[str, object, dict[Any, Any]]]:
    """Path, value and declaration of every number in a scenario's events and split."""
    numbers = []
    for name, event in spec.scenario.events.items():
        numbers += _numbers(f"scenario.events.{name}", event, Event, event.source)
        text = Event.model_fields["exposure"].description
        extra = {"text": text, "low": 0.0, "high": 10.0, "unit": "1", "source": event.source}
        numbers += [(f"scenario.events.{name}.exposure.{region}", v, extra) for region, v in event.exposure.items()]
    return numbers + _numbers("scenario.split", spec.scenario.split, Split, "")


def _numbers(
    where: str, part: BaseModel, model: type[BaseModel], source: str
) -> list[tuple[str, object, dict[Any, Any]]]:
    return [
        (f"{where}.{name}", value, {"text": f.description, "source": source} | cast(dict, f.json_schema_extra or {}))
        for name, f in model.model_fields.items()
        if isinstance(value := getattr(part, name), (int, float))
    ]


def host_and_patrons(spec: Spec) -> list[str]:
    """Codes of the host and of the patrons in the report."""
    return list(dict.fromkeys([spec.scenario.host, *spec.scenario.outside_patrons]))


def indicators(spec: Spec) -> list[InputIndicator]:
    """Every indicator of the host and the patrons, and of the ties among them."""
    full_spec = complete(spec)
    return [_input_indicator(full_spec, *one) for one in _indicators(full_spec, host_and_patrons(full_spec))]


def _indicators(spec: Spec, actors: list[str]) -> Iterator[tuple[str, str, str, Any, Indicator]]:
    for code in actors:
        state = spec.states[code]
        for name, field_ in Indicators.model_fields.items():
            if getattr(state.indicators, name) is not None:
                yield code, "", name, field_.description, getattr(state.indicators, name)
        for name, field_ in StateTies.model_fields.items():
            for partner, indicator in getattr(state.ties, name).items():
                if partner in actors:
                    yield code, partner, name, field_.description, indicator


def _input_indicator(
    spec: Spec, state: str, partner: str, name: str, unit: str, indicator: Indicator
) -> InputIndicator:
    names, source = english_names(spec), spec.sources.get(indicator.source)
    label = f"{names[state]} from {names[partner]}: {unit}" if partner else f"{names[state]}: {unit}"
    if source is None:
        return InputIndicator(state, partner, name, unit, indicator, "override", 0.0, label)
    width = source.width * (1.0 if source.scale == "absolute" else abs(indicator.value))
    return InputIndicator(state, partner, name, unit, indicator, source.quality, width, label)
