"""Ctrl-C: one message and exit status 130, also where Python drops it, where a library swallows it, and in the last block."""

import subprocess
import sys
import time

import psutil
import pytest

from experiments.interrupts import NOTHING_WRITTEN, InterruptWatch, message_on_interrupt

pytestmark = pytest.mark.exact

HEAD = """
import os, signal, subprocess, sys, time, weakref
from experiments import interrupts
from experiments.interrupts import InterruptWatch, message_on_interrupt
interrupts.AGAIN, interrupts.LAST = 0.5, 1.5
def press(): os.kill(os.getpid(), signal.SIGINT)
class Thing: pass
class Dropping:
    def __del__(self): press(); time.sleep(0.01)
def dropped_in_a_destructor():
    Dropping()
    time.sleep(30)
def dropped_in_a_weak_reference():
    thing = Thing()
    reference = weakref.ref(thing, lambda _: press() or time.sleep(0.01))
    del thing
    time.sleep(30)
def turned_into_another_error():
    try:
        press()
        time.sleep(30)
    finally:
        1 / 0
def swallowed_once():
    try:
        press()
        time.sleep(30)
    except BaseException:
        time.sleep(30)
def swallowed_always():
    press()
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    print(child.pid, flush=True)
    while True:
        try:
            time.sleep(30)
        except BaseException:
            continue
def raised():
    press()
    time.sleep(30)
if __name__ == "__main__":
    with InterruptWatch() as watch:
        try:
            with message_on_interrupt(lambda: "interrupted; go on"):
                globals()[sys.argv[1]]()
        except KeyboardInterrupt as interrupt:
            print(watch.answer(interrupt), file=sys.stderr)
            press()  # once more changes nothing
            sys.exit(130)
"""


@pytest.mark.parametrize(
    "end",
    [
        "raised",
        "dropped_in_a_destructor",
        "dropped_in_a_weak_reference",
        "turned_into_another_error",
        "swallowed_once",
        "swallowed_always",
    ],
)
def test_an_interrupt_always_ends_the_process(tmp_path, end):
    """One message, status 130, no child left."""
    program = tmp_path / "program.py"
    program.write_text(HEAD, encoding="utf-8")
    start = time.monotonic()
    done = subprocess.run([sys.executable, str(program), end], capture_output=True, text=True, timeout=25)
    assert (done.returncode, done.stderr) == (130, "interrupted; go on\n") and time.monotonic() - start < 20
    for child in done.stdout.split():
        assert not psutil.pid_exists(int(child)) or psutil.Process(int(child)).status() == psutil.STATUS_ZOMBIE


def test_the_innermost_message_counts():
    """An interrupt outside of every block says that nothing was written."""
    outer, inner = message_on_interrupt(lambda: "outer"), message_on_interrupt(lambda: "inner")
    with pytest.raises(KeyboardInterrupt) as caught, outer, inner:
        raise KeyboardInterrupt
    assert str(caught.value) == "inner" and InterruptWatch().answer(caught.value) == "inner"
    assert InterruptWatch().answer(KeyboardInterrupt()) == NOTHING_WRITTEN


def test_a_watch_leaves_everything_as_it_was():
    """Handler, hook and wakeup descriptor."""
    import signal

    before = signal.getsignal(signal.SIGINT), sys.unraisablehook
    with InterruptWatch():
        assert signal.getsignal(signal.SIGINT) != before[0]
    assert (signal.getsignal(signal.SIGINT), sys.unraisablehook) == before
    assert signal.set_wakeup_fd(-1) == -1
