"""Runs many replications of one or several specifications on the engine. Results do not depend on the number of processes."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from experiments.engine import EngineOptions, LostWorker, open_engine
from experiments.results.writing import StoreFault
from sim.metrics import compute_metrics
from sim.model import simulate
from sim.spec.schema import Spec
from sim.stage.build import Stage


@dataclass
class StageTask:
    """A task for the engine on some specifications. Each process builds the stage that it needs; stages are not sent."""

    specs: Sequence[Spec]
    _stages: dict[int, Stage] = field(default_factory=dict, init=False, repr=False)

    def __getstate__(self) -> dict[Any, Any]:
        return self.__dict__ | {"_stages": {}}

    def stage(self, number: int) -> Stage:
        """Stage of a specification. Only the last one stays in memory, because shards of one specification arrive together."""
        if number not in self._stages:
            self._stages = {number: Stage(self.specs[number])}
        return self._stages[number]


@dataclass
class Replications(StageTask):
    """Replications of some specifications. The task returns tables and metrics, because full records are too large to send."""

    def __call__(self, chunk: tuple[int, range]) -> list[tuple[int, int, dict[Any, Any], dict[Any, Any]]]:
        arm, replications = chunk
        stage = self.stage(arm)
        return [(arm, r, *self._one(stage, r)) for r in replications]

    @staticmethod
    def _one(stage: Stage, replication: int) -> tuple[dict[Any, Any], dict[Any, Any]]:
        records = simulate(stage, replication=replication)
        return records.table(), compute_metrics(records)


def stream_replications(
    specs: Sequence[Spec], runs: int, workers: int, advance: Callable[[int], None]
) -> Iterator[tuple[int, int, dict[Any, Any], dict[Any, Any]]]:
    """Simulate replications 0..runs-1 of every spec; yields (arm, replication, table, metrics) in that order.

    workers: processes; 1 runs in this process. advance(n) is called after n replications are yielded. Results that are early
    wait. The engine has a bounded number of chunks under way, so that memory does not grow with the number of runs.
    """
    size = max(1, min(10, runs // (workers * 4) or 1))
    chunks = ((a, range(i, min(i + size, runs))) for a in range(len(specs)) for i in range(0, runs, size))
    options = EngineOptions(name="serial") if workers == 1 else EngineOptions(workers=workers)
    if workers > 1:
        simulate(specs[0], days=1)  # compiles once here; the processes read the cache
    early: dict[tuple[int, int], list[Any]] = {}  # by the first replication of the chunk
    turn = (0, 0)
    with open_engine(options) as engine:
        for done in engine.run(Replications(tuple(specs)), chunks):
            if isinstance(done, LostWorker):
                raise StoreFault(
                    f"{done}; with workers=1 the command computes in its own process and shows what is wrong"
                )
            early[done[0][:2]] = done
            while ready := early.pop(turn, None):
                yield from ready
                advance(len(ready))
                arm, last = ready[-1][:2]
                turn = (arm, last + 1) if last + 1 < runs else (arm + 1, 0)


def run_replications(
    specs: Sequence[Spec], runs: int, workers: int, advance: Callable[[int], None]
) -> list[list[tuple[dict[Any, Any], dict[Any, Any]]]]:
    """All replications at once: result[arm][replication] = (table, metrics), see `stream_replications`."""
    results: list[list[tuple[dict[Any, Any], dict[Any, Any]]]] = [[] for _ in specs]
    for arm, _, table, metrics in stream_replications(specs, runs, workers, advance):
        results[arm].append((table, metrics))
    return results
