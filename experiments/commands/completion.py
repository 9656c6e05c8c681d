"""`suasion completion`."""

import click


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(context: click.Context, shell: str) -> None:
    """Print the script that completes commands and settings with the TAB key.

    \b
    bash:  eval "$(suasion completion bash)"      zsh and fish alike
    """
    from experiments.terminal import console

    console.show_completion(shell, context.find_root().command)
