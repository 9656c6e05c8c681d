"""Who computes what where: one engine for everything that takes many runs.

Worker processes of this machine by default, this process alone, or a Dask cluster that the user names. A task is a callable
that workers receive once; shards are what it is called with, one after the other. Results come back in the order in which
they are ready, so nothing may depend on it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from experiments.engine.base import Engine, LostWorker, Serial
from experiments.engine.options import EngineOptions, check

__all__ = ["Engine", "EngineOptions", "LostWorker", "Serial", "check", "check_reachable", "open_engine"]


@contextmanager
def open_engine(options: EngineOptions, say: Callable[[str], None] | None = None) -> Iterator[Engine]:
    """The engine for the options, closed at the end of the block.

    say: takes notice of what happens to workers.
    Raises ConfigError if the options name no usable cluster, or it does not answer.
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
    """Refuse a cluster that does not answer, before anything is written. Raises ConfigError."""
    if options.name == "dask":
        with open_engine(options):
            pass
