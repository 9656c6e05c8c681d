"""The interface of engines, and the serial engine."""

from collections.abc import Callable, Generator, Iterable
from typing import Any, Protocol

IN_FLIGHT = 2  # shards per worker: one at work, one in the queue


class LostWorker(RuntimeError):
    """A shard whose worker died at every attempt."""

    def __init__(self, shard: Any):
        super().__init__("the worker process died whenever this was tried")
        self.shard = shard


class Engine(Protocol):
    """Computes the shards of a task."""

    @property
    def workers(self) -> int:
        """Processes that compute."""
        ...

    def run(self, task: Callable[..., Any], shards: Iterable[Any]) -> Generator[Any, None, None]:
        """Yield task(shard) for every shard as it is ready; `LostWorker` in place of the result of a lost shard."""
        ...


class Serial:
    """The engine of this process: one shard after the other."""

    workers = 1

    def run(self, task: Callable[..., Any], shards: Iterable[Any]) -> Generator[Any, None, None]:
        """Yield task(shard) for every shard."""
        for shard in shards:
            yield task(shard)
