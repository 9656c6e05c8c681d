"""Figure of a paired view: two runs of one replication side by side, with their first divergence."""

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from sim.core.log import LogEntry
from sim.core.wording import minus
from sim.plots.style import (
    GREY,
    NOTE,
    SMALL,
    WIDTH,
    at_least,
    canvas,
    day_ticks,
    dress,
    fold,
    least_span,
    look,
    onset,
    scenario_handles,
)  # fmt: skip
from sim.plots.timeline import phrase
from sim.records.ensemble import Ensemble
from sim.records.variables import BY_NAME

ROWS = 24  # of events that are drawn
LINE = 0.2  # inches of a row of text
COLUMNS = (0.075, 0.545)  # where the text of either run starts, shares of the width
SERIES = ("protest", "legitimacy", "deaths")
SHARED: dict[str, Any] = {"color": GREY}
OWN: dict[str, Any] = {"weight": "bold"}
MARK: dict[str, Any] = {"color": GREY, "linestyle": (0, (1, 1)), "linewidth": 1.6}


def paired_view(ensembles: Sequence[Ensemble], view: dict[Any, Any], names: dict[str, str]) -> Figure:
    """Plot two runs of one world side by side.

    Parameters
    ----------
    ensembles : sequence of Ensemble
        The two runs, one world each; `series` of each has shape (1, days + 1).
    view : dict
        What paired_view.json holds: seed, replication, text, events (rows of day, first, second) and divergence (its day, or None).
    names : dict of str to str
        Code of an actor -> name to print.

    Returns
    -------
    Figure
        Events in two columns over six daily series, the first divergence dotted.

    Examples
    --------
    >>> import sim
    >>> from sim.metrics import compute_metrics
    >>> from sim.records.ensemble import ensemble
    >>> spec = sim.load(["citizens=1000", "days=5"])
    >>> records = sim.simulate(spec)
    >>> one = ensemble(spec, [records.table()], [compute_metrics(records)])
    >>> from sim.plots import paired_view
    >>> same = {"seed": 1, "replication": 0, "text": "Nothing differs.", "events": [], "divergence": {"day": None}}
    >>> len(paired_view([one, one], same, {}).axes)
    7
    """
    first = ensembles[0]
    styles = [look(i, e.colour) for i, e in enumerate(ensembles)]
    rows, n_omitted = view["events"][:ROWS], len(view["events"]) - ROWS
    texts = [[_folded(row[side], first.host, names) for side in ("first", "second")] for row in rows]
    heights = [max(len(t) for t in pair) for pair in texts]
    room = LINE * (sum(heights) + (n_omitted > 0) + 2.2)
    fig = canvas(
        f"One replication, twice: {ensembles[0].label} and {ensembles[1].label}",
        f"Seed {view['seed']}, replication {view['replication']}: both runs share all chance events. {view['text']} "
        "Bold: only in this run. n = 1 replication, no interval.",
        scenario_handles(ensembles),
        room + 5.4,
    )
    halves = fig.subfigures(2, 1, height_ratios=(room, 4.0))
    events, series = cast(Any, halves)
    events, series = cast(Any, halves)
    ax = events.subplots()
    _events(ax, rows, texts, view["divergence"]["day"], [s["color"] for s in styles])
    if n_omitted > 0:
        ax.text(COLUMNS[0], sum(heights) + 1.4, f"and {n_omitted} rows more in events.parquet", size=SMALL, color=GREY)
    ax.set_ylim(sum(heights) + 1.9, -0.6)
    for x, e, style in zip(COLUMNS, ensembles, styles, strict=True):
        ax.text(x, 0, e.label, size=NOTE, weight="bold", color=style["color"], va="center_baseline")
    _series(series, ensembles, view, names, styles)
    return fig


def _folded(event: dict[Any, Any] | None, host: str, names: dict[str, str]) -> list[str]:
    room = (COLUMNS[1] - COLUMNS[0]) * (WIDTH - 0.5) * 72 - 8
    return fold(phrase(LogEntry(**event), host, names), 1.13 * SMALL, room) if event else [""]  # bold is wider


def _events(ax: Axes, rows: list[dict[Any, Any]], texts: list[Any], divergence: int | None, colours: list[str]) -> None:
    """A row per event: the day, then the event of either run; a line above the first row that differs."""
    ax.set_axis_off()
    ax.set_xlim(0, 1)
    y, day, marked = 1.0, None, False
    for row, pair in zip(rows, texts, strict=True):
        same = row["first"] == row["second"]
        if not marked and not same and row["day"] >= (divergence or 0):
            ax.axhline(y - 0.55, **MARK)
            marked = True
        if row["day"] != day:
            ax.text(0.0, y, f"day {row['day']}", size=SMALL, va="center_baseline")
            day = row["day"]
        for x, lines, colour in zip(COLUMNS, pair, colours, strict=True):
            for i, line in enumerate(lines):
                letters: dict[str, Any] = SHARED if same else {**OWN, "color": colour}
                ax.text(x, y + i, line, size=SMALL, va="center_baseline", **letters)
        y += max(len(lines) for lines in pair)


def _series(
    fig: SubFigure,
    ensembles: Sequence[Ensemble],
    view: dict[Any, Any],
    names: dict[str, str],
    styles: list[dict[Any, Any]],
) -> None:
    """Six daily series of both runs, the first divergence dotted."""
    first, divergence = ensembles[0], view["divergence"]["day"]
    days = first.days
    last_day = min(days, max(60, 2 * (divergence or 0)))
    shared = (p for p in first.patrons if p in ensembles[1].patrons)
    patrons = list(dict.fromkeys((*shared, *first.patrons)))[:2]
    columns = [*SERIES, *(f"elite_alignment:{p}" for p in patrons), f"public_alignment:{patrons[0]}"]
    axes = fig.subplots(2, 3, sharex=True).ravel()
    for ax, column in zip(axes, columns, strict=False):
        if divergence is not None:
            ax.axvline(divergence, **MARK)
        for one, style in zip(ensembles, styles, strict=True):
            if column not in one.series:
                continue
            values = one.series[column][0, : last_day + 1]
            ax.plot(np.arange(values.size) - 1, values, **style)
        name, _, patron = column.partition(":")
        label = f"{BY_NAME[name].label}{f' with {names.get(patron, patron)}' if patron else ''}"
        unit = minus(BY_NAME[name].unit)
        ax.set_title("\n".join(fold(f"{label} ({unit})", SMALL, (WIDTH - 1.2) * 24 - 10)), size=SMALL, loc="left")
        at_least(ax, least_span(name), BY_NAME[name].within)
        dress(ax)
        ax.tick_params(labelsize=SMALL)
    for ax in axes[len(columns) :]:
        ax.set_axis_off()
    axes[0].set_xlim(-1, last_day - 1)
    day_ticks(axes[0])
    window = f"; first {last_day} of {days} days" if last_day < days else ""
    dotted = "" if divergence is None else "; dotted: first divergence"
    fig.supxlabel(f"Day (day 0 = {onset(ensembles)}; values at its end{window}{dotted})", size=NOTE)
