"""`suasion tip`."""

import click

from experiments.commands.shared import command_words, guarded, overrides


@click.command()
@overrides
def command(config_dir: str | None, overrides: tuple[str, ...]) -> None:
    """Search the line of two parameters on which an outcome crosses a threshold, with a fifth of the grid's runs.

    \b
    suasion tip 'mechanisms.contention.threshold=interval(0.2,0.4)' 'scenario.split.depth=interval(0,1.2)' \\
        outcome=survived_90d threshold=0.5 scenario=no_outside_act out=my_line
    """
    from experiments.explore import console

    guarded(console.show_tip, list(overrides), command_words("tip", overrides, config_dir), config_dir)
