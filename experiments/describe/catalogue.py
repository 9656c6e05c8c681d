"""`suasion list` and `suasion describe`: everything that has a name, in plain words."""

from dataclasses import dataclass
from typing import Any, cast

import yaml
from rich.table import Table

from experiments.console import Console
from experiments.describe.bibliography import bibliography, cited
from experiments.describe.data_quality import as_host, knowledge, table
from sim.actors.actor_codes import ActorCodes, AmbiguousActor, metric_key, metric_spellings
from sim.actors.choices import ORGANISATION_OPTIONS, STATE_OPTIONS
from sim.actors.payoffs import Payoffs
from sim.core.faults import ConfigError, describe_fault, normal
from sim.mechanisms import Mechanisms
from sim.mechanisms.event_kinds import EVENT_KINDS
from sim.metrics import METRICS, describe_key, metric_keys
from sim.spec.config_files import file_name, names_in, policies
from sim.spec.load import load
from sim.spec.schema import HostRules, Instrument, Network, Spec


@dataclass(frozen=True)
class Parameter:
    """One parameter as declared in the schema."""

    path: str
    text: str
    default: object
    allowed: str
    unit: str
    source: str
    claim: bool


def parameters() -> list[Parameter]:
    """Every parameter of the run, the rules of hosts, the network and the mechanisms, in order."""
    found = [_parameter(name, f) for name, f in Spec.model_fields.items() if f.description and not f.is_required()]
    for part, model in (("host_rules", HostRules), ("network", Network), ("payoffs", Payoffs)):
        found += [_parameter(f"{part}.{name}", f) for name, f in model.model_fields.items()]
    for mechanism, field in Mechanisms.model_fields.items():
        found += [
            _parameter(f"mechanisms.{mechanism}.{name}", f)
            for name, f in cast(Any, field.annotation).model_fields.items()
        ]
    return found


def _parameter(path: str, field) -> Parameter:
    extra = field.json_schema_extra or {}
    allowed = f"{extra['low']:g} to {extra['high']:g}" if "low" in extra else ""
    default = field.get_default(call_default_factory=True)
    return Parameter(
        path,
        field.description or "",
        default,
        allowed,
        extra.get("unit", ""),
        extra.get("source", ""),
        extra.get("claim", False),
    )


def scenarios(config_dir: str | None) -> dict:
    """Scenario name -> Scenario, composed."""
    return {name: load([f"scenario={name}"], config_dir).scenario for name in names_in("scenario", config_dir)}


def _instrument_row(name: str, tool) -> tuple[str, ...]:
    lag, term = "-".join(map(str, tool.lag)), str(tool.duration or ("until withdrawn" if tool.lasts else "once"))
    return (
        name,
        tool.label.get("en", name),
        tool.by,
        tool.layer,
        lag,
        term,
        f"{tool.cost_musd:g}",
        ", ".join(tool.limits),
    )


def show_list(kind: str, config_dir: str | None) -> None:
    """Print one kind as a table."""
    rows: list[tuple[str, ...]]
    if kind == "scenarios":
        columns = ("scenario", "label", "what happens")
        rows = [(name, s.label, s.summary) for name, s in scenarios(config_dir).items()]
    elif kind == "metrics":
        columns = ("metric", "label", "unit", "one value per")
        rows = [(m.name, m.label, m.unit, ", ".join(m.axes)) for m in METRICS.values()]
    elif kind == "parameters":
        columns = ("parameter", "default", "allowed", "unit", "meaning", "source")
        rows = [(p.path, _short(p.default), p.allowed, p.unit, p.text, p.source) for p in parameters()]
    elif kind == "events":
        columns = ("event", "what happens", "opens a crisis", "also reads")
        rows = [(k.name, k.text, k.opens, ", ".join(k.particulars)) for k in EVENT_KINDS.values()]
    elif kind == "hosts":
        columns, rows = table(load((), config_dir))
    elif kind == "policies":
        columns = ("policy", "label", "what it does", "instruments")
        rows = [(n, p.label.get("en", n), p.summary, ", ".join(p.instruments)) for n, p in policies(config_dir).items()]
    elif kind == "instruments":
        columns = ("instrument", "name", "by", "layer", "lag, days", "in force, days", "million USD", "limits")
        rows = [_instrument_row(name, tool) for name, tool in load((), config_dir).instruments.items()]
    elif kind == "options":
        columns = ("actor", "option", "meaning", "values")
        rows = [("state", o, text, "free, never, always, or a day") for o, text in STATE_OPTIONS.items()]
        rows += [("organisation", o, text, "free, never, always") for o, text in ORGANISATION_OPTIONS.items()]
    else:
        columns = ("code", "name")
        spec = load((), config_dir)
        rows = [(code, actor.name.get("en", code)) for code, actor in getattr(spec, kind).items()]
    _print_table(columns, rows)


def describe(name: str, config_dir: str | None) -> None:
    """Print what the name stands for."""
    known = known_names(config_dir)
    if ":" in name and name.partition(":")[0] in METRICS:
        key = _metric_of(name, load((), config_dir))
        known[name] = lambda _: _metric_lines(METRICS[key.partition(":")[0]], key)
    if name not in known:
        name = _known_as(name, known, config_dir)
    console = Console(highlight=False, width=None if Console().is_terminal else 110)
    for line in known[name](config_dir):
        console.print(line, markup=False)


def _metric_of(name: str, spec: Spec) -> str:
    """The key of a metric of one actor, under any name of the actor. Raises ConfigError."""
    keys = metric_keys(tuple(spec.states), tuple(spec.organisations))
    try:
        key = metric_key(name, keys)
    except AmbiguousActor as fault:
        raise ConfigError(f"describe: {fault}") from None
    if key not in keys:
        raise ConfigError(describe_fault("describe", name, "is no metric", metric_spellings(keys)))
    return key


def _known_as(name: str, known: dict, config_dir: str | None) -> str:
    """The known name for another spelling: of an actor, a scenario, or anything else in another case. Raises ConfigError."""
    codes = ActorCodes.of(load((), config_dir))
    try:
        found = file_name("scenario", codes.code(name), config_dir)
    except AmbiguousActor as fault:
        raise ConfigError(f"describe: {fault}") from None
    same = [found] if found in known else [other for other in known if normal(other) == normal(name)]
    if len(same) != 1:
        valid = {normal(other): f"'{other}'" for other in known} | codes.spellings(known)
        raise ConfigError(describe_fault("describe", name, "is not a name that suasion knows", valid))
    return same[0]


def known_names(config_dir: str | None) -> dict[str, Any]:
    """Every name -> function that yields the lines of its description."""
    spec = load((), config_dir)
    known: dict[str, Any] = {m.name: lambda _, m=m: _metric_lines(m) for m in METRICS.values()}
    for mechanism, field in Mechanisms.model_fields.items():
        known[mechanism] = known[f"mechanisms.{mechanism}"] = lambda _, f=field, n=mechanism: _mechanism_lines(n, f)
    short: dict[str, list[Parameter]] = {}
    for p in parameters():
        known[p.path] = lambda _, p=p: _parameter_lines(p)
        short.setdefault(p.path.rsplit(".", 1)[-1], []).append(p)
    for name, same in short.items():
        one = len(same) == 1
        known.setdefault(name, known[same[0].path] if one else lambda _, n=name, all=same: _several_lines(n, all))
    for option, text in (STATE_OPTIONS | ORGANISATION_OPTIONS).items():
        known[option] = lambda _, o=option, t=text: [f"{o} (option)", t]
    for name, tool in spec.instruments.items():
        known[name] = lambda _, n=name, t=tool: _instrument_lines(n, t)
    for name in names_in("policy", config_dir):
        known[name] = lambda folder, n=name: _policy_lines(n, folder)
    for name, event in EVENT_KINDS.items():
        known[f"event:{name}"] = lambda _, k=event: _event_lines(k)
        known.setdefault(name, known[f"event:{name}"])
    for key, source in spec.sources.items():
        known[key] = lambda _, k=key, s=source: [f"{k} (source)", *_yaml_lines(s.model_dump(mode="json"))]
    for kind in ("states", "organisations"):
        for code, actor in getattr(spec, kind).items():
            known[code] = lambda _, c=code, a=actor: [f"{c} ({a.name.get('en', c)})", *_yaml_lines(_readable(a))]
            if kind == "states" and not actor.bloc:
                known[code] = known[f"state={code}"] = lambda _, c=code: _host_lines(spec, c)
    for scenario in names_in("scenario", config_dir):
        known[scenario] = lambda folder, n=scenario: _scenario_lines(n, folder)
    return known


def _host_lines(spec: Spec, code: str) -> list[str]:
    """A government with all that follows by rule if it is the host, and how well it is known."""
    known = knowledge(spec, code)
    return [f"{code} ({known.name})", known.line, "", *_yaml_lines(_readable(as_host(spec, code).states[code]))]


def _readable(actor) -> dict:
    """An actor without empty parts, indicators as 'value (source)'. An instrument without variations is not empty."""

    def plain(value: Any, whole: bool = False) -> Any:
        if isinstance(value, dict):
            if set(value) == {"value", "source"}:
                return f"{value['value']:g} ({value['source']})"
            return {k: plain(v, k == "instruments") for k, v in value.items() if whole or v not in (None, {}, [])}
        return value

    return plain(actor.model_dump(mode="json"))


def _yaml_lines(data: dict) -> list[str]:
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=100).splitlines()


def _instrument_lines(name: str, tool) -> list[str]:
    said = {k: v for k, v in tool.model_dump(mode="json", exclude_defaults=True).items() if k != "label"}
    meaning = [
        f"  {n}: {Instrument.model_fields[n].description}" for n in said if Instrument.model_fields[n].description
    ]
    return [f"{name} (instrument): {tool.label.get('en', name)}", *_yaml_lines(said), "where", *meaning]


def _policy_lines(name: str, config_dir: str | None) -> list[str]:
    policy = policies(config_dir)[name]
    shown = policy.model_dump(mode="json", exclude_defaults=True, exclude={"label", "summary"})
    return [f"{name} (policy): {policy.label.get('en', name)}", policy.summary, "", *_yaml_lines(shown)]


def _metric_lines(metric, key: str = "") -> list[str]:
    """key: of the metric for one actor; none: for all of them."""
    axes = f"One value per {' and '.join(metric.axes)}." if metric.axes else ""
    label = describe_key(key)[0] if key else metric.label
    return [f"{key or metric.name} (metric)", label, f"Unit: {metric.unit}", metric.function.__doc__ or "", axes]


def _event_lines(event) -> list[str]:
    lines = [f"{event.name} (kind of event)", event.text, f"Opens a crisis: {event.opens}"]
    lines += [f"Reads beside what every kind reads: {', '.join(event.particulars)}"] if event.particulars else []
    return [*lines, "Rises over `ramp` days, then fades by `half_life`, or ends at once on day `until`."]


def _mechanism_lines(name: str, field) -> list[str]:
    module = __import__(field.annotation.__module__, fromlist=["__doc__"])
    own = [p for p in parameters() if p.path.startswith(f"mechanisms.{name}.")]
    return [
        f"{name} (mechanism)",
        (module.__doc__ or "").strip(),
        "",
        *(f"  {p.path} = {_short(p.default)}: {p.text}" for p in own),
    ]


def _parameter_lines(p: Parameter) -> list[str]:
    lines = [f"{p.path} (parameter)", p.text, f"Default: {_short(p.default)}"]
    lines += [f"Allowed: {p.allowed}"] if p.allowed else []
    lines += [f"Unit: {p.unit}"] if p.unit else []
    for key in cited(p.source):
        lines.append(f"Source: [{key}] {bibliography()[key].text} ({bibliography()[key].known})")
    return lines + (["Carries a contested claim: its range holds zero and both signs."] if p.claim else [])


def _several_lines(name: str, found: list[Parameter]) -> list[str]:
    return [f"{name} is a parameter of {len(found)} parts of the model:", *(f"  {p.path}: {p.text}" for p in found)]


def _scenario_lines(name: str, config_dir: str | None) -> list[str]:
    scenario = load([f"scenario={name}"], config_dir).scenario
    lines = [f"{name} (scenario): {scenario.label}", scenario.summary]
    lines += [f"Expected, stated before it was run: {scenario.expected}"] if scenario.expected else []
    shown = scenario.model_dump(
        mode="json", exclude={"name", "label", "summary", "colour", "expected"}, exclude_none=True
    )
    return [*lines, "", *_yaml_lines(shown)]


def _short(value) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _print_table(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    console = Console(highlight=False)
    table = Table(*columns, box=None, pad_edge=False)
    table.columns[0].no_wrap = True
    for row in rows:
        table.add_row(*row)
    wide = console if console.is_terminal else Console(highlight=False, width=200)
    wide.print(table, markup=False)
