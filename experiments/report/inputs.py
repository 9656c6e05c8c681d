"""What a result assumes, as tables: settings, indicators with their quality, sources, works cited."""

from experiments.describe.bibliography import bibliography, cited
from experiments.report.assumptions import Setting, indicators, of_the_scenario, on_stage, settings
from experiments.report.conclusions import drawn_range
from experiments.report.page_model import Table
from experiments.report.result import Result
from experiments.results.formatting import number
from experiments.statements import sentences
from experiments.statements.inputs import QUALITIES

ASSUMED = (
    "assumed.unchanged",
    "assumed.prior",
    "assumed.posterior",
    "assumed.posterior_centre",
    "assumed.at_default",
    "spread.fixed",
)
QUALITY = (
    "quality.text", "quality.own", "quality.differ", "quality.host", "quality.own_patron", "quality.drawn", "quality.central",
)  # fmt: skip


def assumed(result: Result, say) -> dict:
    """Settings that are not at their default or differ between arms, and what the scenarios set."""
    every = settings(result.specs, result.facts.varied)
    changed = [s for s in every if s.changed]
    tables = [_settings_table(say("assumed.changed"), changed, say)] if changed else []
    said: dict[str, list] = {}  # scenarios that set the same share a table
    for arm, spec in result.specs.items():
        said.setdefault(repr(of_the_scenario(spec)), []).append(arm)
    for arms in said.values():
        label = ", ".join(result.label(arm) for arm in arms)
        rows = [
            [
                path,
                extra.get("text") or "",
                result.facts.varied.get(path) or _value(value),
                _range(extra),
                extra.get("unit", ""),
                extra.get("source", ""),
            ]
            for path, value, extra in of_the_scenario(result.specs[arms[0]])
        ]
        columns = ("path", "meaning", "value", "range", "unit", "source")
        tables.append(Table(say("assumed.scenario", label=label), [say(f"assumed.{c}") for c in columns], rows))
    return {"notes": sentences(result.facts, *ASSUMED, say=say), "tables": tables}


def every_parameter(result: Result, say) -> Table:
    """All but the switches of mechanisms that are on."""
    shown = [
        s for s in settings(result.specs, result.facts.varied) if s.changed or not s.declared.path.endswith(".enabled")
    ]
    return _settings_table(say("assumed.all.table"), shown, say)


def _settings_table(caption: str, found: list[Setting], say) -> Table:
    columns = [say(f"assumed.{c}") for c in ("path", "meaning", "value", "default", "range", "unit", "source")]
    rows = [
        [
            s.declared.path,
            s.declared.text,
            s.varied or ", ".join(dict.fromkeys(_value(v) for v in s.values.values())),
            _value(s.declared.default),
            s.declared.allowed,
            s.declared.unit,
            s.declared.source,
        ]
        for s in found
    ]
    return Table(caption, columns, rows)


def _value(value) -> str:
    return f"{value:g}" if isinstance(value, float) else str(getattr(value, "value", value))


def _range(extra: dict) -> str:
    return f"{extra['low']:g} to {extra['high']:g}" if "low" in extra else ""


def quality(result: Result, say) -> dict:
    """How well the indicators of host and patrons are known, and where each comes from."""
    varied = result.facts.varied
    specs = result.varied.specs if result.facts.kind == "sweep" else [result.spec]
    known = list({(k.path, k.indicator): k for spec in specs for k in indicators(spec)}.values())
    actors = ", ".join(result.names[code] for code in dict.fromkeys(code for spec in specs for code in on_stage(spec)))
    columns = [say(f"quality.{c}") for c in ("owner", "indicator")]
    columns += [say("assumed.value"), *(say(f"quality.{c}") for c in ("drawn_range", "kind")), say("assumed.source")]
    every = [
        [
            k.label.partition(": ")[0],
            k.unit,
            varied.get(f"states.{k.path}") or number(k.indicator.value),
            " to ".join(drawn_range(k)) if k.width and f"states.{k.path}" not in varied else say("quality.width.none"),
            say(f"quality.{k.quality}"),
            k.indicator.source,
        ]
        for k in known
    ]
    return {
        "notes": sentences(result.facts, *QUALITY, say=say),
        "sources": _sources({key: one for spec in specs for key, one in spec.sources.items()}, known, say),
        "every": Table(say("quality.all", actors=actors), columns, every),
        "rest": say("quality.rest"),
    }


def _sources(sources: dict, known, say) -> Table:
    rows = []
    used = dict.fromkeys(k.indicator.source for k in known if k.indicator.source in sources)
    for key in sorted(used, key=lambda k: (-QUALITIES.index(sources[k].quality), k)):
        source = sources[key]
        amount = f"{source.width:g}" if source.scale == "absolute" else f"{100 * source.width:g}"
        width = say(f"quality.width.{source.scale}", width=amount) if source.width else say("quality.width.none")
        n = str(sum(k.indicator.source == key for k in known))
        kind = say(f"quality.{source.quality}")
        rows.append(
            [f"{key}: {source.title}", str(source.year), kind, width, n, f"{source.reference}. {source.licence}"]
        )
    columns = [say(f"quality.{c}") for c in ("source", "year", "kind", "width", "used", "licence")]
    return Table(say("quality.sources"), columns, rows)


def works(result: Result) -> list:
    """Entries of the reference list that the parameters and the scenarios cite."""
    spec = result.spec
    declared = [s.declared.source for s in settings(result.specs, result.facts.varied)]
    declared += [extra.get("source", "") for _, _, extra in of_the_scenario(spec)]
    keys = {key for source in declared for key in cited(source)}
    keys |= {key for one in result.specs.values() for key in one.scenario.sources}
    keys |= {key for name in keys for key in cited(bibliography()[name].text)}  # an entry may name another
    return [entry for key, entry in bibliography().items() if key in keys]
