"""The events of one run on a day axis, with protest behind them."""

from datetime import date, timedelta

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.plots.style import GREY, HEIGHT, NOTE, SMALL, calendar, canvas, text_width
from sim.records import BY_NAME, Records
from sim.world import Event

COLOURS = ("#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#8C6D1F")
MARKERS = "osD^vP"
LANE = 0.245  # inches between label rows
PLOT_WIDTH = 9.4  # inches of the day axis, on the narrow side so that labels never touch
LONG = 60  # days; past it the axis is stretched at its start, where most happens
TICKS = (0, 1, 2, 3, 5, 7, 10, 15, 20, 30, 45, 60, 90, 120, 180, 270, 365, 550, 730)

PHRASES = {
    "grievance": "grievance in {actor}: {target}",
    "attack": "attack on {actor}: {target}",
    "distraction": "{actor} distracted: {target}",
    "repress": "{actor} represses protest",
    "concede": "{actor} makes concessions",
    "frame": "{actor} names it an attack on the state",
    "purge": "{actor} purges its elite",
    "request": "{actor} asks {target} for force",
    "decision": "{actor} consents: {size}",
    "refusal": "{actor} declines",
    "arrival": "{actor}: first {size} land",
    "withdrawal": "{actor} starts to withdraw {size}",
    "withdrawn": "{actor}: last soldiers have left",
    "defection": "{actor} defects",
    "return": "{actor} returns",
    "crisis over": "crisis in {actor} is over",
    "fall": "government of {actor} falls",
}


def timeline(records: Records, spec_label: str, start_date: date, names: dict[str, str] | None = None) -> Figure:
    """Events of one run: actor, act and day; protest (percent of population) faintly behind; dates on top."""
    events = sorted(records.events, key=lambda e: e.day)
    labels = [f"{e.day}: {_phrase(e, records.host, names or {})}" for e in events]
    last = max([e.day for e in events] + [min(records.days - 1, 20)])
    end, lanes = _lanes([e.day for e in events], labels, last)
    looks = _looks(events)
    handles = [
        Line2D([], [], color=c, marker=m, markersize=7, linestyle="", label=(names or {}).get(a, a))
        for a, (c, m) in looks.items()
    ]
    scale = "; the day axis is stretched at its start" if last > LONG else ""
    note = f"Each label starts with its day; grey area: protest at the end of the day; n = 1 world, no interval{scale}"
    fig = canvas(
        f"{spec_label}: what happened in world {records.replication}",
        note, handles, max(HEIGHT, 2.1 + LANE * (max(lanes, default=0) + 2)),
    )  # fmt: skip
    ax = fig.subplots()
    _protest(ax, records, end)
    _draw(ax, events, labels, lanes, looks)
    _day_axis(ax, last, end, start_date)
    return fig


def _phrase(event: Event, host: str, names: dict[str, str]) -> str:
    """An event in words; a kind without a phrase reads 'ACTOR: kind (size unit)'."""
    state, _, faction = event.actor.partition("/")
    who = f"{faction} faction" if faction else names.get(state, state)
    size = f"{event.size:,.0f} {event.unit}".strip() if event.size else ""
    target = names.get(event.target, event.target.replace("_", " "))
    if event.kind == "mediation" and state == host:
        return f"{who} asks {target} to mediate"
    if event.kind in PHRASES:
        return PHRASES[event.kind].format(actor=who, target=target, size=size)
    towards = f" to {target}" if event.target not in ("", host) else ""
    return f"{who}: {event.kind}{towards}" + (f" ({size})" if size else "")


def _stretch(last: int):
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


def _looks(events: list[Event]) -> dict[str, tuple[str, str]]:
    """Colour and marker by actor, in order of appearance; a faction looks like its state."""
    actors = dict.fromkeys(e.actor.partition("/")[0] for e in events)
    return {a: (COLOURS[i % len(COLOURS)], MARKERS[i % len(MARKERS)]) for i, a in enumerate(actors)}


def _draw(ax: Axes, events: list[Event], labels: list[str], lanes: list[int], looks: dict) -> None:
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


def _protest(ax: Axes, records: Records, end: float) -> None:
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


def _day_axis(ax: Axes, last: int, end: float, start_date: date) -> None:
    """Days below, calendar dates above."""
    where = _stretch(last)
    if last > LONG:
        ax.set_xscale("function", functions=(lambda d: np.sqrt(np.maximum(d, -1.0) + 1.0), lambda p: p**2 - 1.0))
    final = end**2 - 1.0 if last > LONG else end - 1.0
    ax.set_xlim(-0.35, final)
    step = 5 if last <= LONG else 1
    ticks = [t for t in (TICKS if last > LONG else range(0, int(final) + 1, step)) if t <= final]
    kept = [t for i, t in enumerate(ticks) if i == 0 or (where(t) - where(ticks[i - 1])) / end * PLOT_WIDTH > 0.1]
    ax.set_xticks(kept, [str(t) for t in kept])
    ax.tick_params(labelsize=SMALL)
    ax.set_xlabel(f"Day (day 0 = {calendar(start_date)})", size=NOTE)
    top = ax.secondary_xaxis("top")
    dates = [start_date + timedelta(days=t) for t in kept]
    top.set_xticks(kept, [f"{d.day} {d:%b}" for d in dates])
    top.tick_params(labelsize=SMALL)
    ax.spines["top"].set_visible(False)
