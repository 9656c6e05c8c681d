"""suasion: an agent-based laboratory of geopolitical influence.

>>> import sim
>>> spec = sim.load(["scenario=csto_intervention", "seed=3", "days=30", "citizens=1000"])
>>> records = sim.simulate(spec)
>>> records["protest"].shape
(31,)
"""

from sim.load import ConfigError, load
from sim.model import InfluenceModel, network, simulate

__all__ = ["ConfigError", "InfluenceModel", "load", "network", "simulate"]
