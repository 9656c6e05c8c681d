"""File and line of a fault: the user's file that gives a wrong value is named before the key."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sim.core.faults import ConfigError
from sim.core.received import read_text
from sim.core.yaml_places import place_of, places_in, with_place
from sim.spec.config_files import file_name, read_tree
from sim.spec.override_words import prepared, unquoted

FILES = ("scenario", "stage", "config")  # keys of the command line that choose a file
PACKAGES = {
    "state": "states",
    "organisation": "organisations",
    "policy": "policies",
}  # group -> where its files come into the tree
CIRCLE = "defaults: a file names itself, or files name each other in a circle"
_GLOBAL = re.compile(r"^#\s*@package\s+_global_", re.MULTILINE)


@contextmanager
def naming_files(overrides: Sequence[str], config_dir: str | None) -> Iterator[None]:
    """Within the block, a ConfigError about a value that a file of the user gives names file and line.

    A key of the command line is left as it is: its value was typed.
    """
    try:
        yield
    except ConfigError as error:
        words = [prepared(word).partition("=") for word in overrides if "=" in word]
        choices = {key.lstrip("+~"): unquoted(value) for key, _, value in words}
        files = list(_files(choices, config_dir))
        if str(error) == CIRCLE:
            files = [(path, "") for path, _ in files if _is_in_circle(path)][:1]
        raise type(error)("\n".join(_placed(line, files, choices) for line in str(error).splitlines())) from None


def _placed(line: str, files: list[tuple[Path, str]], choices: dict[str, str]) -> str:
    key = line.partition(":")[0].partition("=")[0]
    if any(key == typed or key.startswith(f"{typed}.") for typed in choices if typed not in FILES):
        return line
    for path, above in files:
        try:
            number = place_of(line, places_in(read_text(path), above))
        except (OSError, ValueError):
            continue  # the fault of a file that cannot be read names it already
        if number is not None:
            return with_place(line, path, number)
    return line


def _files(choices: dict[str, str], config_dir: str | None) -> Iterator[tuple[Path, str]]:
    """The user's files that a command may have read, each with the path of its content in the tree; a file goes before its defaults."""
    if saved := choices.get("config"):
        path = Path(saved)
        yield path / "config.yaml" if path.is_dir() else path, ""
    if config_dir is None:
        return
    pending = [
        (group, file_name(group, choices[group], config_dir)) for group in ("scenario", "stage") if group in choices
    ]
    passed = set()
    while pending:
        group, name = pending.pop(0)
        path = Path(config_dir, group, f"{name}.yaml")
        if (group, name) not in passed and path.is_file():
            passed.add((group, name))
            try:
                text, tree = read_text(path), read_tree(path)
            except (OSError, ValueError):
                continue  # the fault is that of the whole file, and names it
            yield path, "" if _GLOBAL.search(text) else group
            pending += _defaults(tree, group)
    for group, package in PACKAGES.items():
        for path in sorted(Path(config_dir, group).glob("*.yaml")):
            yield path, f"{package}.{path.stem}"


def _is_in_circle(path: Path) -> bool:
    """True if the defaults of a user's file lead back to it."""
    passed, pending = set(), [path.stem]
    while pending:
        file = path.with_stem(pending.pop())
        if file not in passed and file.is_file():
            passed.add(file)
            names = [name for _, name in _defaults(read_tree(file), path.parent.name)]
            if path.stem in names:
                return True
            pending += names
    return False


def _defaults(tree: dict[Any, Any], group: str) -> Iterator[tuple[str, str]]:
    """Group and name of the files of the same group that a file builds on."""
    listed = tree.get("defaults")
    for entry in listed if isinstance(listed, list) else ():
        if isinstance(entry, str) and entry != "_self_":
            yield group, entry
