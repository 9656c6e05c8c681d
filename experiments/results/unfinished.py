"""The mark of an unfinished result: a folder `unfinished` in it, with the command that goes on."""

from pathlib import Path
from typing import Any

from pydantic import Field

from experiments.results.manifest import command_line
from experiments.results.saved_files import Saved, faults_of
from sim.core.faults import ConfigError, describe_fault
from sim.core.received import read_json, reason_of

FOLDER, PLAN = "unfinished", "plan.json"


class SavedPlan(Saved):
    """Content of plan.json: the words of the command without its folder, and everything that decides about the result."""

    words: list[str] = Field(min_length=1)
    plan: dict[str, Any]


def is_unfinished(folder: Path) -> bool:
    """True for the folder of a result that was begun and not finished."""
    return (folder / FOLDER / PLAN).is_file()


def read_saved_plan(folder: Path) -> SavedPlan:
    """The plan of an unfinished result. Raises ConfigError."""
    path = folder / FOLDER / PLAN
    try:
        content = read_json(path)
    except (OSError, ValueError) as error:
        raise ConfigError(describe_fault("folder", path, f"cannot be read ({reason_of(error)})", ())) from None
    if faults := faults_of(SavedPlan, content):
        raise ConfigError(describe_fault("folder", path, f"is damaged ({': '.join(faults[0])})", ()))
    return SavedPlan.model_validate(content)


def command_to_finish(folder: Path) -> str:
    """The command that goes on with an unfinished result. Raises ConfigError."""
    return command_line([*read_saved_plan(folder).words, f"out={folder}"])


def without_out(words: list[str]) -> list[str]:
    """The words of a command without its folder."""
    return [word for word in words if word.partition("=")[0].lstrip("+") != "out"]


def check_finished(key: str, folder: Path) -> None:
    """Refuse a result that was begun and not finished. Raises ConfigError with the command that finishes it."""
    if is_unfinished(folder):
        allowed = f"holds a result that is not finished; finish it: {command_to_finish(folder)}"
        raise ConfigError(describe_fault(key, folder, allowed, ()))
