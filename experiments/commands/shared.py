"""Arguments and error exits of commands, and the command line that manifests record."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


def complete_settings(context: click.Context, parameter: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    """A setting of the command or of the model."""
    from experiments.terminal.completion import settings

    return settings(context.info_name or "", incomplete, context.params.get("config_dir"))


def complete_folders(context: click.Context, parameter: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    """A folder of results, or a setting where the command takes settings in the same place."""
    from experiments.terminal.completion import folders

    return folders(context.info_name or "", incomplete, context.params.get("config_dir"))


def complete_names(context: click.Context, parameter: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    """A name that `suasion describe` explains."""
    from experiments.terminal.completion import names

    return names(context.params.get("name") or (), incomplete, context.params.get("config_dir"))


def _complete_folder(context: click.Context, parameter: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="dir")]


config_dir = click.option(
    "--config-dir", metavar="DIR", help="A folder with your YAML files, beside the shipped one.",
    shell_complete=_complete_folder,
)  # fmt: skip
folder = click.argument("folder", metavar="DIR", shell_complete=_complete_folder)
settings = click.argument("overrides", nargs=-1, metavar="[KEY=VALUE]...", shell_complete=complete_settings)


def overrides(function: Callable[..., Any]) -> Callable[..., Any]:
    """Settings of the model and of the command, and --config-dir."""
    return settings(config_dir(function))


def overrides_or_folder(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same for a command that takes the folder of a sweep too."""
    argument = click.argument("overrides", nargs=-1, metavar="[KEY=VALUE]...", shell_complete=complete_folders)
    return argument(config_dir(function))


def guarded(function: Callable[..., Any], *arguments: object) -> object:
    """Run a command. A faulty input is one message and exit status 2; a folder, system or program that fails is one and 1.

    In the development mode of Python (`python -X dev`) a fault of the program keeps its traceback.
    """
    from experiments.interrupts import is_interrupted
    from experiments.terminal.printing import echo_error
    from sim.core.system_faults import check_working_directory

    try:
        check_working_directory()
        result = function(*arguments)
        _name_broken_files()
        return result
    except (BrokenPipeError, click.ClickException, click.exceptions.Exit, click.Abort):
        raise  # nobody reads on, or click has its message
    except Exception as error:
        if is_interrupted():
            raise KeyboardInterrupt from None
        message, status = _answer(error)
    echo_error(message)
    sys.exit(status)


def _answer(error: Exception) -> tuple[str, int]:
    """Message and exit status of a fault."""
    from experiments.results.writing import StoreFault
    from sim.core.faults import ConfigError, InvalidSpec, describe_fault
    from sim.core.system_faults import program_fault, system_fault

    if isinstance(error, ConfigError):
        return str(error), 2
    if isinstance(error, InvalidSpec):
        return describe_fault(error.key, error.value, error.allowed, error.valid), 2
    fault = system_fault(error)
    if fault or isinstance(error, StoreFault):
        return fault or str(error), 1
    if sys.flags.dev_mode:
        raise error
    return program_fault(error), 1


def _name_broken_files() -> None:
    """Name on standard error the files of the user's folder that the command did not need and that cannot be read."""
    folder = click.get_current_context().params.get("config_dir")
    if folder:
        from experiments.terminal.printing import echo
        from sim.spec.config_files import broken_files

        for line in broken_files(folder).values():
            echo(f"note: {line}; nothing here used it", err=True)


def command_words(name: str, overrides: tuple[str, ...], config_dir: str | None) -> list[str]:
    """The words that repeat this command; manifests record them."""
    folder = [] if config_dir is None else ["--config-dir", config_dir]
    return [*name.split(), *folder, *overrides]
