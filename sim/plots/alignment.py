"""Figure of the change of alignment with each patron, where it moves."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.core.wording import changed, minus
from sim.plots.daily import change_since_start, daily_median, median_note
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
    scenario_handles,
)
from sim.records.ensemble import Ensemble
from sim.records.variables import BY_NAME

ALIGNED = minus(f"in {changed(BY_NAME['elite_alignment'].unit)}")  # the unit of a change of alignment
ALIGNMENTS = ("elite_alignment", "public_alignment")
LEAST_MOVE = 0.005  # a smaller change of alignment is none in a figure


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
        A row per patron whose alignment moves, elites on the left, the public on the right; points on the scale -1 to 1.

    Examples
    --------
    >>> import sim
    >>> from sim.metrics import compute_metrics
    >>> from sim.records.ensemble import ensemble
    >>> spec = sim.load(["citizens=1000", "days=5"])
    >>> records = sim.simulate(spec)
    >>> one = ensemble(spec, [records.table()], [compute_metrics(records)])
    >>> from sim.plots import alignments
    >>> len(alignments([one]).axes) in range(2, 2 * len(one.patrons) + 1, 2)
    True
    """
    ensembles = distinct_in_colour(ensembles)
    patrons = list(dict.fromkeys(p for e in ensembles for p in e.patrons))
    moving = [p for p in patrons if _moves(ensembles, p)] or patrons[:1]
    still = [(names or {}).get(p, p) for p in patrons if not _moves(ensembles, p)]
    scale = "" if same_scale else "; the vertical scale differs between patrons"
    without = f" Not drawn, because nothing moves by {LEAST_MOVE:g} or more: {', '.join(still)}." if still else ""
    fig = canvas(
        f"{hosts(ensembles)}: change of alignment with each patron since day 0"
        + ("; nothing moves" if len(still) == len(patrons) else ""),
        f"{median_note(ensembles, central)}; {ALIGNED}{scale}.{without}",
        scenario_handles(ensembles),
    )
    axes = fig.subplots(len(moving), 2, sharex=True, sharey=True if same_scale else "row", squeeze=False)
    for row, patron in zip(axes, moving, strict=True):
        for ax, who in zip(row, ALIGNMENTS, strict=True):
            _changes(ax, ensembles, f"{who}:{patron}", central)
        row[0].set_ylabel((names or {}).get(patron, patron).replace(" ", "\n"), size=NOTE, weight="bold")
    for ax, who in zip(axes[0], ALIGNMENTS, strict=True):
        ax.set_title(f"{BY_NAME[who].label} (change)", size=NOTE, loc="left")
    for row in axes:
        at_least(row[0], least_span(ALIGNMENTS[0], changes=True))
    for ax in axes[-1]:
        ax.set_xlim(0, max(e.days for e in ensembles))
        day_ticks(ax)
        ax.set_xlabel(f"Days elapsed since {onset(ensembles)}", size=NOTE)
    return fig


def _moves(ensembles: Sequence[Ensemble], patron: str) -> bool:
    """True if the alignment with a patron changes by LEAST_MOVE or more in some replication of some scenario."""
    columns = [f"{who}:{patron}" for who in ALIGNMENTS]
    changes = (change_since_start(e, c) for e in ensembles for c in columns if c in e.series)
    return any(np.abs(change).max() >= LEAST_MOVE for change in changes)


def _changes(ax: Axes, ensembles: Sequence[Ensemble], column: str, central: float) -> None:
    """One panel: change since day 0 of a column, where a scenario has it."""
    ax.axhline(0, color=GREY, linewidth=1)
    for i, e in enumerate(ensembles):
        if column in e.series:
            daily_median(ax, np.arange(e.days + 1), change_since_start(e, column), central, look(i, e.colour))
    ax.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]))
    dress(ax)
