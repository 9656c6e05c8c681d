"""`suasion discover`."""

import click

from experiments.commands.shared import command_words, guarded, overrides_or_folder


@click.command()
@overrides_or_folder
def command(config_dir: str | None, overrides: tuple[str, ...]) -> None:
    """Describe in plain words where an outcome occurs in a sweep: boxes of the parameter space.

    \b
    suasion discover my_sweep where='survived_90d == 0' words='the government falls'
    """
    from experiments.explore import console

    guarded(console.show_discovery, list(overrides), command_words("discover", overrides, config_dir))
