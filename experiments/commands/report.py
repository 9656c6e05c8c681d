"""`suasion report`."""

import click

from experiments.commands.shared import folder, guarded, settings


@click.command()
@folder
@settings
def command(folder: str, overrides: tuple[str, ...]) -> None:
    """Write one HTML file on a results folder: verdict, figures, tables, assumptions, sources, how to repeat it.

    \b
    suasion report my_comparison                    writes my_comparison/report.html; it needs no network
    suasion report my_comparison out=for_class.html
    """
    from experiments.report import console

    guarded(console.write_report, folder, list(overrides))
