"""Printing: the one place that writes to the terminal. Control characters in data are shown as codes."""

import shutil
import textwrap
from typing import Any

import click
import rich.console
from rich.table import Table
from rich.text import Text

from sim.core.faults import printable

GAP = 2  # spaces between two columns of a table


def echo(text: object = "", err: bool = False) -> None:
    """Print a line."""
    click.echo(printable(str(text)), err=err)


def echo_paragraph(text: str, indent: str = "") -> None:
    """Print a text in lines of the terminal's width, 80 columns where there is no terminal. indent: of all lines but the first."""
    for line in text.splitlines():
        tied = line.replace(" %", "\N{NO-BREAK SPACE}%")
        filled = textwrap.fill(
            tied, terminal_width(), subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
        )
        echo(filled.replace("\N{NO-BREAK SPACE}%", " %"))


def terminal_width() -> int:
    """Columns of the terminal, from 40 to 120."""
    return min(120, max(40, shutil.get_terminal_size((80, 24)).columns))


def echo_error(message: str) -> None:
    """Print a message on standard error; each line says that it is an error."""
    for line in message.splitlines():
        echo(f"error: {line}", err=True)


class Console(rich.console.Console):
    """Rich's console for tables. Cells and titles are data, so that control characters are shown as codes."""

    def render_str(self, text: str, **settings: Any) -> Text:
        """Render a text; every text of a table passes here."""
        return super().render_str(printable(text), **settings)


def plain_table(*titles: str) -> Table:
    """A table without lines; GAP spaces stand between its columns."""
    return Table(*titles, box=None, pad_edge=False, padding=(0, GAP, 0, 0))


def print_table(table: Table) -> None:
    """Print a table in the width of the terminal. A long cell goes on below; nothing is cut off."""
    for column in table.columns:
        column.overflow = "fold"
    Console(highlight=False, width=terminal_width()).print(table, markup=False)
