"""Composition: files and overrides become one tree of plain data. Only this module composes with Hydra."""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from functools import cache, lru_cache
from pathlib import Path
from threading import RLock
from typing import Any, cast

from hydra import compose, initialize_config_dir
from hydra.core.config_store import ConfigStore
from hydra.core.global_hydra import GlobalHydra
from hydra.core.override_parser.types import Override, OverrideType
from hydra.errors import HydraException
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import InterpolationToMissingValueError, OmegaConfBaseException

from sim.core.caches import configs, load_or_make
from sim.core.faults import ConfigError, describe_fault, first_line
from sim.core.received import check_folder, check_sources, check_tree
from sim.mechanisms import Mechanisms
from sim.spec.config_files import check_new, file_of, names_in, read_tree, saved_tree, version_beside
from sim.spec.config_keys import check_groups, check_keys, check_places, check_values, with_codes, with_file_names
from sim.spec.config_source import search_path
from sim.spec.fault_places import CIRCLE
from sim.spec.fixed_parameters import make_exact, named_alone, unnamed_parameters, with_fixed, without_defaults
from sim.spec.inputs import inputs_digest, schema_defaults
from sim.spec.overrides import as_unnamed, parsed_overrides
from sim.spec.renamed_keys import refuse_folder, refuse_overrides, refuse_result, refuse_tree
from sim.spec.stage_values import change_on_stage, files_and_values, merged, usual_stage

_ALONE = RLock()  # Hydra's state belongs to the process; composition calls itself


def composed(overrides: Iterable[str] = (), experiment: str = "run", config_dir: str | None = None) -> dict[Any, Any]:
    """The composed tree as plain data, not yet validated. Raises ConfigError."""
    with _ALONE:
        return _composed(overrides, experiment, config_dir)


def _composed(words: Iterable[str], experiment: str, config_dir: str | None) -> dict[Any, Any]:
    """`composed`, under the lock."""
    originals = parsed_overrides(list(words))
    refuse_overrides(originals, _settings(experiment))
    named = with_file_names(originals, config_dir)
    check_values(named)
    parsed = [as_unnamed(override) for override in named]
    overrides = _lines(parsed)
    saved = next((str(o.value()) for o in parsed if o.key_or_group == "config"), None)
    with _hydra(config_dir) as extra:
        check_groups(parsed, config_dir)
        base = [*extra, f"experiment={experiment}"]
        try:
            if saved is not None:
                _store_saved(saved, parsed)
                others = _lines(override for override in parsed if override.key_or_group != "config")
                tree = _compose([*base, *others], primary="saved")
            else:
                tree = _around_stage(base, parsed, config_dir) or _compose([*base, *overrides])
            refuse_tree(tree)
            check_places(tree, parsed)
            make_exact(tree, [override.key_or_group for override in parsed])
            deleted = {override.key_or_group for override in named if override.is_delete()}
            policies = _policies(tree, config_dir, complete=saved is not None)
            refuse_tree({"policies": policies})
            return with_fixed(tree, deleted) | {"policies": policies}
        except ConfigError:
            raise
        except (HydraException, OmegaConfBaseException, ValueError, OSError, RecursionError) as error:
            tree = _before_keys(base, parsed, config_dir, saved)
            renamed = with_codes(parsed, tree)
            if renamed != overrides:
                return composed(renamed, experiment, config_dir)
            check_keys(tree, parsed)
            raise ConfigError(CIRCLE if isinstance(error, RecursionError) else first_line(error)) from None


def _lines(overrides: Iterable[Override]) -> list[str]:
    """The overrides as Hydra takes them."""
    return [override.input_line or "" for override in overrides]


@cache
def _settings(experiment: str) -> tuple[str, ...]:
    """Names of the settings of a command."""
    return tuple(OmegaConf.load(configs() / "experiment" / f"{experiment}.yaml"))


def _compose(words: Sequence[str], resolve: bool = True, primary: str = "config") -> Any:
    """The tree of these words as plain data; a parameter without a value is missing, see `sim.spec.fixed_parameters`."""
    return _plain(compose(primary, list(words)), resolve)


def _plain(config: DictConfig, resolve: bool = True) -> Any:
    """The tree of a configuration as plain data."""
    unnamed = cast(Any, OmegaConf.to_container(config, resolve=False))
    if not resolve:
        return unnamed
    check_tree("configuration", unnamed)
    try:
        return cast(Any, OmegaConf.to_container(config, resolve=True))
    except InterpolationToMissingValueError:  # it reads a parameter without a value
        complete = OmegaConf.merge({"mechanisms": Mechanisms().model_dump(mode="json")}, config)
        tree = cast(Any, OmegaConf.to_container(complete, resolve=True))
        return tree | {"mechanisms": without_defaults(tree["mechanisms"], unnamed["mechanisms"])}


def known_keys(experiment: str) -> dict[Any, Any]:
    """A tree of every key that a command line may name."""
    tree = composed((), experiment)
    return tree | {"mechanisms": unnamed_parameters()}


def _policies(tree: dict[Any, Any], config_dir: str | None, complete: bool) -> dict[Any, Any]:
    """The policies that the scenario names, each from its file, under the overrides of it.

    complete: the policies of the tree are complete, as in a result; only others are read from files.
    """
    in_tree = tree.get("policies") or {}
    if not isinstance(in_tree, dict):
        return in_tree  # validation refuses what is no mapping
    policies = dict(in_tree)
    chosen = tree["scenario"].get("policies")
    for actor, name in chosen.items() if isinstance(chosen, dict) else ():  # validation refuses what is no mapping
        path = file_of("policy", str(name), config_dir)
        if path is None and name not in in_tree:
            valid = names_in("policy", config_dir)
            fault = describe_fault(f"scenario.policies.{actor}", name, f"must be one of {', '.join(valid)}", valid)
            raise ConfigError(fault)
        if path is not None and not (complete and name in in_tree):
            policies[name] = OmegaConf.to_container(OmegaConf.merge(read_tree(path), in_tree.get(name, {})))
    return policies


def _before_keys(
    words: list[str], parsed: list[Override], config_dir: str | None, saved: str | None
) -> dict[Any, Any] | None:
    """The tree with the choices of files alone; None if a file is wrong."""
    groups = [o for o in parsed if o.key_or_group in ("scenario", "stage") and isinstance(o.value(), str)]
    try:
        if saved is not None:
            return _compose(words, resolve=False, primary="saved")
        tree = _around_stage(words, groups, config_dir)
        return tree or _compose([*words, *_lines(groups)], resolve=False)
    except (HydraException, OmegaConfBaseException, ValueError, RecursionError):
        return None  # the caller names the fault


def _store_saved(file: object, parsed: list[Override]) -> None:
    """Store the resolved configuration of a result as the start of a command, instead of stage and scenario."""
    for override in parsed:
        if override.key_or_group in ("scenario", "stage"):
            allowed = f"cannot be chosen beside config={file}, which holds its stage and scenario already"
            raise ConfigError(describe_fault(override.key_or_group, override.value(), allowed, ()))
        if override.key_or_group == "fixed":
            allowed = f"is in config={file}; take a parameter back with ~mechanisms.NAME.PARAMETER"
            raise ConfigError(describe_fault("fixed", override.value(), allowed, ()))
    path = Path(str(file))
    if os.path.isdir(path):
        check_folder("config", path)
    path = path / "config.yaml" if os.path.isdir(path) else path
    tree = saved_tree("config", path)
    refuse_result("config", str(file), tree, version_beside(path))
    check_tree("config", tree)
    defaults = ["schema", {"experiment": "run"}, "_self_"]
    ConfigStore.instance().store(name="saved", node={"defaults": defaults, **named_alone(tree)})


def _around_stage(words: list[str], parsed: list[Override], config_dir: str | None) -> dict[Any, Any] | None:
    """The tree with the stage of an earlier command: nine tenths of the work, and seldom changed.

    None if stage and overrides overlap: only a full composition knows the order of their values.
    """
    others = [o for o in parsed if o.key_or_group != "stage"]
    chosen = [o for o in parsed if o.key_or_group == "stage"]
    regroups = any("@" in line.partition("=")[0] for line in _lines(others))
    if regroups or len(chosen) > 1 or any(o.type is not OverrideType.CHANGE for o in chosen):
        return None
    name = str(chosen[0].value()) if chosen else usual_stage()
    start, extra, digest = schema_defaults(), words[:-1], inputs_digest(name, config_dir)
    shipped = (configs() / "stage" / f"{name}.yaml").is_file()  # it reads shipped files alone
    alone = [*(() if shipped else extra), f"stage={name}", "~scenario", "~experiment"]
    digest_of_stage = inputs_digest(name) if shipped and config_dir else digest
    try:
        stage: Any = load_or_make("stage", digest_of_stage, lambda: _compose(alone, resolve=False))
        stage_keys = {k: v for k, v in stage.items() if k not in start or v != start[k]}
        files, values = files_and_values(others, config_dir)
        if "${" in str(stage) or any(o.key_or_group.partition(".")[0] in stage_keys for o in files):
            return None
        config = deepcopy(_config_of_files(digest, (*words, "~stage", *_lines(files))))
        on_stage = [value for value in values if value.key_or_group.partition(".")[0] in stage_keys]
        for value in values:
            if value not in on_stage:
                OmegaConf.update(config, value.key_or_group, value.value(), merge=True)  # as Hydra does
        tree = _plain(config)
        both = [k for k in stage_keys if k in tree and tree[k] != start.get(k)]
        if any(start.get(k) for k in both):
            return None
        tree |= stage_keys | {k: merged(stage_keys[k], tree[k]) for k in both}
        return tree if all(change_on_stage(tree, value) for value in on_stage) else None
    except (HydraException, OmegaConfBaseException):
        return None  # the full composition reports the fault, if there is one


@lru_cache(maxsize=32)
def _config_of_files(digest: str, words: tuple[str, ...]) -> DictConfig:
    """The configuration of words that mostly choose files, composed once. digest: of all files that it may read."""
    return compose("config", list(words))


@contextmanager
def _hydra(config_dir: str | None) -> Iterator[list[str]]:
    """Hydra on the shipped folder and the user's folder beside it; yields the overrides that add the latter."""
    extra = []
    if config_dir is not None:
        folder = Path(os.path.realpath(config_dir))
        if not folder.is_dir():
            raise ConfigError(describe_fault("--config-dir", config_dir, "must be a folder", ()))
        check_sources("--config-dir", folder)
        check_new(folder)
        refuse_folder(folder)
        extra = [f"hydra.searchpath=[{search_path(folder)}]"]
    stored = ConfigStore.instance().repo.get("schema.yaml")
    if stored is None or stored.provider != "suasion":
        ConfigStore.instance().store("schema", schema_defaults(), package="_global_", provider="suasion")
    before = GlobalHydra.instance().hydra  # of a program that uses Hydra itself
    GlobalHydra.instance().clear()
    try:
        with initialize_config_dir(str(configs().resolve()), version_base="1.3"):
            yield extra
    finally:
        GlobalHydra.instance().hydra = before
