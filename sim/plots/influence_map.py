"""Who has the largest share of the influence on each state, on a map of the region."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from sim.plots.choropleth import NO_COLOUR, Shade, draw, marks, tint
from sim.plots.outlines import region
from sim.plots.style import GREY, MARGIN, NOTE, SMALL, WIDTH, calendar, canvas, fold, patron_colour
from sim.plots.timeline import phrase
from sim.records import SHARES, Records
from sim.world import CHANNELS

LABEL, FINE = 7.5, 8.0  # points
PAIR, SINGLE = 5.8, 8.0  # inches of height of a sheet with two maps side by side, and with one
ROOM = (WIDTH - 2 * MARGIN) * 72  # points
TIED = 1e-9  # shares that differ by less are equal
SAID, LINES = 3, 2  # events that a frame of the animation names, and lines for them
READING = (
    "Colour and code: the patron with the largest share of all foreign influence on a state, however large that is, "
    "stronger the larger the share; number: that share in percent (in brackets its change since day 0, points)."
)


@dataclass(frozen=True)
class Leaders:
    """Who leads on each state at each recorded day, in one channel or in all."""

    shares: np.ndarray  # (M, S patron, S state), of all influence on the state in the channel
    patrons: np.ndarray  # (M, S) row of the patron with the largest share, -1 where there is none or a tie
    days: list[int]

    def changed(self) -> int:
        """States whose leader is another one at the end."""
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
    """Leading patron on every state on day 0 and at the horizon, side by side, in one channel or in all together."""
    found = leaders(records, channel)
    colours = patron_colours(records)
    scope = f"{channel} channel" if channel else "all channels together"
    fig = canvas(
        f"{spec_label}: who has most influence on each state, {scope}",
        f"{READING} The leader is another one at the end in {found.changed()} of {len(records.names.states)} states. "
        f"World {records.replication} of seed {records.seed}; n = 1 world, no interval.",
        legend(found, colours, records, names),
        PAIR,
    )
    for ax, row, title in zip(fig.subplots(1, 2), (0, -1), ("day 0", f"after {records.days} days"), strict=True):
        draw(ax, region(), shades(found, row, colours, records, names), LABEL)
        ax.set_title(title.capitalize(), size=NOTE, loc="left")
    _say_source(fig)
    return fig


def frames(records: Records, spec_label: str, start_date: date, names: Mapping[str, str]) -> Iterator[Figure]:
    """One map per recorded month, all channels together, with its first events."""
    found = leaders(records)
    colours = patron_colours(records)
    handles = legend(found, colours, records, names)
    for row, day in enumerate(found.days):
        fig = canvas(f"{spec_label}: who has most influence on each state", READING, handles, SINGLE)
        ax = fig.subplots()
        draw(ax, region(), shades(found, row, colours, records, names), LABEL + 2)
        ax.set_title(f"{calendar(start_date + timedelta(days=day))}, day {day}", size=NOTE + 2, loc="left")
        since = found.days[row - 1] if row else -1
        ax.set_xlabel(_events(records, since, day, names), size=SMALL, loc="left")
        _say_source(fig)
        yield fig


def patron_colours(records: Records) -> dict[str, str]:
    """Patron -> colour: the scenario's patrons first, then whoever leads on some state in some channel; grey beyond the palette."""
    led = {
        records.names.states[k] for c in (None, *CHANNELS) for k in np.unique(leaders(records, c).patrons) if k >= 0
    }
    order = [*records.patrons, *(s for s in records.names.states if s in led and s not in records.patrons)]
    return {p: patron_colour(i) for i, p in enumerate(order)}


def shades(found: Leaders, row: int, colours: dict, records: Records, names: Mapping[str, str]) -> dict[str, Shade]:
    """State -> fill and label of one recorded day: name, code of the leader, its share, and how that has changed."""
    states, shown = records.names.states, {}
    for s, state in enumerate(states):
        name, leader = names.get(state, state), found.patrons[row, s]
        if leader < 0:
            shown[state] = Shade(NO_COLOUR, name)
            continue
        share, before = found.shares[row, leader, s], found.shares[0, leader, s]
        change = "" if abs(share - before) < 5e-4 else f" ({100 * (share - before):+.1f})".replace("-", "\N{MINUS SIGN}")
        shown[state] = Shade(tint(colours[states[leader]], share), f"{name}\n{states[leader]} {100 * share:.0f}{change}")
    return shown


def legend(found: Leaders, colours: dict, records: Records, names: Mapping[str, str]) -> list:
    """The patrons that lead somewhere at some time, by name and code, and the marks."""
    led = {records.names.states[k] for k in np.unique(found.patrons) if k >= 0}
    patches = [Patch(facecolor=c, label=f"{names.get(p, p)} ({p})") for p, c in colours.items() if p in led]
    return patches + marks()


def _events(records: Records, since: int, day: int, names: Mapping[str, str]) -> str:
    """The first events of the days since the frame before, in words; its lines are kept free where there are none."""
    new = [e for e in records.events if since <= e.day < day]
    said = [f"day {e.day}: {phrase(e, records.host, dict(names))}" for e in new[:SAID]]
    more = [f"and {len(new) - SAID} more"] if len(new) > SAID else []
    lines = fold("; ".join(said + more), SMALL, 0.8 * ROOM)
    return "\n".join(lines + [" "] * (LINES - len(lines)))


def _say_source(fig: Figure) -> None:
    """Below the maps: what is marked, and whose borders they are."""
    marked = ", ".join(outline.name for outline in region().marked)
    text = f"Disputed or not fully recognised: {marked}. Outlines: {region().source.partition(';')[0]}; no position is taken on any border."
    fig.supxlabel(
        "\n".join(fold(text, FINE, ROOM)), x=MARGIN / WIDTH, ha="left", size=FINE, color=GREY
    )
