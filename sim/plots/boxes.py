"""Figures of boxes in the parameter space: limits as intervals, and a map of two parameters."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from sim.core.wording import percents
from sim.plots.style import FAINT, GREY, HEIGHT, NOTE, SMALL, WIDTH, canvas, dress, fold

COLOURS = ("#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
ROW = 0.5  # inches of one limit


def intervals(boxes: Sequence[dict[Any, Any]], head: tuple[str, str]) -> Figure:
    """One panel per box: for every limit the range of the sweep in grey and the part inside the box in colour.

    A box has limits, density and coverage as (share, low, high); a limit has name, and low, high, from, to, or names, among.
    """
    counts = [len(box["limits"]) for box in boxes]
    fig = canvas(*head, height=max(HEIGHT * 0.6, 1.5 + sum(ROW * n + 0.75 for n in counts)))
    axes = fig.subplots(len(boxes), 1, squeeze=False, gridspec_kw={"height_ratios": [n + 0.4 for n in counts]}).ravel()
    for i, (ax, box) in enumerate(zip(axes, boxes, strict=True)):
        density, coverage = (percents(*box[key]) for key in ("density", "coverage"))
        doubt = "" if box["stands_out"] else " (undecided)"
        text = f"Box {i + 1}: in {density} of its replications{doubt}; {coverage} of all such replications lie in it"
        ax.set_title(text, size=NOTE, loc="left", color=COLOURS[i % len(COLOURS)], weight="bold")
        for row, limit in enumerate(box["limits"]):
            _limit(ax, row, limit, COLOURS[i % len(COLOURS)])
        ax.set_yticks(range(len(box["limits"])), [limit["name"] for limit in box["limits"]])
        ax.set_ylim(len(box["limits"]) - 0.4, -0.6)
        ax.set_xlim(-0.1, 1.1)
        ax.set_xticks([])
        ax.tick_params(axis="y", labelsize=NOTE, length=0)
        ax.spines[:].set_visible(False)
    return fig


def _limit(ax: Axes, row: int, limit: dict[Any, Any], colour: str) -> None:
    """The range as a bar with its ends and limits written at it; names as a list, those inside in colour."""
    if "names" in limit:
        chosen = [n for n in limit["among"] if n in limit["names"]]
        room = 0.8 * (WIDTH - 3) * 72
        ax.text(
            0,
            row,
            "\n".join(fold(" or ".join(chosen), NOTE, room)),
            color=colour,
            size=NOTE,
            va="center",
            weight="bold",
        )
        return
    start, end = limit["from"], limit["to"]
    low, high = (float(np.clip((v - start) / (end - start), 0, 1)) for v in (limit["low"], limit["high"]))
    ax.barh(row, 1, 0.3, color=FAINT)
    ax.barh(row, high - low, 0.3, left=low, color=colour)
    for at, value, side in ((0, start, "right"), (1, end, "left")):
        ax.annotate(f"{value:.3g}", (at, row), (-5 if side == "right" else 5, 0), textcoords="offset points", ha=side,
                    va="center", size=SMALL, color=GREY)  # fmt: skip
    crowded = abs(high - low) < 0.12
    for at, side in ((low, "right" if crowded else "center"), (high, "left" if crowded else "center")):
        if 0 < at < 1:
            ax.annotate(f"{start + at * (end - start):.3g}", (at, row - 0.15), (0, 2), textcoords="offset points", ha=side, va="bottom",
                        size=SMALL, color=colour)  # fmt: skip


def box_map(
    points: np.ndarray, names: Sequence[dict[Any, Any]], boxes: Sequence[dict[Any, Any]], head: tuple[str, str]
) -> Figure:
    """Points (x, y, share of replications) of two parameters, and the outlines of the boxes in these two.

    names: path, name and unit of either; boxes as in `intervals`.
    """
    handles = [
        Line2D([], [], color=COLOURS[i % len(COLOURS)], linewidth=4.0 if i == 0 else 2.0, label=f"box {i + 1}")
        for i in range(len(boxes))
    ]
    fig = canvas(*head, handles, height=7.4)
    ax = fig.subplots()
    marks = ax.scatter(
        *points[:, :2].T, c=points[:, 2], cmap="cividis", vmin=0, vmax=1, s=26, edgecolor="white", linewidth=0.4
    )
    bar = fig.colorbar(marks, ax=ax, pad=0.015)
    bar.set_label("Share of the replications there", size=NOTE)
    bar.ax.tick_params(labelsize=SMALL)
    spans = [(points[:, k].min(), points[:, k].max()) for k in (0, 1)]
    for i, box in enumerate(boxes):
        limits = {limit["path"]: limit for limit in box["limits"] if "low" in limit}
        (x_low, x_high), (y_low, y_high) = (
            _inside(limits.get(n["path"]), span) for n, span in zip(names, spans, strict=True)
        )
        ax.add_patch(Rectangle((x_low, y_low), x_high - x_low, y_high - y_low, fill=False, edgecolor=COLOURS[i % len(COLOURS)],
                               linewidth=4.0 if i == 0 else 2.0, clip_on=False, zorder=4))  # fmt: skip
    for axis, parameter in zip("xy", names, strict=True):
        ax.set(**{f"{axis}label": parameter["name"] + (f" ({parameter['unit']})" if parameter["unit"] else "")})
    ax.xaxis.label.set_fontsize(NOTE)
    ax.yaxis.label.set_fontsize(NOTE)
    dress(ax)
    return fig


def _inside(limit: dict[Any, Any] | None, span: tuple[float, float]) -> tuple[float, float]:
    """Ends of a box along an axis, a little beyond the points where it is open."""
    edge = 0.02 * (span[1] - span[0])
    low, high = (limit["low"], limit["high"]) if limit else (-np.inf, np.inf)
    return max(low, span[0] - edge), min(high, span[1] + edge)
