"""Parts of a page: tables, points, and the sections that differ between kinds of results."""

from dataclasses import dataclass, field
from math import ceil

from experiments.language import Language

WIDEST = 3  # columns of numbers beside the first; wider tables are split to fit on paper


@dataclass(frozen=True)
class Table:
    """A table. The first cell of a row is its heading. numeric: all other cells are numbers."""

    caption: str
    columns: list[str]
    rows: list[list[str]]
    numeric: bool = False

    def cut(self, say: Language) -> list["Table"]:
        """Split a wide table into even parts of at most WIDEST columns beside the first."""
        others = range(1, len(self.columns))
        size = ceil(len(others) / ceil(len(others) / WIDEST)) if others else 1
        parts = [others[i : i + size] for i in range(0, len(others), size)]
        if len(parts) < 2 or not self.numeric:
            return [self]
        return [
            Table(
                say("tables.part", caption=self.caption, part=number, parts=len(parts)),
                [self.columns[0], *(self.columns[i] for i in part)],
                [[row[0], *(row[i] for i in part)] for row in self.rows],
                True,
            )
            for number, part in enumerate(parts, 1)
        ]


@dataclass(frozen=True)
class Point:
    """A sentence, the lines below it, and a command."""

    text: str
    below: list[str] = field(default_factory=list)
    command: str = ""


@dataclass(frozen=True)
class Sections:
    """The sections that differ between kinds of results."""

    title: str
    subtitle: str
    question: str
    question_tables: list[Table]
    verdict: list[tuple[str, list[str]]]  # heading, sentences
    verdict_notes: list[str]
    tables: list[Table]
    table_notes: list[str]
    all_tables: list[Table]  # beyond the headline, at the end
    all_notes: list[str]
    input_sensitivity: list[Point]
    failures: list[str]
    failed: list[Table]


def with_full_stop(text: str) -> str:
    """The text with a full stop at its end."""
    return text if not text or text[-1] in ".?!" else f"{text}."
