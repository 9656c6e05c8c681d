"""Keys, values and files with another name since 0.2.0: an old name is refused with its new one."""

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

from sim.core.faults import SHORT, ConfigError, describe_fault
from sim.core.received import read_yaml
from sim.core.version import product_version

# keys of a specification, `*` for any name -> the last part of the same path today, or another path
KEYS = {
    "world": "stage",
    "figures": "indicators",
    "hosts": "host_rules",
    "states.*.figures": "indicators",
    "scenario.shocks": "events",
    "scenario.case": "crisis",
    "scenario.facts.shock": "event_size",
    "mechanisms.shocks": "events",
    "mechanisms.measures": "instruments",
    "mechanisms.response.armed_licence": "mechanisms.assistance.armed_licence",
    "mechanisms.policing.foreign_multiplier": "mechanisms.contest.pledge",
    "mechanisms.succession.erosion": "mechanisms.strain.erosion",
    "mechanisms.logistics.participation_bias": "mechanisms.integration.participation_bias",
    "policies.*.rules.*.level": "intensity",
}
# old keys with a value that are groups of settings today
GROUPS = ("figures",)
# settings of the commands -> the name today; of several the first that the command has
SETTINGS = {
    "reference": ("baseline",),
    "level": ("threshold", "confidence"),
    "levels": ("n_levels",),
    "stages": ("rounds",),
}
# keys whose values have other names
VALUES = {"parameters": {"reference": "default"}, "view": {"twin": "paired"}}
# files and folders of a user's configuration
FILES = {"world": "stage", "sources/figures": "sources/indicators"}


def refuse_overrides(overrides: Iterable[Any], settings: Collection[str] = ()) -> None:
    """Refuse an override, parsed by Hydra, with an old name. Raises ConfigError.

    settings: names of the command's settings; other commands may still have the old name.
    """
    for override in overrides:
        key, value = override.key_or_group, None if override.is_sweep_override() else override.value()
        refuse_path(key, value, override.get_key_element().removesuffix("="), settings)


def refuse_path(path: str, value: Any = None, written: str | None = None, settings: Collection[str] = ()) -> None:
    """Refuse a path and its value as an override or an axis gives them. Raises ConfigError.

    written: the path as the user wrote it, with signs before it.
    """
    key, parts = written or path, path.split(".")
    now = [name for name in SETTINGS.get(path, ()) if name in settings]
    if now and path not in settings:
        raise ConfigError(_line(key, value, key.replace(path, now[0], 1), value))
    for old, new in _renamed(_nested(parts, value)):
        if len(old) > len(parts):  # the value is a mapping that holds the old key
            raise ConfigError(_line(".".join(old), None, ".".join(new), None))
        today = ".".join([*new, *parts[len(new) :]])
        raise ConfigError(_line(key, value, key.replace(path, today, 1), value))
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, str) and each in VALUES.get(path, ()):
            raise ConfigError(_line(key, each, key, VALUES[path][each]))


def refuse_tree(tree: dict[Any, Any]) -> None:
    """Refuse a composed configuration in which a file has an old name. Raises ConfigError."""
    for old, new in _renamed(tree):
        raise ConfigError(_line(".".join(old), None, ".".join(new), None))
    for key, values in VALUES.items():
        if isinstance(tree.get(key), str) and tree[key] in values:
            raise ConfigError(_line(key, tree[key], key, values[tree[key]]))
    fixed = tree.get("fixed")
    for path in fixed if isinstance(fixed, (list, tuple)) else ():
        refuse_path(str(path))


def refuse_folder(folder: Path) -> None:
    """Refuse a user's folder with a group of files in its old name, or a file that names one. Raises ConfigError."""
    for path in sorted(folder.glob("*/*.yaml")):
        group = path.parent.name
        for old, new in FILES.items():
            if group == old or path.relative_to(folder).with_suffix("").as_posix() == old:
                raise ConfigError(f"--config-dir={folder}: {old} is now {new}")
        tree = _content(path)
        for entry in _defaults(tree):
            if entry in FILES:
                raise ConfigError(f"{path}: {entry} is now {FILES[entry]}")
        for key in GROUPS:  # the settings of a command replace the value before the tree is composed
            if key in tree and not isinstance(tree[key], dict):
                raise ConfigError(f"{path}: {key} is now {KEYS[key]}")


def refuse_result(key: str, path: str | Path, tree: dict[Any, Any], version: str | None) -> None:
    """Refuse the configuration of a result that an earlier version wrote in the old names. Raises ConfigError.

    version: that of the product which wrote it, None where nothing beside it says so.
    """
    if next(_renamed(tree), None) is not None:
        writer = f"suasion {version}" if version else "suasion 0.1.0 or earlier"
        allowed = f"was made by {writer}, and keys have other names in {product_version()} (CHANGELOG.md lists them); use that version"
        raise ConfigError(describe_fault(key, path, allowed, ()))


def _renamed(tree: dict[Any, Any]) -> Iterator[tuple[list[str], list[str]]]:
    """The old paths that a tree holds, each with its path today, as parts."""
    for pattern, name in KEYS.items():
        for path in _matches(tree, pattern.split(".")):
            if path[0] in GROUPS and len(path) == 1 and isinstance(tree[path[0]], dict):
                continue
            yield path, name.split(".") if "." in name else [*path[:-1], name]


def _nested(parts: list[str], value: Any) -> dict[Any, Any]:
    """The tree in which the value stands at a path."""
    tree = value
    for part in reversed(parts):
        tree = {part: tree}
    return tree


def _matches(node: Any, pattern: list[str]) -> Iterator[list[str]]:
    """Paths of a tree that fit a pattern."""
    if not pattern:
        yield []
        return
    children = node if isinstance(node, dict) else dict(enumerate(node)) if isinstance(node, (list, tuple)) else {}
    for key in [key for key in children if pattern[0] in ("*", key)]:
        yield from ([str(key), *rest] for rest in _matches(children[key], pattern[1:]))


def _defaults(tree: dict[Any, Any]) -> Iterator[str]:
    """The groups, and the files of groups, that the defaults list of a file names."""
    listed = tree.get("defaults")
    for entry in listed if isinstance(listed, list) else ():
        for group, name in entry.items() if isinstance(entry, dict) else ():
            group = str(group).removeprefix("override ").strip("/").partition("@")[0]
            yield group
            yield f"{group}/{name}"


def _content(path: Path) -> dict[Any, Any]:
    """The mapping in a file; one that is no YAML counts as empty."""
    try:
        tree = read_yaml(path)
    except (OSError, ValueError):
        return {}  # the fault of the command that uses it
    return tree if isinstance(tree, dict) else {}


def _line(old: str, old_value: Any, new: str, new_value: Any) -> str:
    """'figures=drawn is now indicators=drawn'; a value that is long or no plain one is left out."""
    parts = [
        f"{key}={value}" if isinstance(value, (str, int, float)) and len(str(value)) <= SHORT else key
        for key, value in ((old, old_value), (new, new_value))
    ]
    return f"{parts[0]} is now {parts[1]}"
