"""Figure of tipping lines: the plane of two parameters with the line on which an outcome tips."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.core.wording import confidence_words, percent
from sim.plots.style import GREY, NOTE, SMALL, canvas, dress

BAND, LINE = "#E69F00", "#000000"


def tipping_lines(frontier: Any, result: dict[Any, Any], title: str) -> Figure:
    """Mean of the outcome in grey, the line, its band, and the evaluated points.

    frontier: mean and score (nodes, nodes), band(); result: outcome, threshold, confidence, axes with path, name, unit and steps,
    lines with vertices, evaluated points with mean, points, worlds, grid, scenario, lowest, highest.
    """
    outcome = result["outcome"]
    handles = [
        Line2D([], [], color=LINE, linewidth=4, label=f"mean at {result['threshold']:g}"),
        Patch(facecolor=BAND, alpha=0.45, label=f"{confidence_words(result['confidence'])} band of the line"),
        Line2D([], [], color="black", marker="o", linestyle="", markersize=5, label="point above"),
        Line2D([], [], color="black", marker="o", linestyle="", markersize=5, markerfacecolor="white", label="point below"),
    ]  # fmt: skip
    if ((np.abs(frontier.score) <= 1) & ~frontier.band()).any():
        handles.append(Patch(facecolor="none", edgecolor=GREY, hatch="....", linewidth=0, label="side not decided"))
    note = (
        f"{result['scenario']}; n = {result['points']} of {result['grid']:,} grid points ({percent(result['share_of_grid'])}), "
        f"{result['worlds']} replications each, the same at all points; the band holds chance and what lies between the points."
    )
    fig = canvas(title, note, handles, height=7.6)
    ax = fig.subplots()
    x, y = (np.interp(frontier.nodes, np.linspace(0, 1, len(a["steps"])), a["steps"]) for a in result["axes"])
    low, high = result["lowest"], max(result["highest"], result["lowest"] + 1e-9)
    mesh = ax.pcolormesh(x, y, frontier.mean.T, cmap="Greys", vmin=low, vmax=2 * high - low, shading="nearest")
    bar = fig.colorbar(mesh, ax=ax, pad=0.015)
    bar.ax.set_ylim(low, high)
    bar.set_label(f"{outcome['label']} ({outcome['unit']})", size=NOTE)
    bar.ax.tick_params(labelsize=SMALL)
    _marks(ax, x, y, frontier, result)
    for name, axis in zip("xy", result["axes"], strict=True):
        unit = f" ({axis['unit']})" if axis["unit"] else ""
        ax.set(**{f"{name}label": axis["name"] + unit, f"{name}lim": (axis["steps"][0], axis["steps"][-1])})
    ax.xaxis.label.set_fontsize(NOTE)
    ax.yaxis.label.set_fontsize(NOTE)
    dress(ax)
    ax.grid(False)
    return fig


def _marks(ax: Axes, x: np.ndarray, y: np.ndarray, frontier: Any, result: dict[Any, Any]) -> None:
    """Band, undecided area, lines and points."""
    band = frontier.band()
    aside = (np.abs(frontier.score) <= 1) & ~band
    if aside.any():
        ax.contourf(x, y, aside.T.astype(float), [0.5, 1.5], colors="none", hatches=["...."])
    if band.any():
        ax.contourf(x, y, band.T.astype(float), [0.5, 1.5], colors=[BAND], alpha=0.45)
    for line in result["lines"]:
        ax.plot(*np.array(line["vertices"]).T, color=LINE, linewidth=4)
    paths = [axis["path"] for axis in result["axes"]]
    for above, face in ((True, "black"), (False, "white")):
        at = [[p[path] for path in paths] for p in result["evaluated"] if (p["mean"] > result["threshold"]) == above]
        if at:
            ax.plot(
                *np.array(at).T,
                "o",
                color="black",
                markerfacecolor=face,
                markersize=4,
                markeredgewidth=0.8,
                clip_on=False,
            )
