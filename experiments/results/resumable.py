"""Folders of results whose work may be interrupted: the same command goes on where it stopped.

Until the result is finished its folder holds `unfinished/`, with the plan and the shards of what is finished. The result is
written there too; its files then move to their places, and `unfinished/` goes away in one step.
"""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from experiments.interrupts import NOTHING_WRITTEN, message_on_interrupt
from experiments.results.files import write_whole
from experiments.results.manifest import command_line
from experiments.results.shard_folder import FAILURES, ShardFolder
from experiments.results.unfinished import FOLDER, PLAN, command_to_finish, is_unfinished, read_saved_plan, without_out
from experiments.results.writing import (
    DrawingFault,
    StoreFault,
    faults_named,
    folder_lock,
    hidden_name,
    missing_parents,
    new_folder,
    plain,
    remove_empty,
    target_of,
    undrawn,
)
from sim.core.faults import ConfigError, describe_fault
from sim.core.received import check_folder
from sim.core.whole_file import named

RESULT = "result"
SHORT = 40  # letters of a value in a refusal


@dataclass(frozen=True)
class Work(ShardFolder):
    """The work on the result of a folder. words: of the command that goes on."""

    target: Path
    words: list[str]

    @property
    def command(self) -> str:
        """The command that goes on."""
        return command_line(self.words)

    @property
    def is_started(self) -> bool:
        """True if there is anything to go on with."""
        return any(self.folder.glob("*/*.parquet")) or any(self.folder.glob(f"{FAILURES}/*"))

    def write_failure(self, name: str, text: str) -> Path:
        """Keep the traceback of a failed run."""
        path = self.folder / FAILURES / f"{name}.txt"
        write_whole(path, text.encode())
        return path

    def on_interrupt(self) -> str:
        """The message of an interrupt."""
        if not self.target.exists():
            return NOTHING_WRITTEN
        if not is_unfinished(self.target):
            return f"interrupted; the result is finished in {self.target}"
        return f"interrupted; what is finished is kept. Go on: {self.command}" if self.is_started else NOTHING_WRITTEN

    @contextmanager
    def result(self) -> Iterator[Path]:
        """Yield a folder for the result. When the block ends well, its files are those of the target and the work is gone."""
        folder, drawing = self.folder / RESULT, None
        try:
            try:
                folder.mkdir()
            except OSError as error:
                raise named(error, self.target) from None
            with faults_named(folder, self.target):
                yield folder
        except DrawingFault as fault:
            drawing = fault
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        self._finish(folder)
        if drawing is not None:
            raise undrawn(drawing, self.target)

    def _finish(self, folder: Path) -> None:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            place = self.target / path.relative_to(folder)
            place.parent.mkdir(parents=True, exist_ok=True)
            path.replace(place)
        gone = hidden_name(self.target)
        self.folder.rename(gone)  # from here on the result is finished
        shutil.rmtree(gone, ignore_errors=True)


@contextmanager
def resumable_folder(out: str | None, name: str, words: list[str], plan: dict[str, Any]) -> Iterator[Work]:
    """Yield the work on the result in `out`, new or as far as an earlier command came.

    words: of the command. plan: everything that decides about the result. Raises ConfigError if the folder holds anything
    else, StoreFault with the command that goes on. A folder in which nothing is finished is removed after a fault.
    """
    target, new_parents = target_of(out, name), missing_parents(target_of(out, name))
    try:
        if not is_unfinished(target):
            target = _new(out, name, words, plan)
        with folder_lock(target.parent / f".{target.name}.lock", target, passing=True):
            work = Work(target / FOLDER, target, words if out is not None else [*words, f"out={target}"])
            _check_same(target, plan)
            with message_on_interrupt(work.on_interrupt):
                yield from _open(work)
    finally:
        remove_empty(new_parents)


def _open(work: Work) -> Iterator[Work]:
    """Yield the work; after a fault keep what is finished, or leave nothing."""
    shutil.rmtree(work.folder / RESULT, ignore_errors=True)
    try:
        yield work
    except BaseException as error:
        if not is_unfinished(work.target):
            raise
        if not work.is_started:
            shutil.rmtree(work.folder, ignore_errors=True)
            remove_empty([work.target])
        elif isinstance(error, StoreFault):
            raise StoreFault(f"{error}. What is finished is kept; go on: {work.command}") from None
        raise


def _new(out: str | None, name: str, words: list[str], plan: dict[str, Any]) -> Path:
    """Make the folder of a new result."""
    content = {"words": without_out(words), "plan": plain(plan)}
    with new_folder(out, name) as (folder, target):
        write_whole(folder / FOLDER / PLAN, (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode())
    return target


def _check_same(target: Path, plan: dict[str, Any]) -> None:
    """Refuse the unfinished result of another command. Raises ConfigError with what differs."""
    check_folder("out", target / FOLDER)
    old, new = read_saved_plan(target).plan, plain(plan)
    differs = [_difference(key, old.get(key), new.get(key)) for key in old | new if old.get(key) != new.get(key)]
    if differs:
        allowed = (
            f"holds another result, which is not finished ({'; '.join(differs)}). Choose a new folder, or finish it: "
            f"{command_to_finish(target)}"
        )
        raise ConfigError(describe_fault("out", target, allowed, ()))


def _difference(key: str, old: Any, new: Any) -> str:
    short = max(len(str(old)), len(str(new))) <= SHORT
    return f"{key}: {old}, now {new}" if short else f"{key} differs"
