"""Figure of shares of influence on the host by channel and patron."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from sim.core.axes import CHANNELS
from sim.core.wording import confidence_words, number
from sim.plots.style import (
    GREY,
    HATCHES,
    HEIGHT,
    NOTE,
    SMALL,
    canvas,
    distinct_in_colour,
    dress,
    hosts,
    replication_count,
)
from sim.records.ensemble import Ensemble

BAND = 0.9
MOVED = 1.0  # percentage points since day 0 from which a number is bold
THICK = 0.18  # inches that a bar with its number needs


def influence_shares(ensembles: Sequence[Ensemble], names: dict[str, str] | None = None, title: str = "") -> Figure:
    """Plot the share of each patron and channel in all influence on the host.

    Parameters
    ----------
    ensembles : sequence of Ensemble
        Paired replications, one ensemble per scenario; `series` of each has shape (runs, days + 1).
    names : dict of str to str, optional
        Code of a patron -> name to print.
    title : str, optional
        First line of the figure; by default it names the subject.

    Returns
    -------
    Figure
        Percent of all foreign influence, on day 0 and at the horizon, a panel per channel.

    Examples
    --------
    >>> import sim
    >>> from sim.metrics import compute_metrics
    >>> from sim.records.ensemble import ensemble
    >>> spec = sim.load(["citizens=1000", "days=5"])
    >>> records = sim.simulate(spec)
    >>> one = ensemble(spec, [records.table()], [compute_metrics(records)])
    >>> from sim.plots import influence_shares
    >>> len(influence_shares([one]).axes)
    3
    """
    ensembles = distinct_in_colour(ensembles)
    patrons = list(dict.fromkeys(p for e in ensembles for p in e.patrons))
    after = {e.days for e in ensembles}
    bars = [(f"day 0, {_same_start(ensembles)}", "white", "", ensembles[0], 0)]
    for i, e in enumerate(ensembles):
        bars.append(
            (
                e.label if len(after) == 1 else f"{e.label}, after {e.days} days",
                e.colour,
                HATCHES[i % len(HATCHES)],
                e,
                -1,
            )
        )
    spread = (
        f"; whisker: central {confidence_words(BAND)} of replications" if any(e.n_runs > 1 for e in ensembles) else ""
    )
    fig = canvas(
        title or f"{hosts(ensembles)}: shares of influence by channel, day 0 and {_horizon(after)}",
        f"Bar and number: mean share of all foreign influence on the host, percent{spread}; {replication_count(ensembles)}. "
        "Bold: a change since day 0 of a point or more. Other states hold the rest.",
        [Patch(facecolor=c, edgecolor="black", hatch=h, label=t) for t, c, h, _, _ in bars],
        max(HEIGHT, 1.9 + THICK * len(bars) * len(patrons)),
    )
    axes = fig.subplots(1, len(CHANNELS), sharex=True, sharey=True)
    for ax, channel in zip(axes, CHANNELS, strict=True):
        _panel(ax, channel, patrons, bars)
    axes[0].set_yticks(range(len(patrons)), [(names or {}).get(p, p).replace(" ", "\n") for p in patrons])
    axes[0].invert_yaxis()
    axes[0].set_xlim(0, 1.28 * axes[0].get_xlim()[1])  # room for the numbers
    return fig


def _panel(ax: Axes, channel: str, patrons: list[str], bars: list[tuple[Any, ...]]) -> None:
    """Grouped horizontal bars of one channel."""
    thick = 0.84 / len(bars)
    for row, patron in enumerate(patrons):
        for j, (_, colour, hatch, e, when) in enumerate(bars):
            column = f"influence_share:{channel}:{patron}"
            if column not in e.series:
                continue
            values, y = 100 * e.series[column][:, when], row + (j - (len(bars) - 1) / 2) * thick
            mean, (low, high) = values.mean(), np.quantile(values, [(1 - BAND) / 2, (1 + BAND) / 2])
            ax.barh(y, mean, 0.9 * thick, color=colour, edgecolor="black", hatch=hatch, linewidth=0.8)
            if len(values) > 1:
                ax.plot([low, high], [y, y], color=GREY, linewidth=1.6)
            ax.annotate(
                number(mean), (max(mean, high), y), (4, 0),
                textcoords="offset points", va="center_baseline", size=SMALL,
                weight="bold" if abs(mean - 100 * e.series[column][:, 0].mean()) >= MOVED else "normal",
            )  # fmt: skip
    ax.set_title(f"{channel.capitalize()} channel", size=NOTE + 0.5, loc="left")
    ax.set_xlabel("Share of influence (percent)", size=NOTE)
    dress(ax, "x")


def largest_move(ensembles: Sequence[Ensemble]) -> tuple[float, str, str, str]:
    """The largest change of a mean share since day 0 in percentage points, with patron, channel and label of the scenario."""
    moves = [
        (100 * float((e.series[column][:, -1] - e.series[column][:, 0]).mean()), patron, channel, e.label)
        for e in ensembles
        for column in e.series
        if column.startswith("influence_share:")
        for _, channel, patron in [column.split(":")]
    ]
    return max(moves, key=lambda move: abs(move[0]))


def _horizon(after: set[int]) -> str:
    return f"after {after.pop()} days" if len(after) == 1 else "at the horizon"


def _same_start(ensembles: Sequence[Ensemble]) -> str:
    """Name of the white bar of day 0: all scenarios, or the first one if they start differently."""
    columns = [k for k in ensembles[0].series if k.startswith("influence_share:")]
    first = [ensembles[0].series[k][:, 0].mean() for k in columns]
    alike = all(k in e.series for e in ensembles for k in columns) and all(
        np.allclose([e.series[k][:, 0].mean() for k in columns], first, atol=5e-4) for e in ensembles
    )
    return "all scenarios" if alike and len(ensembles) > 1 else ensembles[0].label
