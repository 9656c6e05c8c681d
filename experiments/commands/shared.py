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
    """Run a command. A faulty input is one message and exit status 2; a folder or system that fails is one message and 1."""
    from experiments.results.writing import StoreFault
    from experiments.terminal.printing import echo_error
    from sim.core.faults import ConfigError, InvalidSpec, describe_fault
    from sim.core.system_faults import check_working_directory, system_fault

    status = 2
    try:
        check_working_directory()
        result = function(*arguments)
        _name_broken_files()
        return result
    except (OSError, MemoryError, RuntimeError) as error:
        if isinstance(error, BrokenPipeError):
            raise  # nobody reads on; click ends the command
        fault, status = system_fault(error), 1
        if fault is None and not isinstance(error, StoreFault):
            raise
        message = fault or str(error)
    except ConfigError as error:
        message = str(error)
    except InvalidSpec as fault:
        message = describe_fault(fault.key, fault.value, fault.allowed, fault.valid)
    echo_error(message)
    sys.exit(status)


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
