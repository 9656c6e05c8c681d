"""`suasion list`."""

import click

from experiments.commands.shared import config_dir, guarded

KINDS = (  # those of `experiments.describe.lists`, which is not imported before the command runs
    "scenarios", "metrics", "parameters", "policies", "instruments", "options", "events", "states", "hosts", "organisations", "terms",
)  # fmt: skip


@click.command()
@click.argument("kind", type=click.Choice(KINDS))
@config_dir
def command(kind: str, config_dir: str | None) -> None:
    """List everything of one kind. hosts: the quality of their data; terms: the glossary."""
    from experiments.describe import console

    guarded(console.show_list, kind, config_dir)
