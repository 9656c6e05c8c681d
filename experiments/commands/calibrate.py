"""`suasion calibrate`."""

import click

from experiments.commands.shared import command_words, guarded, overrides


@click.command()
@overrides
def command(config_dir: str | None, overrides: tuple[str, ...]) -> None:
    """Draw a posterior sample of the parameters from the record of history.

    \b
    suasion calibrate out=posterior seed=1
    """
    from experiments.history import console

    guarded(console.calibrate, list(overrides), command_words("calibrate", overrides, config_dir), config_dir)
