"""Values of a command line and of a scenario, as plain changes of a tree that is composed already."""

from pathlib import Path
from typing import Any, cast

from hydra.core.override_parser.types import Override, OverrideType
from omegaconf import OmegaConf

from sim.core.caches import configs


def usual_stage() -> str:
    """The stage of the defaults list."""
    listed = OmegaConf.load(configs() / "config.yaml").defaults
    return next(entry.stage for entry in listed if "stage" in entry)


def files_and_values(overrides: list[Override], config_dir: str | None) -> tuple[list[Override], list[Override]]:
    """The overrides that choose files, add or delete, with all values before these; and the values that come after."""
    folders = [configs(), *([Path(config_dir)] if config_dir else [])]
    files, values, last = [], [], True
    for override in reversed(overrides):
        chooses = override.package is not None or any((f / override.key_or_group).is_dir() for f in folders)
        plain = override.type is OverrideType.CHANGE and not override.is_sweep_override()
        last = last and (chooses or plain)  # Hydra applies all but choices in their order
        (values if last and not chooses else files).insert(0, override)
    return files, values


def change_on_stage(tree: dict[Any, Any], value: Override) -> bool:
    """Change a value of an actor in the tree; False if the override is no such value."""
    group, _, key = value.key_or_group.partition(".")
    name, _, inner = key.partition(".")
    if not inner or not isinstance(tree[group].get(name), dict) or "${" in (value.input_line or "${"):
        return False
    config = OmegaConf.create({name: tree[group][name]})
    OmegaConf.set_struct(config, True)
    OmegaConf.update(config, key, value.value(), merge=True)
    tree[group][name] = cast(Any, OmegaConf.to_container(config))[name]
    return True


def merged(stage: dict[Any, Any], scenario: dict[Any, Any]) -> dict[Any, Any]:
    """The values of a scenario for actors on stage, over those of the stage: dictionaries merge, all else is replaced."""
    both = {
        k: merged(stage[k], v) for k, v in scenario.items() if isinstance(v, dict) and isinstance(stage.get(k), dict)
    }
    return stage | scenario | both
