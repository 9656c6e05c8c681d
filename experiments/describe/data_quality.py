"""Data quality of a state as a host: counts of measured, derived, approximate, imputed and default values."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from experiments.results.formatting import markdown_table
from sim.spec.derived_indicators import complete
from sim.spec.schema import Indicators, Spec, State, StateTies, english_names
from sim.spec.schema.host_rules import RULES
from sim.spec.schema.indicators import Indicator

QUALITIES = ("measured", "derived", "approx", "imputed", "default", "override")
LABELS: dict[str, str] = dict(
    zip(
        QUALITIES,
        ("measured", "derived from measured ones", "approximate", "imputed", "default", "set by the user"),
        strict=True,
    )
)
GUESSED = ("imputed", "default")
NO_NEED = ("arms_tiv_total",)  # the sum over the suppliers takes its place


@dataclass(frozen=True)
class DataQuality:
    """Number of a host's values by quality of their source. A tie counts once per partner, a language once."""

    code: str
    name: str
    segments: int
    counts: dict[str, int]  # quality -> values, in the order of QUALITIES
    guessed: dict[str, Counter[Any]]  # imputed and default: indicator or tie -> values
    missing: tuple[str, ...]  # indicators without a value
    by_rule: tuple[str, ...]  # values that follow from other indicators
    among_patrons: bool  # the scenario lists it as a patron; it is left out there

    def names(self, quality: str) -> str:
        """Names with counts: 'imports_musd (2), media (6)'."""
        counts = self.guessed[quality].items()
        return ", ".join(name if n == 1 else f"{name} ({n})" for name, n in counts) or "none"

    @property
    def line(self) -> str:
        """The counts in one paragraph."""
        counts = ", ".join(f"{n} {LABELS[quality]}" for quality, n in self.counts.items() if n)
        patron_note = f" {self.name} is no patron of its own and left out of the patrons." if self.among_patrons else ""
        return (
            f"Values of the host {self.name}: {counts}. Imputed: {self.names('imputed')}. "
            f"Defaults: {self.names('default')}. No indicator: {', '.join(self.missing) or 'none'}. "
            f"By rule: {', '.join(self.by_rule) or 'none'}.{patron_note}"
        )


def as_host(spec: Spec, code: str) -> Spec:
    """The completed specification with this state as the host."""
    return complete(spec.model_copy(update={"scenario": spec.scenario.model_copy(update={"host": code})}))


def data_quality(spec: Spec, code: str | None = None) -> DataQuality:
    """Data quality of a state as the host; by default of the scenario's host."""
    code = code or spec.scenario.host
    file_state, full_state = spec.states[code], as_host(spec, code).states[code]
    values = list(_values(full_state))
    kinds = [(name, _quality(spec, indicator.source)) for name, indicator in values]
    return DataQuality(
        code=code,
        name=english_names(spec)[code],
        segments=len(full_state.segments),
        counts={q: sum(kind == q for _, kind in kinds) for q in QUALITIES},
        guessed={q: Counter(name for name, kind in kinds if kind == q) for q in GUESSED},
        missing=tuple(_missing(file_state, full_state)),
        by_rule=tuple(_by_rule(file_state, full_state, values)),
        among_patrons=code in spec.scenario.patrons,
    )


def _missing(file_state: State, full_state: State) -> Iterator[str]:
    """Indicators without a value that some rule reads. A state with segments needs no urban share."""
    needless = (*NO_NEED, "urban_pct") if file_state.segments else NO_NEED
    yield from (n for n in Indicators.model_fields if getattr(full_state.indicators, n) is None and n not in needless)


def _values(state: State) -> Iterator[tuple[str, Indicator]]:
    for name in Indicators.model_fields:
        if getattr(state.indicators, name) is not None:
            yield name, getattr(state.indicators, name)
    for name in StateTies.model_fields:
        for indicator in getattr(state.ties, name).values():
            yield name, indicator
    for indicator in state.languages.values():
        yield "languages", indicator
    for segment in state.segments.values():
        yield "segments", segment.population_k


def _quality(spec: Spec, source: str) -> str:
    return spec.sources[source].quality if source in spec.sources else "override"


def _by_rule(file_state: State, full_state: State, values: list[Any]) -> Iterator[str]:
    yield from (name for name, indicator in values if indicator.source in RULES[:-1] and name != "segments")
    if any(faction.weight is None for faction in file_state.factions.values()):
        yield f"weights and rents of {len(full_state.factions)} factions"
    if not file_state.segments:
        yield f"{len(full_state.segments)} segments from {len(file_state.languages)} languages"


def table(spec: Spec) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Columns and rows, one row per government as the host."""
    hosts = [data_quality(spec, code) for code, state in spec.states.items() if not state.bloc]
    columns = ("code", "state", "segments", *QUALITIES[:-1], "imputed are", "defaults are", "no indicator")
    rows = [
        (
            k.code,
            k.name,
            str(k.segments),
            *(str(k.counts[q]) for q in QUALITIES[:-1]),
            *(k.names(q) for q in GUESSED),
            ", ".join(k.missing) or "none",
        )
        for k in hosts
    ]
    return columns, rows


def markdown(spec: Spec) -> str:
    """The table of docs/hosts.md."""
    return markdown_table(*table(spec))


if __name__ == "__main__":
    from sim.spec.load import load

    print(markdown(load()))
