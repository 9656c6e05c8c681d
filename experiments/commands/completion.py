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
    from click.shell_completion import get_completion_class

    main = context.find_root().command
    completion_class = get_completion_class(shell)
    assert completion_class is not None, shell  # click knows each of the three
    click.echo(completion_class(main, {}, "suasion", "_SUASION_COMPLETE").source())
