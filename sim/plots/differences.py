"""Paired differences of scenarios from a reference."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.plots.style import GREY, HEIGHT, NOTE, SMALL, canvas, dress, percent

COLUMNS = 3
MARKERS = "osD^vP"


def paired_differences(rows: Sequence[dict], reference_label: str, level: float) -> Figure:
    """Forest plot: mean paired difference from the reference with its interval, one small panel per metric.

    Each row has metric, unit, arm (labels), colour, mean, low, high (in the unit), share_positive (0 to 1), n.
    """
    metrics = list(dict.fromkeys(r["metric"] for r in rows))
    arms = list(dict.fromkeys(r["arm"] for r in rows))
    columns = min(COLUMNS, len(metrics))
    n_rows = -(-len(metrics) // columns)
    fig = canvas(
        f"Difference from \N{LEFT DOUBLE QUOTATION MARK}{reference_label}\N{RIGHT DOUBLE QUOTATION MARK}, world by world",
        f"Mark: mean paired difference; bar: {percent(level)} interval of the mean; number: share of worlds in which "
        f"the value is higher than in the reference; {_counts(rows)}.",
        height=max(HEIGHT, 1.2 + n_rows * (0.85 + 0.42 * len(arms))),
    )  # fmt: skip
    axes = fig.subplots(n_rows, columns, sharey=True, squeeze=False).ravel()
    for ax, name in zip(axes, metrics, strict=False):
        _panel(ax, name, [r for r in rows if r["metric"] == name], arms)
    for ax in axes[len(metrics) :]:
        ax.set_axis_off()
    axes[0].set_ylim(len(arms) - 0.5, -0.65)
    return fig


def _panel(ax: Axes, name: str, rows: Sequence[dict], arms: list[str]) -> None:
    """One metric: a mark with its interval per arm, and the zero line."""
    ax.axvline(0, color=GREY, linewidth=1.2)
    for row in rows:
        y = arms.index(row["arm"])
        marker = MARKERS[y % len(MARKERS)]
        ax.plot([row["low"], row["high"]], [y, y], color=row["colour"], linewidth=3, solid_capstyle="butt")
        ax.plot(row["mean"], y, marker=marker, color=row["colour"], markersize=9, markeredgecolor="white")
        ax.annotate(
            percent(round(row["share_positive"], 2)), (1, y), (-2, 9), xycoords=("axes fraction", "data"),
            textcoords="offset points", ha="right", va="center", size=SMALL, color=GREY,
        )  # fmt: skip
    ax.set_title(name, size=NOTE, loc="left")
    ax.set_xlabel(rows[0]["unit"], size=SMALL)
    ax.set_yticks(range(len(arms)), arms)
    dress(ax, "x")
    ax.tick_params(labelsize=SMALL)
    ax.locator_params(axis="x", nbins=4)


def _counts(rows: Sequence[dict]) -> str:
    """'n = 60 paired worlds', or the range where metrics are not observed in all of them."""
    counts = sorted({r["n"] for r in rows})
    return f"n = {counts[0]} paired worlds" if len(counts) == 1 else f"n = {counts[0]} to {counts[-1]} paired worlds"
