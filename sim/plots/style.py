"""Common parts of all figures: the sheet with title, note and legend, and the look of a scenario."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Literal, cast

from matplotlib import rc_context
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.textpath import text_to_path
from matplotlib.ticker import MaxNLocator

from sim.core.colours import PALETTE, distinct
from sim.core.ranges import ALIGNMENT, ANY, PERCENT, SHARE, Range
from sim.records.ensemble import Ensemble
from sim.records.variables import BY_NAME

WIDTH, HEIGHT = 11.0, 6.2  # inches, close to 16:9
FOOTER = 0.035  # share of the height left free at the bottom
MARGIN = 0.12  # inches around the sheet
USUAL_HEAD = 1.3  # inches
TITLE, NOTE, SMALL = 16.0, 11.5, 10.5  # points
GREY, FAINT = "#595959", "#D9D9D9"
PATRON_COLOURS = PALETTE  # without black, whose tints are the greys of uncoloured areas

# Paired scenarios often run on top of each other: every next line is thinner and more broken, so all stay visible.
DASHES = (
    "-", (0, (5, 1.5)), (0, (2.5, 1.5)), (0, (6, 1.5, 1, 1.5)), (0, (1, 1)), (0, (9, 2)), (0, (6, 1, 1, 1, 1, 1)), (0, (1, 3)),
)  # fmt: skip
WIDTHS = (4.0, 2.8, 2.2, 1.8, 1.6, 1.6, 1.6, 1.6)
# least span of a vertical axis of levels, by the range of the variable; 10 of an amount
LEAST = {SHARE: 0.2, ALIGNMENT: 0.2, PERCENT: 0.5}
HATCHES = ("", "////", "....", "xxxx", "----")


def text_width(text: str, size: float) -> float:
    """Advance width in points of the longest line of a text set in the default font."""
    font = FontProperties(size=size)
    return max(text_to_path.get_text_width_height_descent(line, font, False)[0] for line in text.split("\n"))


def fold(text: str, size: float, room: float) -> list[str]:
    """Lines of a text that each fit into `room` points; a single longer word stays whole."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and text_width(longer, size) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


class Sheet(Figure):
    """A figure whose texts are drawn as they are written: a dollar is a dollar and begins no formula."""

    def draw(self, renderer: Any) -> None:
        """Draw everything. A user's label may hold any character, and the settings of a session must not reach it."""
        for text in self.findobj(Text):
            cast(Text, text).set_parse_math(False)
            cast(Text, text).set_usetex(False)
        with rc_context({"text.parse_math": False, "text.usetex": False}):  # of ticks that are made while drawing
            super().draw(renderer)


def canvas(title: str, note: str, handles: Sequence[Artist] = (), height: float = HEIGHT) -> Figure:
    """A sheet with title, note and legend rows on top; the axes get the rest, down to the footer.

    A head of more than the usual rows makes the sheet taller, so that the axes keep their height.
    """
    room = (WIDTH - 2 * MARGIN) * 72
    head = [
        (fold(title, TITLE, room / 1.18), TITLE, "bold", "black"),
        (fold(note, NOTE, room / 1.04), NOTE, "normal", GREY),
    ]
    columns, legend_height = _legend_grid(handles, room)
    top = MARGIN + legend_height + sum(len(lines) * 1.4 * size / 72 for lines, size, *_ in head)
    height += max(0.0, top - USUAL_HEAD)
    fig = Sheet(figsize=(WIDTH, height), layout="constrained")
    fig.set_label(f"{title}\n{note}")  # title of the saved file
    bottom = max(FOOTER, MARGIN / height)
    layout: Any = fig.get_layout_engine()
    layout.set(rect=(MARGIN / WIDTH, bottom, 1 - 2 * MARGIN / WIDTH, 1 - (top + 0.06) / height - bottom), hspace=0.04)
    y = MARGIN
    for lines, size, weight, colour in head:
        text = "\n".join(lines)
        fig.text(
            MARGIN / WIDTH, 1 - y / height, text, size=size, weight=weight, color=colour, va="top", linespacing=1.25
        )
        y += len(lines) * 1.4 * size / 72
    if handles:
        legend = fig.legend(
            handles=handles, loc="upper left", bbox_to_anchor=(MARGIN / WIDTH, 1 - y / height), ncols=columns,
            fontsize=NOTE, frameon=False, handlelength=3.2, borderpad=0.2, borderaxespad=0, labelspacing=0.35,
            columnspacing=1.8,
        )  # fmt: skip
        legend.set_in_layout(False)
    return fig


def _legend_grid(handles: Sequence[Artist], room: float) -> tuple[int, float]:
    """Columns that fit into `room` points, and the height in inches that the rows then take."""
    if not handles:
        return 0, 0.0
    widths = [text_width(str(h.get_label()), NOTE) + 6 * NOTE for h in handles]
    columns = len(handles) if sum(widths) <= room else max(1, int(room / max(widths)))
    return columns, (-(-len(handles) // columns) * 1.45 + 0.3) * NOTE / 72


def look(i: int, colour: str) -> dict[Any, Any]:
    """Give the line properties of a scenario.

    Parameters
    ----------
    i : int
        Its number, from 0 on.
    colour : str
        Its colour.

    Returns
    -------
    dict of str to object
        Colour, dashes, width and order of drawing, which keeps the thin lines on top.

    Examples
    --------
    >>> from sim.plots import look
    >>> look(0, "black")["color"]
    'black'
    """
    i = min(i, len(DASHES) - 1)
    return {"color": colour, "linestyle": DASHES[i], "linewidth": WIDTHS[i], "zorder": 3 + i}


def patron_colour(i: int) -> str:
    """Colour of the i-th patron; those beyond the palette share a grey."""
    return PATRON_COLOURS[i] if i < len(PATRON_COLOURS) else GREY


def distinct_in_colour(ensembles: Sequence[Ensemble]) -> list[Ensemble]:
    """The ensembles, each with a colour that no earlier one has."""
    colours = distinct([e.colour for e in ensembles])
    return [replace(e, colour=colour) for e, colour in zip(ensembles, colours, strict=True)]


def scenario_handles(ensembles: Sequence[Ensemble], notes: Sequence[str] = ()) -> list[Line2D]:
    """One legend line per scenario, with its note, if there is one."""
    texts = (
        [f"{e.label}: {s}" for e, s in zip(ensembles, notes, strict=True)] if notes else [e.label for e in ensembles]
    )
    return [Line2D([], [], label=t, **look(i, e.colour)) for i, (e, t) in enumerate(zip(ensembles, texts, strict=True))]


def replication_count(ensembles: Sequence[Ensemble]) -> str:
    """'n = 60 replications per scenario', or one number per scenario in the order of the legend."""
    counts = [e.n_runs for e in ensembles]
    if len(set(counts)) > 1:
        return f"n = {', '.join(map(str, counts))} replications, in the order of the legend"
    noun = "replication" if counts[0] == 1 else "replications"
    return f"n = {counts[0]} {noun}" + (" per scenario" if len(counts) > 1 else "")


def day_ticks(ax: Axes) -> None:
    """Round whole days on the horizontal axis."""
    ax.xaxis.set_major_locator(MaxNLocator(8, steps=[1, 2, 5, 10], integer=True))


def at_least(ax: Axes, span: float, within: Range = ANY) -> None:
    """Widen the vertical axis to a span around its middle, inside a range, so that a small move looks small."""
    low, high = ax.get_ylim()
    if high - low < span:
        low = max(min((low + high - span) / 2, within.high - span), within.low)
        ax.set_ylim(low, low + span)


def least_span(name: str, changes: bool = False) -> float:
    """Span that the vertical axis of a variable has at least, by the range of the variable: a small move looks small.

    A level of legitimacy, 0 to 1, shows a fifth of its range; a change or difference shows a tenth of what a level shows.
    """
    span = LEAST.get(BY_NAME[name].within, 10.0)
    return span / 10 if changes else span


def hosts(ensembles: Sequence[Ensemble]) -> str:
    """Name of the host, or of the hosts."""
    return " / ".join(dict.fromkeys(e.host_name for e in ensembles))


def calendar(day: date) -> str:
    """'2 January 2022'."""
    return f"{day.day} {day:%B %Y}"


def onset(ensembles: Sequence[Ensemble]) -> str:
    """The date of day 0, if the scenarios share it."""
    dates = {e.start_date for e in ensembles}
    return calendar(dates.pop()) if len(dates) == 1 else "the start of each scenario"


def dress(ax: Axes, grid: Literal["both", "x", "y"] = "both") -> None:
    """Readable ticks, light grid, no box."""
    ax.tick_params(labelsize=NOTE, length=3)
    ax.grid(True, axis=grid, color=FAINT, linewidth=0.7)
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)
