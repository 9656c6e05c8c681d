"""Faults that tests put into a stage of a command, and what the command must do."""

import errno
import os
import signal
import time
from contextlib import contextmanager

import psutil
from click.testing import CliRunner, Result

from experiments.cli import main

LIMIT = 10.0  # seconds from the fault to the end of the command
STARTS = 60.0  # seconds for processes that start several times, also on a busy machine

_moments: list[float] = []  # at which faults came


def broken(*arguments, **settings):
    """A stage with a mistake."""
    _moments.append(time.monotonic())
    raise ZeroDivisionError("by chance")


def full(*arguments, **settings):
    """A stage that writes to a full disk."""
    _moments.append(time.monotonic())
    raise OSError(errno.ENOSPC, "No space left on device", "somewhere")


def interrupted(*arguments, **settings):
    """A stage during which the user presses Ctrl-C."""
    _moments.append(time.monotonic())
    raise KeyboardInterrupt


def kill() -> None:
    """End this worker as the system does when memory is short."""
    os.kill(os.getpid(), signal.SIGKILL)


@contextmanager
def in_time(limit: float = LIMIT):
    """The block ends soon after the fault in it, or after its start, and leaves no process behind."""
    _moments[:] = [time.monotonic()]
    before = set(psutil.Process().children(recursive=True))
    yield
    assert time.monotonic() - _moments[-1] < limit
    left_over = set(psutil.Process().children(recursive=True)) - before
    assert [p for p in left_over if "spawn_main" in " ".join(p.cmdline())] == []


def one_message(words: list[str], status: int) -> Result:
    """Run a command line in this process: one line of error, no traceback, an exit status."""
    result = CliRunner().invoke(main, words, catch_exceptions=False)
    lines = result.stderr.splitlines()
    assert (result.exit_code, len(lines)) == (status, 1), result.output
    assert lines[0].startswith("interrupted; " if status == 130 else "error: ")
    return result
