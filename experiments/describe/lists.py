"""`suasion list KIND`: the table of each kind of named things."""

from collections.abc import Callable
from typing import Any

from experiments.describe.data_quality import table as host_table
from experiments.describe.glossary import glossary
from experiments.describe.parameters import parameters, short
from sim.actors.choices import ORGANISATION_OPTIONS, STATE_OPTIONS
from sim.mechanisms.event_kinds import EVENT_KINDS
from sim.metrics import METRICS
from sim.spec.config_files import names_in, policies
from sim.spec.load import load
from sim.spec.override_words import quoted
from sim.spec.schema import Instrument

Rows = list[tuple[str, ...]]
TableOf = Callable[[str | None], tuple[tuple[str, ...], Rows]]


def _scenarios(config_dir: str | None) -> tuple[tuple[str, ...], Rows]:
    composed = {
        name: load([f"scenario={quoted(name)}"], config_dir).scenario for name in names_in("scenario", config_dir)
    }
    titles = ("scenario", "label", "host", "day 0")
    return titles, [(name, s.label, s.host, s.start_date.isoformat()) for name, s in composed.items()]


def _metrics(_: str | None) -> tuple[tuple[str, ...], Rows]:
    columns = ("metric", "label", "unit", "one value per")
    return columns, [(m.name, m.label, m.unit, ", ".join(m.axes)) for m in METRICS.values()]


def _parameters(_: str | None) -> tuple[tuple[str, ...], Rows]:
    columns = ("parameter", "default", "allowed", "unit", "meaning", "source")
    return columns, [(p.path, short(p.default), p.allowed, p.unit, p.text, p.source) for p in parameters()]


def _policies(config_dir: str | None) -> tuple[tuple[str, ...], Rows]:
    columns = ("policy", "label", "what it does", "instruments")
    every = policies(config_dir).items()
    return columns, [(n, p.label.get("en", n), p.summary, ", ".join(p.instruments)) for n, p in every]


def _instruments(config_dir: str | None) -> tuple[tuple[str, ...], Rows]:
    columns = ("instrument", "name", "by", "layer", "lag, days", "in force, days", "million USD", "limits")
    return columns, [_instrument_row(name, tool) for name, tool in load((), config_dir).instruments.items()]


def _instrument_row(name: str, tool: Instrument) -> tuple[str, ...]:
    lag, term = "-".join(map(str, tool.lag)), str(tool.duration or ("until withdrawn" if tool.lasts else "once"))
    label = tool.label.get("en", name)
    return name, label, tool.by, tool.layer, lag, term, f"{tool.cost_musd:g}", ", ".join(tool.limits)


def _options(_: str | None) -> tuple[tuple[str, ...], Rows]:
    rows = [("state", o, text, "free, never, always, or a day") for o, text in STATE_OPTIONS.items()]
    rows += [("organisation", o, text, "free, never, always") for o, text in ORGANISATION_OPTIONS.items()]
    return ("actor", "option", "meaning", "values"), rows


def _events(_: str | None) -> tuple[tuple[str, ...], Rows]:
    columns = ("event", "what happens", "opens a crisis", "also reads")
    return columns, [(k.name, k.text, k.opens, ", ".join(k.particulars)) for k in EVENT_KINDS.values()]


def _states(config_dir: str | None) -> tuple[tuple[str, ...], Rows]:
    return _actors(load((), config_dir).states)


def _organisations(config_dir: str | None) -> tuple[tuple[str, ...], Rows]:
    return _actors(load((), config_dir).organisations)


def _actors(actors: dict[Any, Any]) -> tuple[tuple[str, ...], Rows]:
    return ("code", "name"), [(code, actor.name.get("en", code)) for code, actor in actors.items()]


def _hosts(config_dir: str | None) -> tuple[tuple[str, ...], Rows]:
    return host_table(load((), config_dir))


def _terms(_: str | None) -> tuple[tuple[str, ...], Rows]:
    return ("term", "meaning"), [(term.name, term.lines[1]) for term in glossary().values()]


LISTS: dict[str, TableOf] = {
    "scenarios": _scenarios,
    "metrics": _metrics,
    "parameters": _parameters,
    "policies": _policies,
    "instruments": _instruments,
    "options": _options,
    "events": _events,
    "states": _states,
    "hosts": _hosts,
    "organisations": _organisations,
    "terms": _terms,
}
