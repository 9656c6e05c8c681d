"""suasion: an agent-based laboratory of geopolitical influence.

>>> import sim
>>> spec = sim.load(["scenario=csto_intervention", "seed=3", "days=30", "citizens=1000"])
>>> records = sim.simulate(spec)
>>> records["protest"].shape
(31,)
"""

from sim.core.caches import settle_compiler

settle_compiler()  # before the first import that compiles

from sim.core.faults import ConfigError  # noqa: E402
from sim.model import InfluenceModel, network, simulate  # noqa: E402
from sim.snapshot import Snapshot  # noqa: E402
from sim.spec.load import load  # noqa: E402

__all__ = ["ConfigError", "InfluenceModel", "Snapshot", "load", "network", "simulate"]
