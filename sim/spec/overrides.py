"""Overrides of a command line: key=value in Hydra's grammar."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from math import prod
from typing import Any, cast

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Glob, Override
from hydra.errors import OverrideParseException

from sim.core.faults import ConfigError, describe_fault, printable
from sim.core.received import check_plain
from sim.spec.config_files import names_in
from sim.spec.fixed_parameters import UNNAMED
from sim.spec.override_functions import MOST_VALUES, functions
from sim.spec.override_words import prepared
from sim.spec.renamed_keys import refuse_overrides
from sim.spec.validate import Model, validated

MOST_SHOWN = 200  # characters of an override in a message
# of a value: text in quotes, or words with letters beyond ASCII
_PIECE = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^,\[\]{}():'"]*[^\x00-\x7f][^,\[\]{}():'"]*""")


def parsed_overrides(overrides: list[str]) -> list[Override]:
    """The overrides in Hydra's grammar; resolvers and keys of Hydra are refused. Raises ConfigError."""
    overrides = [prepared(override) for override in overrides]
    for text in overrides:
        key, _, value = text.partition("=")
        check_plain(key, value)
        check_plain("override", key)
    overrides = [_quoted(override) for override in overrides]
    try:
        parsed = OverridesParser(functions()).parse_overrides(overrides)
    except OverrideParseException as error:
        if isinstance(error.__cause__, ConfigError):  # from our range function
            raise error.__cause__ from None
        raise ConfigError(
            f"cannot read the override '{printable(_cut(error.override), keep='')}'; write key=value, quote text with spaces or signs"
        ) from None
    for override in parsed:
        if re.match(r"hydra\b", override.key_or_group) or re.match(r"hydra\b", override.package or ""):
            raise ConfigError(describe_fault(override.get_key_element(), override.value(), "there is no such key", ()))
    return parsed


def _cut(text: str) -> str:
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}..."


def _quoted(override: str) -> str:
    """The override with quotes about those parts of its value that Hydra's grammar takes only in quotes, like Türkiye.

    Keys take no quotes: there accents go, so that states.Türkiye is states.Turkiye.
    """
    if override.isascii():
        return override
    key, equals, value = override.partition("=")
    key = "".join(c for c in unicodedata.normalize("NFKD", key) if not unicodedata.combining(c))
    return key + equals + _PIECE.sub(_in_quotes, value)


def _in_quotes(piece: re.Match) -> str:
    text = piece[0].strip()
    return piece[0] if text[0] in "'\"" else piece[0].replace(text, f"'{text}'")


def as_unnamed(override: Override) -> Override:
    """The deletion of a parameter, `~mechanisms.contention.threshold`, as an override without a value."""
    parameter = override.is_delete() and override.key_or_group.startswith("mechanisms.")
    return parsed_overrides([f"{override.key_or_group}={UNNAMED}"])[0] if parameter else override


def settings(model: type[Model], overrides: Sequence[str]) -> Model:
    """`key=value` words of a command that composes no configuration, as a typed model. Raises ConfigError."""
    tree: dict[Any, Any] = {}
    for override in parsed_overrides(list(overrides)):
        *path, last = override.key_or_group.split(".")
        node = tree
        for part in path:
            node = node.setdefault(part, {})
            if not isinstance(node, dict):
                raise ConfigError(describe_fault(override.key_or_group, override.value(), "there is no such key", ()))
        node[last] = override.value()
    return validated(model, tree)


def refuse_others(overrides: Iterable[str], allowed: tuple[str, ...], why: str) -> None:
    """Refuse a setting that a command does not read. Raises ConfigError."""
    parsed = parsed_overrides(list(overrides))
    refuse_overrides(parsed, allowed)
    for override in parsed:
        if override.key_or_group.partition(".")[0] not in allowed:
            raise ConfigError(describe_fault(override.key_or_group, override.value(), why, allowed))


def split_axes(
    overrides: Iterable[str], tables: tuple[str, ...] = ()
) -> tuple[list[str], dict[str, list[Any] | dict[Any, Any]], dict[str, dict[Any, Any]]]:
    """Split overrides into fixed ones, axes in Hydra's sweep grammar, and tables given as `levers={path:[1,2]}`.

    An axis is a list of values, or {"low":, "high":} where it was written as interval(low,high). Raises ConfigError.
    """
    fixed, axes, given = [], {}, {}
    for override in parsed_overrides(list(overrides)):
        key, value = override.key_or_group, cast(Any, override.value())
        if key in axes:
            raise ConfigError(f"{key}: the axis is given twice")
        if override.is_interval_sweep():
            axes[key] = {"low": value.start, "high": value.end}
        elif isinstance(value, Glob):
            axes[key] = _matching(key, value)
        elif override.is_sweep_override():
            axes[key] = [parsed_overrides([f"{key}={text}"])[0].value() for text in override.sweep_string_iterator()]
        elif key in tables and isinstance(value, dict):
            given[key] = given.get(key, {}) | value
        else:
            fixed.append(override.input_line)
    return fixed, axes, given


def _matching(key: str, pattern: Glob) -> list[Any]:
    """Names of files that a glob takes. Raises ConfigError if there is none."""
    valid = names_in(key)
    names = pattern.filter(list(valid))
    if not names:
        raise ConfigError(
            f"{key}=glob({', '.join(pattern.include)}): no name matches; there are {', '.join(valid) or 'none'}"
        )
    return names


def sweeps(overrides: list[str]) -> tuple[list[str], list[list[str]]]:
    """Split overrides into fixed ones and, for each swept key, its single-value overrides in order. Raises ConfigError."""
    fixed, swept = [], []
    for override in parsed_overrides(list(overrides)):
        if override.is_sweep_override():
            swept.append([f"{override.key_or_group}={value}" for value in override.sweep_string_iterator()])
        else:
            fixed.append(override.input_line)
    number = prod(map(len, swept))
    if number > MOST_VALUES:
        raise ConfigError(f"-m: {number:.3g} combinations, at most {MOST_VALUES:,} are run; `suasion sweep` takes more")
    return fixed, swept
