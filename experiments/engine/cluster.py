"""The engine of a Dask cluster [Rocklin2015] over TLS. Dask is an extra that only this module imports."""

import logging
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from experiments.engine.base import IN_FLIGHT, LostWorker
from experiments.engine.options import EngineOptions
from experiments.extras import needs
from sim.core.faults import ConfigError, describe_fault

if TYPE_CHECKING:
    from distributed import Client, WorkerPlugin
    from distributed.security import Security

ANSWER = "4s"  # time within which a scheduler has to answer
PATIENCE = 60  # seconds within which a worker has to appear

_tasks: dict[str, Callable[..., Any]] = {}  # of this worker process


class Cluster:
    """Worker processes of a Dask cluster; a shard whose worker dies is computed again."""

    def __init__(self, client: "Client"):
        self._client = client

    @property
    def workers(self) -> int:
        """Processes at work now, at least one."""
        return max(1, len(self._client.scheduler_info(n_workers=-1)["workers"]))

    def run(self, task: Callable[..., Any], shards: Iterable[Any]) -> Generator[Any, None, None]:
        """Yield task(shard) as they are ready; `LostWorker` in place of a result if its worker died at every attempt.

        A bounded number of shards is under way, and the engine stores no result. Shards may be a generator that yields
        again after it was exhausted: the engine calls it after every result.
        """
        from distributed import KilledWorker, as_completed

        name, shards, waiting = uuid4().hex, iter(shards), {}
        self._client.register_plugin(_plugin(name, task), name=name)
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


def _plugin(name: str, task: Callable[..., Any]) -> "WorkerPlugin":
    """Plugin by which every worker, also a later one, receives the task."""
    from distributed import WorkerPlugin

    class Take(WorkerPlugin):
        def setup(self, worker: object) -> None:
            _take(name, task)

        def teardown(self, worker: object) -> None:
            _take(name, None)

    return Take()


def _take(name: str, task: Callable[..., Any] | None) -> None:
    """Store the task in this process, or delete it. A function of the module, because the class above travels by value."""
    if task is None:
        _tasks.pop(name, None)
    else:
        _tasks[name] = task


def _call(name: str, shard: object) -> object:
    from numba import set_num_threads

    set_num_threads(1)  # the processes share the cores already; the number belongs to the thread
    return _tasks[name](shard)


@contextmanager
def open_cluster(options: EngineOptions, say: Callable[[str], None] | None) -> Iterator[Cluster]:
    """The running cluster at the address. Raises ConfigError if there is none, or if it has no worker.

    say: receives the messages of Dask.
    """
    needs("cluster", "distributed")
    from distributed import Client

    with ExitStack() as stack:
        stack.enter_context(_route_log(None))  # faults at the start are raised
        try:
            client = Client(options.address, timeout=ANSWER, security=_security(options))
        except (OSError, ValueError) as error:
            allowed = f"no scheduler answers ({error})"
            raise ConfigError(describe_fault("engine.address", options.address, allowed, ())) from None
        stack.enter_context(client)
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            allowed = "the scheduler has no workers"
            raise ConfigError(describe_fault("engine.address", options.address, allowed, ())) from None
        stack.enter_context(_route_log(say))
        yield Cluster(client)


def _security(options: EngineOptions) -> "Security":
    """TLS settings: both sides show a certificate of the same authority, and all traffic is encrypted."""
    from distributed.security import Security

    try:
        return Security(
            require_encryption=True,
            tls_ca_file=options.ca_file,
            tls_client_cert=options.cert_file,
            tls_client_key=options.key_file,
        )
    except (OSError, ValueError) as error:
        raise ConfigError(
            describe_fault("engine.cert_file", options.cert_file, f"cannot be used ({error})", ())
        ) from None


class _Listener(logging.Handler):
    def __init__(self, say: Callable[[str], None]):
        super().__init__(logging.WARNING)
        self._say = say

    def emit(self, record: logging.LogRecord) -> None:
        self._say(f"{record.name}: {record.getMessage()}")


@contextmanager
def _route_log(say: Callable[[str], None] | None) -> Iterator[None]:
    """Within the block, messages of Dask go to `say` instead of standard error."""
    import distributed  # sets its own handlers when it is imported

    logger = logging.getLogger(distributed.__name__)
    before = logger.handlers[:]
    logger.handlers[:] = [_Listener(say)] if say else [logging.NullHandler()]
    try:
        yield
    finally:
        logger.handlers[:] = before
