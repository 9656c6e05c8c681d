"""Ctrl-C: one message and exit status 130 within seconds, whatever the command does at that moment.

Python raises KeyboardInterrupt where the main thread is. It drops what is raised inside a callback (of a weak reference, a
destructor, C code), and it waits for code that does not return. A thread therefore watches: it raises again what was
dropped, and at last ends the process and its workers.
"""

import os
import signal
import sys
from _thread import interrupt_main
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread, current_thread, main_thread
from time import monotonic, sleep
from types import FrameType
from typing import Any, NoReturn

NOTHING_WRITTEN = "interrupted; the unfinished result was not written"
STATUS = 130  # of a command that was interrupted
AGAIN = 4.0  # seconds after which an interrupt is raised again
LAST = 8.0  # seconds after which the process is ended
PAUSE = 0.05  # seconds between two looks

_watches: list["InterruptWatch"] = []  # of the commands that run now
_messages: list[Callable[[], str]] = []  # of the blocks that run now, the innermost last


def is_interrupted() -> bool:
    """True once an interrupt came; what a library raises then is a consequence of it."""
    return any(watch.is_pressed for watch in _watches)


@contextmanager
def message_on_interrupt(message: Callable[[], str]) -> Iterator[None]:
    """Within the block, an interrupt carries this message. The innermost block decides."""
    _messages.append(message)
    try:
        yield
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt) or is_interrupted():
            carried = error.args if isinstance(error, KeyboardInterrupt) else ()
            raise KeyboardInterrupt(*(carried or (message(),))) from None
        raise
    finally:
        _messages.pop()


def run_as_process(command: Callable[[], Any]) -> Any:
    """Run a command that is the whole of this process: before it begins nothing needs an end, after its end nothing changes.

    After an interrupt the process ends at once. Python would otherwise end it by the signal where the interrupt came amid an
    `exec` of text, as dataclasses do, and wait for threads.
    """
    if not _hears_interrupts():
        return command()
    signal.signal(signal.SIGINT, lambda *_: _end_at_once())
    try:
        return command()
    except SystemExit as end:
        if end.code == STATUS:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(STATUS)
        raise
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _hears_interrupts() -> bool:
    """False in another thread than the first, and in a background job, whose shell has it ignore Ctrl-C."""
    return current_thread() is main_thread() and signal.getsignal(signal.SIGINT) not in (signal.SIG_IGN, None)


def _end_at_once() -> NoReturn:
    """End a process that has not begun its work."""
    os.write(2, f"{NOTHING_WRITTEN}\n".encode())
    os._exit(STATUS)


class InterruptWatch:
    """Within the block, Ctrl-C ends the command. `answer` gives its message.

    ends: nothing follows in this process after the block, so that a later Ctrl-C changes nothing.
    """

    def __init__(self, ends: bool = False) -> None:
        self._ends, self.is_pressed = ends, False
        self._answered = self._dropped = self._closed = False
        self._restore: list[Callable[[], Any]] = []

    def __enter__(self) -> "InterruptWatch":
        if not _hears_interrupts():
            return self
        _watches.append(self)
        reader, writer = os.pipe()
        if os.name != "nt":  # there it may block
            os.set_blocking(writer, False)
        handler, hook = signal.signal(signal.SIGINT, self._raise), sys.unraisablehook
        before = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        sys.unraisablehook = self._unraisable
        self._hook = hook
        self._restore = [
            lambda: signal.signal(signal.SIGINT, signal.SIG_IGN if self._ends else handler or signal.SIG_DFL),
            lambda: signal.set_wakeup_fd(before),
            lambda: setattr(sys, "unraisablehook", hook),
            lambda: os.close(writer),
        ]
        Thread(target=self._watch, args=(reader,), daemon=True, name="interrupts").start()
        return self

    def __exit__(self, *fault: object) -> None:
        self._closed = True
        if self in _watches:
            _watches.remove(self)
        for restore in self._restore:
            restore()

    def answer(self, interrupt: KeyboardInterrupt) -> str:
        """The message of an interrupt. Further ones are ignored."""
        self._answered = True
        return str(interrupt) or NOTHING_WRITTEN

    def _raise(self, number: int, frame: FrameType | None) -> None:
        self.is_pressed = True
        if not self._answered:
            raise KeyboardInterrupt

    def _unraisable(self, unraisable: "sys.UnraisableHookArgs") -> None:
        """Python drops an exception here."""
        if issubclass(unraisable.exc_type, KeyboardInterrupt):
            self._dropped = True
        else:
            self._hook(unraisable)

    def _watch(self, reader: int) -> None:
        """Wait for an interrupt: the signal itself writes its number, also while the main thread is in compiled code."""
        while received := os.read(reader, 1):
            if received[0] == signal.SIGINT and not self._closed:
                self._see_to_the_end(monotonic())
        os.close(reader)

    def _see_to_the_end(self, start: float) -> None:
        """Raise the interrupt again where it was dropped, or where nothing has come of it; at last end the process."""
        again = start + AGAIN
        while not self._closed:
            sleep(PAUSE)
            if monotonic() > start + LAST:
                self._end()
            if not self._answered and (self._dropped or monotonic() > again):
                again = monotonic() + AGAIN if monotonic() > again else again
                self._dropped = False
                interrupt_main()

    def _end(self) -> NoReturn:
        """End the process and the workers at once."""
        import psutil

        if not self._answered:
            message = _messages[-1]() if _messages else NOTHING_WRITTEN
            os.write(2, f"{message}\n".encode(errors="backslashreplace"))
        for process in psutil.Process().children(recursive=True):
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue  # it has ended by itself
        os._exit(STATUS)
