"""Pictures of the architecture, made from the code: rooms by floor, and calls between mechanisms by their layer.

python -m tools.architecture     write docs/architecture.md, docs/images/rooms.png and docs/images/mechanisms.png
"""

import ast
import sys
from collections import Counter
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


def room_imports() -> Counter[tuple[str, str]]:
    """(importing room, imported room) -> number of imports."""
    pairs = ((room(module), room(target)) for module in modules() for target in imports(module))
    return Counter((source, target) for source, target in pairs if source != target)


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
        "| floor | room | subject |",
        "|---|---|---|",
        *(f"| {floor} | `{name}` | {subject(name)} |" for name, floor in FLOORS.items()),
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
    """Rooms as boxes by floor; an arrow's width grows with the number of imports."""
    floors = [[name for name, floor in FLOORS.items() if floor == number] for number in sorted(set(FLOORS.values()))]
    _draw(
        path,
        floors,
        room_imports(),
        "Rooms by floor",
        "An arrow points to the room that is imported; its width grows with the number of imports",
    )


def draw_mechanisms(path: Path) -> None:
    """Mechanisms as boxes by layer, with their declared calls."""
    uses = {(name, used): 4 for name, field in Mechanisms.model_fields.items() for used in field.annotation.uses}
    _draw(
        path,
        mechanism_layers(),
        uses,
        "Calls between mechanisms",
        "An arrow points to the mechanism whose operation is called; every call leads to a lower layer",
    )


def _draw(path: Path, layers: list[list[str]], arrows: dict[tuple[str, str], int], title: str, note: str) -> None:
    fig = canvas(title, note, height=1.05 * len(layers) + 1.6)
    axes = fig.subplots()
    axes.set_axis_off()
    positions = {
        n: ((i + 0.5) / len(layer), height) for height, layer in enumerate(layers) for i, n in enumerate(layer)
    }
    for (source, target), count in sorted(arrows.items()):
        style = {"arrowstyle": "-|>", "lw": 0.4 + 0.25 * count**0.5, "color": GREY, "alpha": 0.6}
        bend = f"arc3,rad={0.15 if positions[source][1] - positions[target][1] > 1 else 0.0}"
        arrow = style | {"shrinkA": 14, "shrinkB": 14, "connectionstyle": bend}
        axes.annotate("", xy=positions[target], xytext=positions[source], arrowprops=arrow)
    box = {"boxstyle": "round,pad=0.35", "fc": "white", "ec": GREY}
    for name, (x, y) in positions.items():
        axes.text(x, y, name, ha="center", va="center", size=NOTE, bbox=box, zorder=3)
    axes.set_xlim(0.0, 1.0)
    axes.set_ylim(-0.5, len(layers) - 0.5)
    fig.savefig(path, dpi=100, metadata={"Software": None})


def main() -> int:
    """Write page and pictures."""
    PAGE.write_text(page(), encoding="utf-8")
    draw_rooms(IMAGES / "rooms.png")
    draw_mechanisms(IMAGES / "mechanisms.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
