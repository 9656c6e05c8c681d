"""`suasion COMMAND`: finds the module of a command. Nothing heavy is imported before a command runs."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper
from typing import Any

import click

from experiments.interrupts import STATUS, InterruptWatch, run_as_process
from experiments.terminal.limits import refusal_of_memory

COMMANDS = (  # one module of experiments/commands each
    "run",
    "compare",
    "report",
    "rerun",
    "sweep",
    "merge",
    "export",
    "sensitivity",
    "discover",
    "tip",
    "backtest",
    "calibrate",
    "list",
    "describe",
    "completion",
)


class Commands(click.Group):
    """The commands. Ctrl-C ends each of them with one message and exit status 130, at any moment."""

    _is_process = False

    def main(self, args: Sequence[str] | None = None, *words: Any, **settings: Any) -> Any:
        """Run the command of these words, or of the command line."""
        if args is not None:  # another program calls it
            return super().main(args, *words, **settings)
        self._is_process = True
        run = super().main
        return run_as_process(lambda: run(None, *words, **settings))

    def list_commands(self, context: click.Context) -> list[str]:
        """Names in the order of the help page."""
        return sorted(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """The command of this name."""
        if name not in COMMANDS:
            return None
        command = import_module(f"experiments.commands.{name}").command
        command.name = name
        return command

    def invoke(self, context: click.Context) -> object:
        """Run a command."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):  # a code page without a letter shows its code
                stream.reconfigure(errors="backslashreplace")
        if refusal := refusal_of_memory():
            click.echo(f"error: {refusal}", err=True)
            sys.exit(1)
        with InterruptWatch(self._is_process) as watch:
            try:
                return super().invoke(context)
            except MemoryError:  # of an import; commands name those of their work
                click.echo("error: not enough memory to start the command", err=True)
                sys.exit(1)
            except KeyboardInterrupt as interrupt:
                click.echo(watch.answer(interrupt), err=True)
                sys.exit(STATUS)


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Start with:  suasion run    or    suasion compare",
)
@click.version_option(package_name="suasion", message="suasion %(version)s")
def main() -> None:
    """An influence laboratory: what do states, elites and populations do when a government is in crisis?

    Run one replication and look at it, or compare scenarios over many replications that share their chance events.
    The first case is Kazakhstan, January 2022: the CSTO's intervention against the diplomacy of Turkey and the
    Organization of Turkic States.
    """


if "_SUASION_COMPLETE" in os.environ:  # the shell asks for words
    from experiments.terminal.bash import register

    register()

if __name__ == "__main__":
    main()
