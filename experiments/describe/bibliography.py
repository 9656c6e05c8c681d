"""The reference list: the work behind a citation key like [Epstein2002], and how well the developers know it."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from experiments.describe.pages import shipped_page

_ENTRY = re.compile(r"^- \*\*\[(\w+)\]\*\* (.*) \*\(([^()]*)\)\*$", re.MULTILINE)
_KEY = re.compile(r"\[([A-Za-z]\w*)\]")


@dataclass(frozen=True)
class Entry:
    """One work. basis: read, abstract read, recalled, or not a publication."""

    key: str
    text: str
    basis: str


def references() -> Path:
    """File of the list."""
    return shipped_page("references.md")


@cache
def bibliography() -> dict[str, Entry]:
    """Key -> entry, in the order of the list."""
    text = references().read_text(encoding="utf-8")
    return {key: Entry(key, words.replace("`", ""), basis) for key, words, basis in _ENTRY.findall(text)}


def cited(source: str) -> list[str]:
    """Keys in a text like '[Nye2004], [assumed]'."""
    return _KEY.findall(source)
