"""`suasion run`."""

import click

from experiments.commands.shared import command_words, guarded, overrides


@click.command()
@click.option("-m", "--multirun", is_flag=True, help="Run every combination of comma-separated values, like seed=1,2.")
@click.option("--cfg", is_flag=True, help="Print the resolved configuration and stop.")
@overrides
def command(multirun: bool, cfg: bool, config_dir: str | None, overrides: tuple[str, ...]) -> None:
    """Simulate one replication and write its figures, metrics, series and events.

    \b
    suasion run                                            the free choice of all actors, one year
    suasion run scenario=csto_intervention seed=7 days=90  another scenario, seed and horizon
    suasion run -m scenario=both,no_outside_act seed=1,2   four runs
    """
    from experiments.run import console

    if cfg:
        guarded(console.print_config, list(overrides), config_dir)
    elif multirun:
        guarded(console.run_many, list(overrides), command_words("run -m", overrides, config_dir), config_dir)
    else:
        guarded(console.run_one, list(overrides), command_words("run", overrides, config_dir), config_dir)
