"""The engine of worker processes on this machine, over pipes: only the command can send to them.

A worker reads shards from one pipe and writes results to another. It ends when its pipe closes, so it never outlives the
command. A worker that dies is replaced, and its shard is computed again.
"""

import os
import signal
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from multiprocessing import connection, get_context, resource_tracker
from queue import SimpleQueue
from threading import Thread, current_thread, main_thread
from typing import Any

from numba import set_num_threads

from experiments.engine.base import IN_FLIGHT, LostWorker

TRIES = 2  # attempts at a shard before it counts as lost
PATIENCE = 5.0  # seconds before a worker that does not end is killed


class Worker:
    """One process, its pipes, and its unanswered shards, the one at work first."""

    def __init__(self):
        context = get_context("spawn")
        receiver, self._sender = context.Pipe(duplex=False)
        self.results, sender = context.Pipe(duplex=False)
        self.process = context.Process(target=_work, args=(receiver, sender), daemon=True)
        with _block_interrupts():
            self.process.start()
        receiver.close()
        sender.close()
        self.waiting: deque[Any] = deque()
        self.task: Callable[..., Any] | None = None

    def give(self, task: Callable[..., Any], shard: object) -> None:
        """Send a shard, after the task if the worker has another task."""
        self.waiting.append(shard)
        try:
            if self.task is not task:
                self._sender.send(("task", task))
                self.task = task
            self._sender.send(("shard", shard))
        except OSError:
            pass  # the worker has died; its pipe of results shows it, and the shard is queued again

    def close(self) -> None:
        """End the process: at once if it is at work, because nobody waits for its result."""
        self._sender.close()
        self.results.close()
        if self.waiting:
            self.process.kill()
        self.process.join(PATIENCE)
        if self.process.exitcode is None:
            self.process.kill()
            self.process.join()


class Processes:
    """Worker processes, each started when there is a shard for it."""

    def __init__(self, workers: int, say: Callable[[str], None] | None = None):
        self.workers, self._say, self._pool = workers, say, []

    def run(self, task: Callable[..., Any], shards: Iterable[Any]) -> Generator[Any, None, None]:
        """Yield task(shard) as they are ready; `LostWorker` in place of a result if its worker died at every attempt.

        A bounded number of shards is under way, and the engine stores no result. Shards may be a generator that yields
        again after it was exhausted: the engine calls it after every result. An exception of the task is raised here.
        """
        shards, again, deaths = iter(shards), deque(), {}
        try:
            self._refill(task, again, shards)
            while busy := {worker.results: worker for worker in self._pool if worker.waiting}:
                for pipe in connection.wait(list(busy)):
                    worker = busy[pipe]
                    try:
                        done, result = worker.results.recv()
                    except (EOFError, OSError):
                        yield from self._lost(worker, again, deaths)
                    else:
                        deaths.pop(id(worker.waiting.popleft()), None)
                        if not done:
                            raise result
                        yield result
                    self._refill(task, again, shards)
        finally:
            for worker in [worker for worker in self._pool if worker.waiting]:
                self._dismiss(worker)

    def _refill(self, task: Callable[..., Any], again: deque[Any], shards: Iterator[Any]) -> None:
        """Send shards until every worker has enough, to the least busy worker first."""
        while True:
            worker = min(self._pool, key=lambda one: len(one.waiting), default=None)
            start = len(self._pool) < self.workers and (worker is None or worker.waiting)
            if not start and (worker is None or len(worker.waiting) >= IN_FLIGHT):
                return
            shard = again.popleft() if again else next(shards, None)
            if shard is None:
                return
            if start or worker is None:
                worker = Worker()
                self._pool.append(worker)
            worker.give(task, shard)

    def _lost(self, worker: Worker, again: deque[Any], deaths: dict[int, int]) -> Iterator[LostWorker]:
        """Queue the shards of a dead worker again. deaths: number of deaths per shard, by identity."""
        worker.process.join(PATIENCE)
        if self._say:
            self._say(f"a worker process ended with exit code {worker.process.exitcode} and is replaced")
        shard, *others = worker.waiting
        worker.waiting.clear()
        self._dismiss(worker)
        again.extendleft(reversed(others))
        deaths[id(shard)] = deaths.get(id(shard), 0) + 1
        if deaths[id(shard)] < TRIES:
            again.appendleft(shard)
        else:
            deaths.pop(id(shard))
            yield LostWorker(shard)

    def _dismiss(self, worker: Worker) -> None:
        self._pool.remove(worker)
        worker.close()

    def close(self) -> None:
        """End all workers."""
        while self._pool:
            self._dismiss(self._pool[-1])


@contextmanager
def _block_interrupts() -> Iterator[None]:
    """Within the block, start a process: Ctrl-C waits until it runs, and it imports nothing from the current folder.

    The process inherits the signal mask. A signal may still reach another thread of this process, so the handler waits, too.
    """
    pressed: list[bool] = []
    first = current_thread() is main_thread()
    handler = signal.signal(signal.SIGINT, lambda *_: pressed.append(True)) if first else None
    before = os.environ.get("PYTHONSAFEPATH")
    os.environ["PYTHONSAFEPATH"] = "1"
    resource_tracker.ensure_running()  # its start lets Ctrl-C through again
    block = getattr(signal, "pthread_sigmask", None)
    mask = block(signal.SIG_BLOCK, {signal.SIGINT}) if block else None
    try:
        yield
    finally:
        if block:
            block(signal.SIG_SETMASK, mask)
        if before is None:
            del os.environ["PYTHONSAFEPATH"]
        else:
            os.environ["PYTHONSAFEPATH"] = before
        if first:
            signal.signal(signal.SIGINT, handler or signal.SIG_DFL)
    if pressed:
        raise KeyboardInterrupt


def _work(receiver: connection.Connection, sender: connection.Connection) -> None:
    """Compute shards until the pipe closes. Ignore Ctrl-C: the command ends its workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    set_num_threads(1)  # the processes share the cores already; the number belongs to the thread
    messages: SimpleQueue[Any] = SimpleQueue()
    Thread(target=_listen, args=(receiver, messages), daemon=True).start()
    task: Any = None  # comes before the first shard
    while True:
        kind, content = messages.get()
        if kind == "task":
            task = content
        else:
            _send(sender, *_result(task, content))


def _listen(receiver: connection.Connection, messages: SimpleQueue[Any]) -> None:
    """Read ahead, so that the command never waits for a busy worker; end the process when the command has ended."""
    while True:
        try:
            messages.put(receiver.recv())
        except (EOFError, OSError):
            os._exit(0)


def _result(task: Callable[..., Any], shard: object) -> tuple[bool, object]:
    """True with the result of the task, or False with its exception."""
    try:
        return True, task(shard)
    except Exception as error:
        return False, error


def _send(sender: connection.Connection, done: bool, result: Any) -> None:
    """Write a result; an exception replaces a result that cannot be sent."""
    if not done:
        result.add_note("In a worker process:\n" + "".join(traceback.format_exception(result)))
    try:
        sender.send((done, result))
    except OSError:
        os._exit(0)  # the command has ended
    except Exception as error:
        sender.send((False, RuntimeError(f"the result of a worker cannot be sent ({error}): {result!r}")))
