"""The user's folder of configuration as Hydra reads it: strictly, and a file only when a command uses it."""

import os
from pathlib import Path

from hydra._internal.core_plugins.file_config_source import FileConfigSource
from hydra._internal.sources_registry import SourcesRegistry
from hydra.plugins.config_source import ConfigResult
from omegaconf import OmegaConf

from sim.core.received import read_text
from sim.spec.config_files import read_tree
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
        tree = OmegaConf.create(read_tree(path))
        return ConfigResult(
            config=tree,
            path=f"{SCHEME}://{self.path}",
            provider=self.provider,
            header=self._get_header_dict(read_text(path)[:512]),
        )


def search_path(folder: Path) -> str:
    """The entry of Hydra's search path for a folder, in quotes of Hydra's grammar, whatever letters it has."""
    SourcesRegistry.instance().register(StrictSource)
    return quoted(f"{SCHEME}://{folder.as_posix()}")
