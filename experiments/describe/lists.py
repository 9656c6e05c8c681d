"""`suasion list KIND`: the table of each kind of named things."""

from collections.abc import Callable, Iterable
from typing import Any

from experiments.describe.data_quality import table as host_table
from experiments.describe.glossary import glossary
from experiments.describe.parameters import parameters, short
from sim.actors.choices import ORGANISATION_OPTIONS, STATE_OPTIONS
from sim.core.caches import load_or_make
from sim.core.faults import ConfigError, first_line
from sim.mechanisms.event_kinds import EVENT_KINDS
from sim.metrics import METRICS
from sim.spec.config_files import names_in, policy, policy_names
from sim.spec.inputs import inputs_digest
from sim.spec.load import load
from sim.spec.override_words import quoted
from sim.spec.schema import Instrument

Rows = list[tuple[str, ...]]
TableOf = Callable[[str | None], tuple[tuple[str, ...], Rows]]


def _scenarios(config_dir: str | None) -> tuple[tuple[str, ...], Rows]:
    """Rows of the shipped scenarios come from an earlier start: to compose all of them takes seconds."""

    def row(name: str) -> tuple[str, ...]:
        scenario = load([f"scenario={quoted(name)}"], config_dir).scenario
        return name, scenario.label, scenario.host, scenario.start_date.isoformat()

    columns, shipped = ("scenario", "label", "host", "day 0"), names_in("scenario")
    rows = load_or_make("scenarios", inputs_digest(str(columns)), lambda: [list(row(name)) for name in shipped])
    others = [name for name in names_in("scenario", config_dir) if name not in shipped]
    if config_dir:
        load((), config_dir)  # refuses a folder that no scenario can be used with
    return columns, sorted([*map(tuple, rows), *_usable(row, others, 4)])


def _metrics(_: str | None) -> tuple[tuple[str, ...], Rows]:
    columns = ("metric", "label", "unit", "one value per")
    return columns, [(m.name, m.label, m.unit, ", ".join(m.axes)) for m in METRICS.values()]


def _parameters(_: str | None) -> tuple[tuple[str, ...], Rows]:
    columns = ("parameter", "default", "allowed", "unit", "meaning", "source")
    return columns, [(p.path, short(p.default), p.allowed, p.unit, p.text, p.source) for p in parameters()]


def _policies(config_dir: str | None) -> tuple[tuple[str, ...], Rows]:
    columns = ("policy", "label", "what it does", "instruments")

    def row(name: str) -> tuple[str, ...]:
        chosen = policy(name, config_dir)
        return name, chosen.label.get("en", name), chosen.summary, ", ".join(chosen.instruments)

    return columns, _usable(row, policy_names(config_dir), 4)


def _usable(row: Callable[[str], tuple[str, ...]], names: Iterable[str], width: int) -> Rows:
    """The row of every name; one whose file is wrong has the fault in the place of its label."""
    rows = []
    for name in names:
        try:
            rows.append(row(name))
        except ConfigError as error:
            rows.append((name, f"cannot be used: {first_line(error)}", *[""] * (width - 2)))
    return rows


def _instruments(config_dir: str | None) -> tuple[tuple[str, ...], Rows]:
    columns = ("instrument", "name", "by", "layer", "lag, days", "in force, days", "million USD", "limits")
    return columns, [_instrument_row(name, tool) for name, tool in load((), config_dir).instruments.items()]


def _instrument_row(name: str, tool: Instrument) -> tuple[str, ...]:
    lag, term = "-".join(map(str, tool.lag)), str(tool.duration or ("until withdrawn" if tool.lasts else "once"))
    label = tool.label.get("en", name)
    return name, label, tool.by, tool.layer, lag, term, f"{tool.cost_musd:g}", ", ".join(tool.limits)


def _options(_: str | None) -> tuple[tuple[str, ...], Rows]:
    rows = [(o, text, "state", "free, never, always, or a day") for o, text in STATE_OPTIONS.items()]
    rows += [(o, text, "organisation", "free, never, always") for o, text in ORGANISATION_OPTIONS.items()]
    return ("option", "meaning", "actor", "values"), rows


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
