"""`suasion export`."""

import click

from experiments.commands.shared import folder, guarded


@click.command()
@folder
@click.argument("kind", type=click.Choice(["csv", "xlsx"]))
@click.argument("overrides", nargs=-1, metavar="[out=FILE] [decimal=,]")
def command(folder: str, kind: str, overrides: tuple[str, ...]) -> None:
    """Write the table of a sweep as CSV or as an Excel workbook. The folder itself holds Parquet."""
    from experiments.sweep import console

    guarded(console.export, folder, kind, list(overrides))
