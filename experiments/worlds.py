"""Many worlds of one or several specs, over processes; the numbers do not depend on how many."""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

from numba import set_num_threads

from sim.build import Stage
from sim.metrics import measure
from sim.model import simulate

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


def run_worlds(specs, runs: int, workers: int, advance: Callable[[int], None]) -> list[list[tuple[dict, dict]]]:
    """Simulate replications 0..runs-1 of every spec; result[arm][replication] = (table, metrics).

    workers: processes; 1 runs in this one. advance(n) is called as n worlds are done.
    """
    size = max(1, min(10, runs // (workers * 4) or 1))
    chunks = [(a, range(i, min(i + size, runs))) for a in range(len(specs)) for i in range(0, runs, size)]
    found: dict[tuple[int, int], tuple[dict, dict]] = {}

    def collect(done) -> None:
        for arm, replication, table, measured in done:
            found[arm, replication] = table, measured
        advance(len(done))

    if workers == 1:
        _prepare(specs)
        for arm, replications in chunks:
            collect(_chunk(arm, replications))
    else:
        simulate(specs[0].model_copy(update={"days": 1}))  # compiled here once, the processes read it from the cache
        with ProcessPoolExecutor(workers, get_context("spawn"), _start_worker, (specs,)) as pool:
            futures = [pool.submit(_chunk, *chunk) for chunk in chunks]
            try:
                for future in as_completed(futures):
                    collect(future.result())
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
    return [[found[a, r] for r in range(runs)] for a in range(len(specs))]
