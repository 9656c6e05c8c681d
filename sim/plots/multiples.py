"""Small multiples: one panel per scenario on common axes, for more scenarios than one panel can hold."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from sim.core.wording import confidence_words
from sim.plots.alignment import ALIGNED
from sim.plots.daily import change_since_start, daily_median, median_note, share_in_office
from sim.plots.style import (
    GREY,
    NOTE,
    SMALL,
    WIDTH,
    canvas,
    day_ticks,
    dress,
    fold,
    hosts,
    look,
    onset,
    patron_colour,
    replication_count,
)
from sim.records.ensemble import Ensemble
from sim.records.variables import BY_NAME

MANY = 5  # scenarios that one panel holds; line styles repeat beyond
FAR = {"color": GREY, "linestyle": (0, (3, 1.5)), "linewidth": 1.3, "zorder": 6}  # the baseline behind every panel
NEAR = {"linestyle": "-", "linewidth": 2.2, "zorder": 4}


def grid(fig: Figure, n: int) -> list[Axes]:
    """n panels in at most four columns on common axes; the remainder of the last row stays empty."""
    columns = columns_of(n)
    axes = fig.subplots(-(-n // columns), columns, sharex=True, sharey=True, squeeze=False).ravel()
    for ax in axes[n:]:
        ax.set_axis_off()
    return list(axes[:n])


def columns_of(n: int) -> int:
    """Columns of a grid of n panels."""
    return n if n <= 3 else 2 if n == 4 else 3 if n <= 9 else 4


def height_of(n: int) -> float:
    """Inches that a grid of n panels needs."""
    return 1.6 + 1.75 * -(-n // columns_of(n)) + (1.4 if n <= 3 else 0.0)


def name_days(axes: Sequence[Axes], label: str) -> None:
    """The name of the horizontal axis, below the last row."""
    for ax in axes:
        place = ax.get_subplotspec()
        if place is not None and place.is_last_row():
            ax.set_xlabel(label, size=SMALL)


def head(ax: Axes, text: str) -> None:
    """Title of a panel, folded to its width."""
    place = ax.get_subplotspec()
    room = (WIDTH - 1.0) * 72 / (1 if place is None else place.get_gridspec().ncols) - 16
    ax.set_title("\n".join(fold(text, SMALL, room)), size=SMALL, loc="left")


def series_multiples(
    ensembles: Sequence[Ensemble], baseline: Ensemble, column: str, central: float = 0.9, days: int = 60
) -> Figure:
    """Plot one daily series, a panel per scenario.

    Parameters
    ----------
    ensembles : sequence of Ensemble
        Paired replications, one ensemble per scenario; `series` of each has shape (runs, days + 1).
    baseline : Ensemble
        Scenario that is drawn dashed in every panel.
    column : str
        Name of a series, like 'protest'.
    central : float, optional
        Share of replications within the band, in (0, 1).
    days : int, optional
        Days that are drawn.

    Returns
    -------
    Figure
        Median and central band of each scenario.

    Examples
    --------
    >>> import sim
    >>> from sim.metrics import compute_metrics
    >>> from sim.records.ensemble import ensemble
    >>> spec = sim.load(["citizens=1000", "days=5"])
    >>> records = sim.simulate(spec)
    >>> one = ensemble(spec, [records.table()], [compute_metrics(records)])
    >>> from sim.plots import series_multiples
    >>> len(series_multiples([one], one, "protest").axes)
    1
    """
    variable, last_day = BY_NAME[column], min(days, baseline.days - 1)

    def median(ax: Axes, one: Ensemble, style: dict[Any, Any], with_band: bool) -> None:
        values = one.series[column][:, : last_day + 2]
        daily_median(ax, np.arange(values.shape[1]) - 1, values, central if with_band else None, style)

    note = f"{median_note(ensembles, central)}; first {last_day} of {baseline.days} days; day 0 = {onset(ensembles)}."
    fig = _panels(ensembles, baseline, median, f"{hosts(ensembles)}: {variable.label.lower()}", note)
    _limits(fig, (-1, last_day), f"{variable.label}\n({variable.unit})", "Day")
    return fig


def survival_multiples(
    ensembles: Sequence[Ensemble], baseline: Ensemble, confidence: float = 0.95, title: str = ""
) -> Figure:
    """Plot the share of replications whose government of day 0 is in office, a panel per scenario.

    Parameters
    ----------
    ensembles : sequence of Ensemble
        Paired replications, one ensemble per scenario; `series` of each has shape (runs, days + 1).
    baseline : Ensemble
        Scenario that is drawn dashed in every panel.
    confidence : float, optional
        Confidence of the pointwise Wilson intervals [Wilson1927], in (0, 1).
    title : str, optional
        Message of the figure; default: the question that it answers.

    Returns
    -------
    Figure
        Percent of replications by day.

    Examples
    --------
    >>> import sim
    >>> from sim.metrics import compute_metrics
    >>> from sim.records.ensemble import ensemble
    >>> spec = sim.load(["citizens=1000", "days=5"])
    >>> records = sim.simulate(spec)
    >>> one = ensemble(spec, [records.table()], [compute_metrics(records)])
    >>> from sim.plots import survival_multiples
    >>> len(survival_multiples([one], one).axes)
    1
    """

    def share(ax: Axes, one: Ensemble, style: dict[Any, Any], with_band: bool) -> None:
        share_in_office(ax, one, confidence if with_band else None, style)

    note = f"Line: share of replications; band: pointwise {confidence_words(confidence)} Wilson interval; {replication_count(ensembles)}; day 0 = {onset(ensembles)}."
    fig = _panels(
        ensembles, baseline, share, title or f"{hosts(ensembles)}: is the government of day 0 still in office?", note
    )
    _limits(fig, (0, baseline.days), "In office\n(percent of replications)", "Days elapsed")
    return fig


def alignment_multiples(ensembles: Sequence[Ensemble], who: str, names: dict[str, str]) -> Figure:
    """Plot the median change of alignment with each patron since day 0, a panel per scenario.

    Parameters
    ----------
    ensembles : sequence of Ensemble
        Paired replications, one ensemble per scenario; `series` of each has shape (runs, days + 1).
    who : {'elite', 'public'}
        Whose alignment.
    names : dict of str to str
        Code of a patron -> name to print.

    Returns
    -------
    Figure
        Points on the scale -1 to 1 by day.

    Examples
    --------
    >>> import sim
    >>> from sim.metrics import compute_metrics
    >>> from sim.records.ensemble import ensemble
    >>> spec = sim.load(["citizens=1000", "days=5"])
    >>> records = sim.simulate(spec)
    >>> one = ensemble(spec, [records.table()], [compute_metrics(records)])
    >>> from sim.plots import alignment_multiples
    >>> len(alignment_multiples([one], "elite", {}).axes)
    1
    """
    patrons = list(dict.fromkeys(p for e in ensembles for p in e.patrons))
    styles = [look(i, patron_colour(i)) for i in range(len(patrons))]
    label = BY_NAME[f"{who}_alignment"].label
    fig = canvas(
        f"{hosts(ensembles)}: {label[0].lower()}{label[1:]} with each patron, change since day 0",
        f"Line: median of each day; {replication_count(ensembles)}; {ALIGNED}; day 0 = {onset(ensembles)}.",
        [Line2D([], [], label=names.get(p, p), **s) for p, s in zip(patrons, styles, strict=True)],
        height_of(len(ensembles)),
    )
    for ax, one in zip(grid(fig, len(ensembles)), ensembles, strict=True):
        ax.axhline(0, color=GREY, linewidth=1)
        for patron, style in zip(patrons, styles, strict=True):
            column = f"{who}_alignment:{patron}"
            if column in one.series:
                daily_median(ax, np.arange(one.days + 1), change_since_start(one, column), None, style)
        head(ax, one.label)
        _small(ax)
    _limits(fig, (0, ensembles[0].days), "Change", "Days elapsed")
    return fig


def _panels(
    ensembles: Sequence[Ensemble], baseline: Ensemble, draw: Callable[..., Any], title: str, note: str
) -> Figure:
    """draw(ax, ensemble, style, with_band) for every scenario in a panel of its own, and for the baseline in all."""
    handles: list[Artist] = [Line2D([], [], label=f"{baseline.label} (the baseline, in every panel)", **FAR)]
    fig = canvas(title, note, handles, height_of(len(ensembles)))
    for ax, one in zip(grid(fig, len(ensembles)), ensembles, strict=True):
        draw(ax, one, NEAR | {"color": one.colour}, True)
        if one is not baseline:
            draw(ax, baseline, FAR, False)
        head(ax, one.label)
        _small(ax)
    return fig


def _small(ax: Axes) -> None:
    dress(ax)
    ax.tick_params(labelsize=SMALL)
    ax.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]))


def _limits(fig: Figure, x: tuple[float, float], y_label: str, x_label: str) -> None:
    """Common horizontal axis and the names of both axes."""
    axes = [ax for ax in fig.axes if ax.axison]
    axes[0].set_xlim(*x)
    day_ticks(axes[0])
    name_days(axes, x_label)
    fig.supylabel(y_label.replace("\n", " "), size=NOTE)
