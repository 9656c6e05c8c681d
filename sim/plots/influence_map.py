"""Map of the region with the patron that has the largest share of the influence on each state."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from sim.core.axes import CHANNELS
from sim.core.wording import minus, number, percent
from sim.plots.choropleth import NO_COLOUR, Shade, draw, marks, tint
from sim.plots.outlines import region
from sim.plots.style import GREY, MARGIN, NOTE, SMALL, WIDTH, calendar, canvas, fold, patron_colour
from sim.plots.timeline import phrase
from sim.records.records import Records
from sim.records.variables import SHARES

LABEL, FINE = 7.5, 10.0  # points
PAIR, SINGLE = 5.8, 8.0  # inches of height of a sheet with two maps side by side, and with one
ROOM = (WIDTH - 2 * MARGIN) * 72  # points
DRAWN = 5e-4  # change of a share that is printed
TIED = 1e-9  # shares that differ by less are equal
EVENTS_PER_FRAME, EVENT_LINES = 3, 2  # events that a frame of the animation names, and lines for them
MOST = 25  # frames of the animation
READING = (
    "Colour and code: the patron with the largest share of all foreign influence on a state{through}, however large that is, "
    "stronger the larger the share; number: that share in percent (in brackets its change since day 0 in points, from 0.05 on)."
)


@dataclass(frozen=True)
class Leaders:
    """The leading patron of each state on each recorded day, in one channel or in all."""

    shares: np.ndarray  # (M, S patron, S state), of all influence on the state in the channel
    patrons: np.ndarray  # (M, S) row of the patron with the largest share, -1 where there is none or a tie
    days: list[int]

    def changed(self) -> int:
        """Number of states whose leader differs at the end."""
        return int((self.patrons[0] != self.patrons[-1]).sum())


def leaders(records: Records, channel: str | None = None) -> Leaders:
    """The patron with the largest share of the influence on each state; None: over all channels together."""
    shares = records[SHARES.name]
    parts = shares.sum(axis=1) if channel is None else shares[:, CHANNELS.index(channel)]
    total = parts.sum(axis=1, keepdims=True)
    parts = np.divide(parts, total, out=np.zeros_like(parts), where=total > 0)
    second, largest = np.sort(parts, axis=1)[:, -2:].swapaxes(0, 1)
    return Leaders(parts, np.where(largest - second > TIED, parts.argmax(axis=1), -1), records.share_days)


def influence_map(records: Records, spec_label: str, names: Mapping[str, str], channel: str | None = None) -> Figure:
    """Plot the patron with the largest share of the influence on each state, on a map.

    Parameters
    ----------
    records : Records
        What `sim.simulate` returns.
    spec_label : str
        Name of the scenario.
    names : mapping of str to str
        Code of a state -> name to print.
    channel : str, optional
        One channel; by default all together.

    Returns
    -------
    Figure
        Day 0 and the horizon side by side; shares in percent.

    Examples
    --------
    >>> import sim
    >>> from sim.plots import influence_map
    >>> spec = sim.load(["citizens=1000", "days=5"])
    >>> len(influence_map(sim.simulate(spec), spec.scenario.label, {}).axes)
    2
    """
    leading = leaders(records, channel)
    colours = patron_colours(records)
    scope = f"{channel} channel" if channel else "all channels together"
    fig = canvas(
        f"{spec_label}: who has most influence on each state, {scope}{_unchanged(leading)}",
        f"{READING.format(through=' through this channel' if channel else '')} The leader is another one at the end in {leading.changed()} of {len(records.names.states)} states; "
        f"{_largest_change(leading, records, names)}. "
        f"Seed {records.seed}, replication {records.replication}; n = 1 replication, no interval.",
        legend(leading, colours, records, names),
        PAIR,
    )
    for ax, row, title in zip(fig.subplots(1, 2), (0, -1), ("day 0", f"after {records.days} days"), strict=True):
        draw(ax, region(), shades(leading, row, colours, records, names), LABEL)
        ax.set_title(title.capitalize(), size=NOTE, loc="left")
    _say_source(fig)
    return fig


def frames(records: Records, spec_label: str, start_date: date, names: Mapping[str, str]) -> Iterator[Figure]:
    """Draw one map per recorded month, all channels together.

    Each names the first events since the one before. Of a long run only every so many months are drawn.

    Parameters
    ----------
    records : Records
        What `sim.simulate` returns.
    spec_label : str
        Name of the scenario.
    start_date : datetime.date
        Date of day 0.
    names : mapping of str to str
        Code of a state -> name to print.

    Yields
    ------
    Figure
        The map of one month.

    Examples
    --------
    >>> import sim
    >>> from sim.plots import frames
    >>> spec = sim.load(["citizens=1000", "days=5"])
    >>> maps = frames(sim.simulate(spec), spec.scenario.label, spec.scenario.start_date, {})
    >>> len(next(maps).axes)
    1
    """
    leading = leaders(records)
    colours = patron_colours(records)
    handles = legend(leading, colours, records, names)
    rows = frame_rows(len(leading.days))
    title = f"{spec_label}: who has most influence on each state{_unchanged(leading)}"
    for since, row in zip([-1, *(leading.days[r] for r in rows)], rows, strict=False):
        day = leading.days[row]
        fig = canvas(title, READING.format(through=""), handles, SINGLE)
        ax = fig.subplots()
        draw(ax, region(), shades(leading, row, colours, records, names), LABEL + 2.5)
        ax.set_title(f"{calendar(start_date + timedelta(days=day))}, day {day}", size=NOTE + 2, loc="left")
        ax.set_xlabel(_events(records, since, day, names), size=SMALL, loc="left")
        _say_source(fig)
        yield fig


def frame_rows(n: int) -> list[int]:
    """Evenly spaced rows of n, with the first and the last, at most MOST."""
    return [*range(0, n - 1, -(-(n - 1) // (MOST - 1))), n - 1]


def patron_colours(records: Records) -> dict[str, str]:
    """Patron -> colour: the scenario's patrons first, then other leaders in some channel; grey beyond the palette."""
    led = {records.names.states[k] for c in (None, *CHANNELS) for k in np.unique(leaders(records, c).patrons) if k >= 0}
    order = [*records.patrons, *(s for s in records.names.states if s in led and s not in records.patrons)]
    return {p: patron_colour(i) for i, p in enumerate(order)}


def shades(
    leading: Leaders, row: int, colours: dict[Any, Any], records: Records, names: Mapping[str, str]
) -> dict[str, Shade]:
    """State -> fill and label of one recorded day: name, code of the leader, its share, and how that has changed."""
    states, by_state = records.names.states, {}
    for s, state in enumerate(states):
        name, leader = names.get(state, state), leading.patrons[row, s]
        if leader < 0:
            by_state[state] = Shade(NO_COLOUR, name)
            continue
        share, before = leading.shares[row, leader, s], leading.shares[0, leader, s]
        change = "" if abs(share - before) < DRAWN else f" ({_points(share - before)})"
        by_state[state] = Shade(
            tint(colours[states[leader]], share), f"{name}\n{states[leader]} {percent(share)}{change}"
        )
    return by_state


def legend(leading: Leaders, colours: dict[Any, Any], records: Records, names: Mapping[str, str]) -> list[Any]:
    """The patrons that lead somewhere at some time, by name and code, and the marks."""
    led = {records.names.states[k] for k in np.unique(leading.patrons) if k >= 0}
    patches = [Patch(facecolor=c, label=f"{names.get(p, p)} ({p})") for p, c in colours.items() if p in led]
    return patches + marks()


def _unchanged(leading: Leaders) -> str:
    """Words for the title where no share is ever drawn as changed, else nothing."""
    return "" if (np.abs(leading.shares - leading.shares[0]) >= DRAWN).any() else "; nothing changes"


def _largest_change(leading: Leaders, records: Records, names: Mapping[str, str]) -> str:
    """The largest change of a share, with its patron and state; the patron need not lead."""
    change = leading.shares[-1] - leading.shares[0]
    patron, state = np.unravel_index(np.abs(change).argmax(), change.shape)
    if not change[patron, state]:
        return "no share of any patron changed"
    who, whom = (names.get(code, code) for code in (records.names.states[patron], records.names.states[state]))
    return f"largest change of a share: {who} in {whom}, {_points(change[patron, state])} points"


def _points(change: float) -> str:
    """A signed change of a share in percentage points."""
    return minus(number(100 * change, signed=True))


def _events(records: Records, since: int, day: int, names: Mapping[str, str]) -> str:
    """The first events since the previous frame, as text; without events its lines stay empty."""
    new = [e for e in records.events if since <= e.day < day]
    phrases = [f"day {e.day}: {phrase(e, records.host, dict(names))}" for e in new[:EVENTS_PER_FRAME]]
    more = [f"and {len(new) - EVENTS_PER_FRAME} more"] if len(new) > EVENTS_PER_FRAME else []
    lines = fold("; ".join(phrases + more), SMALL, 0.7 * ROOM)
    return "\n".join(lines + [" "] * (EVENT_LINES - len(lines)))


def _say_source(fig: Figure) -> None:
    """Note below the maps: the marked outlines and their source."""
    marked = ", ".join(outline.name for outline in region().marked)
    text = f"Disputed or not fully recognised: {marked}. Outlines: {region().source.partition(';')[0]}; no position is taken on any border."
    fig.supxlabel("\n".join(fold(text, FINE, 0.74 * ROOM)), x=MARGIN / WIDTH, ha="left", size=FINE, color=GREY)
