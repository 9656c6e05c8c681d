"""What an experiment says while it works: one line if code has to be compiled first, one progress bar."""

import sys
from contextlib import contextmanager

from numba.core import event

COMPILING = "compiling the model for this machine; this takes some 5 to 30 seconds, once"


class _Announcement(event.Listener):
    """Says it when the first function is really compiled; code from the cache raises no such event."""

    said = False

    def on_start(self, event) -> None:
        if not self.said:
            print(COMPILING, file=sys.stderr, flush=True)
        self.said = True

    def on_end(self, event) -> None:
        """Nothing to say."""


@contextmanager
def announced(quiet: bool):
    """Within the block, compilation is announced on standard error unless quiet."""
    if quiet:
        yield
        return
    with event.install_listener("numba:compile", _Announcement()):
        yield


@contextmanager
def progress(quiet: bool, unit: str, total: int):
    """Yield advance(n). The bar goes to standard error, and only to a terminal."""
    if quiet or not sys.stderr.isatty():
        yield lambda n: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(unit),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("simulating", total=total)
        yield lambda n: bar.advance(task, n)
