"""Progress on standard error: a notice of compilation, a progress bar, or one line now and then."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

from numba.core import event

from sim.core.faults import printable

EVERY = 30.0  # seconds between two lines where there is no terminal
COMPILING = "compiling the model for this machine; this takes some 5 to 30 seconds, once"


class _Announcement(event.Listener):
    """Prints the notice when the first function is compiled; code from the cache raises no event."""

    done = False

    def on_start(self, event: event.Event) -> None:
        if not self.done:
            print(COMPILING, file=sys.stderr, flush=True)
        self.done = True

    def on_end(self, event: event.Event) -> None:
        """Nothing happens at the end of a compilation."""


@contextmanager
def announce_compilation(quiet: bool) -> Iterator[None]:
    """Print a notice if code is compiled within the block, unless quiet."""
    if quiet:
        yield
        return
    with event.install_listener("numba:compile", _Announcement()):
        yield


@contextmanager
def progress(quiet: bool, unit: str, total: int) -> Iterator[Callable[[int], None]]:
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


class Meter:
    """Counts runs and reports progress: a bar on a terminal, elsewhere a line every half minute and one at the end."""

    def __init__(self, unit: str, total: int, style: str) -> None:
        self.unit, self.total, self.style = unit, total, style
        self.done = self.failed = 0
        self._start = self._last = monotonic()
        self._bar: Any = None

    def advance(self, n: int, failed: int = 0) -> None:
        """Count n more runs, of which some may have failed."""
        self.done, self.failed = self.done + n, self.failed + failed
        if self._bar:
            self._bar.update(0, completed=self.done, failed=self._failures(), rate=f"{self.rate:.3g}/s")
        elif monotonic() - self._last >= EVERY:
            self._last = monotonic()
            self.report("progress")

    @property
    def rate(self) -> float:
        """Runs per second so far."""
        return self.done / max(monotonic() - self._start, 1e-9)

    def _failures(self) -> str:
        return f", {self.failed} failed" if self.failed else ""

    def report(self, event: str) -> None:
        """Print one line: finished runs, rate, time left, failures."""
        remaining = (self.total - self.done) / self.rate if self.done else None
        if self.style == "json":
            self._event(event, left_seconds=None if remaining is None else round(remaining, 1))
        elif self.style == "text" and not self._bar:
            remaining = "unknown" if remaining is None else str(timedelta(seconds=round(remaining)))
            text = f"{self.done:,} of {self.total:,} {self.unit}, {self.rate:.3g}/s, time left {remaining}{self._failures()}"
            print(printable(text), file=sys.stderr, flush=True)

    def say(self, text: str) -> None:
        """Print a line that is not about progress."""
        if self.style == "json":
            self._event("notice", text=text)
        elif self.style == "text":
            print(printable(text), file=sys.stderr, flush=True)

    def _event(self, event: str, **more: object) -> None:
        now = {"event": event, "time": datetime.now(UTC).isoformat(timespec="seconds")}
        counts = {"done": self.done, "total": self.total, "failed": self.failed, "rate": round(self.rate, 3)}
        print(json.dumps(now | counts | more), file=sys.stderr, flush=True)


@contextmanager
def meter(quiet: bool, log: str, unit: str, total: int) -> Iterator[Meter]:
    """Yield a Meter on standard error. log: text, or json for one event per line; quiet: nothing at all."""
    runs_meter = Meter(unit, total, "json" if log == "json" else "none" if quiet else "text")
    if runs_meter.style != "text" or not sys.stderr.isatty():
        runs_meter.report("start") if runs_meter.style == "json" else None
        yield runs_meter
        if total:
            runs_meter.report("end")
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn(unit + "{task.fields[failed]}"))
    columns += (TextColumn("{task.fields[rate]}"), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        runs_meter._bar = bar
        bar.add_task("", total=total, failed="", rate="")
        yield runs_meter
