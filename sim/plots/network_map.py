"""The influence network of states around the host."""

from collections.abc import Sequence
from math import cos, pi, sin

import networkx as nx
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch
from matplotlib.text import Annotation

from sim.plots.style import NOTE, SMALL, canvas
from sim.world import CHANNELS

COLOURS = {"economic": "#E69F00", "military": "#3B3B98", "cultural": "#CC79A7"}
BENDS = {"economic": -0.16, "military": 0.06, "cultural": 0.22}  # parallel ties part
HOST_TIES, OTHER_TIES = 16, 20


def network_map(graph: nx.MultiDiGraph, host: str, patrons: Sequence[str]) -> Figure:
    """The strongest ties between states: host in the centre, patrons around it, others outside."""
    ties = _strongest(graph, host)
    label = graph.nodes[host].get("label", host)
    handles = [Line2D([], [], color=c, linewidth=4, label=f"{name} channel") for name, c in COLOURS.items()]
    handles += [Line2D([], [], color="black", linewidth=_width(s), label=f"strength {s:g}") for s in (0.05, 0.3, 0.8)]
    fig = canvas(
        f"{label}: who influences whom on day 0",
        f"Arrow: from the state that has influence to the state that receives it; width: bandwidth x dependence "
        f"(0 to 1) of the channel. The {len(ties)} strongest ties of the host and between other states; n = 1 network, "
        "no interval.".replace(" x ", " \N{MULTIPLICATION SIGN} "),
        handles,
    )  # fmt: skip
    ax = fig.subplots()
    place = _layout(ties, host, patrons)
    boxes = {n: _box(ax, n, graph.nodes[n].get("label", n), xy, host, patrons) for n, xy in place.items()}
    for strength, source, target, channel in reversed(ties):
        near = host in (source, target)
        ax.add_patch(
            FancyArrowPatch(
                place[source], place[target], patchA=boxes[source].get_bbox_patch(),
                patchB=boxes[target].get_bbox_patch(), connectionstyle=f"arc3,rad={BENDS[channel]}",
                arrowstyle="-|>", mutation_scale=12 + 12 * strength, linewidth=_width(strength),
                color=COLOURS[channel], alpha=0.95 if near else 0.4, zorder=2 if near else 1, shrinkA=2, shrinkB=2,
            )
        )  # fmt: skip
    ax.set_xlim(-1.16, 1.16)
    ax.set_ylim(-1.12, 1.12)
    ax.set_axis_off()
    return fig


def _width(strength: float) -> float:
    """Points for a strength in [0, 1]."""
    return 0.8 + 7.0 * strength


def _strongest(graph: nx.MultiDiGraph, host: str) -> list[tuple[float, str, str, str]]:
    """(strength, source, target, channel) of the strongest ties of the host and among others, strongest first."""
    ties = sorted(
        (
            (d["bandwidth"] * d["dependence"], u, v, k)
            for u, v, k, d in graph.edges(keys=True, data=True)
            if k in CHANNELS and graph.nodes[u]["kind"] == graph.nodes[v]["kind"] == "state"
        ),
        key=lambda t: (-t[0], t[1:]),
    )
    ties = [t for t in ties if t[0] > 0]
    chosen = [t for t in ties if host in t[1:3]][:HOST_TIES] + [t for t in ties if host not in t[1:3]][:OTHER_TIES]
    return sorted(chosen, key=lambda t: (-t[0], t[1:]))


def _layout(ties: list, host: str, patrons: Sequence[str]) -> dict[str, tuple[float, float]]:
    """Two rings in a fixed order around the host; a state without a drawn tie stays out, except host and patrons."""
    others = sorted({n for _, u, v, _ in ties for n in (u, v)} - {host, *patrons})
    place = {host: (0.0, 0.0)}
    for ring, radius, first in ((sorted(patrons), 0.52, 0.25 * pi), (others, 1.0, 0.5 * pi)):
        for i, node in enumerate(ring):
            angle = first - 2 * pi * i / len(ring)
            place[node] = (radius * cos(angle), radius * sin(angle))
    return place


def _box(ax: Axes, node: str, label: str, xy: tuple, host: str, patrons: Sequence[str]) -> Annotation:
    """A state as a labelled box: host dark, patrons framed heavily, others lightly."""
    face, ink, line = ("#222222", "white", 2.0) if node == host else ("white", "black", 2.2 if node in patrons else 0.9)
    return ax.annotate(
        label if node == host else f"{label}", xy, ha="center", va="center", color=ink, zorder=5,
        size=NOTE + 2 if node == host else NOTE if node in patrons else SMALL,
        weight="bold" if node == host or node in patrons else "normal",
        bbox={"boxstyle": "round,pad=0.3", "facecolor": face, "edgecolor": "black", "linewidth": line},
    )  # fmt: skip
