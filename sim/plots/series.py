"""Figures of daily series by scenario: protest and legitimacy, survival of the government."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.core.wording import changed, confidence_words, minus
from sim.plots.daily import daily_median, median_note, share_in_office, wilson
from sim.plots.style import (
    GREY,
    NOTE,
    at_least,
    canvas,
    day_ticks,
    distinct_in_colour,
    dress,
    hosts,
    least_span,
    look,
    onset,
    replication_count,
    scenario_handles,
)
from sim.records.ensemble import Ensemble
from sim.records.variables import BY_NAME


def protest_and_legitimacy(
    ensembles: Sequence[Ensemble], central: float = 0.9, days: int = 60, baseline: Ensemble | None = None
) -> Figure:
    """Plot the median and the central band of protest and legitimacy over the first days.

    Parameters
    ----------
    ensembles : sequence of Ensemble
        Paired replications, one ensemble per scenario; `series` of each has shape (runs, days + 1).
    central : float, optional
        Share of replications within the band, in (0, 1).
    days : int, optional
        Days that are drawn.
    baseline : Ensemble, optional
        Scenario among them whose paired differences from the others stand in a second column.

    Returns
    -------
    Figure
        Protest in percent of the population above, legitimacy in [0, 1] below.

    Examples
    --------
    >>> import sim
    >>> from sim.metrics import compute_metrics
    >>> from sim.records.ensemble import ensemble
    >>> spec = sim.load(["citizens=1000", "days=5"])
    >>> records = sim.simulate(spec)
    >>> one = ensemble(spec, [records.table()], [compute_metrics(records)])
    >>> from sim.plots import protest_and_legitimacy
    >>> len(protest_and_legitimacy([one]).axes)
    2
    """
    horizon = max(e.days for e in ensembles)
    last_day = min(days, horizon - 1)
    window = f"first {last_day} of {horizon} days" if last_day < horizon - 1 else f"{horizon} days"
    ensembles = distinct_in_colour(ensembles)
    at = -1 if baseline is None else [e.scenario for e in ensembles].index(baseline.scenario)
    beside = len(ensembles) > 1 and at >= 0
    note = median_note(ensembles, central)
    note += "; right: paired difference from the baseline, its median and central band" if beside else ""
    fig = canvas(f"{hosts(ensembles)}: protest and legitimacy, {window}", note, scenario_handles(ensembles))
    axes = fig.subplots(2, 1 + beside, sharex=True, squeeze=False)
    for row, name in zip(axes, ("protest", "legitimacy"), strict=True):
        _levels(row[0], ensembles, name, central, last_day)
        if beside:
            _differences(row[1], ensembles, ensembles[at], name, central, last_day)
    axes[0, 0].set_ylim(bottom=0)
    axes[0, 0].set_xlim(-1, last_day)
    day_ticks(axes[0, 0])
    for ax in axes[-1]:
        ax.set_xlabel(
            f"Day (day 0 = {onset(ensembles)}{'' if beside else '; values at the end of each day'})", size=NOTE
        )
    if beside:
        axes[0, 1].set_title(
            f"Difference from \N{LEFT DOUBLE QUOTATION MARK}{ensembles[at].label}\N{RIGHT DOUBLE QUOTATION MARK}",
            size=NOTE,
            loc="left",
        )
    return fig


def _levels(ax: Axes, ensembles: Sequence[Ensemble], name: str, central: float, last_day: int) -> None:
    """Median and band of a variable by scenario; row d + 1 of a series is day d."""
    for i, e in enumerate(ensembles):
        values = e.series[name][:, : last_day + 2]
        daily_median(ax, np.arange(values.shape[1]) - 1, values, central, look(i, e.colour))
    ax.set_ylabel(f"{BY_NAME[name].label}\n({BY_NAME[name].unit})", size=NOTE)
    at_least(ax, least_span(name), BY_NAME[name].within)
    dress(ax)


def _differences(
    ax: Axes, ensembles: Sequence[Ensemble], baseline: Ensemble, name: str, central: float, last_day: int
) -> None:
    """Median and band of the paired differences of a variable from the baseline."""
    ax.axhline(0, color=GREY, linewidth=1.2)
    for i, e in enumerate(ensembles):
        if e is not baseline:
            values = e.series[name][:, : last_day + 2] - baseline.series[name][:, : last_day + 2]
            daily_median(ax, np.arange(values.shape[1]) - 1, values, central, look(i, e.colour))
    ax.set_ylabel(
        minus(f"Difference\n({changed(BY_NAME[name].unit)})").replace("points on the scale", "points,"), size=NOTE
    )
    at_least(ax, least_span(name, changes=True))
    dress(ax)


def survival_curves(ensembles: Sequence[Ensemble], confidence: float = 0.95, title: str = "") -> Figure:
    """Plot the share of replications in which the government of day 0 is in office.

    No replication leaves before the horizon, so the Kaplan-Meier estimate [KaplanMeier1958] is the plain share.

    Parameters
    ----------
    ensembles : sequence of Ensemble
        Paired replications, one ensemble per scenario; `series` of each has shape (runs, days + 1).
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
    >>> from sim.plots import survival_curves
    >>> len(survival_curves([one]).axes)
    1
    """
    counts, lowest, several = [], 1.0, any(e.n_runs > 1 for e in ensembles)
    for e in ensembles:
        stayed = int(e.series["incumbent"][:, -1].sum())
        counts.append(f"{stayed} of {e.n_runs} after {e.days} days")
        lowest = min(lowest, wilson(stayed / e.n_runs, e.n_runs, confidence)[0] if e.n_runs > 1 else 0.0)
    floor = max(0, int(10 * lowest)) * 10
    ensembles = distinct_in_colour(ensembles)
    fig = canvas(
        title or f"{hosts(ensembles)}: is the government of day 0 still in office?",
        _survival_note(ensembles, confidence, several, floor),
        scenario_handles(ensembles, counts),
    )
    ax = fig.subplots()
    for i, e in enumerate(ensembles):
        share_in_office(ax, e, confidence, look(i, e.colour))
    ax.set_ylim(floor - 0.02 * (100 - floor), 100 + 0.02 * (100 - floor))
    ax.set_xlim(0, max(e.days for e in ensembles))
    ax.set_ylabel("Replications with the government of day 0\nin office (percent)", size=NOTE)
    if not several:
        ax.set_yticks([0, 100], ["fallen", "in office"])
        ax.set_ylabel("Government of day 0", size=NOTE)
    day_ticks(ax)
    ax.set_xlabel(f"Days elapsed since {onset(ensembles)}", size=NOTE)
    dress(ax)
    return fig


def _survival_note(ensembles: Sequence[Ensemble], confidence: float, several: bool, floor: int) -> str:
    if not several:
        return f"The one replication simulated ({replication_count(ensembles)}, hence no interval)"
    note = f"Line: share of replications; band: pointwise {confidence_words(confidence)} Wilson interval; {replication_count(ensembles)}"
    return note + (f". The vertical axis starts at {floor} percent." if floor else "")
