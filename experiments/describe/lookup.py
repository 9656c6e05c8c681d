"""Name -> lines of its description: parts of the model, metrics of one actor, terms of the glossary, and the day."""

import re

from experiments.describe.day import day_lines
from experiments.describe.entries import Describe, metric_lines, model_entries
from experiments.describe.glossary import glossary
from sim.actors.actor_codes import ActorCodes, AmbiguousActor, metric_key, metric_spellings
from sim.core.faults import ConfigError, describe_fault, normal
from sim.metrics import METRICS, metric_keys
from sim.spec.config_files import file_name
from sim.spec.load import load
from sim.spec.schema import Spec

_GROUP = re.compile(
    r"^(scenarios?|host|states?|scenario\.host|organisations?|instruments?|policy|policies)\s*[=.]\s*(?=\w)"
)


def description(name: str, config_dir: str | None) -> list[str]:
    """Lines that explain a name, under any spelling. Raises ConfigError with the nearest name."""
    spec = load((), config_dir)
    if ":" in name and name.partition(":")[0] in METRICS:
        key = _metric_of(name, spec)
        return metric_lines(METRICS[key.partition(":")[0]], key)
    entries = all_entries(spec, config_dir)
    return entries[name if name in entries else _nearest(name, entries, spec, config_dir)]()


def all_entries(spec: Spec, config_dir: str | None) -> dict[str, Describe]:
    """Every name -> function that gives its lines. A term that is also a part of the model has both texts."""
    entries = model_entries(spec, config_dir) | {"day": lambda: day_lines(spec.mechanisms)}
    for term in glossary().values():
        entries[term.name] = _both(lambda t=term: t.lines, entries.get(term.name))
        for name in term.also:
            entries.setdefault(name, lambda t=term: t.lines)
    return entries


def _both(first: Describe, second: Describe | None) -> Describe:
    return first if second is None else lambda: [*first(), "", *second()]


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


def _nearest(name: str, entries: dict[str, Describe], spec: Spec, config_dir: str | None) -> str:
    """The entry for another spelling: of an actor, a scenario, or anything else in another case. Raises ConfigError."""
    codes = ActorCodes.of(spec)
    words = _GROUP.sub("", name)  # as it stands on a command line
    try:
        scenario = file_name("scenario", codes.code(words), config_dir)
    except AmbiguousActor as fault:
        raise ConfigError(f"describe: {fault}") from None
    same = [scenario] if scenario in entries else [other for other in entries if normal(other) == normal(words)]
    if len(same) != 1:
        valid = {normal(other): f"'{other}'" for other in entries} | codes.spellings(entries)
        raise ConfigError(describe_fault("describe", name, "is not a name that suasion knows", valid))
    return same[0]
