"""The glossary: entries of docs/glossary.md, one for each term of outputs, reports and tables."""

import re
from dataclasses import dataclass
from functools import cache

from experiments.describe.pages import shipped_page

_ENTRY = re.compile(r"^### (.+)\n((?:(?!^##).*\n?)*)", re.MULTILINE)

_ALSO = re.compile(r"Also called ([^.]+)\.")


@dataclass(frozen=True)
class Term:
    """One entry: the term, and its text in Markdown."""

    name: str
    text: str

    @property
    def also(self) -> list[str]:
        """Other names of the term."""
        match = _ALSO.search(self.text)
        return match[1].split(", ") if match else []

    @property
    def lines(self) -> list[str]:
        """The entry as it is printed."""
        plain = self.text.replace("`", "").replace("**", "")
        return [f"{self.name} (term)", *(line.removeprefix("- ") for line in plain.splitlines() if line.strip())]


@cache
def glossary() -> dict[str, Term]:
    """Name -> entry, in the order of the page."""
    text = shipped_page("glossary.md").read_text(encoding="utf-8")
    return {name.strip(): Term(name.strip(), body.strip()) for name, body in _ENTRY.findall(text)}
