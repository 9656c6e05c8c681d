"""The house: imports only go down, nothing in sim/ knows a name, every parameter says unit, range and source."""

import ast
import re
from pathlib import Path

import pytest
import yaml

from experiments.describe.parameters import parameters
from sim.mechanisms import Mechanisms
from sim.spec.schema.host_rules import RULES
from tools.architecture import FLOORS, PAGE, imports, mechanism_layers, modules, page, room

pytestmark = pytest.mark.exact

ROOT = Path(__file__).resolve().parents[2]


def test_imports_only_go_down():
    """No module imports a higher floor, and rooms of one floor do not import one another."""
    upward = [
        f"{name} -> {target}"
        for name in modules()
        for target in imports(name)
        if room(target) != room(name) and FLOORS[room(target)] >= FLOORS[room(name)] and name != "sim"
    ]
    assert upward == []


def test_every_room_has_a_floor():
    """Each floor names rooms that exist; each module or package of sim, experiments and experiments.history is a room."""
    packages = {name for name, path in modules().items() if path.name == "__init__.py"}
    rooms = {name for name in modules() if name.count(".") == 1}
    rooms |= {name for name in packages if name.startswith("experiments.history.")}
    assert FLOORS.keys() - modules().keys() == set()
    assert rooms - FLOORS.keys() == {"experiments.cli"}  # the entry of the command line stands above the commands


def test_there_are_no_circles():
    """Depth-first search over the imports of all modules meets no module twice on one path."""
    graph = {name: imports(name) - {name} for name in modules()}
    graph = {name: {t for t in targets if not name.startswith(t + ".")} for name, targets in graph.items()}
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, " -> ".join((*path, name))
        if name not in done:
            for target in graph[name]:
                visit(target, (*path, name))
            done.add(name)

    for name in graph:
        visit(name, ())


def test_the_page_of_the_architecture_is_fresh():
    """docs/architecture.md is that of the code: `python -m tools.architecture` writes it; every room has a subject."""
    assert PAGE.read_text(encoding="utf-8") == page()
    assert [line for line in page().splitlines() if line.endswith("|  |")] == []
    assert sum(len(layer) for layer in mechanism_layers()) == len(Mechanisms.model_fields)


def test_modules_and_functions_are_short():
    """At most 250 lines a module and 40 a function without its docstring, in sim and experiments; kernels excepted."""
    long_modules, long_functions = [], []
    for name, path in modules().items():
        if not name.startswith(("sim", "experiments")) or name.startswith("sim.kernels"):
            continue
        text = path.read_text(encoding="utf-8")
        long_modules += [f"{name}: {n}" for n in [text.count("\n")] if n > 250]
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                documented = ast.get_docstring(node) is not None
                first = node.body[1] if documented and len(node.body) > 1 else node.body[0]
                start = node.lineno if not documented else first.lineno - 1
                if node.end_lineno - start > 40:
                    long_functions.append(f"{name}.{node.name}: {node.end_lineno - start}")
    assert long_modules == [] and long_functions == []


def test_the_model_knows_no_name():
    """No code of a state and no name of an organisation stands in sim/."""
    codes = [p.stem for group in ("state", "organisation") for p in (ROOT / "configs" / group).glob("*.yaml")]
    assert len(codes) >= 21
    pattern = re.compile(r"\b(" + "|".join(codes) + r")\b")
    docs = {"sim/stage/network.py", "sim/spec/load.py", "sim/__init__.py", "sim/spec/schema.py", "sim/stage/build.py"}
    names = []
    for path in (ROOT / "sim").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        texts = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}  # docstrings may give examples
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in texts:
                names += [f"{path.name}: {node.value}" for _ in pattern.findall(node.value) if "->" not in node.value]
            if isinstance(node, ast.Name) and pattern.fullmatch(node.id):
                names.append(f"{path.name}: {node.id}")
    assert names == [], docs


def test_every_parameter_has_unit_range_source_and_text():
    """Numbers of mechanisms and network declare themselves completely."""
    incomplete = [
        p.path
        for p in parameters()
        if p.path.startswith(("mechanisms.", "network."))
        and not isinstance(p.default, (bool, list))
        and not (p.text and p.unit and p.source and (p.allowed or p.unit in ("choice", "file")))
    ]
    assert incomplete == []


def test_every_reference_is_resolved():
    """Each key in square brackets, and each source of a scenario or charter, stands in docs/references.md."""
    listed = set(
        re.findall(r"\*\*\[([A-Za-z]+\d{4}[a-z]?|assumed|Mesa)\]\*\*", (ROOT / "docs/references.md").read_text("utf-8"))
    )
    used = set()
    for path in modules().values():
        for group in re.findall(
            r"\[([A-Za-z]+\d{4}[a-z]?(?:, [A-Za-z]+\d{4}[a-z]?)*)\]", path.read_text(encoding="utf-8")
        ):
            used |= set(group.split(", "))
    for group in ("scenario", "organisation", "policy"):
        for path in (ROOT / "configs" / group).glob("*.yaml"):
            used |= set(yaml.safe_load(path.read_text(encoding="utf-8")).get("sources", []))
    for path in (ROOT / "configs" / "instrument").glob("*.yaml"):
        used |= {
            key for tool in yaml.safe_load(path.read_text(encoding="utf-8")).values() for key in tool.get("sources", [])
        }
    assert used and used - listed == set()


def test_claims_have_priors_of_both_signs():
    """A coefficient that carries a claim may be zero, positive or negative."""
    claims = [p for p in parameters() if p.claim]
    assert len(claims) >= 10
    for p in claims:
        low, high = (float(x) for x in p.allowed.split(" to "))
        assert low < 0.0 < high, p.path


def test_the_day_is_the_order_of_the_mechanisms():
    """Forces arrive before risk is perceived, citizens decide before clashes, decisions come before alignment."""
    order = list(Mechanisms.model_fields)
    for earlier, later in (
        ("events", "legitimacy"), ("legitimacy", "logistics"), ("logistics", "policing"), ("policing", "contention"),
        ("contention", "clashes"), ("clashes", "contest"), ("contest", "defection"), ("defection", "succession"),
        ("succession", "response"), ("response", "assistance"), ("assistance", "alignment"), ("alignment", "influence"),
    ):  # fmt: skip
        assert order.index(earlier) < order.index(later)


def test_nothing_leaves_with_the_next_mesa_or_draws_without_a_key():
    """Banned: Mesa's batch runner, collector and spaces; NumPy's global generator; Mesa's generator; Unix-only calls."""
    banned = re.compile(
        r"batch_run|DataCollector|mesa\.space|np\.random\.(seed|rand|randint|choice|normal)\(|\.random\.(random|choice|shuffle)\("
        r"|self\.random|model\.random|os\.fork|import (fcntl|resource|pwd|grp)\b|signal\.SIGKILL|os\.getppid"
    )
    uses = [
        f"{name}: {m.group()}" for name, p in modules().items() for m in banned.finditer(p.read_text(encoding="utf-8"))
    ]
    assert uses == []


def test_every_source_of_indicators_has_a_licence_row():
    """DATA_LICENSES.md speaks of every source key, and every key is used, by a state, by a scenario or by a rule."""
    sources = yaml.safe_load((ROOT / "configs/sources/indicators.yaml").read_text(encoding="utf-8"))
    text = (ROOT / "DATA_LICENSES.md").read_text(encoding="utf-8")
    files = [p for group in ("state", "scenario") for p in (ROOT / "configs" / group).glob("*.yaml")]
    content = "".join(p.read_text(encoding="utf-8") for p in files)
    assert [k for k in sources if k not in text] == []
    assert [k for k in sources if f"{k}:" not in content and k not in RULES] == []
    assert set(RULES) <= set(sources)


def test_texts_speak_of_the_product_alone():
    """No path of a machine and no address of a registry in anything that ships."""
    pattern = re.compile(r"/(home|root|work|tmp)/\w|pypi\.org/simple|files\.pythonhosted")
    suffixes = {".py", ".yaml", ".md", ".toml", ".cff", ".lock", ".txt"}
    skip = {".venv", ".git", "results", "build", "dist"}
    paths = [p for p in ROOT.rglob("*") if p.suffix in suffixes and not skip & set(p.relative_to(ROOT).parts)]
    offending = [
        str(p.relative_to(ROOT)) for p in paths if p != Path(__file__) and pattern.search(p.read_text(encoding="utf-8"))
    ]
    assert offending == []


def test_sums_of_the_model_have_the_same_bits_on_every_python():
    """The builtin `sum` of floats is compensated from Python 3.12 on; in sim it counts conditions, or bytes, only."""
    totals = [
        f"{name}:{node.lineno}"
        for name, path in modules().items()
        if name.startswith("sim") and not name.startswith("sim.plots")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "sum"
        if not _counts(node.args[0])
    ]
    assert totals == []


def _counts(terms: ast.expr) -> bool:
    """Whether the terms of a sum are conditions, or sizes of files."""
    if not isinstance(terms, ast.GeneratorExp):
        return False
    size = isinstance(terms.elt, ast.Attribute) and terms.elt.attr == "file_size"
    return size or isinstance(terms.elt, (ast.Compare, ast.BoolOp))
