"""Figures: data in, matplotlib Figure out; nothing here saves, shows or keeps state between calls."""

from sim.plots.differences import paired_differences
from sim.plots.network_map import network_map
from sim.plots.series import alignments, protest_and_legitimacy, survival_curves
from sim.plots.shares import influence_shares
from sim.plots.timeline import timeline

__all__ = [
    "alignments",
    "influence_shares",
    "network_map",
    "paired_differences",
    "protest_and_legitimacy",
    "survival_curves",
    "timeline",
]
