"""Terminal output of `suasion completion`."""

import click
from click.shell_completion import get_completion_class

from experiments.terminal.bash import register
from experiments.terminal.printing import echo


def show_completion(shell: str, main: click.Command) -> None:
    """Print the script that completes the words of a command line in bash, zsh or fish."""
    register()
    completion_class = get_completion_class(shell)
    assert completion_class is not None, shell  # click knows each of the three
    echo(completion_class(main, {}, "suasion", "_SUASION_COMPLETE").source())
