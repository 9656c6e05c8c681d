"""Files of configuration: names in a group, the file of a name, and the configuration that a result keeps."""

import os
from functools import cache
from pathlib import Path
from typing import Any

from sim.actors.policies import Policy
from sim.core.caches import configs
from sim.core.faults import ConfigError, describe_fault, normal
from sim.core.parameters import Checked, is_name
from sim.core.received import check_sources, read_bytes, read_fault, read_json, read_text, read_yaml, reason_of
from sim.core.yaml_places import placed, places_in
from sim.spec.validate import validated

FILES = ("scenario", "stage", "state", "organisation")  # groups whose files are found in any case


def names_in(group: str, config_dir: str | None = None) -> tuple[str, ...]:
    """Names that a config group offers."""
    folders = [configs()] + ([Path(config_dir)] if config_dir else [])
    return tuple(sorted({f.stem for folder in folders for f in (folder / group).glob("*.yaml")}))


def file_of(group: str, name: str, config_dir: str | None) -> Path | None:
    """The file of that name in a config group: the user's file before the shipped one."""
    folders = [Path(config_dir)] if config_dir else []
    paths = (folder / group / f"{name}.yaml" for folder in (*folders, configs()) if is_name(name))
    return next((path for path in paths if os.path.lexists(path)), None)


def file_name(group: str, text: str, config_dir: str | None = None) -> str:
    """The name of the one file of a group with this name or label, in any case; else the text itself.

    Raises ConfigError if several files have it.
    """
    names = names_in(group, config_dir)
    if text in names:
        return text
    same = [name for name in names if normal(name) == normal(text)]
    same = same or [name for name in names if normal(_label_in(group, name, config_dir)) == normal(text)]
    if len(same) > 1:
        raise ConfigError(f"{group}: '{text}' names {' and '.join(same)}; write the name of the file")
    return same[0] if same else text


def file_spellings(group: str, config_dir: str | None = None) -> dict[str, str]:
    """`normal` spelling -> name of the file in a message, for the name and the label of every file of a group."""
    spellings: dict[str, str] = {}
    for name in names_in(group, config_dir):
        label = _label_in(group, name, config_dir) if is_name(name) else ""
        spellings[normal(name)] = f"'{name}'"
        if label:
            spellings.setdefault(normal(label), f"'{name}' ({label})")
    return spellings


def _label_in(group: str, name: str, config_dir: str | None) -> str:
    """The label that a file of a group gives itself; empty if it gives none."""
    try:
        path = file_of(group, name, config_dir)
        tree = {} if path is None else read_yaml(path)
        label = tree.get("label") or (tree.get(group) or {}).get("label")
    except (OSError, ValueError, AttributeError):
        return ""  # the command that uses the file refuses it
    return label if isinstance(label, str) else ""


@cache
def case_ids() -> tuple[str, ...]:
    """Ids of the coded crises that ship."""
    return tuple(case["id"] for case in read_yaml(configs() / "case" / "crises.yaml"))


def check_new(folder: Path) -> None:
    """Refuse a file with the name of a shipped one, because Hydra would read the shipped one. Raises ConfigError."""
    for path in sorted(folder.glob("*/*.yaml")):
        name = path.relative_to(folder)
        if (configs() / name).is_file():
            allowed = f"{name.as_posix()} has the name of a shipped file; give it another name"
            raise ConfigError(describe_fault("--config-dir", folder, allowed, ()))


def saved_tree(key: str, path: Path) -> dict[Any, Any]:
    """The resolved configuration that a result keeps, not yet validated. Raises ConfigError in the name of the key."""
    try:
        tree = read_yaml(path)
    except (OSError, ValueError) as error:
        raise read_fault(key, path, error) from None
    if not isinstance(tree, dict) or "scenario" not in tree:
        raise ConfigError(describe_fault(key, path, "is not the configuration of a result", ()))
    return tree


def version_beside(path: Path) -> str | None:
    """Version of the product that wrote a saved configuration, as the manifest beside it says; None without one."""
    try:
        return str(read_json(path.with_name("manifest.json"))["suasion"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def read_tree(path: Path) -> dict[Any, Any]:
    """The mapping that a file of configuration holds; an empty file holds none. Raises ConfigError with file and line."""
    try:
        tree = read_yaml(path)
    except (OSError, ValueError) as error:
        raise read_fault("file", path, error) from None
    if tree is not None and not isinstance(tree, dict):
        what = "a list" if isinstance(tree, list) else f"'{tree}'"
        raise ConfigError(describe_fault("file", path, f"must hold a mapping, like `label: My case`, not {what}", ()))
    return tree or {}


def content_of(path: Path) -> bytes | str:
    """The content of a file, or the reason why it cannot be read."""
    try:
        return read_bytes(path)
    except OSError as error:
        return reason_of(error)


def broken_files(config_dir: str) -> dict[Path, str]:
    """The files of a user's folder that no command can read, each with the line on its fault."""
    faults: dict[Path, str] = {}
    for path in sorted(Path(config_dir).glob("*/*.yaml")):
        try:
            read_tree(path)
        except ConfigError as error:
            faults[path] = str(error)
    return faults


def policy(name: str, config_dir: str | None = None) -> Policy:
    """The policy of a name, from its file. Raises ConfigError with the file."""
    path = file_of("policy", name, config_dir)
    if path is None:
        names = names_in("policy", config_dir)
        raise ConfigError(describe_fault("policy", name, f"must be one of {', '.join(names)}", names))
    tree = read_tree(path)
    try:
        return validated(_Policies, {"policies": {name: tree}}).policies[name]
    except ConfigError as error:
        raise placed(error, path, places_in(read_text(path), f"policies.{name}")) from None


def policies(config_dir: str | None = None) -> dict[str, Policy]:
    """Name -> policy, from all files. Raises ConfigError."""
    return {name: policy(name, config_dir) for name in policy_names(config_dir)}


def policy_names(config_dir: str | None = None) -> list[str]:
    """Names of policies, from all files. Raises ConfigError."""
    if config_dir:
        check_sources("--config-dir", Path(config_dir))
    return [name for name in names_in("policy", config_dir) if is_name(name)]


class _Policies(Checked):
    policies: dict[str, Policy]
