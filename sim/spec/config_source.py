"""The user's folder of configuration as Hydra reads it: strictly, and a file only when a command uses it."""

import os
from pathlib import Path
from typing import Any

from hydra._internal.core_plugins.file_config_source import FileConfigSource
from hydra._internal.sources_registry import SourcesRegistry
from hydra.plugins.config_source import ConfigResult
from omegaconf import OmegaConf

from sim.core.faults import ConfigError, describe_fault
from sim.core.received import read_text
from sim.core.yaml_places import placed, places_in
from sim.spec.config_files import names_in, read_tree
from sim.spec.override_words import quoted

SCHEME = "strict"


class StrictSource(FileConfigSource):
    """A folder of files that are read by the strict reader; a fault is a ConfigError with file and line."""

    @staticmethod
    def scheme() -> str:
        """The word before :// in a search path."""
        return SCHEME

    def is_config(self, config_path: str) -> bool:
        """True also for what is no file, so that reading it says why."""
        return os.path.lexists(os.path.join(self.path, self._normalize_file_name(config_path)))

    def load_config(self, config_path: str) -> ConfigResult:
        """The content of a file, and the header in which it says its package."""
        path = Path(self.path, self._normalize_file_name(config_path))
        tree = read_tree(path)
        text = read_text(path)
        try:
            check_defaults(tree, path.parent.name, self.path)
        except ConfigError as error:
            raise placed(error, path, places_in(text)) from None
        return ConfigResult(
            config=OmegaConf.create(tree),
            path=f"{SCHEME}://{self.path}",
            provider=self.provider,
            header=self._get_header_dict(text[:512]),
        )


def check_defaults(tree: dict[Any, Any], group: str, folder: str) -> None:
    """The files that a file builds on are named in a list: names of its group, or {/GROUP@PLACE: NAME}. Raises ConfigError."""
    listed = tree.get("defaults", [])
    if not isinstance(listed, list):
        raise ConfigError(
            describe_fault("defaults", listed, "must be a list of files, like [csto_intervention, _self_]", ())
        )
    names = names_in(group, folder)
    for number, entry in enumerate(listed):
        key = f"defaults.{number}"
        if isinstance(entry, str) and "/" not in entry and "@" not in entry and entry not in (*names, "_self_"):
            raise ConfigError(describe_fault(key, entry, f"must be a file of {group}", names))
        value = next(iter(entry.values())) if isinstance(entry, dict) and len(entry) == 1 else entry
        values = value if isinstance(entry, dict) and isinstance(value, list) else [value]
        if entry is None or not all(isinstance(v, str) or (v is None and isinstance(entry, dict)) for v in values):
            raise ConfigError(describe_fault(key, entry, "must be the name of a file, or {/GROUP@PLACE: NAME}", ()))


def search_path(folder: Path) -> str:
    """The entry of Hydra's search path for a folder, in quotes of Hydra's grammar, whatever letters it has."""
    SourcesRegistry.instance().register(StrictSource)
    return quoted(f"{SCHEME}://{folder.as_posix()}")
