"""Engines: one way to compute many runs, on this machine or on a cluster.

An engine uses worker processes of this machine (the default), this process alone, or a Dask cluster. Workers receive a task,
a callable, once, and call it with one shard after the other. Results arrive in any order, so nothing may depend on it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from experiments.engine.base import Engine, LostWorker, Serial
from experiments.engine.options import EngineOptions, check

__all__ = ["Engine", "EngineOptions", "LostWorker", "Serial", "check", "check_reachable", "open_engine"]


@contextmanager
def open_engine(options: EngineOptions, say: Callable[[str], None] | None = None) -> Iterator[Engine]:
    """The engine for the options, closed at the end of the block.

    say: receives messages about workers.
    Raises ConfigError if the options name no usable cluster, or if it does not answer.
    """
    check(options)
    if options.name == "serial":
        yield Serial()
    elif options.name == "dask":
        from experiments.engine.cluster import open_cluster

        with open_cluster(options, say) as engine:
            yield engine
    else:
        from experiments.engine.processes import Processes

        engine = Processes(options.processes, say)
        try:
            yield engine
        finally:
            engine.close()


def check_reachable(options: EngineOptions) -> None:
    """Refuse a cluster without an answer, before anything is written. Raises ConfigError."""
    if options.name == "dask":
        with open_engine(options):
            pass
