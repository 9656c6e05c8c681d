"""`suasion describe NAME`: the lines that explain each named part of the model."""

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any, cast

from pydantic.fields import FieldInfo

from experiments.describe.bibliography import bibliography, cited
from experiments.describe.data_quality import as_host, data_quality
from experiments.describe.parameters import Parameter, parameters, short
from sim.actors.choices import ORGANISATION_OPTIONS, STATE_OPTIONS
from sim.core.strict_yaml import dump_yaml
from sim.mechanisms import Mechanisms
from sim.mechanisms.event_kinds import EVENT_KINDS
from sim.metrics import METRICS, describe_key
from sim.metrics.registry import Metric
from sim.spec.config_files import names_in, policy, policy_names
from sim.spec.load import load
from sim.spec.override_words import quoted
from sim.spec.schema import Instrument, Organisation, Spec, State

Describe = Callable[[], list[str]]
ENDLESS = 1 << 20  # letters of a line of YAML; the terminal wraps it
ABOUT_SCENARIO = {"name", "label", "summary", "colour", "expected"}


def model_entries(spec: Spec, config_dir: str | None) -> dict[str, Describe]:
    """Every name of the model -> function that gives its lines. Where a name has two meanings, the later kind counts."""
    entries: dict[str, Describe] = {m.name: lambda m=m: metric_lines(m) for m in METRICS.values()}
    for name, field in Mechanisms.model_fields.items():
        entries[name] = entries[f"mechanisms.{name}"] = lambda n=name, f=field: _mechanism_lines(n, f)
    _add_parameters(entries)
    for option, text in (STATE_OPTIONS | ORGANISATION_OPTIONS).items():
        entries[option] = lambda o=option, t=text: [f"{o} (option)", t]
    for name, tool in spec.instruments.items():
        entries[name] = lambda n=name, t=tool: _instrument_lines(n, t)
    for name in policy_names(config_dir):
        entries[name] = lambda n=name: _policy_lines(n, config_dir)
    for name in EVENT_KINDS:
        entries[f"event:{name}"] = lambda n=name: _event_lines(n)
        entries.setdefault(name, entries[f"event:{name}"])
    for key, source in spec.sources.items():
        entries[key] = lambda k=key, s=source: [f"{k} (source)", *_yaml_lines(s.model_dump(mode="json"))]
    entries |= dict(_actor_entries(spec))
    for name in names_in("scenario", config_dir):
        entries[name] = lambda n=name: _scenario_lines(n, config_dir)
    return entries


def _add_parameters(entries: dict[str, Describe]) -> None:
    """Parameters by their paths, and by the last word of a path where nothing else has that name."""
    by_word: dict[str, list[Parameter]] = {}
    for p in parameters():
        entries[p.path] = lambda p=p: _parameter_lines(p)
        by_word.setdefault(p.path.rsplit(".", 1)[-1], []).append(p)
    for word, same in by_word.items():
        one = len(same) == 1
        entries.setdefault(word, entries[same[0].path] if one else lambda w=word, s=same: _several_lines(w, s))


def _actor_entries(spec: Spec) -> Iterator[tuple[str, Describe]]:
    for code, state in spec.states.items():
        if state.bloc:
            yield code, lambda c=code, a=state: _actor_lines(c, a)
        else:
            for name in (code, f"state={code}"):
                yield name, lambda c=code: _host_lines(spec, c)
    for code, organisation in spec.organisations.items():
        yield code, lambda c=code, a=organisation: _actor_lines(c, a)


def _actor_lines(code: str, actor: State | Organisation) -> list[str]:
    return [f"{code} ({actor.name.get('en', code)})", *_yaml_lines(_readable(actor))]


def _host_lines(spec: Spec, code: str) -> list[str]:
    """A government with all values that follow by rule if it is the host, and the quality of its data."""
    quality = data_quality(spec, code)
    return [f"{code} ({quality.name})", quality.line, "", *_yaml_lines(_readable(as_host(spec, code).states[code]))]


def _readable(actor: State | Organisation) -> dict[Any, Any]:
    """An actor without empty parts, indicators as 'value (source)'. An instrument without variations is not empty."""

    def plain(value: Any, keep_empty: bool = False) -> Any:
        if not isinstance(value, dict):
            return value
        if set(value) == {"value", "source"}:
            return f"{value['value']:g} ({value['source']})"
        return {k: plain(v, k == "instruments") for k, v in value.items() if keep_empty or v not in (None, {}, [])}

    return cast(dict, plain(actor.model_dump(mode="json")))


def _yaml_lines(data: dict[Any, Any]) -> list[str]:
    return dump_yaml(data, width=ENDLESS).splitlines()


def _instrument_lines(name: str, tool: Instrument) -> list[str]:
    settings = {k: v for k, v in tool.model_dump(mode="json", exclude_defaults=True).items() if k != "label"}
    texts = {n: Instrument.model_fields[n].description for n in settings}
    meaning = [f"  {n}: {text}" for n, text in texts.items() if text]
    return [f"{name} (instrument): {tool.label.get('en', name)}", *_yaml_lines(settings), "where", *meaning]


def _policy_lines(name: str, config_dir: str | None) -> list[str]:
    chosen = policy(name, config_dir)
    rules = chosen.model_dump(mode="json", exclude_defaults=True, exclude={"label", "summary"})
    return [f"{name} (policy): {chosen.label.get('en', name)}", chosen.summary, "", *_yaml_lines(rules)]


def metric_lines(metric: Metric, key: str = "") -> list[str]:
    """key: of the metric for one actor; none: for all of them."""
    axes = f"One value per {' and '.join(metric.axes)}." if metric.axes else ""
    label = describe_key(key)[0] if key else metric.label
    return [f"{key or metric.name} (metric)", label, f"Unit: {metric.unit}", metric.function.__doc__ or "", axes]


def _event_lines(name: str) -> list[str]:
    event = EVENT_KINDS[name]
    lines = [f"{event.name} (kind of event)", event.text, f"Opens a crisis: {event.opens}"]
    lines += [f"Reads beside what every kind reads: {', '.join(event.particulars)}"] if event.particulars else []
    return [*lines, "Rises over `ramp` days, then fades by `half_life`, or ends at once on day `until`."]


def _mechanism_lines(name: str, field: FieldInfo) -> list[str]:
    text = import_module(field.annotation.__module__).__doc__ or ""
    declared = [p for p in parameters() if p.path.startswith(f"mechanisms.{name}.")]
    lines = [f"  {p.path} = {short(p.default)}: {p.text}" for p in declared]
    return [f"{name} (mechanism)", text.strip(), "", *lines]


def _parameter_lines(p: Parameter) -> list[str]:
    lines = [f"{p.path} (parameter)", p.text, f"Default: {short(p.default)}"]
    lines += [f"Allowed: {p.allowed}"] if p.allowed else []
    lines += [f"Unit: {p.unit}"] if p.unit else []
    for key in cited(p.source):
        lines.append(f"Source: [{key}] {bibliography()[key].text} ({bibliography()[key].basis})")
    return lines + (["Carries a contested claim: its range holds zero and both signs."] if p.claim else [])


def _several_lines(name: str, same: list[Parameter]) -> list[str]:
    return [f"{name} is a parameter of {len(same)} parts of the model:", *(f"  {p.path}: {p.text}" for p in same)]


def _scenario_lines(name: str, config_dir: str | None) -> list[str]:
    scenario = load([f"scenario={quoted(name)}"], config_dir).scenario
    lines = [f"{name} (scenario): {scenario.label}", scenario.summary]
    lines += [f"Expected, stated before it was run: {scenario.expected}"] if scenario.expected else []
    return [*lines, "", *_yaml_lines(scenario.model_dump(mode="json", exclude=ABOUT_SCENARIO, exclude_none=True))]
