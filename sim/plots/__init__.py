"""Figures: functions from data to a matplotlib Figure; nothing here saves, opens a window or keeps state."""

from sim.plots.settings import settle_figures

settle_figures()  # before the first import that draws

from sim.plots.alignment import alignments  # noqa: E402
from sim.plots.differences import paired_differences  # noqa: E402
from sim.plots.distributions import distributions  # noqa: E402
from sim.plots.influence_map import frames, influence_map  # noqa: E402
from sim.plots.multiples import MANY, alignment_multiples, series_multiples, survival_multiples  # noqa: E402
from sim.plots.network_map import network_map  # noqa: E402
from sim.plots.over_time import differences_over_time  # noqa: E402
from sim.plots.paired_view import paired_view  # noqa: E402
from sim.plots.regret import regrets  # noqa: E402
from sim.plots.series import protest_and_legitimacy, survival_curves  # noqa: E402
from sim.plots.shares import influence_shares  # noqa: E402
from sim.plots.style import look  # noqa: E402
from sim.plots.timeline import timeline  # noqa: E402

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
    "paired_view",
    "protest_and_legitimacy",
    "regrets",
    "series_multiples",
    "survival_curves",
    "survival_multiples",
    "timeline",
]
