"""Paired differences of scenarios from a baseline."""

from collections.abc import Iterable, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.core.wording import changed, confidence_words, minus, percent
from sim.plots.style import GREY, HEIGHT, NOTE, SMALL, WIDTH, canvas, dress, fold, text_width

MARKERS = "osD^vP"
COLUMN = "share of paired replications in which it is higher"
OPEN = ("undecided", "no difference", "one replication")  # verdicts whose marks are pale
HEADER, COLUMN_WIDTH = "verdict,\nhigher in", 72  # name of the column beside the marks; its width in points
ROW = 0.45  # inches of an arm: verdict and share stand below one another


def paired_differences(
    rows: Sequence[dict[Any, Any]], baseline_label: str, confidence: float, title: str = ""
) -> Figure:
    """Plot mean paired differences from the baseline with their intervals.

    Parameters
    ----------
    rows : sequence of dict
        Each has metric, unit, arm (labels), colour, mean, low, high (in the unit), interval (its name), share_positive
        (0 to 1) and n; decided is a verdict like 'higher', which is printed if it is there. A row with n = 0 was not observed and is left out; at least one row must have been.
    baseline_label : str
        Name of the scenario that the others are compared with.
    confidence : float
        Confidence of the intervals, in (0, 1).
    title : str, optional
        First line of the figure; by default it names the baseline.

    Returns
    -------
    Figure
        Forest plot, one small panel per metric; metrics of one unit share their scale.

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
        title
        or f"Difference from \N{LEFT DOUBLE QUOTATION MARK}{baseline_label}\N{RIGHT DOUBLE QUOTATION MARK}, replication by replication",
        f"Mark: mean paired difference from \N{LEFT DOUBLE QUOTATION MARK}{baseline_label}\N{RIGHT DOUBLE QUOTATION MARK}; bar: its "
        f"{confidence_words(confidence)} interval ({_intervals(rows)}), pale if undecided; column at the right: verdict, and {COLUMN} "
        f"(equal does not count); {_counts(rows)}. Panels of one unit share their scale.",
        height=max(HEIGHT, 1.4 + n_rows * (1.2 + ROW * len(arms))),
    )
    axes = fig.subplots(n_rows, n_columns, sharey=True, squeeze=False).ravel()
    names = max(text_width(a, NOTE) for a in arms)
    room = ((WIDTH - 0.5) * 72 - names) / n_columns - 14
    for i, (ax, name) in enumerate(zip(axes, metrics, strict=False)):
        column = COLUMN_WIDTH if i < n_columns else 0.0
        _panel(ax, [r for r in rows if r["metric"] == name], arms, "\n".join(fold(name, NOTE, room - column)))
        if column:
            ax.annotate(
                HEADER, (1, 1), (6, 6), xycoords="axes fraction", textcoords="offset points", size=SMALL, color=GREY
            )
    for ax in axes[len(metrics) :]:
        ax.set_axis_off()
    axes[0].set_ylim(len(arms) - 0.4, -0.6)
    _share_scales(axes, [next(r["unit"] for r in rows if r["metric"] == name) for name in metrics])
    for ax in axes[: len(metrics)]:
        ax.locator_params(axis="x", nbins={1: 7, 2: 5, 3: 3, 4: 2}[n_columns])
    most = max(r["n"] for r in rows)
    for ax, name in zip(axes, metrics, strict=False):
        fewest = min(r["n"] for r in rows if r["metric"] == name)
        if fewest < most:
            ax.set_xlabel(f"{ax.get_xlabel()}, n \N{GREATER-THAN OR EQUAL TO} {fewest}", size=SMALL)
    return fig


def _share_scales(axes: Iterable[Axes], units: list[str]) -> None:
    """One horizontal scale for all panels of a unit, with room around the marks."""
    for unit in dict.fromkeys(units):
        panels = [ax for ax, of in zip(axes, units, strict=False) if of == unit]
        low, high = min(ax.get_xlim()[0] for ax in panels), max(ax.get_xlim()[1] for ax in panels)
        for ax in panels:
            ax.set_xlim(low, high)


def _panel(ax: Axes, rows: Sequence[dict[Any, Any]], arms: list[str], title: str) -> None:
    """One metric: a mark with its interval per arm, and the zero line."""
    ax.axvline(0, color=GREY, linewidth=1.2)
    for row in rows:
        y, verdict = arms.index(row["arm"]), row.get("decided", "")
        pale = 0.4 if verdict in OPEN else 1.0
        ax.plot([row["low"], row["high"]], [y, y], color=row["colour"], linewidth=3, solid_capstyle="butt", alpha=pale)
        look = {"color": row["colour"], "markersize": 9, "markeredgecolor": row["colour"] if pale < 1 else "white"}
        look |= {"markerfacecolor": "white"} if pale < 1 else {}
        ax.plot(row["mean"], y, MARKERS[y % len(MARKERS)], **look)
        for text, drop in ((verdict, 6.5), (percent(row["share_positive"]), -6.5 if verdict else 0)):
            if text:
                _beside(ax, y, text, drop, "bold" if drop > 0 and pale == 1.0 else "normal")
    ax.set_title(title, size=NOTE, loc="left")
    ax.set_xlabel(minus(changed(rows[0]["unit"])), size=SMALL)
    ax.set_yticks(range(len(arms)), arms)
    dress(ax, "x")
    ax.tick_params(axis="x", labelsize=SMALL)


def _beside(ax: Axes, y: int, text: str, up: float, weight: str) -> None:
    """A text at the right of an arm's row, moved up by points."""
    ax.annotate(
        text, (1, y), (6, up), xycoords=("axes fraction", "data"), textcoords="offset points", va="center_baseline",
        size=SMALL, weight=weight,
    )  # fmt: skip


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
