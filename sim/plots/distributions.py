"""Figure of the distribution of metrics over the replications of each scenario."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.core.wording import minus
from sim.plots.style import HATCHES, HEIGHT, NOTE, SMALL, WIDTH, canvas, dress, fold, text_width

FEW = 40  # replications; with fewer, each has a mark


def distributions(rows: Sequence[dict[Any, Any]], note: str) -> Figure:
    """Plot how the replications of each scenario spread.

    Parameters
    ----------
    rows : sequence of dict
        Each has metric, unit, arm (labels), colour and values (replications,), NaN = not observed. Rows without a value are
        left out.
    note : str
        Words on the replications, at the end of the second line.

    Returns
    -------
    Figure
        One panel per metric, one box per scenario.

    Examples
    --------
    >>> import numpy as np
    >>> from sim.plots import distributions
    >>> row = {"metric": "Deaths", "unit": "persons", "arm": "A", "colour": "black", "values": np.arange(9.0)}
    >>> len(distributions([row], "n = 9 replications").axes)
    1
    """
    metrics = list(dict.fromkeys(r["metric"] for r in rows))
    arms = list(dict.fromkeys(r["arm"] for r in rows))
    every = max(r["values"].size for r in rows) < FEW
    marks = "dots: all replications" if every else "dots: replications beyond the whiskers"
    columns = min(3, len(metrics))
    n_rows = -(-len(metrics) // columns)
    fig = canvas(
        "How the replications of each scenario spread",
        f"Box: quartiles; line in it: median; diamond: mean; whiskers: 5th to 95th percentile; {marks}; {note}.",
        height=max(HEIGHT, 1.2 + n_rows * (0.9 + 0.27 * len(arms))),
    )
    axes = fig.subplots(n_rows, columns, sharey=True, squeeze=False).ravel()
    room = ((WIDTH - 0.5) * 72 - max(text_width(a, NOTE) for a in arms)) / columns - 14
    for ax, metric in zip(axes, metrics, strict=False):
        _boxes(ax, [r for r in rows if r["metric"] == metric], arms, every)
        ax.set_title("\n".join(fold(metric, NOTE, room)), size=NOTE, loc="left")
    for ax in axes[len(metrics) :]:
        ax.set_axis_off()
    axes[0].set_ylim(len(arms) - 0.4, -0.6)
    axes[0].set_yticks(range(len(arms)), arms)
    return fig


def _boxes(ax: Axes, rows: Sequence[dict[Any, Any]], arms: list[str], every: bool) -> None:
    """One metric; the axis holds every replication. every: each replication has a mark, not only those beyond the whiskers."""
    for row in rows:
        y, values = arms.index(row["arm"]), row["values"][~np.isnan(row["values"])]
        if not values.size:
            continue
        stats = summary(values)
        box = ax.bxp(
            [stats], positions=[y], orientation="horizontal", widths=0.6, showfliers=False, showmeans=True,
            patch_artist=True, manage_ticks=False, medianprops={"color": "black", "linewidth": 2},
            meanprops={"marker": "D", "markerfacecolor": "white", "markeredgecolor": "black", "markersize": 6},
        )  # fmt: skip
        box["boxes"][0].set(facecolor=row["colour"], hatch=HATCHES[y % len(HATCHES)], edgecolor="black")
        marked = values if every else values[(values < stats["whislo"]) | (values > stats["whishi"])]
        ax.plot(
            marked, y + _apart(marked.size), "o", color="white", markeredgecolor="black", markersize=4, zorder=4,
            label="worlds",
        )  # fmt: skip
    ax.set_xlabel(minus(rows[0]["unit"]), size=SMALL)
    ax.locator_params(axis="x", nbins=3)
    dress(ax, "x")
    ax.tick_params(axis="x", labelsize=SMALL)


def summary(values: np.ndarray) -> dict[Any, Any]:
    """Statistics of a box. The whiskers end at percentiles; those of matplotlib would end at the value of a replication."""
    low, first, median, third, high = np.percentile(values, (5, 25, 50, 75, 95))
    return {"whislo": low, "q1": first, "med": median, "q3": third, "whishi": high, "mean": values.mean()}


def _apart(n: int) -> np.ndarray:
    """Small steps up and down, so that equal replications do not hide each other."""
    golden = 0.6180339887
    return 0.36 * ((0.5 + golden * np.arange(n)) % 1.0 - 0.5)
