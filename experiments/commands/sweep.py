"""`suasion sweep`."""

import click

from experiments.commands.shared import command_words, guarded, overrides


@click.command()
@overrides
def command(config_dir: str | None, overrides: tuple[str, ...]) -> None:
    """Run a design of points over replications that all points share. After a stop the same command goes on; Ctrl-C prints it.

    \b
    suasion sweep scenario=both,no_outside_act 'mechanisms.contention.threshold=interval(0.2,0.4)' design=lhs samples=100
    suasion sweep scenario=both,no_outside_act scenario.split.depth=0.3,0.6,0.9 replications=50 out=depth plan=true

    \b
    Exit status: 0 all runs are there, 1 some failed or could not be written, 2 bad input, 130 interrupted.
    """
    from experiments.sweep import console

    guarded(console.sweep, list(overrides), command_words("sweep", overrides, config_dir), config_dir)
