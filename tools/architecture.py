"""Pictures of the architecture, made from the code: rooms by floor, and calls between mechanisms by their layer.

python -m tools.architecture     write docs/architecture.md, docs/images/rooms.png and docs/images/mechanisms.png
"""

import ast
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import networkx as nx
import yaml

from sim.core.mechanism import DecidingMechanism
from sim.mechanisms import Mechanisms
from sim.plots.style import GREY, NOTE, canvas

ROOT = Path(__file__).resolve().parent.parent
FLOORS: dict[str, int] = {
    room: number
    for number, rooms in enumerate(yaml.safe_load((ROOT / "tools" / "floors.yaml").read_text(encoding="utf-8")))
    for room in rooms
}
PAGE, IMAGES = ROOT / "docs" / "architecture.md", ROOT / "docs" / "images"
TOPS = ("sim", "experiments")
PASSES = 20  # over the layers of a picture, to order their boxes


@cache
def modules() -> dict[str, Path]:
    """Dotted name -> file, of all modules with a floor."""
    names = {}
    for top in TOPS:
        for path in (ROOT / top).rglob("*.py"):
            parts = path.relative_to(ROOT).with_suffix("").parts
            names[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return names


def room(module: str) -> str:
    """The longest room name to which the module belongs."""
    return max((name for name in FLOORS if module == name or module.startswith(name + ".")), key=len)


@cache
def imports(module: str) -> frozenset[str]:
    """Modules of the product that a module imports, at any place in it."""
    files = modules()
    targets: set[str] = set()
    for node in ast.walk(ast.parse(files[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            targets |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            targets |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(targets & files.keys())


def room_imports() -> set[tuple[str, str]]:
    """Pairs (importing room, imported room)."""
    pairs = {(room(module), room(target)) for module in modules() for target in imports(module)}
    return {(source, target) for source, target in pairs if source != target}


def _imported(name: str) -> str:
    """The rooms that a room imports, those of experiments without the name of the package."""
    targets = sorted(target for source, target in room_imports() if source == name)
    return ", ".join(target.removeprefix("experiments.") for target in targets)


def subject(name: str) -> str:
    """First line of the docstring of a room or module."""
    text = ast.get_docstring(ast.parse(modules()[name].read_text(encoding="utf-8"))) if name in modules() else ""
    return (text or "").partition("\n")[0]


def mechanism_layers() -> list[list[str]]:
    """Mechanisms by layer: each calls operations of lower layers only. Raises networkx.NetworkXUnfeasible for a circle."""
    graph = nx.DiGraph()
    graph.add_nodes_from(Mechanisms.model_fields)
    graph.add_edges_from(
        (used, name) for name, field in Mechanisms.model_fields.items() for used in field.annotation.uses
    )
    return [sorted(layer) for layer in nx.topological_generations(graph)]


def page() -> str:
    """Text of docs/architecture.md."""
    lines = [
        "# Architecture",
        "",
        "Written from the code by `python -m tools.architecture`; do not edit. The floors are listed in `tools/floors.yaml`, which the test of the architecture reads.",
        "",
        "![Rooms by floor](images/rooms.png)",
        "",
        "A module imports from its room and from lower floors. Data flow one way: YAML -> `Spec` (typed, checked, completed) -> `World` (fixed data and state) -> `Records` -> metrics -> figures.",
        "",
        "| floor | room | imports | subject |",
        "|---|---|---|---|",
        *(f"| {floor} | `{name}` | {_imported(name)} | {subject(name)} |" for name, floor in FLOORS.items()),
        "",
        "## A day",
        "",
        "Parts of the day in their order. A decision is taken by Mesa agents, one question after the other.",
        "",
        "| part | decision of | calls operations of | subject |",
        "|---|---|---|---|",
    ]
    for name, field in Mechanisms.model_fields.items():
        mechanism = field.annotation
        agent = mechanism.decided_by if issubclass(mechanism, DecidingMechanism) else ""
        lines.append(f"| {name} | {agent} | {', '.join(mechanism.uses)} | {subject(mechanism.__module__)} |")
    lines += ["", "![Calls between mechanisms](images/mechanisms.png)", ""]
    return "\n".join(lines)


def draw_rooms(path: Path) -> None:
    """Rooms as boxes by floor, with their imports."""
    floors = [[name for name, floor in FLOORS.items() if floor == number] for number in sorted(set(FLOORS.values()))]
    _draw(
        path,
        floors,
        room_imports(),
        "Rooms by floor",
        "An arrow points to an imported room. The table lists all imports; those that a path of arrows implies are not drawn",
    )


def draw_mechanisms(path: Path) -> None:
    """Mechanisms as boxes by layer, with their declared calls."""
    calls = [(name, used) for name, field in Mechanisms.model_fields.items() for used in field.annotation.uses]
    _draw(
        path,
        mechanism_layers(),
        calls,
        "Calls between mechanisms",
        "An arrow points to a mechanism whose operation is called. Calls that a path of arrows implies are not drawn",
    )


def _draw(path: Path, layers: list[list[str]], pairs: Iterable[tuple[str, str]], title: str, note: str) -> None:
    """Boxes in layers, and the pairs as arrows without those that a path of other arrows implies."""
    arrows = sorted(nx.transitive_reduction(nx.DiGraph(pairs)).edges)
    fig = canvas(title, note, height=0.85 * len(layers) + 1.6)
    axes = fig.subplots()
    axes.set_axis_off()
    axes.set_xlim(0.0, 1.0)
    axes.set_ylim(-0.5, len(layers) - 0.5)
    positions = {
        n: ((i + 0.5) / len(layer), height)
        for height, layer in enumerate(_ordered(layers, arrows))
        for i, n in enumerate(layer)
    }
    box = {"boxstyle": "round,pad=0.35", "fc": "white", "ec": GREY}
    boxes = {
        name: axes.text(x, y, name, ha="center", va="center", size=NOTE, bbox=box, zorder=3)
        for name, (x, y) in positions.items()
    }
    fig.draw_without_rendering()  # places the boxes, at whose edges the arrows end
    for source, target in arrows:
        style = {"arrowstyle": "-|>", "lw": 0.9, "color": GREY, "shrinkA": 0, "shrinkB": 0}
        bend = f"arc3,rad={0.12 if positions[source][1] - positions[target][1] > 1 else 0.0}"
        ends = {"patchA": boxes[source].get_bbox_patch(), "patchB": boxes[target].get_bbox_patch()}
        arrow = style | ends | {"connectionstyle": bend}
        axes.annotate("", xy=positions[target], xytext=positions[source], arrowprops=arrow, zorder=1)
    fig.savefig(path, dpi=100, metadata={"Software": None})


def _ordered(layers: list[list[str]], arrows: list[tuple[str, str]]) -> list[list[str]]:
    """Each layer in the order of the mean place of its neighbours, so that fewer arrows cross."""
    layers, neighbours = list(layers), nx.Graph(arrows)
    place = {name: (i + 0.5) / len(layer) for layer in layers for i, name in enumerate(layer)}
    for _ in range(PASSES):
        for number, layer in enumerate(layers):
            near = {n: [place[m] for m in neighbours[n]] if n in neighbours else [place[n]] for n in layer}
            layers[number] = sorted(layer, key=lambda n: (sum(near[n]) / len(near[n]), n))
            place |= {name: (i + 0.5) / len(layer) for i, name in enumerate(layers[number])}
    return layers


def main() -> int:
    """Write page and pictures."""
    PAGE.write_text(page(), encoding="utf-8")
    draw_rooms(IMAGES / "rooms.png")
    draw_mechanisms(IMAGES / "mechanisms.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
