"""`suasion sensitivity`."""

import click

from experiments.commands.shared import command_words, guarded, overrides_or_folder


@click.command()
@overrides_or_folder
def command(config_dir: str | None, overrides: tuple[str, ...]) -> None:
    """Measure which of the varied parameters move an outcome: Morris, Sobol, or rank correlations.

    \b
    suasion sensitivity my_sweep 'outcome=[survived_90d,deaths]'   of a finished sweep
    suasion sensitivity method=morris samples=20 'mechanisms.contention.threshold=interval(0.2,0.4)' ...
    """
    from experiments.explore import console

    words = command_words("sensitivity", overrides, config_dir)
    guarded(console.show_sensitivity, list(overrides), words, config_dir)
