"""The table of the state, docs/state.md, and the stub of `World` for type checkers, from the declarations.

python -m tools.state          write both
python -m tools.state check    exit status 1 if one of them is stale
"""

import ast
import inspect
import re
import sys
from pathlib import Path

import sim.core.world
from sim.core.axes import AXES
from sim.core.state import Declaration
from sim.mechanisms import Mechanisms, declared_state

ROOT = Path(__file__).resolve().parent.parent
PAGE, STUB = ROOT / "docs" / "state.md", ROOT / "sim" / "core" / "world.pyi"


def readers() -> dict[str, list[str]]:
    """Name of a piece of state -> modules that read it, without the package."""
    names = {declaration.name for _, declaration in declared_state(Mechanisms())}
    read: dict[str, set[str]] = {name: set() for name in names}
    for path in sorted((ROOT / "sim").rglob("*.py")):
        module = path.relative_to(ROOT / "sim").with_suffix("").as_posix().removesuffix("/__init__")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in names and _is_world(node.value):
                read[node.attr].add(module.rpartition("/")[2] if module.startswith("mechanisms/") else module)
    return {name: sorted(modules) for name, modules in read.items()}


def _is_world(node: ast.expr) -> bool:
    return (isinstance(node, ast.Name) and node.id in ("world", "w")) or (
        isinstance(node, ast.Attribute) and node.attr == "world"
    )


def _bounds(declaration: Declaration) -> str:
    low, high = (f"{bound:g}" if abs(bound) != float("inf") else "" for bound in (declaration.low, declaration.high))
    return f"{low} to {high}" if low and high else f"from {low}" if low else f"to {high}" if high else "any"


def _start(declaration: Declaration) -> str:
    if callable(declaration.start):
        match = re.search(r"(?:fixed|response)\.[\w.]+", inspect.getsource(declaration.start))
        return f"`{match.group()}`" if match else "computed"
    return str(declaration.start)


def page() -> str:
    """Text of docs/state.md."""
    lines = [
        "# The state of a world",
        "",
        "Written from the declarations in the mechanisms by `python -m tools.state`; do not edit. Only the owner writes a piece of state.",
        "",
        "Axes: " + ", ".join(f"{letter} {name}" for letter, name in AXES.items()) + ".",
        "",
        "| state | owner | axes | unit | bounds | day 0 | new day | text | readers |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    read = readers()
    for _, d in declared_state(Mechanisms()):
        others = ", ".join(name for name in read[d.name] if name != d.owner)
        unit = d.unit if d.is_array else "value"
        daily = "" if d.daily is None else f"{d.daily:g}"
        lines.append(
            f"| `{d.name}` | {d.owner} | {d.axes} | {unit} | {_bounds(d) if d.is_array else ''} | {_start(d)} | {daily} | {d.text} | {others} |"
        )
    lines += [
        "",
        "Beside these: `day`, which the model moves; `log`, which `World.record` writes; `agenda`, `sim.core.agenda`; and `choices`, `sim.actors.choices`.",
    ]
    return "\n".join(lines) + "\n"


def stub() -> str:
    """Text of sim/core/world.pyi."""
    source = Path(sim.core.world.__file__).read_text(encoding="utf-8")
    tree = ast.parse(source)
    (world,) = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    lines = [
        '"""Written by `python -m tools.state` from the declarations of the mechanisms; do not edit."""',
        "",
        *_imports(tree),
        "from sim.mechanisms import Mechanisms",
        "from sim.mechanisms.instruments import InstrumentInForce",
        "",
        "class World:",
    ]
    lines += [
        "    fixed: Fixed",
        "    mechanisms: Mechanisms",
        "    declarations: tuple[Declaration, ...]",
        "    day: int",
    ]
    lines += ["    log: list[LogEntry]", "    agenda: Agenda", "    choices: set[tuple[int, str, int]]"]
    for _, d in declared_state(Mechanisms()):
        name = "np.ndarray" if d.is_array else _type_name(d.type)
        lines.append(f"    {d.name}: {name}  # {d.owner}")
    for node in world.body:
        if isinstance(node, ast.FunctionDef):
            lines += [f"    @{ast.unparse(decorator)}" for decorator in node.decorator_list]
            lines.append(source.splitlines()[node.lineno - 1].replace('"World"', "World") + " ...")
        elif isinstance(node, ast.Assign):
            lines.append("    def __copy__(self) -> World: ...")
    return "\n".join(lines) + "\n"


def _imports(tree: ast.Module) -> list[str]:
    """The imports of a module that its signatures need, with an empty line between groups as in all our modules."""
    unneeded = ("from copy import deepcopy", "from dataclasses import replace")
    nodes = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    lines = [ast.unparse(node) for node in nodes if ast.unparse(node) not in unneeded]
    return [part for line in lines for part in (["", line, ""] if line.startswith("import numpy") else [line])]


def _type_name(type_: object) -> str:
    return (
        type_.__name__
        if isinstance(type_, type) and not hasattr(type_, "__args__")
        else re.sub(r"[\w.]+\.(\w+)", r"\1", str(type_))
    )


def main(words: list[str]) -> int:
    """Write both files, or compare."""
    stale = [
        path
        for path, text in ((PAGE, page()), (STUB, stub()))
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    if words == ["check"]:
        print("\n".join(f"{path.relative_to(ROOT)} is stale: python -m tools.state" for path in stale))
        return 1 if stale else 0
    PAGE.write_text(page(), encoding="utf-8")
    STUB.write_text(stub(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
