"""The reference list: what a citation key like [Epstein2002] stands for, and how well we know it."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_ENTRY = re.compile(r"^- \*\*\[(\w+)\]\*\* (.*) \*\(([^()]*)\)\*$", re.MULTILINE)
_KEY = re.compile(r"\[([A-Za-z]\w*)\]")


@dataclass(frozen=True)
class Entry:
    """One work. known: read, abstract read, recalled, or not a publication."""

    key: str
    text: str
    basis: str


def references() -> Path:
    """The shipped list: in a wheel inside the package, in a checkout under docs/."""
    package = Path(__file__).parents[1]
    inside = package / "references.md"
    return inside if inside.is_file() else package.parent / "docs" / "references.md"


@cache
def bibliography() -> dict[str, Entry]:
    """Key -> entry, in the order of the list."""
    text = references().read_text(encoding="utf-8")
    return {key: Entry(key, words.replace("`", ""), basis) for key, words, basis in _ENTRY.findall(text)}


def cited(source: str) -> list[str]:
    """Keys in a text like '[Nye2004], [assumed]'."""
    return _KEY.findall(source)
