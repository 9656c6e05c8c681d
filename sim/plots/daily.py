"""Drawing of daily series on given axes: medians with central bands, shares in office with intervals."""

from collections.abc import Sequence
from statistics import NormalDist
from typing import Literal

import numpy as np
from matplotlib.axes import Axes

from sim.core.wording import confidence_words
from sim.plots.style import replication_count
from sim.records.ensemble import Ensemble


def wilson(share: np.ndarray | float, n: int, confidence: float) -> tuple:
    """Wilson score interval of a share observed in n replications; same shape as share."""
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return centre - half, centre + half


def share_in_office(ax: Axes, one: Ensemble, confidence: float | None, style: dict) -> None:
    """Step line of one scenario, with its interval if a confidence is given and there are several replications."""
    share, day = one.series["incumbent"].mean(axis=0), np.arange(one.days + 1)
    ax.step(day, 100 * share, where="post", **style)
    if confidence and one.n_runs > 1:
        low, high = wilson(share, one.n_runs, confidence)
        band(ax, day, 100 * low, 100 * high, style, step="post")


def change_since_start(one: Ensemble, column: str) -> np.ndarray:
    """(runs, days + 1) difference from the first day of a column."""
    values = one.series[column]
    return values - values[:, :1]


def daily_median(ax: Axes, x: np.ndarray, values: np.ndarray, central: float | None, style: dict) -> None:
    """Median of values (runs, days) over x, with the central band if its share of replications is given and there are several runs."""
    if central and len(values) > 1:
        low, high = np.quantile(values, [(1 - central) / 2, (1 + central) / 2], axis=0)
        band(ax, x, low, high, style)
    ax.plot(x, np.median(values, axis=0), **style)


def band(
    ax: Axes, x: np.ndarray, low: np.ndarray, high: np.ndarray, style: dict, step: Literal["post"] | None = None
) -> None:
    """A light band whose edges repeat the colour and dashes of its line: where bands overlap, edges tell them apart."""
    ax.fill_between(x, low, high, step=step, color=style["color"], alpha=0.1, linewidth=0)
    edge = style | {"linewidth": 0.35 * style["linewidth"], "alpha": 0.75}
    for bound in (low, high):
        ax.plot(x, bound, drawstyle=f"steps-{step}" if step else "default", **edge)


def median_note(ensembles: Sequence[Ensemble], central: float) -> str:
    if all(e.n_runs == 1 for e in ensembles):
        return f"Line: the one replication simulated ({replication_count(ensembles)}, hence no band)"
    return f"Line: median of each day; band: central {confidence_words(central)} of replications; {replication_count(ensembles)}"
