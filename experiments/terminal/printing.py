"""Printing: the one place that writes to the terminal. Control characters in data are shown as codes."""

from typing import Any

import click
import rich.console
from rich.table import Table
from rich.text import Text

from sim.core.faults import printable


def echo(text: object = "", err: bool = False) -> None:
    """Print a line."""
    click.echo(printable(str(text)), err=err)


def echo_error(message: str) -> None:
    """Print a message on standard error; each line says that it is an error."""
    for line in message.splitlines():
        echo(f"error: {line}", err=True)


class Console(rich.console.Console):
    """Rich's console for tables. Cells and titles are data, so that control characters are shown as codes."""

    def render_str(self, text: str, **settings: Any) -> Text:
        """Render a text; every text of a table passes here."""
        return super().render_str(printable(text), **settings)


def print_table(table: Table, width: int) -> None:
    """Print a table. width: columns of the output where it is no terminal."""
    console = Console(highlight=False)
    (console if console.is_terminal else Console(highlight=False, width=width)).print(table, markup=False)
