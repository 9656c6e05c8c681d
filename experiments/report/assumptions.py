"""What a result assumes: settings and indicators with unit, range, source, and how well each is known."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from experiments.describe.bibliography import cited
from experiments.describe.catalogue import Parameter, parameters
from sim.spec.derived_indicators import complete
from sim.spec.schema import Indicators, Spec, StateTies, english_names
from sim.spec.schema.indicators import Indicator
from sim.spec.schema.scenario import Event, Split

WORLD = ("seed", "replication")  # which world it is, said where the repetition is explained


@dataclass(frozen=True)
class Setting:
    """A parameter as declared, with its value in every arm."""

    declared: Parameter
    values: dict[str, object]  # arm -> value
    varied: str = ""  # the values that a sweep gives it

    @property
    def changed(self) -> bool:
        """Not at its default in some arm, or varied."""
        return bool(self.varied) or any(value != self.declared.default for value in self.values.values())

    @property
    def keys(self) -> list[str]:
        """Of the reference list."""
        return cited(self.declared.source)


@dataclass(frozen=True)
class Known:
    """An indicator with the range in which it is drawn."""

    owner: str  # code of the state
    partner: str  # code, "" for an indicator of the state alone
    name: str
    unit: str
    indicator: Indicator
    quality: str  # measured, derived, approx, or set by the user
    width: float  # half-width of the uniform distribution, in the unit of the indicator
    label: str = field(default="", compare=False)

    @property
    def path(self) -> str:
        """`KAZ.indicators.gini` or `KAZ.ties.media.RUS`."""
        return (
            f"{self.owner}.ties.{self.name}.{self.partner}" if self.partner else f"{self.owner}.indicators.{self.name}"
        )


def settings(specs: dict[str, Spec], varied: dict[str, str]) -> list[Setting]:
    """Every parameter of run, network and mechanisms with its value in each arm. varied: path -> values in a sweep."""
    declared = [p for p in parameters() if p.path not in WORLD]
    return [
        Setting(p, {arm: _at(spec, p.path) for arm, spec in specs.items()}, varied.get(p.path, "")) for p in declared
    ]


def _at(spec: Spec, path: str):
    value = spec
    for part in path.split("."):
        value = getattr(value, part)
    return value


def of_the_scenario(spec: Spec) -> list[tuple[str, object, dict]]:
    """Path, value, declaration of every number that a scenario sets: its events and its split."""
    found = []
    for name, event in spec.scenario.events.items():
        found += _numbers(f"scenario.events.{name}", event, Event, event.source)
        text = Event.model_fields["exposure"].description
        extra = {"text": text, "low": 0.0, "high": 10.0, "unit": "1", "source": event.source}
        found += [(f"scenario.events.{name}.exposure.{region}", v, extra) for region, v in event.exposure.items()]
    return found + _numbers("scenario.split", spec.scenario.split, Split, "")


def _numbers(where: str, part, model, source: str) -> list[tuple[str, object, dict]]:
    return [
        (f"{where}.{name}", value, {"text": f.description, "source": source} | (f.json_schema_extra or {}))
        for name, f in model.model_fields.items()
        if isinstance(value := getattr(part, name), (int, float))
    ]


def on_stage(spec: Spec) -> list[str]:
    """The host and the patrons whose alignments are shown."""
    return list(dict.fromkeys([spec.scenario.host, *spec.scenario.outside_patrons]))


def indicators(spec: Spec) -> list[Known]:
    """Every indicator of the host and the patrons, and of the ties among them."""
    whole = complete(spec)
    return [_known(whole, *one) for one in _indicators(whole, on_stage(whole))]


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


def _known(spec: Spec, owner: str, partner: str, name: str, unit: str, indicator: Indicator) -> Known:
    names, source = english_names(spec), spec.sources.get(indicator.source)
    label = f"{names[owner]} from {names[partner]}: {unit}" if partner else f"{names[owner]}: {unit}"
    if source is None:
        return Known(owner, partner, name, unit, indicator, "override", 0.0, label)
    width = source.width * (1.0 if source.scale == "absolute" else abs(indicator.value))
    return Known(owner, partner, name, unit, indicator, source.quality, width, label)
