"""Figures of daily series by scenario: protest and legitimacy, survival of the government, alignments."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.core.wording import changed, confidence_words, minus
from sim.plots.daily import change_since_start, daily_median, median_note, share_in_office, wilson
from sim.plots.style import (
    GREY,
    NOTE,
    canvas,
    day_ticks,
    dress,
    hosts,
    look,
    onset,
    replication_count,
    scenario_handles,
)
from sim.records.ensemble import Ensemble
from sim.records.variables import BY_NAME

ALIGNED = minus(f"in {changed(BY_NAME['elite_alignment'].unit)}")  # the unit of a change of alignment
SMALLEST = 0.01  # change of alignment that the vertical axis shows at least


def protest_and_legitimacy(ensembles: Sequence[Ensemble], central: float = 0.9, days: int = 60) -> Figure:
    """Plot the median and the central band of protest and legitimacy over the first days.

    Parameters
    ----------
    ensembles : sequence of Ensemble
        Paired replications, one ensemble per scenario; `series` of each has shape (runs, days + 1).
    central : float, optional
        Share of replications within the band, in (0, 1).
    days : int, optional
        Days that are drawn.

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
    fig = canvas(
        f"{hosts(ensembles)}: protest and legitimacy, {window}",
        median_note(ensembles, central),
        scenario_handles(ensembles),
    )
    axes = fig.subplots(2, 1, sharex=True)
    for ax, name in zip(axes, ("protest", "legitimacy"), strict=True):
        for i, e in enumerate(ensembles):
            values = e.series[name][:, : last_day + 2]
            daily_median(ax, np.arange(values.shape[1]) - 1, values, central, look(i, e.colour))  # row d + 1 is day d
        ax.set_ylabel(f"{BY_NAME[name].label}\n({BY_NAME[name].unit})", size=NOTE)
        dress(ax)
    axes[0].set_ylim(bottom=0)
    axes[1].set_xlim(-1, last_day)
    day_ticks(axes[1])
    axes[1].set_xlabel(f"Day (day 0 = {onset(ensembles)}; values at the end of each day)", size=NOTE)
    return fig


def survival_curves(ensembles: Sequence[Ensemble], confidence: float = 0.95) -> Figure:
    """Plot the share of replications in which the government of day 0 is in office.

    No replication leaves before the horizon, so the Kaplan-Meier estimate [KaplanMeier1958] is the plain share.

    Parameters
    ----------
    ensembles : sequence of Ensemble
        Paired replications, one ensemble per scenario; `series` of each has shape (runs, days + 1).
    confidence : float, optional
        Confidence of the pointwise Wilson intervals [Wilson1927], in (0, 1).

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
    fig = canvas(
        f"{hosts(ensembles)}: is the government of day 0 still in office?",
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


def alignments(
    ensembles: Sequence[Ensemble], central: float = 0.9, names: dict[str, str] | None = None, same_scale: bool = True
) -> Figure:
    """Plot the change of alignment since day 0.

    Parameters
    ----------
    ensembles : sequence of Ensemble
        Paired replications, one ensemble per scenario; `series` of each has shape (runs, days + 1).
    central : float, optional
        Share of replications that the band holds, in (0, 1).
    names : dict of str to str, optional
        Code of a patron -> name to print.
    same_scale : bool, optional
        One vertical scale for all patrons, else one per patron.

    Returns
    -------
    Figure
        A row per patron, elites on the left, the public on the right; points on the scale -1 to 1.

    Examples
    --------
    >>> import sim
    >>> from sim.metrics import compute_metrics
    >>> from sim.records.ensemble import ensemble
    >>> spec = sim.load(["citizens=1000", "days=5"])
    >>> records = sim.simulate(spec)
    >>> one = ensemble(spec, [records.table()], [compute_metrics(records)])
    >>> from sim.plots import alignments
    >>> len(alignments([one]).axes) == 2 * len(one.patrons)
    True
    """
    patrons = list(dict.fromkeys(p for e in ensembles for p in e.patrons))
    scale = "" if same_scale else "; the vertical scale differs between patrons"
    fig = canvas(
        f"{hosts(ensembles)}: change of alignment with each patron since day 0",
        f"{median_note(ensembles, central)}; {ALIGNED}{scale}.",
        scenario_handles(ensembles),
    )
    axes = fig.subplots(len(patrons), 2, sharex=True, sharey=True if same_scale else "row", squeeze=False)
    for row, patron in zip(axes, patrons, strict=True):
        for ax, who in zip(row, ("elite", "public"), strict=True):
            _changes(ax, ensembles, f"{who}_alignment:{patron}", central)
        row[0].set_ylabel((names or {}).get(patron, patron).replace(" ", "\n"), size=NOTE, weight="bold")
    for ax, who in zip(axes[0], ("elite_alignment", "public_alignment"), strict=True):
        ax.set_title(f"{BY_NAME[who].label} (change)", size=NOTE, loc="left")
    for row in axes:
        low, high = row[0].get_ylim()
        row[0].set_ylim(min(low, -SMALLEST), max(high, SMALLEST))
    for ax in axes[-1]:
        ax.set_xlim(0, max(e.days for e in ensembles))
        day_ticks(ax)
        ax.set_xlabel(f"Days elapsed since {onset(ensembles)}", size=NOTE)
    return fig


def _changes(ax: Axes, ensembles: Sequence[Ensemble], column: str, central: float) -> None:
    """One panel: change since day 0 of a column, where a scenario has it."""
    ax.axhline(0, color=GREY, linewidth=1)
    for i, e in enumerate(ensembles):
        if column in e.series:
            daily_median(ax, np.arange(e.days + 1), change_since_start(e, column), central, look(i, e.colour))
    ax.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]))
    dress(ax)


def _survival_note(ensembles: Sequence[Ensemble], confidence: float, several: bool, floor: int) -> str:
    if not several:
        return f"The one replication simulated ({replication_count(ensembles)}, hence no interval)"
    note = f"Line: share of replications; band: pointwise {confidence_words(confidence)} Wilson interval; {replication_count(ensembles)}"
    return note + (f". The vertical axis starts at {floor} percent." if floor else "")
