"""Figure of the regret of every scenario, for the objectives of the user."""

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.core.wording import changed, confidence_words, minus, number, percent
from sim.plots.style import GREY, HEIGHT, NOTE, SMALL, canvas, dress

DIRECTIONS = {"max": "more counts as better", "min": "less counts as better"}


def regrets(
    objectives: Sequence[dict[Any, Any]], arms: Sequence[tuple[str, str, str]], confidence: float, title: str
) -> Figure:
    """Plot the regret of every scenario for the outcomes that the user names.

    Parameters
    ----------
    objectives : sequence of dict
        Objectives of summary.json: label, unit, direction, tolerance, n, and by key of an arm mean_regret,
        mean_regret_low, mean_regret_high, regret_90 (in the unit) and share_close (0 to 1). Those that were observed in no
        replication must be left out.
    arms : sequence of tuple of str
        Key, label and colour of each scenario, in their order.
    confidence : float
        Confidence of the intervals, in (0, 1).
    title : str
        Message of the figure.

    Returns
    -------
    Figure
        One panel per objective: mean regret [Savage1951] with its interval, and the regret exceeded in a tenth of replications.

    Examples
    --------
    >>> from sim.plots import regrets
    >>> arm = {"mean_regret": 1.0, "mean_regret_low": 0.5, "mean_regret_high": 2.0, "regret_90": 3.0, "share_close": 0.4}
    >>> deaths = {"label": "Deaths", "unit": "persons", "direction": "min", "tolerance": 0.0, "n": 9, "arms": {"a": arm}}
    >>> len(regrets([deaths], [("a", "A", "black")], 0.95, "Least regret").axes)
    1
    """
    counts = sorted({o["n"] for o in objectives})
    n = f"n = {counts[0]} replications" if len(counts) == 1 else f"n = {counts[0]} to {counts[-1]} replications"
    handles = [
        Line2D([], [], color=GREY, marker="o", linewidth=3, markersize=9, label=f"mean regret, {confidence_words(confidence)} interval"),
        Line2D([], [], color=GREY, marker="|", linestyle="", markersize=14, markeredgewidth=2.5, label="regret exceeded in a tenth of replications"),
    ]  # fmt: skip
    fig = canvas(
        title,
        "Regret: how far a scenario is behind the best one of the same replication. What counts as better is the user's choice. "
        f"Number at the right: share of replications within the tolerance of the best; {n}.",
        handles,
        max(HEIGHT, 1.8 + len(objectives) * (0.9 + 0.3 * len(arms))),
    )
    axes = fig.subplots(len(objectives), 1, squeeze=False).ravel()
    for ax, objective in zip(axes, objectives, strict=True):
        _panel(ax, objective, arms)
        if len(counts) > 1:
            ax.set_title(f"{ax.get_title(loc='left')}, n = {objective['n']}", size=NOTE, loc="left")
    return fig


def _panel(ax: Axes, objective: dict[Any, Any], arms: Sequence[tuple[str, str, str]]) -> None:
    """One objective."""
    for y, (key, _, colour) in enumerate(arms):
        regret = objective["arms"][key]
        ax.plot([regret["mean_regret_low"], regret["mean_regret_high"]], [y, y], color=colour, linewidth=3)
        ax.plot(regret["mean_regret"], y, "o", color=colour, markersize=9, markeredgecolor="white")
        ax.plot(regret["regret_90"], y, "|", color=colour, markersize=14, markeredgewidth=2.5)
        ax.annotate(
            percent(regret["share_close"]), (1, y), (6, 0), xycoords=("axes fraction", "data"),
            textcoords="offset points", va="center_baseline", size=SMALL,
        )  # fmt: skip
    ax.set_ylim(len(arms) - 0.4, -0.6)
    ax.set_yticks(range(len(arms)), [label for _, label, _ in arms])
    close = f", tolerance {number(objective['tolerance'])}" if objective["tolerance"] else ""
    ax.set_title(f"{objective['label']}: {DIRECTIONS[objective['direction']]}{close}", size=NOTE, loc="left")
    ax.set_xlabel(minus(f"Regret ({changed(objective['unit'])})"), size=SMALL)
    ax.set_xlim(left=-0.01 * ax.get_xlim()[1])
    dress(ax, "x")
    ax.tick_params(axis="x", labelsize=SMALL)
