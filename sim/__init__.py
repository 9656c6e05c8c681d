"""suasion: an agent-based laboratory of geopolitical influence.

>>> import sim
>>> spec = sim.load(["scenario=csto_intervention", "seed=3", "days=30", "citizens=1000"])
>>> records = sim.simulate(spec)
>>> records["protest"].shape
(31,)
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sim.core.caches import settle_compiler

settle_compiler()  # before the first import that compiles

if TYPE_CHECKING:
    from sim.core.faults import ConfigError
    from sim.model import InfluenceModel, network, simulate
    from sim.snapshot import Snapshot
    from sim.spec.load import load

__all__ = ["ConfigError", "InfluenceModel", "Snapshot", "load", "network", "simulate"]

# name -> its module, which is imported when the name is used: with Mesa the model takes a second
_MODULES = {
    "ConfigError": "sim.core.faults",
    "InfluenceModel": "sim.model",
    "Snapshot": "sim.snapshot",
    "load": "sim.spec.load",
    "network": "sim.model",
    "simulate": "sim.model",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module 'sim' has no attribute '{name}'")
    value = globals()[name] = getattr(import_module(_MODULES[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
