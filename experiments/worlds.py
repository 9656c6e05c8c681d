"""Many worlds of one or several specs, over processes; the numbers do not depend on how many."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context

from numba import set_num_threads

from sim.build import Stage
from sim.metrics import measure
from sim.model import simulate

AHEAD = 4  # chunks per process that are under way or wait to be read

_stages: list[Stage] = []  # of this worker process


def _prepare(specs) -> None:
    _stages[:] = [Stage(spec) for spec in specs]


def _start_worker(specs) -> None:
    set_num_threads(1)  # the processes share the cores already
    _prepare(specs)


def _chunk(arm: int, replications: range) -> list[tuple[int, int, dict, dict]]:
    return [(arm, r, *_one(_stages[arm], r)) for r in replications]


def _one(stage: Stage, replication: int) -> tuple[dict, dict]:
    """Table of the host and metrics; the full records are too large to travel between processes."""
    records = simulate(stage.spec.model_copy(update={"replication": replication}), stage)
    return records.table(), measure(records)


def stream_worlds(
    specs, runs: int, workers: int, advance: Callable[[int], None]
) -> Iterator[tuple[int, int, dict, dict]]:
    """Simulate replications 0..runs-1 of every spec; yields (arm, replication, table, metrics) in that order.

    workers: processes; 1 runs in this one. advance(n) is called as n worlds are handed on. At most a few chunks of
    worlds per process wait to be read, so that memory does not grow with the number of runs.
    """
    size = max(1, min(10, runs // (workers * 4) or 1))
    chunks = ((a, range(i, min(i + size, runs))) for a in range(len(specs)) for i in range(0, runs, size))
    for done in _in_order(specs, chunks, workers):
        yield from done
        advance(len(done))


def run_worlds(specs, runs: int, workers: int, advance: Callable[[int], None]) -> list[list[tuple[dict, dict]]]:
    """All worlds at once: result[arm][replication] = (table, metrics), see `stream_worlds`."""
    found: list[list[tuple[dict, dict]]] = [[] for _ in specs]
    for arm, _, table, measured in stream_worlds(specs, runs, workers, advance):
        found[arm].append((table, measured))
    return found


def _in_order(specs, chunks: Iterator[tuple[int, range]], workers: int) -> Iterator[list[tuple[int, int, dict, dict]]]:
    """Results of the chunks in their order; a bounded number is under way or waits."""
    if workers == 1:
        _prepare(specs)
        yield from (_chunk(*chunk) for chunk in chunks)
        return
    simulate(specs[0].model_copy(update={"days": 1}))  # compiled here once, the processes read it from the cache
    with ProcessPoolExecutor(workers, get_context("spawn"), _start_worker, (specs,)) as pool:
        waiting = deque(pool.submit(_chunk, *chunk) for chunk in islice(chunks, AHEAD * workers))
        try:
            while waiting:
                done = waiting.popleft().result()
                waiting.extend(pool.submit(_chunk, *chunk) for chunk in islice(chunks, 1))
                yield done
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
