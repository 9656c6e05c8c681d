"""Words that the glossary retired: identifiers of the code and words of its texts, listed by file and line.

python -m tests.vocabulary [PATH ...]     exit status 1 and a line per word; paths are files or folders of the checkout
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# whole identifiers: participles, pronouns and names of the old vocabulary; what each value is called instead depends on it
NAMES = frozenset(
    [
        "told",
        "told_by",
        "said",
        "found",
        "made",
        "left",
        "seen",
        "known",
        "heard",
        "kept",
        "held",
        "asked",
        "shown",
        "mine",
        "theirs",
        "own",
        "rest",
        "whole",
        "stirred",
        "abroad",
        "holding",
        "sites",
        "own_war",
        "leaning",
        "circumstances",
        "cast",
        "printed",
        "dated",
        "twinned",
        "cast",
        "roles",
        "circumstances",
        "logistic_shock",
        "FigureTables",
        "AnyFigure",
        "Measure",
        "Measures",
        "measure_states",
        "fell_day",
    ]
)
PARTS = frozenset(("twin", "twins", "told", "stirred", "shock", "shocks"))  # also between underscores of an identifier
TEXT = re.compile(r"\b(said|told|stirred|the own)\b", re.IGNORECASE)
TEXTS = {".py", ".md", ".yaml", ".toml", ".jinja", ".c", ".h", ".cff"}
# files that hold old names on purpose: tables of what was renamed, draw addresses, quotations
EXCEPT = {
    "CHANGELOG.md", "sim/spec/renamed_keys.py", "sim/core/draw_names.py", "tests/vocabulary.py", "tests/sim/spec/test_renamed_keys.py",
    "docs/glossary.md",
}  # fmt: skip
# fields of the configuration, which keep their keys
PUBLIC_KEYS = {
    ("experiments/results/saved_files.py", "made"),
    ("experiments/results/saved_files.py", "whole"),
    ("sim/actors/conditions.py", "asked"),
    ("sim/spec/schema/scenario.py", "sites"),
}
ADDRESSES = re.compile(r'f?"told \{')  # the token of a directed act is the address of a draw


def files(paths: list[str]) -> list[Path]:
    """Tracked files of these paths, or all of them, that the rules are about."""
    listed = subprocess.run(["git", "ls-files", *paths], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split() if name not in EXCEPT and Path(name).suffix in TEXTS]


def identifiers(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and name of everything that a module names itself: not what it reads of libraries."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.attr
        elif isinstance(node, ast.alias) and node.asname:
            yield getattr(node, "lineno", 0), node.asname


def retired(path: Path) -> Iterator[str]:
    """One line per retired word of a file."""
    name, text = path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        for line, identifier in identifiers(ast.parse(text)):
            if (name, identifier) in PUBLIC_KEYS:
                continue
            if identifier.strip("_") in NAMES or PARTS & set(identifier.lower().split("_")):
                yield f"{name}:{line}: identifier {identifier}"
    for number, line in enumerate(text.splitlines(), 1):
        for match in TEXT.finditer(ADDRESSES.sub("", line)):
            yield f"{name}:{number}: word {match.group()}: {line.strip()[:100]}"


def main(paths: list[str]) -> int:
    """List the retired words."""
    lines = [line for path in files(paths) for line in retired(path)]
    print("\n".join(lines))
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
