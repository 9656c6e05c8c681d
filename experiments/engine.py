"""Who computes what where: one engine for everything that takes many runs. Dask by default, or this process alone.

A task is a callable that workers receive once; shards are what it is called with, one after the other. Results come back
in the order in which they are ready, so nothing may depend on it.
"""

import logging
import os
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Literal
from uuid import uuid4

from numba import set_num_threads
from pydantic import Field

from sim.load import ConfigError, describe_fault
from sim.parameters import Checked

IN_FLIGHT = 2  # shards per worker: one is computed, one waits
PATIENCE = 60  # seconds until a worker has to be there

_tasks: dict[str, Callable] = {}  # of this worker process


class EngineOptions(Checked):
    """Where runs are computed."""

    name: Literal["dask", "serial"] = Field("dask", description="dask: worker processes; serial: this process")
    workers: int | None = Field(None, ge=1, le=1024, description="worker processes; default: one per core")
    address: str | None = Field(None, description="scheduler of a running Dask cluster, like tcp://host:8786")
    shard_seconds: float = Field(
        5.0, gt=0.0, le=3600.0, allow_inf_nan=False, description="computing time of one shard, roughly"
    )


class LostWorker(RuntimeError):
    """A shard whose worker died whenever it was tried."""

    def __init__(self, shard):
        super().__init__("the worker process died whenever this was tried")
        self.shard = shard


class Serial:
    """Everything in this process, one shard after the other."""

    workers = 1

    def run(self, task: Callable, shards: Iterable) -> Iterator:
        """Yield task(shard) for every shard."""
        for shard in shards:
            yield task(shard)


class Distributed:
    """Worker processes of a Dask cluster [Rocklin2015]; one that dies is replaced, and its shard computed again."""

    def __init__(self, client, local: bool):
        self._client, self._local = client, local

    @property
    def workers(self) -> int:
        """Processes at work now, at least one: those that died are being replaced."""
        return max(1, len(self._client.scheduler_info(n_workers=-1)["workers"]))

    def run(self, task: Callable, shards: Iterable) -> Iterator:
        """Yield task(shard) as they are ready; `LostWorker` in place of a result if its worker died again and again.

        A bounded number of shards is under way, and no result is kept. Shards may be a generator that goes on after it
        was exhausted: it is asked again after every result.
        """
        from distributed import KilledWorker, as_completed

        name, shards, waiting = uuid4().hex, iter(shards), {}
        self._client.register_plugin(_plugin(name, task, self._local), name=name)
        ready = as_completed()

        def refill() -> None:
            while len(waiting) < IN_FLIGHT * self.workers and (shard := next(shards, None)) is not None:
                future = self._client.submit(_call, name, shard, key=f"shard-{uuid4().hex}", pure=False)
                waiting[future] = shard
                ready.add(future)

        try:
            refill()
            for future in ready:
                shard = waiting.pop(future)
                try:
                    result = future.result()
                except KilledWorker:
                    result = LostWorker(shard)
                future.release()
                yield result
                refill()
        finally:
            self._client.cancel(list(waiting), force=True)
            self._client.unregister_worker_plugin(name)


def _plugin(name: str, task: Callable, local: bool):
    """What every worker does first, those that join later too: take the task over."""
    from distributed import WorkerPlugin

    class Take(WorkerPlugin):
        def setup(self, worker) -> None:
            _take(name, task, local)

        def teardown(self, worker) -> None:
            _take(name, None, local)

    return Take()


def _take(name: str, task: Callable | None, local: bool) -> None:
    """Keep the task in this process, or let go of it. local: the worker belongs to a command at a terminal."""
    if local:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the command, which ends its workers
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
    if task is None:
        _tasks.pop(name, None)
    else:
        _tasks[name] = task


def _call(name: str, shard):
    set_num_threads(1)  # the processes share the cores already; the number belongs to the thread
    return _tasks[name](shard)


@contextmanager
def opened(options: EngineOptions, say: Callable[[str], None] | None = None) -> Iterator[Serial | Distributed]:
    """The engine for the options, closed at the end of the block. Raises ConfigError if a cluster does not answer.

    say: takes notice of what happens to workers.
    """
    if options.name == "serial":
        yield Serial()
        return
    with ExitStack() as stack:
        stack.enter_context(_heard(None))  # what goes wrong at the start is raised, and at the end it does not matter
        cluster = _connected(options.address) if options.address else _local(options.workers or os.cpu_count() or 1)
        client = stack.enter_context(cluster)
        stack.enter_context(_heard(say))
        yield Distributed(client, local=not options.address)


@contextmanager
def _local(workers: int):
    """Client of worker processes of our own, which end with this process however it ends."""
    from distributed import Client, LocalCluster

    where = {
        "host": "127.0.0.1",
        "dashboard_address": "127.0.0.1:0",
        "processes": True,
        "silence_logs": logging.WARNING,
    }
    with (
        LocalCluster(n_workers=workers, threads_per_worker=1, memory_limit=0, **where) as cluster,
        Client(cluster) as client,
    ):
        yield client


@contextmanager
def _connected(address: str):
    """Client of a running cluster. Raises ConfigError if there is none, or it has no worker."""
    from distributed import Client

    try:
        client = Client(address, timeout="20s")
    except (OSError, ValueError) as error:
        raise ConfigError(describe_fault("engine.address", address, f"no scheduler answers ({error})", ())) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            raise ConfigError(describe_fault("engine.address", address, "the scheduler has no workers", ())) from None
        yield client


class _Listener(logging.Handler):
    def __init__(self, say: Callable[[str], None]):
        super().__init__(logging.WARNING)
        self._say = say

    def emit(self, record: logging.LogRecord) -> None:
        self._say(f"{record.name}: {record.getMessage()}")


@contextmanager
def _heard(say: Callable[[str], None] | None):
    """Within the block, what Dask reports goes to `say` instead of standard error."""
    import distributed  # sets its own handlers when it is imported

    logger = logging.getLogger(distributed.__name__)
    before = logger.handlers[:]
    logger.handlers[:] = [_Listener(say)] if say else [logging.NullHandler()]
    try:
        yield
    finally:
        logger.handlers[:] = before
