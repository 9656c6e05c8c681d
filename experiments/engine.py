"""Who computes what where: one engine for everything that takes many runs. Dask by default, or this process alone.

A task is a callable that workers receive once; shards are what it is called with, one after the other. Results come back
in the order in which they are ready, so nothing may depend on it.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Literal
from uuid import uuid4

from numba import set_num_threads
from pydantic import Field

from sim.load import ConfigError, describe_fault
from sim.parameters import Checked

IN_FLIGHT = 2  # shards per worker: one is computed, one waits

_tasks: dict[str, Callable] = {}  # of this worker process


class EngineOptions(Checked):
    """Where runs are computed."""

    name: Literal["dask", "serial"] = Field(
        "dask", description="dask: worker processes, here or on a cluster; serial: this process"
    )
    workers: int | None = Field(None, ge=1, le=100_000, description="worker processes; default: one per core")
    address: str | None = Field(None, description="scheduler of a running Dask cluster, like tcp://host:8786")
    shard_seconds: float = Field(
        5.0, gt=0.0, le=3600.0, allow_inf_nan=False, description="computing time of one shard, roughly"
    )


class LostWorker(RuntimeError):
    """A shard whose worker died whenever it was tried."""

    def __init__(self, shard):
        super().__init__("the worker process died, again and again")
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

    def __init__(self, client, workers: int | None):
        self._client, self._fixed = client, workers

    @property
    def workers(self) -> int:
        """Processes at work now."""
        return self._fixed or max(1, len(self._client.scheduler_info(n_workers=-1)["workers"]))

    def run(self, task: Callable, shards: Iterable) -> Iterator:
        """Yield task(shard) as they are ready. A bounded number of shards is under way, and no result is kept.

        Shards may be a generator: it is asked for the next one when there is room. `LostWorker` is yielded in place of a
        result if the worker of a shard died again and again.
        """
        from distributed import KilledWorker, as_completed

        name = uuid4().hex
        self._client.register_plugin(_plugin(name, task), name=name)
        try:
            waiting, shards = {}, iter(shards)
            ready = as_completed(with_results=False)

            def refill() -> None:
                while len(waiting) < IN_FLIGHT * self.workers and (shard := next(shards, None)) is not None:
                    future = self._client.submit(_call, name, shard, key=f"shard-{uuid4().hex}", pure=False)
                    waiting[future] = shard
                    ready.add(future)

            refill()
            for future in ready:
                shard = waiting.pop(future)
                try:
                    result = future.result()
                except KilledWorker:
                    result = LostWorker(shard)
                future.release()
                refill()
                yield result
        finally:
            self._client.cancel(list(waiting), force=True)
            self._client.unregister_worker_plugin(name)


def _plugin(name: str, task: Callable):
    """What every worker does first, those that join later too: take the task over."""
    from distributed import WorkerPlugin

    class Take(WorkerPlugin):
        def setup(self, worker) -> None:
            _take(name, task)

        def teardown(self, worker) -> None:
            _take(name, None)

    return Take()


def _take(name: str, task: Callable | None) -> None:
    """Keep the task in this process, or let go of it."""
    if task is None:
        _tasks.pop(name, None)
    else:
        _tasks[name] = task


def _call(name: str, shard):
    set_num_threads(1)  # the processes share the cores already; the number belongs to the thread
    return _tasks[name](shard)


@contextmanager
def opened(options: EngineOptions, quiet: bool = True):
    """The engine for the options, closed at the end of the block. Raises ConfigError if a cluster does not answer."""
    if options.name == "serial":
        yield Serial()
        return
    import dask
    from distributed import Client, LocalCluster

    settings = {"distributed.worker.memory.terminate": False, "distributed.comm.timeouts.connect": "20s"}
    with dask.config.set(settings):
        if options.address:
            try:
                client = Client(options.address, timeout="20s")
            except (OSError, ValueError) as error:
                reason = f"no scheduler answers there ({error})"
                raise ConfigError(describe_fault("engine.address", options.address, reason, ())) from None
            with client:
                yield Distributed(client, None)
            return
        workers = options.workers or os.cpu_count() or 1
        with (
            LocalCluster(
                n_workers=workers, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None
            ) as cluster,
            Client(cluster) as client,
        ):
            yield Distributed(client, workers)
