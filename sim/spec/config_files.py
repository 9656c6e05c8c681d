"""Files of configuration: names in a group, the file of a name, and the configuration that a result keeps."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from sim.actors.policies import Policy
from sim.core.caches import configs
from sim.core.faults import ConfigError, describe_fault, first_line, normal
from sim.core.parameters import Checked, is_name
from sim.core.received import check_sources, parse_json, parse_yaml, read_text
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
    return next((path for path in paths if path.is_file()), None)


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
        tree: Any = OmegaConf.load(str(file_of(group, name, config_dir)))
        label = tree.get("label") or (tree.get(group) or {}).get("label")
    except (OSError, ValueError, AttributeError, yaml.YAMLError, OmegaConfBaseException):
        return ""  # the command that uses the file refuses it
    return label if isinstance(label, str) else ""


@cache
def case_ids() -> tuple[str, ...]:
    """Ids of the coded crises that ship."""
    return tuple(case["id"] for case in parse_yaml(read_text(configs() / "case" / "crises.yaml")))


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
        tree = parse_yaml(read_text(path))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise ConfigError(describe_fault(key, path, f"cannot be read ({first_line(error)})", ())) from None
    if not isinstance(tree, dict) or "scenario" not in tree:
        raise ConfigError(describe_fault(key, path, "is not the configuration of a result", ()))
    return tree


def version_beside(path: Path) -> str | None:
    """Version of the product that wrote a saved configuration, as the manifest beside it says; None without one."""
    try:
        return str(parse_json(read_text(path.with_name("manifest.json")))["suasion"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def policies(config_dir: str | None = None) -> dict[Any, Any]:
    """Name -> policy, from all files. Raises ConfigError."""
    if config_dir:
        check_sources("--config-dir", Path(config_dir))
    paths = {name: file_of("policy", name, config_dir) for name in names_in("policy", config_dir) if is_name(name)}
    trees = {name: OmegaConf.to_container(OmegaConf.load(str(path))) for name, path in paths.items()}
    return validated(_Policies, {"policies": trees}).policies


class _Policies(Checked):
    policies: dict[str, Policy]
