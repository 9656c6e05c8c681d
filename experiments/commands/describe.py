"""`suasion describe`."""

import click

from experiments.commands.shared import complete_names, config_dir, guarded


@click.command()
@click.argument("name", nargs=-1, required=True, shell_complete=complete_names)
@config_dir
def command(name: tuple[str, ...], config_dir: str | None) -> None:
    """Explain one name: a scenario, metric, parameter, policy, instrument, option, kind of event, mechanism, state, organisation, source or term.

    \b
    suasion describe threshold
    suasion describe paired difference     a term of the outputs (suasion list terms)
    suasion describe day                   mechanisms and decisions of a day, in order
    """
    from experiments.describe import console

    guarded(console.show_description, " ".join(name), config_dir)
