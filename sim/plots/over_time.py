"""Figure of paired differences over time, with a pointwise interval."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from sim.core.wording import changed, confidence_words, minus
from sim.plots.daily import band
from sim.plots.multiples import NEAR, columns_of, grid, head, height_of, name_days
from sim.plots.style import GREY, HEIGHT, NOTE, SMALL, at_least, canvas, day_ticks, dress

SMALLEST = {
    "-1 to 1": 0.02,
    "0 to 1": 0.02,
    "percent of population": 0.05,
    "persons": 1.0,
}  # least span of an axis by unit
SHARE = 0.02  # least span of another axis
PALE = 0.6  # of a line where its interval holds zero


def differences_over_time(
    lines: Sequence[dict[Any, Any]], title: str, note: str, confidence: float, panel: str = "variable"
) -> Figure:
    """Plot mean paired differences by day with their intervals.

    Parameters
    ----------
    lines : sequence of dict
        One per panel and line: variable, unit, arm (labels), style (of matplotlib), note (words for the legend, or empty),
        step (True where the value jumps from day to day), interval (its name, or empty), and mean, low, high, each
        (days + 1,) in the unit.
    title : str
        First line of the figure.
    note : str
        Words on the replications, at the end of the second line.
    confidence : float
        Confidence of the intervals, in (0, 1).
    panel : {'variable', 'arm'}, optional
        What has a panel of its own.

    Returns
    -------
    Figure
        One panel per variable or per arm.

    Examples
    --------
    >>> import numpy as np
    >>> from sim.plots import differences_over_time, look
    >>> line = {"variable": "Protest", "unit": "percent", "arm": "A", "style": look(0, "black"), "note": "", "step": False}
    >>> line |= {"interval": "", "mean": np.zeros(4), "low": np.full(4, -1.0), "high": np.ones(4)}
    >>> len(differences_over_time([line], "Difference", "n = 9 replications", 0.95).axes)
    1
    """
    titles = list(dict.fromkeys(line[panel] for line in lines))
    by_arm = panel == "arm"
    fig = canvas(
        title,
        f"Line: mean paired difference, strong where its interval excludes zero; band: pointwise {confidence_words(confidence)} interval, each day by itself{_named(lines)}; {note}{_equal(lines)}.",
        [] if by_arm else _handles(lines),
        max(HEIGHT, height_of(len(titles))),
    )
    axes = grid(fig, len(titles)) if by_arm else _apart(fig, len(titles))
    for ax, name in zip(axes, titles, strict=True):
        panel_lines = [line for line in lines if line[panel] == name]
        ax.axhline(0, color=GREY, linewidth=1.2)
        for line in panel_lines:
            _draw(ax, line | {"style": NEAR | {"color": line["style"]["color"]}} if by_arm else line)
        head(ax, _head(panel_lines[0], name, by_arm))
        at_least(ax, SMALLEST.get(panel_lines[0]["unit"], SHARE))
        ax.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]))
        dress(ax)
        ax.tick_params(labelsize=SMALL)
        ax.set_xlim(0, len(panel_lines[0]["mean"]) - 1)
    day_ticks(axes[0])
    name_days(axes, "Days elapsed")
    if by_arm or len(titles) == 1:
        fig.supylabel(minus(f"Difference ({changed(lines[0]['unit'])})"), size=NOTE)
    return fig


def _named(lines: Sequence[dict[Any, Any]]) -> str:
    named = list(dict.fromkeys(line["interval"] for line in lines if line["interval"]))
    return f" ({', '.join(named)})" if named else ""


def _equal(lines: Sequence[dict[Any, Any]]) -> str:
    return "" if any(np.any(line["mean"]) for line in lines) else ". No difference on any day"


def _draw(ax: Axes, line: dict[Any, Any]) -> None:
    """One line with its band, where there is an interval."""
    day, step = np.arange(len(line["mean"])), "post" if line["step"] else None
    if np.isfinite(line["low"]).all():
        band(ax, day, line["low"], line["high"], line["style"], step)
    steps = f"steps-{step}" if step else "default"
    decided = (line["low"] > 0) | (line["high"] < 0)
    ax.plot(
        day,
        line["mean"],
        drawstyle=steps,
        **line["style"] | {"linewidth": 0.5 * line["style"]["linewidth"], "alpha": PALE},
    )
    ax.plot(day, np.where(decided, line["mean"], np.nan), drawstyle=steps, **line["style"])


def _head(line: dict[Any, Any], name: str, by_arm: bool) -> str:
    if by_arm:
        return f"{name}: {line['note']}" if line["note"] else name
    return minus(f"{name} ({changed(line['unit'])})")


def _handles(lines: Sequence[dict[Any, Any]]) -> list[Line2D]:
    """One legend line per arm."""
    first = {line["arm"]: line for line in reversed(lines)}
    arms = dict.fromkeys(line["arm"] for line in lines)
    return [
        Line2D([], [], label=f"{a}: {first[a]['note']}" if first[a]["note"] else a, **first[a]["style"]) for a in arms
    ]


def _apart(fig: Figure, n: int) -> list[Any]:
    """Panels with vertical axes of their own."""
    columns = min(2, columns_of(n))
    axes = fig.subplots(-(-n // columns), columns, sharex=True, squeeze=False).ravel()
    for ax in axes[n:]:
        ax.set_axis_off()
    return list(axes[:n])
