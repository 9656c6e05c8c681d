"""What the figures share: the sheet with its title, note and legend, and how a scenario looks."""

from collections.abc import Sequence
from datetime import date
from textwrap import wrap

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.textpath import TextPath

from sim.records import Ensemble

WIDTH, HEIGHT = 11.0, 6.2  # inches, close to 16:9
FOOTER = 0.035  # share of the height left free at the bottom
MARGIN = 0.12  # inches around the sheet
TITLE, NOTE, SMALL = 16.0, 11.5, 10.5  # points
GREY, FAINT = "#595959", "#D9D9D9"

# Paired scenarios often run on top of each other: every next line is thinner and more broken, so all stay visible.
DASHES = ("-", (0, (5, 1.5)), (0, (2.5, 1.5)), (0, (6, 1.5, 1, 1.5)), (0, (1, 1)))
WIDTHS = (4.0, 2.8, 2.2, 1.8, 1.6)
HATCHES = ("", "////", "....", "xxxx", "----")


def text_width(text: str, size: float) -> float:
    """Width in points of the longest line of a text set in the default font."""
    return max((TextPath((0, 0), line, size=size).get_extents().width for line in text.split("\n") if line), default=0)


def canvas(title: str, note: str, handles: Sequence[Artist] = (), height: float = HEIGHT) -> Figure:
    """A sheet with title, note and legend rows on top; the axes get the rest, down to the footer."""
    fig = Figure(figsize=(WIDTH, height), layout="constrained")
    top = MARGIN
    for text, size, weight in ((title, TITLE, "bold"), (note, NOTE, "normal")):
        lines = wrap(text, int(1.75 * (WIDTH - 2 * MARGIN) * 72 / size))
        fig.text(
            MARGIN / WIDTH, 1 - top / height, "\n".join(lines), size=size, weight=weight, va="top", linespacing=1.25,
            color="black" if weight == "bold" else GREY,
        )  # fmt: skip
        top += len(lines) * 1.4 * size / 72
    if handles:
        top += _legend(fig, handles, 1 - top / height)
    bottom = max(FOOTER, MARGIN / height)
    fig.get_layout_engine().set(
        rect=(MARGIN / WIDTH, bottom, 1 - 2 * MARGIN / WIDTH, 1 - (top + 0.06) / height - bottom), hspace=0.04
    )
    return fig


def _legend(fig: Figure, handles: Sequence[Artist], y: float) -> float:
    """Add the legend below y; returns its height in inches."""
    widest = max(text_width(str(h.get_label()), NOTE) for h in handles)
    columns = min(len(handles), max(1, int((WIDTH - 2 * MARGIN) * 72 / (widest + 6 * NOTE))))
    legend = fig.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(MARGIN / WIDTH, y), ncols=columns, fontsize=NOTE,
        frameon=False, handlelength=3.2, borderpad=0.2, borderaxespad=0, labelspacing=0.35, columnspacing=1.8,
    )  # fmt: skip
    legend.set_in_layout(False)
    return (-(-len(handles) // columns) * 1.45 + 0.3) * NOTE / 72


def look(i: int, colour: str) -> dict:
    """Line properties of the i-th scenario; zorder keeps the thin lines on top."""
    i = min(i, len(DASHES) - 1)
    return {"color": colour, "linestyle": DASHES[i], "linewidth": WIDTHS[i], "zorder": 3 + i}


def scenario_handles(ensembles: Sequence[Ensemble], said: Sequence[str] = ()) -> list[Line2D]:
    """One legend line per scenario, with what is said of it, if anything."""
    texts = [f"{e.label}: {s}" for e, s in zip(ensembles, said, strict=True)] if said else [e.label for e in ensembles]
    return [Line2D([], [], label=t, **look(i, e.colour)) for i, (e, t) in enumerate(zip(ensembles, texts, strict=True))]


def worlds(ensembles: Sequence[Ensemble]) -> str:
    """'n = 60 worlds per scenario', or one number per scenario in the order of the legend."""
    counts = [e.n_runs for e in ensembles]
    if len(set(counts)) > 1:
        return f"n = {', '.join(map(str, counts))} worlds, in the order of the legend"
    noun = "world" if counts[0] == 1 else "worlds"
    return f"n = {counts[0]} {noun}" + (" per scenario" if len(counts) > 1 else "")


def percent(share: float) -> str:
    """'90 %'."""
    return f"{100 * share:.4g} %"


def hosts(ensembles: Sequence[Ensemble]) -> str:
    """Name of the host, or of the hosts."""
    return " / ".join(dict.fromkeys(e.host_name for e in ensembles))


def calendar(day: date) -> str:
    """'2 January 2022'."""
    return f"{day.day} {day:%B %Y}"


def onset(ensembles: Sequence[Ensemble]) -> str:
    """The date of day 0, where the scenarios share it."""
    dates = {e.start_date for e in ensembles}
    return calendar(dates.pop()) if len(dates) == 1 else "the start of each scenario"


def dress(ax: Axes, grid: str = "both") -> None:
    """Readable ticks, light grid, no box."""
    ax.tick_params(labelsize=NOTE, length=3)
    ax.grid(True, axis=grid, color=FAINT, linewidth=0.7)
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)
