"""Terminal output of `suasion list` and `suasion describe`."""

import re

from experiments.describe.lists import LISTS
from experiments.describe.lookup import description
from experiments.terminal.printing import GAP, echo, echo_paragraph, plain_table, print_table, terminal_width

COLUMN = re.compile(r"\s*\d+  \w+ {2,}(?=\S)")  # number and name before a text
SELF_EXPLANATORY = ("label", "name", "meaning", "what happens", "what it does")  # columns whose cells need no title


def show_list(kind: str, config_dir: str | None) -> None:
    """Print all names of one kind: as a table where it fits the terminal, else an entry of a few lines per name."""
    titles, rows = LISTS[kind](config_dir)
    widths = [max(map(len, column)) for column in zip(titles, *rows, strict=True)]
    if sum(widths) + GAP * len(widths) <= terminal_width():
        table = plain_table(*titles)
        for row in rows:
            table.add_row(*row)
        print_table(table)
    else:
        for row in rows:
            _show_entry(titles, row)
    echo("\n`suasion describe NAME` explains one of them.")


def _show_entry(titles: tuple[str, ...], row: tuple[str, ...]) -> None:
    echo(row[0])
    cells = [
        cell if title in SELF_EXPLANATORY else f"{title}: {cell}"
        for title, cell in zip(titles[1:], row[1:], strict=True)
        if cell
    ]
    echo_paragraph(f"  {'; '.join(cells)}", indent="  ")


def show_description(name: str, config_dir: str | None) -> None:
    """Print the explanation of a name. A long line goes on below its text: under a second column, or two blanks in."""
    for line in description(name, config_dir):
        if not line:
            echo()
        gap = COLUMN.match(line)
        echo_paragraph(line, indent=" " * (gap.end() if gap else len(line) - len(line.lstrip()) + GAP))
