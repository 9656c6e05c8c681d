"""Completion with the TAB key: the words that continue a command line. Only the standard library and click are imported.

What can be named stands in words.json, which `python -m tools.completion` writes; names of the user's files are read from
the folder of --config-dir.
"""

import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from click.shell_completion import CompletionItem

WORDS = Path(__file__).with_name("words.json")
LISTED = ("scenarios", "outcome", "objective", "scenario.patrons", "figures.format")  # settings that hold several names
GROUPS = {"scenarios": "scenario", "baseline": "scenario"}  # settings that name files of a group
POLICY = re.compile(r"scenario\.policies\.\w+$")
DIRECTION = re.compile(r"(max|min) +")
NAME = re.compile(r"[\w:]*$")  # the last name of a condition, like 'survived_90d == 0'


@cache
def words() -> dict[str, Any]:
    """Keys, values and names by the kind of word that they continue."""
    return json.loads(WORDS.read_text(encoding="utf-8"))


def settings(command: str, incomplete: str, config_dir: str | None = None) -> list[CompletionItem]:
    """Settings of a command that continue a word: keys level by level, and after `=` the values of a key."""
    key, equals, value = incomplete.partition("=")
    sign = key[:1] if key[:1] in ("+", "~") else ""
    if equals:
        if key.lstrip("+") in words()["files"]:
            return [CompletionItem(value, type="file")]
        items = _values(key.lstrip("+"), value, config_dir)
        return [_item(f"{key}={text}", opens) for text, opens in items]
    return [_item(sign + text, True) for text in _keys(command, key.removeprefix(sign))]


def folders(command: str, incomplete: str, config_dir: str | None = None) -> list[CompletionItem]:
    """Folders of results, and the settings of a command that takes both."""
    items = settings(command, incomplete, config_dir)
    return items if "=" in incomplete else [*items, CompletionItem(incomplete, type="dir")]


def names(before: Sequence[str], incomplete: str, config_dir: str | None = None) -> list[CompletionItem]:
    """Names that `suasion describe` explains; one of several words is continued word by word."""
    start = "".join(f"{word} " for word in before)
    valid = sorted({*words()["names"], *user_files("scenario", config_dir), *user_files("policy", config_dir)})
    return [_item(name[len(start) :], False) for name in valid if name.startswith(start + incomplete)]


def user_files(group: str, config_dir: str | None) -> list[str]:
    """Names of the files that a user's folder has in a group."""
    return sorted(path.stem for path in Path(config_dir, group).glob("*.yaml")) if config_dir else []


def _item(text: str, opens: bool) -> CompletionItem:
    """A word; opens: something follows it without a blank."""
    return CompletionItem(text, opens=opens)


def _values(key: str, text: str, config_dir: str | None) -> list[tuple[str, bool]]:
    """Values of a key that continue a text, each with what stands before it, and whether more may follow."""
    valid = words()["values"].get("policy" if POLICY.match(key) else key, [])
    valid = [*valid, *user_files(GROUPS.get(key, key), config_dir)]
    if key == "where":
        head = NAME.sub("", text, count=1)
        return [(head + name, True) for name in valid if (head + name).startswith(text)]
    head, inside = "", "[" in text
    if cut := max(text.rfind("["), text.rfind(",")) + 1:
        head = text[: cut + len(text[cut:]) - len(text[cut:].lstrip())]
    if key == "objective" and (direction := DIRECTION.match(text[len(head) :])):
        head += direction[0]
    fits = [head + value for value in valid if (head + value).startswith(text)]
    if inside and len(fits) == 1:
        return [(fits[0] + end, True) for end in ",]"]
    return [(value, inside) for value in fits]


def _keys(command: str, start: str) -> list[str]:
    """Keys one level below a text: groups end in '.', settings in '='. A group that is alone is opened."""
    shipped = words()
    paths = [*shipped["settings"].get(command, []), *(shipped["model"] if command in shipped["with_model"] else [])]
    if command == "compare":
        paths = [path for path in paths if path != "scenario"]  # its arms are `scenarios`
    level = _level(paths, start)
    return _level(paths, level[0]) if len(level) == 1 and level[0].endswith(".") else level


def _level(paths: list[str], start: str) -> list[str]:
    depth = start.count(".")
    cut = {tuple(path.split(".")[: depth + 2]) for path in paths if path.startswith(start)}
    return sorted({".".join(parts[: depth + 1]) + ("." if len(parts) > depth + 1 else "=") for parts in cut})
