"""`suasion merge`."""

import click

from experiments.commands.shared import command_words, complete_folders, guarded


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="DIR DIR... [out=DIR]", shell_complete=complete_folders)
def command(words: tuple[str, ...]) -> None:
    """Put folders of one sweep together, from several machines for example; equal runs count once.

    \b
    suasion sweep ... part=1/2 out=a     (here)
    suasion sweep ... part=2/2 out=b     (elsewhere)
    suasion merge a b out=all
    """
    from experiments.sweep import console

    guarded(console.merge, list(words), command_words("merge", words, None))
