"""`suasion rerun`."""

import sys

import click

from experiments.commands.shared import guarded, settings


@click.command()
@click.argument("file", type=click.Path(readable=False))
@settings
def command(file: str, overrides: tuple[str, ...]) -> None:
    """Repeat a result and compare: FILE is a results folder, its manifest.json, or a figure or report made by suasion.

    \b
    suasion rerun my_run                                  into a new folder under results/
    suasion rerun my_comparison/figures/protest.png out=again
    suasion rerun my_sweep run=KEY                        one run of a sweep, compared with its row
    Exit status 0: the same bit for bit; 1: some number differs; 2: FILE does not say how it was made.
    """
    from experiments.rerun import console

    sys.exit(0 if guarded(console.repeat, file, list(overrides)) else 1)
