"""`suasion backtest`."""

import click

from experiments.commands.shared import command_words, guarded, overrides


@click.command()
@overrides
def command(config_dir: str | None, overrides: tuple[str, ...]) -> None:
    """Forecast historical crises of hosts the model was not fitted on, and score the forecasts.

    \b
    suasion backtest                                 the shipped crises, each host left out in turn
    suasion backtest cases=mine.yaml out=scores      your crises in the same format
    suasion backtest quick=true                      rough scores in about two minutes

    \b
    It prints beforehand how long it will take.
    After a stop the same command with the same out= goes on. Ctrl-C prints it.
    Exit status: 0 finished, 1 cases were left out or something failed,
                 2 bad input, 130 interrupted.
    """
    from experiments.history import console

    guarded(console.backtest, list(overrides), command_words("backtest", overrides, config_dir), config_dir)
