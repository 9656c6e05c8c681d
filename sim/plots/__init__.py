"""Figures: data in, matplotlib Figure out; nothing here saves, shows or keeps state between calls."""

from sim.plots.differences import paired_differences
from sim.plots.distributions import distributions
from sim.plots.influence_map import frames, influence_map
from sim.plots.multiples import MANY, alignment_multiples, series_multiples, survival_multiples
from sim.plots.network_map import network_map
from sim.plots.over_time import differences_over_time
from sim.plots.regret import regrets
from sim.plots.series import alignments, protest_and_legitimacy, survival_curves
from sim.plots.shares import influence_shares
from sim.plots.style import look
from sim.plots.timeline import timeline
from sim.plots.twin import twin_view

__all__ = [
    "MANY",
    "alignment_multiples",
    "alignments",
    "differences_over_time",
    "distributions",
    "frames",
    "influence_map",
    "influence_shares",
    "look",
    "network_map",
    "paired_differences",
    "protest_and_legitimacy",
    "regrets",
    "series_multiples",
    "survival_curves",
    "survival_multiples",
    "timeline",
    "twin_view",
]
