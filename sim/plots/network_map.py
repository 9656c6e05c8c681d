"""Figure of the influence network of states around the host."""

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import networkx as nx
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch
from matplotlib.text import Annotation

from sim.core.axes import CHANNELS
from sim.core.wording import minus, number
from sim.plots.network_changes import COLOURS, LEAST_CHANGE, LOSS, STILL, colour_of, legend, message, width
from sim.plots.style import NOTE, SMALL, canvas, text_width

BENDS = (0.1, -0.1, 0.22, -0.22, 0.34, -0.34)  # tried in this order
HOST_TIES, OTHER_TIES = 16, 16
MOVED = 6  # changed ties that are drawn although weaker than the strongest
RADII = np.array([4.7, 1.95])  # inches, half axes of the outer ring
FRAME = RADII * (1.14, 1.1)
INNER = 0.58  # patrons' ring, share of the outer one
TURNS = 12  # rotations of each ring that are tried
STEPS = np.linspace(0.05, 0.95, 31)[:, None]  # along an arrow

Tie = tuple[float, str, str, str]  # strength, source, target, channel


def network_map(
    graph: nx.MultiDiGraph,
    host: str,
    patrons: Sequence[str],
    changes: Mapping[tuple[str, str, str], float] | None = None,
    until: str = "",
) -> Figure:
    """Plot the strongest ties between states.

    Parameters
    ----------
    graph : networkx.MultiDiGraph
        What `sim.network` returns, or `graph` of a model.
    host : str
        Code of the state in the centre.
    patrons : sequence of str
        Codes of the states around it.
    changes : mapping of tuple of str to float, optional
        Patron, state and channel -> change of the share of influence since day 0, in percentage points.
    until : str, optional
        When the changes were measured, like 'after 60 days'.

    Returns
    -------
    Figure
        Arrows from the state that has influence to the one that receives it; strength in [0, 1].

    Examples
    --------
    >>> import sim
    >>> from sim.plots import network_map
    >>> spec = sim.load(["citizens=1000"])
    >>> len(network_map(sim.network(spec), spec.scenario.host, spec.scenario.outside_patrons).axes)
    1
    """
    moved = {tie: change for tie, change in (changes or {}).items() if abs(change) >= LEAST_CHANGE}
    near, far = _strongest(graph, host)
    near, far = _with_moved(graph, host, near, moved), [t for t in far if t[1:] not in moved]
    names = {n: data.get("label", n) for n, data in graph.nodes(data=True) if data["kind"] == "state"}
    fig = canvas(
        f"{names[host]}: {message(names, host, changes, moved, until)}",
        "Arrow: from the state that has influence to the one that receives it; strength: bandwidth "
        f"\N{MULTIPLICATION SIGN} dependence, 0 to 1. The {len(near)} strongest ties of {names[host]} (full colour) and "
        f"the {len(far)} strongest between others (pale)."
        + (
            " Number: change of the share of influence since day 0, in points."
            if moved
            else " n = 1 network, no interval."
        ),
        legend(bool(moved)),
    )
    ax = fig.subplots()
    reach = {n: (text_width(name, NOTE) / 144 + 0.15, 0.22) for n, name in names.items()}
    place = _layout(near + far, host, patrons, reach)
    bends = _bends(near + far, place, reach)
    boxes = {n: _box(ax, names[n], xy, n == host, n in patrons) for n, xy in place.items()}
    for tie in reversed(far + near):
        change = moved.get(tie[1:])
        _arrow(ax, tie, bends[tie], place, boxes, tie in near, moved and colour_of(change))
        if change is not None:
            _number(ax, tie, bends[tie], place, change)
    ax.set_xlim(-FRAME[0], FRAME[0])
    ax.set_ylim(-FRAME[1], FRAME[1])
    ax.set_axis_off()
    return fig


def _with_moved(graph: nx.MultiDiGraph, host: str, near: list[Tie], moved: Mapping[Any, float]) -> list[Tie]:
    """The strongest ties of the host, and the MOVED ties that changed most even if they are weaker."""
    drawn = {t[1:] for t in near}
    most = sorted(moved, key=lambda tie: -abs(moved[tie]))[:MOVED]
    more = [
        (graph.edges[u, v, k]["bandwidth"] * graph.edges[u, v, k]["dependence"], u, v, k)
        for u, v, k in most
        if (u, v, k) not in drawn and graph.has_edge(u, v, k)
    ]
    return near + more


def _number(ax: Axes, tie: Tie, bend: float, place: dict[str, np.ndarray], change: float) -> None:
    """The change beside the middle of its arrow."""
    _, u, v, _ = tie
    a, b = place[u], place[v]
    x, y = (a + b) / 2 + bend / 2 * np.array([b[1] - a[1], a[0] - b[0]])
    ax.text(
        x, y, minus(number(change, signed=True)), size=SMALL, weight="bold", ha="center", va="center", zorder=6,
        color=colour_of(change), bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8},
    )  # fmt: skip


def _strongest(graph: nx.MultiDiGraph, host: str) -> tuple[list[Tie], list[Tie]]:
    """The strongest ties of the host and those between others, each strongest first."""
    ties = sorted(
        (
            (d["bandwidth"] * d["dependence"], u, v, k)
            for u, v, k, d in graph.edges(keys=True, data=True)
            if k in CHANNELS and graph.nodes[u]["kind"] == graph.nodes[v]["kind"] == "state"
        ),
        key=lambda t: (-t[0], t[1:]),
    )
    ties = [t for t in ties if t[0] > 0]
    return [t for t in ties if host in t[1:3]][:HOST_TIES], [t for t in ties if host not in t[1:3]][:OTHER_TIES]


def _layout(
    ties: list[Tie], host: str, patrons: Sequence[str], reach: dict[str, tuple[Any, ...]]
) -> dict[str, np.ndarray]:
    """Positions in inches: two rings in alphabetical order, turned so that arrows pass under as few boxes as possible.

    reach: half width and half height of each state's box, inches. A state without a drawn tie stays out, except host and patrons.
    """
    inner = sorted(set(patrons) - {host})
    outer = sorted({n for _, u, v, _ in ties for n in (u, v)} - {host, *patrons})
    options = (
        {host: np.zeros(2)} | _ring(inner, INNER, i / TURNS) | _ring(outer, 1.0, o / TURNS)
        for i, o in product(range(TURNS), range(TURNS))
    )
    return min(options, key=lambda place: sum(_hidden(tie, BENDS[0], place, reach) for tie in ties))


def _ring(nodes: list[str], size: float, turn: float) -> dict[str, np.ndarray]:
    """Nodes spread evenly, turned by a share of the distance between two of them."""
    angles = 2 * np.pi * (np.arange(len(nodes)) + turn) / max(1, len(nodes))
    return {n: size * RADII * (np.sin(a), np.cos(a)) for n, a in zip(nodes, angles, strict=True)}


def _bends(ties: list[Tie], place: dict[str, np.ndarray], reach: dict[str, tuple[Any, ...]]) -> dict[Tie, float]:
    """Curvature of each arrow: under the fewest boxes, and apart from other arrows between the same states."""
    bends, curvatures = {}, {}
    for tie in ties:
        _, u, v, _ = tie
        way = 1 if u < v else -1  # an arrow back with the opposite curvature lies on the arrow forth
        others = curvatures.setdefault(frozenset((u, v)), set())
        free = [b for b in BENDS if way * b not in others]
        bends[tie] = min(free, key=lambda b: _hidden(tie, b, place, reach))
        others.add(way * bends[tie])
    return bends


def _hidden(tie: Tie, bend: float, place: dict[str, np.ndarray], reach: dict[str, tuple[Any, ...]]) -> int:
    """Points of an arrow that lie outside the frame or within the boxes of states which are not its ends."""
    (_, u, v, _), t = tie, STEPS
    a, b = place[u], place[v]
    control = (a + b) / 2 + bend * np.array([b[1] - a[1], a[0] - b[0]])
    curve = (1 - t) ** 2 * a + 2 * t * (1 - t) * control + t**2 * b
    others = [n for n in place if n not in (u, v)]
    away: Any = np.abs(curve[:, None] - np.array([place[n] for n in others]))
    under = (away < np.array([reach[n] for n in others])).all(axis=2).any(axis=1)
    return int((under | (np.abs(curve) > FRAME).any(axis=1)).sum())


def _arrow(
    ax: Axes, tie: Tie, bend: float, place: dict[str, np.ndarray], boxes: dict[str, Annotation], near: bool, colour: Any
) -> None:
    """One tie, from box to box."""
    strength, source, target, channel = tie
    ax.add_patch(
        FancyArrowPatch(
            (place[source][0], place[source][1]),
            (place[target][0], place[target][1]),
            patchA=boxes[source].get_bbox_patch(),
            patchB=boxes[target].get_bbox_patch(),
            connectionstyle=f"arc3,rad={bend}",
            arrowstyle="-|>",
            mutation_scale=12 + 12 * strength,
            linewidth=width(strength),
            color=colour or COLOURS[channel],
            linestyle=(0, (3, 1)) if colour == LOSS else "-",
            alpha=0.95 if near and colour != STILL else 0.4,
            zorder=2 if near else 1,
        )
    )


def _box(ax: Axes, label: str, xy: np.ndarray, is_host: bool, is_patron: bool) -> Annotation:
    """A state as a labelled box: the host dark, patrons framed heavily, others lightly."""
    frame = {"boxstyle": "round,pad=0.3", "facecolor": "#222222" if is_host else "white", "edgecolor": "black"}
    return ax.annotate(
        label,
        (xy[0], xy[1]),
        ha="center",
        va="center",
        color="white" if is_host else "black",
        zorder=5,
        size=NOTE + 2 if is_host else NOTE if is_patron else SMALL,
        weight="bold" if is_host or is_patron else "normal",
        bbox=frame | {"linewidth": 2.2 if is_patron else 0.9},
    )
