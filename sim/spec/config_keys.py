"""Keys of overrides: names of files and actors, and checks that a key exists."""

import re
from typing import Any

from hydra.core.override_parser.types import Override

from sim.actors.actor_codes import ActorCodes, AmbiguousActor, kind_below
from sim.core.faults import ConfigError, describe_fault, normal
from sim.spec.config_files import FILES, file_name, file_spellings, names_in
from sim.spec.fixed_parameters import UNNAMED
from sim.spec.override_words import quoted
from sim.spec.overrides import parsed_overrides

# settings beyond the model: files to read or write, addresses to connect to
PLACES = (
    "out", "start", "cases", "config", "mechanisms.contention.edges", "engine.address", "engine.ca_file", "engine.cert_file",
    "engine.key_file",
)  # fmt: skip


CHOICES = ("scenario", "stage", "experiment")  # groups of which every command needs one file


def with_file_names(parsed: list[Override], config_dir: str | None) -> list[Override]:
    """The overrides with the names of files for other spellings of scenarios and stages."""
    named = []
    for override in parsed:
        group, value = override.key_or_group, override.value()
        number = isinstance(value, int) and not isinstance(value, bool)  # a file may be named 2022.yaml
        if group in FILES and (isinstance(value, str) or number) and not override.is_sweep_override():
            name = file_name(group, str(value), config_dir)
            line = str(override.input_line).partition("=")[0] + f"={quoted(name)}"
            override = override if name == value else parsed_overrides([line])[0]
        named.append(override)
    return named


def check_places(tree: dict[Any, Any], overrides: list[Override]) -> None:
    """Refuse a place that a file chooses, because somebody else may have written the file. Raises ConfigError."""
    for path in PLACES:
        value = _at(tree, [*path.split(".")])
        if value not in (None, "", UNNAMED) and not any(_names(override, path) for override in overrides):
            allowed = "must be typed on the command line; no file chooses what is read, written or connected to"
            raise ConfigError(describe_fault(path, value, allowed, ()))


def _names(override: Override, path: str) -> bool:
    """True if the override gives the path a value, by itself or in a mapping above it."""
    key = override.key_or_group
    if key == path:
        return True
    below = path.removeprefix(f"{key}.").split(".")
    return path.startswith(f"{key}.") and _at(override.value(), below) is not None


def _at(node: Any, keys: list[str]) -> Any:
    for key in keys:
        node = node.get(key) if isinstance(node, dict) else None
    return node


def check_values(overrides: list[Override]) -> None:
    """Refuse overrides that Hydra would ignore: a missing value, the deletion of a whole mechanism. Raises ConfigError."""
    for override in overrides:
        key = override.key_or_group
        if UNNAMED in _leaves(override.value()):
            raise ConfigError(describe_fault(key, UNNAMED, "is no value", ()))
        if override.is_delete() and key in CHOICES:
            raise ConfigError(f"~{key}: every command needs one; {key}=NAME chooses another")
        if override.is_delete() and re.fullmatch(r"mechanisms(\.\w+)?|fixed", key):
            raise ConfigError(f"~{key}: takes nothing back; name one parameter, like ~mechanisms.contention.threshold")


def _leaves(value: Any) -> list[Any]:
    """The value itself, or all values of a mapping or list at any depth."""
    if isinstance(value, dict):
        value = list(value.values())
    return [leaf for one in value for leaf in _leaves(one)] if isinstance(value, list) else [value]


def check_groups(parsed: list[Override], config_dir: str | None) -> None:
    """Refuse a choice of a file that does not exist. Raises ConfigError."""
    for override in parsed:
        group = override.key_or_group
        value = override.value()
        if override.package is not None and not override.is_delete() and not _names_files(value):
            key = f"{group}@{override.package}"
            raise ConfigError(describe_fault(key, value, "must be the name of a file", names_in(group, config_dir)))
        if group in CHOICES and not override.is_sweep_override():
            if override.is_add() or override.is_force_add():
                raise ConfigError(describe_fault(f"+{group}", value, f"is chosen with {group}={value}", ()))
            valid = names_in(group, config_dir)
            if value not in valid:
                spellings = file_spellings(group, config_dir)
                raise ConfigError(describe_fault(group, value, f"must be one of {', '.join(valid)}", spellings))


def _names_files(value: Any) -> bool:
    """True for a name, a number that is a name, or a list of names."""
    if isinstance(value, list):
        return all(isinstance(name, str) for name in value)
    return isinstance(value, (str, int)) and not isinstance(value, bool)


def with_codes(parsed: list[Override], tree: dict[Any, Any] | None) -> list[str]:
    """The overrides with the codes of actors for their names in keys, like states.KAZ for states.Kazakhstan."""
    if tree is None:
        return [str(override.input_line) for override in parsed]
    codes = ActorCodes.of_tree(tree)
    lines = []
    for override in parsed:
        key = override.key_or_group
        try:
            code = codes.path(key)
        except AmbiguousActor as fault:
            raise ConfigError(f"{key}: {fault}") from None
        lines.append(str(override.input_line).replace(key, code, 1))
    return lines


def check_keys(tree: dict[Any, Any] | None, parsed: list[Override]) -> None:
    """Refuse an override of a key that does not exist, and name the nearest one that does."""
    if tree is None:
        return
    for override in parsed:
        if override.is_add() or override.is_force_add() or override.key_or_group in ("scenario", "stage"):
            continue
        node, path = tree, []
        for part in override.key_or_group.split("."):
            if not isinstance(node, dict) or part not in node:
                valid = _valid_keys(tree, path, node)
                key, sought = override.key_or_group, ".".join([*path, part])
                line = describe_fault(key, override.value(), "there is no such key", valid, sought)
                raise ConfigError("~" + line.replace("=None", "", 1) if override.is_delete() else line)
            path.append(part)
            node = node[part]


def _valid_keys(tree: dict[Any, Any], path: list[str], node: Any) -> tuple[str, ...] | dict[str, str]:
    """The keys at a node by their full path; actors by all their names."""
    names, above = tuple(node) if isinstance(node, dict) else (), ".".join(path)
    if kind_below(path) is None:
        return tuple(".".join([*path, name]) for name in names)
    spellings = ActorCodes.of_tree(tree).spellings(names)
    return {normal(f"{above} {name}"): label.replace("'", f"'{above}.", 1) for name, label in spellings.items()}
