"""Paired differences of scenarios from a baseline."""

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.core.wording import changed, confidence_words, minus, percent
from sim.plots.style import GREY, HEIGHT, NOTE, SMALL, WIDTH, canvas, dress, fold, text_width

MARKERS = "osD^vP"


def paired_differences(rows: Sequence[dict[Any, Any]], baseline_label: str, confidence: float) -> Figure:
    """Plot mean paired differences from the baseline with their intervals.

    Parameters
    ----------
    rows : sequence of dict
        Each has metric, unit, arm (labels), colour, mean, low, high (in the unit), interval (its name), share_positive
        (0 to 1) and n. A row with n = 0 was not observed and is left out; at least one row must have been.
    baseline_label : str
        Name of the scenario that the others are compared with.
    confidence : float
        Confidence of the intervals, in (0, 1).

    Returns
    -------
    Figure
        Forest plot, one small panel per metric.

    Examples
    --------
    >>> from sim.plots import paired_differences
    >>> row = {"metric": "Deaths", "unit": "persons", "arm": "A", "colour": "black", "mean": 1.0, "low": -1.0, "high": 3.0}
    >>> row |= {"interval": "t", "share_positive": 0.7, "n": 9}
    >>> len(paired_differences([row], "B", 0.95).axes)
    1
    """
    rows = [r for r in rows if r["n"]]
    metrics = list(dict.fromkeys(r["metric"] for r in rows))
    arms = list(dict.fromkeys(r["arm"] for r in rows))
    n_columns = next((c for c, most in ((1, 1), (2, 2), (3, 3), (2, 4), (3, 9)) if len(metrics) <= most), 4)
    n_rows = -(-len(metrics) // n_columns)
    fig = canvas(
        f"Difference from \N{LEFT DOUBLE QUOTATION MARK}{baseline_label}\N{RIGHT DOUBLE QUOTATION MARK}, replication by replication",
        f"Mark: mean paired difference; bar: its {confidence_words(confidence)} interval ({_intervals(rows)}); number at the right: share of "
        f"replications in which the value is higher than in the baseline (equal does not count); {_counts(rows)}.",
        height=max(HEIGHT, 1.2 + n_rows * (0.9 + 0.27 * len(arms))),
    )
    axes = fig.subplots(n_rows, n_columns, sharey=True, squeeze=False).ravel()
    names = max(text_width(a, NOTE) for a in arms)
    room = ((WIDTH - 0.5) * 72 - names) / n_columns - 14
    for ax, name in zip(axes, metrics, strict=False):
        _panel(ax, [r for r in rows if r["metric"] == name], arms, "\n".join(fold(name, NOTE, room)))
        ax.locator_params(axis="x", nbins={1: 7, 2: 5, 3: 3, 4: 2}[n_columns])
    for ax in axes[len(metrics) :]:
        ax.set_axis_off()
    axes[0].set_ylim(len(arms) - 0.4, -0.6)
    most = max(r["n"] for r in rows)
    for ax, name in zip(axes, metrics, strict=False):
        fewest = min(r["n"] for r in rows if r["metric"] == name)
        if fewest < most:
            ax.set_xlabel(f"{ax.get_xlabel()}, n \N{GREATER-THAN OR EQUAL TO} {fewest}", size=SMALL)
    return fig


def _panel(ax: Axes, rows: Sequence[dict[Any, Any]], arms: list[str], title: str) -> None:
    """One metric: a mark with its interval per arm, and the zero line."""
    ax.axvline(0, color=GREY, linewidth=1.2)
    for row in rows:
        y = arms.index(row["arm"])
        ax.plot([row["low"], row["high"]], [y, y], color=row["colour"], linewidth=3, solid_capstyle="butt")
        ax.plot(row["mean"], y, MARKERS[y % len(MARKERS)], color=row["colour"], markersize=9, markeredgecolor="white")
        ax.annotate(
            percent(row["share_positive"]),
            (1, y),
            (6, 0),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            va="center_baseline",
            size=SMALL,
        )
    ax.set_title(title, size=NOTE, loc="left")
    ax.set_xlabel(minus(changed(rows[0]["unit"])), size=SMALL)
    ax.set_yticks(range(len(arms)), arms)
    dress(ax, "x")
    ax.tick_params(axis="x", labelsize=SMALL)


def _intervals(rows: Sequence[dict[Any, Any]]) -> str:
    """Names of the intervals that are drawn."""
    named = dict.fromkeys(r["interval"] for r in rows if r["low"] < r["high"])
    return ", ".join(named) or "no width: no difference varies"


def _counts(rows: Sequence[dict[Any, Any]]) -> str:
    """'n = 60 paired replications', or the range where a metric is not observed in all of them."""
    counts = sorted({r["n"] for r in rows})
    return (
        f"n = {counts[0]} paired replications"
        if len(counts) == 1
        else f"n = {counts[0]} to {counts[-1]} paired replications"
    )
