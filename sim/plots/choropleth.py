"""States of the region filled by a colour each, on given axes."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, PathPatch
from matplotlib.patheffects import withStroke

from sim.plots.outlines import Outline, Region
from sim.plots.style import GREY

SEA, OFF_STAGE, NO_COLOUR = "#F3F6F8", "#DFDFDF", "#FFFFFF"
HATCH = {"hatch": "/////", "edgecolor": "#333333", "linestyle": (0, (3, 2)), "linewidth": 0.8}
RING = {"marker": "o", "fillstyle": "none", "color": "#333333", "markeredgewidth": 1.3, "linestyle": ""}
PALEST = 0.25  # part of the colour at a share of zero
OUTLINED = [withStroke(linewidth=2.2, foreground="white")]


@dataclass(frozen=True)
class Shade:
    """How a state looks: its fill and the lines of its label."""

    colour: str
    text: str


def tint(colour: str, share: float) -> str:
    """A colour mixed with white, the stronger the larger the share (0 to 1)."""
    part = PALEST + (1 - PALEST) * share
    red, green, blue = 1 - part * (1 - np.array(to_rgb(colour)))
    return to_hex((red, green, blue))


def marks() -> list[Artist]:
    """Legend entries besides the colours of the states."""
    return [
        Patch(facecolor=NO_COLOUR, edgecolor=GREY, label="no influence, or a tie"),
        Patch(facecolor=OFF_STAGE, edgecolor="white", label="not on stage"),
        Patch(facecolor="white", label="disputed or unrecognised", **HATCH),
        Line2D([], [], label="disputed, place alone", markersize=8, **RING),
    ]


def draw(ax: Axes, region: Region, shades: Mapping[str, Shade], size: float) -> None:
    """Fill the outlines of the states, mark disputed ones, write labels (size in points); a state outside the map gets a chip."""
    west, south, east, north = region.window
    ax.set(xlim=(west, east), ylim=(south, north), aspect="equal", facecolor=SEA, xticks=[], yticks=[])
    ax.spines[:].set(color=GREY, linewidth=0.6)
    for outline in region.outlines:
        if outline.path is not None:
            _fill(ax, outline, shades)
        else:
            ax.plot(*outline.point, markersize=size + 1, zorder=4, **RING)
    for code, shade in shades.items():
        if region.shows(code):
            _label(ax, region, code, shade.text, size)
    _chips(ax, [shade for code, shade in shades.items() if not region.shows(code)], size)


def _fill(ax: Axes, outline: Outline, shades: Mapping[str, Shade]) -> None:
    state = outline.state_in(shades)
    colour = shades[state].colour if state else OFF_STAGE
    edge = {"edgecolor": "#6E6E6E" if state else "white", "linewidth": 0.5}
    if outline.bloc == state != "":
        edge = {"edgecolor": "white", "linewidth": 0.4}
    assert outline.path is not None  # only those with a path are drawn
    ax.add_patch(PathPatch(outline.path, facecolor=colour, zorder=2, **(HATCH if outline.marked else edge)))


def _label(ax: Axes, region: Region, code: str, text: str, size: float) -> None:
    """A name at its place in the region; a line leads to the state if the place lies outside of it."""
    at, line = region.labels[code], None
    target = at
    if not region.covers(code, at):
        target = next(o.point for o in region.of(code))
        line = {"arrowstyle": "-", "linewidth": 0.7, "shrinkA": 0, "shrinkB": 0}
        ax.plot(*target, "o", color="black", markersize=2, zorder=5)
    ax.annotate(
        text, (target[0], target[1]), (at[0], at[1]), size=size, ha="center", va="center", linespacing=1.05, zorder=6, arrowprops=line,
        path_effects=OUTLINED,
    )  # fmt: skip


def _chips(ax: Axes, shades: list[Shade], size: float) -> None:
    """Labelled boxes in the lower left corner, upwards."""
    for i, shade in enumerate(shades):
        box = {"boxstyle": "round,pad=0.3", "facecolor": shade.colour, "edgecolor": "#6E6E6E", "linewidth": 0.6}
        ax.annotate(
            shade.text.replace("\n", " (outside the map)\n", 1), (0, 0), (7, 7 + i * 3.4 * size), xycoords="axes fraction", textcoords="offset points",
            size=size, va="bottom", linespacing=1.05, bbox=box, zorder=7, path_effects=OUTLINED,
        )  # fmt: skip
