"""Figure of the events of one run on a day axis, with protest behind them."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.core.log import LogEntry
from sim.mechanisms.event_kinds import EVENT_KINDS
from sim.plots.style import GREY, HEIGHT, NOTE, SMALL, calendar, canvas, text_width
from sim.records.records import Records
from sim.records.variables import BY_NAME

COLOURS = ("#000000", "#D55E00", "#0072B2", "#009E73", "#CC79A7", "#8C6D1F")
MARKERS = "osD^vP"
LANE = 0.245  # inches between label rows
PLOT_WIDTH = 9.4  # inches of the day axis, on the narrow side so that labels never touch
LONG = 60  # days; past it the axis is stretched at its start, where most happens
TICKS = (0, 1, 2, 3, 5, 7, 10, 15, 20, 30, 45, 60, 90, 120, 180, 270, 365, 550, 730)

PHRASES = {kind.name: kind.phrase for kind in EVENT_KINDS.values()} | {
    "repress": "{actor} represses protest",
    "concede": "{actor} makes concessions",
    "frame": "{actor} names it an attack on the state",
    "purge": "{actor} purges its elite",
    "request": "{actor} asks {target} for force",
    "decision": "{actor} consents: {size}",
    "refusal": "{actor} declines",
    "arrival": "{actor}: first {size} land",
    "withdrawal": "{actor} starts to withdraw {size}",
    "ministers": "{actor}: ministers meet",
    "withdrawn": "{actor}: last soldiers have left",
    "defection": "{actor} defects",
    "return": "{actor} returns",
    "crisis over": "crisis in {actor} is over",
    "fall": "government of {actor} falls",
    "slow fall": "government of {actor} falls to the strain",
}


def timeline(records: Records, spec_label: str, start_date: date, names: dict[str, str] | None = None) -> Figure:
    """Plot the events of one run on a day axis.

    Parameters
    ----------
    records : Records
        What `sim.simulate` returns.
    spec_label : str
        Name of the scenario.
    start_date : datetime.date
        Date of day 0.
    names : dict of str to str, optional
        Code of an actor -> name to print.

    Returns
    -------
    Figure
        Actor, act and day; protest in percent of the population faintly behind; dates on top.

    Examples
    --------
    >>> import sim
    >>> from sim.plots import timeline
    >>> spec = sim.load(["citizens=1000", "days=5"])
    >>> figure = timeline(sim.simulate(spec), spec.scenario.label, spec.scenario.start_date)
    >>> len(figure.axes)
    3
    """
    events = sorted(records.events, key=lambda e: e.day)
    labels = [f"{e.day}: {phrase(e, records.host, names or {})}" for e in events]
    last = max([e.day for e in events] + [min(records.days - 1, 20)])
    end, lanes = _lanes([e.day for e in events], labels, last)
    looks = _looks(records, events)
    handles = [
        Line2D([], [], color=c, marker=m, markersize=7, linestyle="", label=(names or {}).get(a, a))
        for a, (c, m) in looks.items()
    ]
    scale = "; the day axis is stretched at its start" if last > LONG else ""
    note = f"Each label starts with its day; grey area: protest at the end of the day; n = 1 replication, no interval{scale}"
    fig = canvas(
        f"{spec_label}: what happened in replication {records.replication}",
        note, handles, max(HEIGHT, 2.1 + LANE * (max(lanes, default=0) + 2)),
    )  # fmt: skip
    ax = fig.subplots()
    _protest(ax, records)
    _draw(ax, events, labels, lanes, looks)
    _day_axis(ax, records.days, last, end, start_date)
    return fig


def phrase(event: LogEntry, host: str, names: dict[str, str]) -> str:
    """An event as text; a kind without a phrase gives 'ACTOR: kind (size unit)'."""
    state, _, faction = event.actor.partition("/")
    who = names.get(state, state)
    if faction:
        who = f"{faction} faction" if state == host else f"{who} {faction} faction"
    size = f"{event.size:,.0f} {event.unit}".strip() if event.size else ""
    target = names.get(event.target, event.target.replace("_", " "))
    if event.kind == "mediation" and state == host:
        return f"{who} asks {target} to mediate"
    if event.kind in PHRASES:
        return PHRASES[event.kind].format(actor=who, target=target, size=size)
    towards = f" to {target}" if event.target not in ("", host) else ""
    return f"{who}: {event.kind.replace('_', ' ')}{towards}" + (f" ({size})" if size else "")


def _stretch(last: int) -> Callable[[Any], Any]:
    """Position on the day axis: linear, or by the square root (from day -1) where the run is long."""
    return (lambda day: np.sqrt(np.asarray(day) + 1.0)) if last > LONG else (lambda day: np.asarray(day) + 1.0)


def _lanes(days: list[int], labels: list[str], last: int) -> tuple[float, list[int]]:
    """End of the axis (a position) and the label row of each event.

    A label runs to the right of its stem and lies above the labels of all later events whose stems it would meet:
    then no label meets another label or a stem.
    """
    where = _stretch(last)
    widths = [(text_width(t, SMALL) + 12) / 72 / PLOT_WIDTH for t in labels]  # shares of the axis
    x = [float(where(d)) for d in days]
    end = max([float(where(last))] + [at / (1 - min(w, 0.6)) for at, w in zip(x, widths, strict=True)])
    lanes = [0] * len(days)
    for i in reversed(range(len(days))):
        met = [lanes[j] for j in range(i + 1, len(days)) if x[j] <= x[i] + widths[i] * end]
        lanes[i] = max(met, default=-1) + 1
    return end, lanes


def _looks(records: Records, events: list[LogEntry]) -> dict[str, tuple[str, str]]:
    """Colour and marker of the actors with events: host, organisations, others; a faction looks like its state."""
    acted = list(dict.fromkeys(e.actor.partition("/")[0] for e in events))
    order = dict.fromkeys((records.host, *records.names.organisations, *acted))
    looks = {a: (COLOURS[i % len(COLOURS)], MARKERS[i % len(MARKERS)]) for i, a in enumerate(order)}
    return {a: looks[a] for a in order if a in acted}


def _draw(ax: Axes, events: list[LogEntry], labels: list[str], lanes: list[int], looks: dict[Any, Any]) -> None:
    """Stems, marks and labels; the vertical axis counts label rows."""
    for event, label, lane in zip(events, labels, lanes, strict=True):
        colour, marker = looks[event.actor.partition("/")[0]]
        ax.plot([event.day] * 2, [0, lane + 1], color=colour, linewidth=0.8, alpha=0.6)
        ax.plot(event.day, lane + 1, color=colour, marker=marker, markersize=6, linestyle="", zorder=4)
        ax.annotate(
            label, (event.day, lane + 1), (7, 0), textcoords="offset points", va="center_baseline", size=SMALL, zorder=5
        )
    ax.set_ylim(0, max(lanes, default=0) + 1.8)
    ax.set_yticks([])
    ax.spines[["left", "right"]].set_visible(False)


def _protest(ax: Axes, records: Records) -> None:
    """Protest on its own axis at the right, behind everything."""
    back = ax.twinx()
    protest = records["protest"][1:]  # row d + 1 is day d
    back.fill_between(np.arange(protest.size), protest, color="#E3E3E3", linewidth=0)
    back.set_ylim(0, 1.1 * max(protest.max(), 1e-3))
    back.set_ylabel(f"{BY_NAME['protest'].label} ({BY_NAME['protest'].unit})", size=NOTE, color=GREY)
    back.tick_params(labelsize=SMALL, colors=GREY)
    back.spines[["top", "left"]].set_visible(False)
    back.set_zorder(ax.get_zorder() - 1)
    ax.patch.set_visible(False)


def _day_axis(ax: Axes, horizon: int, last: int, end: float, start_date: date) -> None:
    """Days below, calendar dates above, on the same positions."""
    where, top = _stretch(last), ax.twiny()
    for axis in (ax, top):
        if last > LONG:
            axis.set_xscale("function", functions=(lambda d: np.sqrt(np.maximum(d, -1.0) + 1.0), lambda p: p**2 - 1.0))
        axis.set_xlim(-0.35, end**2 - 1.0 if last > LONG else end - 1.0)
        axis.tick_params(labelsize=SMALL)
    ticks = [t for t in (TICKS if last > LONG else range(0, int(end), 5)) if where(t) < end and t <= horizon]
    days, dates = _spaced_ticks(ticks, where, end, 0.15), _spaced_ticks(ticks, where, end, 0.62)
    ax.set_xticks(days, [str(t) for t in days])
    top.set_xticks(dates, [f"{d.day} {d:%b}" for d in (start_date + timedelta(days=t) for t in dates)])
    top.minorticks_off()
    ax.set_xlabel(f"Day (day 0 = {calendar(start_date)})", size=NOTE)
    ax.spines["top"].set_visible(False)
    top.spines[["left", "right"]].set_visible(False)


def _spaced_ticks(ticks: list[int], where: Callable[[Any], Any], end: float, inches: float) -> list[int]:
    """The ticks at least this far from the previous one in the list."""
    spaced = ticks[:1]
    for tick in ticks[1:]:
        if (where(tick) - where(spaced[-1])) / end * PLOT_WIDTH >= inches:
            spaced.append(tick)
    return spaced
