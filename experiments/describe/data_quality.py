"""How well a state is known as a host: which of its values are measured, which by rule, imputed, or defaults."""

from collections import Counter
from dataclasses import dataclass

from experiments.results.formatting import markdown_table
from sim.spec.derived_indicators import complete
from sim.spec.schema import Indicators, Spec, State, StateTies, english_names
from sim.spec.schema.host_rules import RULES

QUALITIES = ("measured", "derived", "approx", "imputed", "default", "override")
IN_WORDS: dict[str, str] = dict(
    zip(
        QUALITIES,
        ("measured", "derived from measured ones", "approximate", "imputed", "default", "set by the user"),
        strict=True,
    )
)
GUESSED = ("imputed", "default")
NO_NEED = ("arms_tiv_total",)  # where it is missing, the sum over the suppliers serves


@dataclass(frozen=True)
class Knowledge:
    """Values of a host by the quality of their sources; a tie counts once a partner, a language once."""

    code: str
    name: str
    segments: int
    counts: dict[str, int]  # quality -> values, in the order of QUALITIES
    guessed: dict[str, Counter]  # imputed and default: indicator or tie -> values
    missing: tuple[str, ...]  # indicators without a value
    by_rule: tuple[str, ...]  # what follows from other indicators
    own_patron: bool  # the scenario names it among the patrons, where it is left out

    def names(self, quality: str) -> str:
        """'imports_musd (2), media (6)'."""
        found = self.guessed[quality].items()
        return ", ".join(name if n == 1 else f"{name} ({n})" for name, n in found) or "none"

    @property
    def line(self) -> str:
        """One sentence."""
        counts = ", ".join(f"{n} {IN_WORDS[quality]}" for quality, n in self.counts.items() if n)
        own = f" {self.name} is no patron of its own and left out of the patrons." if self.own_patron else ""
        return (
            f"Values of the host {self.name}: {counts}. Imputed: {self.names('imputed')}. "
            f"Defaults: {self.names('default')}. No indicator: {', '.join(self.missing) or 'none'}. "
            f"By rule: {', '.join(self.by_rule) or 'none'}.{own}"
        )


def as_host(spec: Spec, code: str) -> Spec:
    """The complete specification with this state as the host."""
    return complete(spec.model_copy(update={"scenario": spec.scenario.model_copy(update={"host": code})}))


def knowledge(spec: Spec, code: str | None = None) -> Knowledge:
    """What is known of a state as the host; by default of the scenario's."""
    code = code or spec.scenario.host
    said, state = spec.states[code], as_host(spec, code).states[code]
    values = list(_values(state))
    kinds = [(name, _quality(spec, indicator.source)) for name, indicator in values]
    return Knowledge(
        code=code,
        name=english_names(spec)[code],
        segments=len(state.segments),
        counts={q: sum(kind == q for _, kind in kinds) for q in QUALITIES},
        guessed={q: Counter(name for name, kind in kinds if kind == q) for q in GUESSED},
        missing=tuple(_missing(said, state)),
        by_rule=tuple(_by_rule(said, state, values)),
        own_patron=code in spec.scenario.patrons,
    )


def _missing(said: State, state: State):
    """Indicators that something reads: where segments are said, the urban share is not needed."""
    needless = (*NO_NEED, "urban_pct") if said.segments else NO_NEED
    yield from (n for n in Indicators.model_fields if getattr(state.indicators, n) is None and n not in needless)


def _values(state: State):
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


def _by_rule(said: State, state: State, values: list):
    yield from (name for name, indicator in values if indicator.source in RULES[:-1] and name != "segments")
    if any(faction.weight is None for faction in said.factions.values()):
        yield f"weights and rents of {len(state.factions)} factions"
    if not said.segments:
        yield f"{len(state.segments)} segments from {len(said.languages)} languages"


def table(spec: Spec) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Columns and rows, one per government: what is known of it as the host."""
    found = [knowledge(spec, code) for code, state in spec.states.items() if not state.bloc]
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
        for k in found
    ]
    return columns, rows


def markdown(spec: Spec) -> str:
    """The table as docs/hosts.md shows it."""
    return markdown_table(*table(spec))


if __name__ == "__main__":
    from sim.spec.load import load

    print(markdown(load()))
