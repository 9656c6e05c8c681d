"""The one place that prints: what steers a terminal or reorders a line, in whatever a file says, is shown as its code."""

import click
import rich.console

from sim.core.faults import printable


def echo(text: object = "", err: bool = False) -> None:
    """Print a line."""
    click.echo(printable(str(text)), err=err)


class Console(rich.console.Console):
    """Rich's console for tables, whose cells and titles are data."""

    def render_str(self, text: str, **settings):
        """Every text of a table passes here."""
        return super().render_str(printable(text), **settings)
