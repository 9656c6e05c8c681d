"""`suasion export`."""

import click

from experiments.commands.shared import complete_settings, folder, guarded


@click.command()
@folder
@click.argument("kind", type=click.Choice(["csv", "xlsx"]))
@click.argument("overrides", nargs=-1, metavar="[table=NAME] [out=FILE] [decimal=,]", shell_complete=complete_settings)
def command(folder: str, kind: str, overrides: tuple[str, ...]) -> None:
    """Write a table of a run, a comparison or a sweep as CSV or as an Excel workbook. The folder itself holds Parquet.

    \b
    suasion export my_comparison csv                  runs: one row per arm and replication
    suasion export my_run xlsx table=series           one row per day
    suasion export my_sweep csv decimal=, out=a.csv   semicolons and the decimal comma
    """
    from experiments.export import console

    guarded(console.export_table, folder, kind, list(overrides))
