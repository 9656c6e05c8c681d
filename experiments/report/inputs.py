"""Tables on the inputs of a result: settings, indicators with their quality, sources, works cited."""

from typing import Any

from experiments.describe.bibliography import bibliography, cited
from experiments.describe.inputs import (
    InputIndicator,
    Setting,
    host_and_patrons,
    indicators,
    scenario_numbers,
    settings,
)
from experiments.language import Language
from experiments.report.conclusions import drawn_range
from experiments.report.page_model import Table
from experiments.report.result import Result
from experiments.results.formatting import number
from experiments.statements import sentences
from experiments.statements.inputs import QUALITIES
from sim.spec.schema.indicators import Source

ASSUMED = (
    "assumptions.unchanged",
    "assumptions.prior",
    "assumptions.posterior",
    "assumptions.posterior_centre",
    "assumptions.at_default",
    "spread.fixed",
)
QUALITY = (
    "quality.text", "quality.set_by_user", "quality.differ", "quality.host", "quality.host_among_patrons", "quality.drawn", "quality.central",
)  # fmt: skip


def assumptions(result: Result, say: Language) -> dict[Any, Any]:
    """Settings away from their default or different between arms, and the numbers of the scenarios."""
    every = settings(result.specs, result.facts.axis_values)
    changed = [s for s in every if s.changed]
    tables = [_settings_table(say("assumptions.changed"), changed, say)] if changed else []
    arms_by_numbers: dict[str, list[Any]] = {}  # scenarios with the same numbers share a table
    for arm, spec in result.specs.items():
        arms_by_numbers.setdefault(repr(scenario_numbers(spec)), []).append(arm)
    for arms in arms_by_numbers.values():
        label = ", ".join(result.label(arm) for arm in arms)
        rows = [
            [
                path,
                extra.get("text") or "",
                result.facts.axis_values.get(path) or _value(value),
                _range(extra),
                extra.get("unit", ""),
                extra.get("source", ""),
            ]
            for path, value, extra in scenario_numbers(result.specs[arms[0]])
        ]
        columns = ("path", "meaning", "value", "range", "unit", "source")
        tables.append(Table(say("assumptions.scenario", label=label), [say(f"assumptions.{c}") for c in columns], rows))
    return {"notes": sentences(result.facts, *ASSUMED, say=say), "tables": tables}


def every_parameter(result: Result, say: Language) -> Table:
    """Table of all parameters, without the switches of mechanisms that are on."""
    listed = [
        s
        for s in settings(result.specs, result.facts.axis_values)
        if s.changed or not s.declared.path.endswith(".enabled")
    ]
    return _settings_table(say("assumptions.all.table"), listed, say)


def _settings_table(caption: str, listed: list[Setting], say: Language) -> Table:
    columns = [say(f"assumptions.{c}") for c in ("path", "meaning", "value", "default", "range", "unit", "source")]
    rows = [
        [
            s.declared.path,
            s.declared.text,
            s.axis_values or ", ".join(dict.fromkeys(_value(v) for v in s.values.values())),
            _value(s.declared.default),
            s.declared.allowed,
            s.declared.unit,
            s.declared.source,
        ]
        for s in listed
    ]
    return Table(caption, columns, rows)


def _value(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(getattr(value, "value", value))


def _range(extra: dict[Any, Any]) -> str:
    return f"{extra['low']:g} to {extra['high']:g}" if "low" in extra else ""


def quality(result: Result, say: Language) -> dict[Any, Any]:
    """Quality and sources of the indicators of host and patrons."""
    axis_values = result.facts.axis_values
    specs = result.sweep.specs if result.facts.kind == "sweep" else [result.spec]
    inputs = list({(k.path, k.indicator): k for spec in specs for k in indicators(spec)}.values())
    actors = ", ".join(
        result.names[code] for code in dict.fromkeys(code for spec in specs for code in host_and_patrons(spec))
    )
    columns = [say(f"quality.{c}") for c in ("state", "indicator")]
    columns += [
        say("assumptions.value"),
        *(say(f"quality.{c}") for c in ("drawn_range", "kind")),
        say("assumptions.source"),
    ]
    every = [
        [
            k.label.partition(": ")[0],
            k.unit,
            axis_values.get(f"states.{k.path}") or number(k.indicator.value),
            " to ".join(drawn_range(k))
            if k.width and f"states.{k.path}" not in axis_values
            else say("quality.width.none"),
            say(f"quality.{k.quality}"),
            k.indicator.source,
        ]
        for k in inputs
    ]
    return {
        "notes": sentences(result.facts, *QUALITY, say=say),
        "sources": _sources({key: one for spec in specs for key, one in spec.sources.items()}, inputs, say),
        "every": Table(say("quality.all", actors=actors), columns, every),
        "note": say("quality.other_states"),
    }


def _sources(sources: dict[str, Source], inputs: list[InputIndicator], say: Language) -> Table:
    rows = []
    used = dict.fromkeys(k.indicator.source for k in inputs if k.indicator.source in sources)
    for key in sorted(used, key=lambda k: (-QUALITIES.index(sources[k].quality), k)):
        source = sources[key]
        amount = f"{source.width:g}" if source.scale == "absolute" else f"{100 * source.width:g}"
        width = say(f"quality.width.{source.scale}", width=amount) if source.width else say("quality.width.none")
        n = str(sum(k.indicator.source == key for k in inputs))
        kind = say(f"quality.{source.quality}")
        rows.append(
            [f"{key}: {source.title}", str(source.year), kind, width, n, f"{source.reference}. {source.licence}"]
        )
    columns = [say(f"quality.{c}") for c in ("source", "year", "kind", "width", "used", "licence")]
    return Table(say("quality.sources"), columns, rows)


def works(result: Result) -> list[Any]:
    """Entries of the reference list that the parameters and the scenarios cite."""
    spec = result.spec
    declared = [s.declared.source for s in settings(result.specs, result.facts.axis_values)]
    declared += [extra.get("source", "") for _, _, extra in scenario_numbers(spec)]
    keys = {key for source in declared for key in cited(source)}
    keys |= {key for one in result.specs.values() for key in one.scenario.sources}
    keys |= {key for name in keys for key in cited(bibliography()[name].text)}  # an entry may cite another
    return [entry for key, entry in bibliography().items() if key in keys]
