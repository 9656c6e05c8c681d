"""Faults of the operating system in words: what it refuses, where, and the reason."""

import errno
import os
import re
import traceback
from pathlib import Path

from sim.core.faults import ConfigError, describe_fault, first_line, printable
from sim.core.received import reason_of

ADVICE = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your share of the disk is used up",
    errno.EFBIG: "the file is larger than the limit of this session (ulimit -f) or of the disk",
    errno.EMFILE: "too many open files for this session (ulimit -n)",
    errno.ENFILE: "too many open files on this machine",
    errno.EACCES: "permission denied",
    errno.EPERM: "the operation is not permitted",
    errno.EROFS: "the disk is read-only",
    errno.ENOMEM: "not enough memory",
    errno.ENAMETOOLONG: "the name is too long",
    errno.ELOOP: "a link that leads in a circle",
    errno.EAGAIN: "no further process or thread can be started (ulimit -u)",
}
ROOT = Path(__file__).resolve().parents[2]
KEPT = "what was finished before is kept, and nothing is half-written"


def check_working_directory() -> None:
    """Refuse to work in a folder that was deleted. Raises ConfigError."""
    try:
        os.getcwd()
    except OSError as error:
        raise ConfigError(
            f"the working directory cannot be used ({reason_of(error)}); change to another folder"
        ) from None


def system_fault(error: BaseException) -> str | None:
    """One line on an error of the operating system: path and reason; None for any other error."""
    if isinstance(error, MemoryError):
        return f"not enough memory{_size(error)}; fewer citizens, runs or workers need less; {KEPT}"
    if isinstance(error, RuntimeError) and "can't start new thread" in str(error):
        return f"{ADVICE[errno.EAGAIN]}; {KEPT}"
    if not isinstance(error, OSError):
        return None
    place = error.filename if isinstance(error.filename, (str, bytes, os.PathLike)) else None
    reason = ADVICE.get(error.errno or 0) or reason_of(error)
    return f"{describe_fault('path', Path(os.fsdecode(place)), reason, ()) if place else reason}; {KEPT}"


def program_fault(error: Exception) -> str:
    """One line on a fault of the program: the error, and the line of its source."""
    frames = traceback.extract_tb(error.__traceback__)
    here = [frame for frame in frames if Path(frame.filename).is_relative_to(ROOT)] or frames
    file = Path(here[-1].filename)
    place = file.relative_to(ROOT) if file.is_relative_to(ROOT) else file.name
    reason = f"{type(error).__name__}: {first_line(error)}" if str(error) else type(error).__name__
    return (
        f"a fault of the program, not of your input: {printable(reason, keep='')} ({place}, line {here[-1].lineno}). "
        "Please report it with the command; `python -X dev -m experiments.cli` in place of `suasion` shows the traceback"
    )


def _size(error: MemoryError) -> str:
    """The size that was asked for, where the message names it, as that of NumPy does."""
    size = re.search(r"allocate ([\d.]+ [KMGTP]?i?B)", str(error))
    return f" ({size[1]} in one piece)" if size else ""
