"""Figures of sensitivity: importance of parameters as bars with intervals, and the plane of elementary effects."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.plots.style import GREY, HEIGHT, NOTE, SMALL, WIDTH, canvas, dress, fold, text_width

COLOURS = ("#0072B2", "#E69F00")  # of the measures of one parameter
ROW = 0.3  # inches of one bar
GAP = 16.0  # points between two labels of the plane, from line to line


def importance(panels: Sequence[dict[Any, Any]], measures: Sequence[str], head: tuple[str, str], axis: str) -> Figure:
    """One panel per combination of policies and rules; one row per parameter, one bar per measure, with its interval.

    A panel has title and rows, in the same order everywhere; a row has name and, per measure, (value, low, high). head: title and
    note; axis: quantity of the bars, with unit.
    """
    handles = [Patch(color=c, label=m) for c, m in zip(COLOURS, measures, strict=False)] if len(measures) > 1 else []
    columns = min(3, len(panels))
    lines = -(-len(panels) // columns)
    names = [row["name"] for row in panels[0]["rows"]]
    height = max(HEIGHT, 1.6 + lines * (0.9 + ROW * len(names) * (0.5 + 0.5 * len(measures))))
    fig = canvas(*head, handles, height)
    axes = fig.subplots(lines, columns, sharex=True, sharey=True, squeeze=False).ravel()
    room = ((WIDTH - 0.5) * 72 - max(text_width(name, SMALL) for name in names)) / columns - 20
    for ax, panel in zip(axes, panels, strict=False):
        _bars(ax, panel["rows"], len(measures))
        ax.set_title("\n".join(fold(panel["title"], NOTE, room)), size=NOTE, loc="left")
    for ax in axes[len(panels) :]:
        ax.set_axis_off()
    for ax in axes[max(0, len(panels) - columns) : len(panels)]:
        ax.set_xlabel("\n".join(fold(axis, NOTE, room)), size=NOTE)
        ax.tick_params(labelbottom=True)
    if all(low >= 0 for panel in panels for row in panel["rows"] for _, low, _ in row["values"]):
        axes[0].set_xlim(left=0)
    return fig


def _bars(ax: Axes, rows: Sequence[dict[Any, Any]], measures: int) -> None:
    """Bars from zero, intervals over them; the zero line where there are both signs."""
    thick = 0.8 / measures
    for i, row in enumerate(rows):
        for j, (value, low, high) in enumerate(row["values"]):
            y = i + (j - (measures - 1) / 2) * thick
            ax.barh(y, value, thick, color=COLOURS[j], alpha=0.75)
            ax.plot([low, high], [y, y], color="black", linewidth=1.3, solid_capstyle="butt")
    ax.axvline(0, color=GREY, linewidth=1)
    ax.set_yticks(range(len(rows)), [row["name"] for row in rows])
    ax.set_ylim(len(rows) - 0.4, -0.6)
    dress(ax, "x")
    ax.tick_params(axis="y", labelsize=SMALL)


def elementary_effects(panels: Sequence[dict[Any, Any]], head: tuple[str, str], unit: str) -> Figure:
    """The plane of mu* and sigma, one panel per combination; labels stand in a column at the right.

    A panel has title and rows of name, mu_star, sigma (unit per full range of the parameter).
    """
    columns = min(2, len(panels))
    lines = -(-len(panels) // columns)
    most = max(len(panel["rows"]) for panel in panels)
    each = max(4.2, 1.2 + most * GAP / 72)
    handles = [
        Line2D([], [], color=GREY, linestyle=":", label="\N{GREEK SMALL LETTER SIGMA} = \N{GREEK SMALL LETTER MU}*")
    ]
    fig = canvas(*head, handles, max(HEIGHT, 1.2 + lines * each))
    axes = fig.subplots(lines, columns, squeeze=False).ravel()
    for ax, panel in zip(axes, panels, strict=False):
        _plane(ax, panel["rows"], each - 1.2)
        ax.set_title("\n".join(fold(panel["title"], NOTE, 680 / columns)), size=NOTE, loc="left")
        ax.set_xlabel(f"\N{GREEK SMALL LETTER MU}*, size of the effect ({unit})", size=NOTE)
        ax.set_ylabel("\N{GREEK SMALL LETTER SIGMA}, how much it depends on the rest", size=NOTE)
    for ax in axes[len(panels) :]:
        ax.set_axis_off()
    return fig


def _plane(ax: Axes, rows: Sequence[dict[Any, Any]], inches: float) -> None:
    """Marks, and their labels from top to bottom in the order of sigma, each joined to its mark by a thin line."""
    x, y = (np.array([row[key] for row in rows]) for key in ("mu_star", "sigma"))
    top = 1.08 * max(y.max(), 0.35 * x.max(), 1e-12)
    ax.set_xlim(0, 1.08 * max(x.max(), 1e-12))
    ax.set_ylim(-0.02 * top, top)
    ax.plot([0, 10 * top], [0, 10 * top], color=GREY, linestyle=":", linewidth=1, scalex=False, scaley=False)
    ax.plot(x, y, "o", color=COLOURS[0], markersize=7, markeredgecolor="white", zorder=4)
    order = np.lexsort((x, y))[::-1]
    for place, i in zip(_apart((y[order] + 0.02 * top) / (1.02 * top), GAP / 72 / inches), order, strict=True):
        ax.annotate(
            rows[i]["name"], (x[i], y[i]), (1.03, place), textcoords="axes fraction", va="center", size=SMALL,
            arrowprops={"arrowstyle": "-", "color": GREY, "linewidth": 0.6, "shrinkA": 1, "shrinkB": 4, "relpos": (0, 0.5)},
            annotation_clip=False,
        )  # fmt: skip
    dress(ax)


def _apart(targets: np.ndarray, gap: float) -> np.ndarray:
    """Heights near the wanted ones (falling), none nearer than gap to the next, all between 0 and 1 where they fit."""
    heights = np.minimum(targets, 1.0)
    for i in range(1, heights.size):
        heights[i] = min(heights[i], heights[i - 1] - gap)
    short = max(0.0, -heights[-1])
    heights[-1] += short
    for i in range(heights.size - 2, -1, -1):
        heights[i] = max(heights[i], heights[i + 1] + gap)
    return heights
