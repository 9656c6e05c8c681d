"""What every engine does, and the simplest one."""

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

IN_FLIGHT = 2  # shards per worker: one is computed, one waits


class LostWorker(RuntimeError):
    """A shard whose worker died whenever it was tried."""

    def __init__(self, shard):
        super().__init__("the worker process died whenever this was tried")
        self.shard = shard


class Engine(Protocol):
    """Computes the shards of a task."""

    @property
    def workers(self) -> int:
        """Processes that compute."""
        ...

    def run(self, task: Callable, shards: Iterable) -> Iterator:
        """Yield task(shard) for every shard as it is ready; `LostWorker` in place of a result that cannot be had."""
        ...


class Serial:
    """Everything in this process, one shard after the other."""

    workers = 1

    def run(self, task: Callable, shards: Iterable) -> Iterator:
        """Yield task(shard) for every shard."""
        for shard in shards:
            yield task(shard)
