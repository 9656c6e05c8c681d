"""Runs many replications of one or several specifications on the engine. Results do not depend on the number of processes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from experiments.engine import EngineOptions, LostWorker, open_engine
from experiments.results.writing import StoreFault
from sim.metrics import compute_metrics
from sim.spec.schema import Spec
from sim.stage.build import Stage

Run = tuple[dict[str, Any], dict[str, np.ndarray] | None]  # outcomes, daily series


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
    """Replications of some specifications. The task returns metrics and tables, because full records are too large to send.

    series: with the tables of daily series.
    """

    series: bool = True

    def __call__(self, shard: tuple[int, range]) -> tuple[int, range, list[Run]]:
        number, replications = shard
        return number, replications, [self.run(number, r) for r in replications]

    def run(self, number: int, replication: int) -> Run:
        """Metrics and daily series of one replication of a specification."""
        from sim.model import simulate  # imported here because it takes a second

        records = simulate(self.stage(number), replication=replication)
        return compute_metrics(records), records.table() if self.series else None


def shard_size(runs: int, workers: int, most: int = 10) -> int:
    """Replications of a shard: small enough that every worker gets some."""
    return max(1, min(most, runs // (workers * 4) or 1))


def compile_model(spec: Spec) -> None:
    """Simulate a day, so that the model is compiled once here; worker processes read the cache."""
    from sim.model import simulate

    simulate(spec, days=1)


def engine_for(workers: int) -> EngineOptions:
    """The engine of so many processes; 1 computes in this one."""
    return EngineOptions(name="serial") if workers == 1 else EngineOptions(workers=workers)


def run_replications(
    specs: Sequence[Spec], runs: int, workers: int, advance: Callable[[int], None]
) -> list[list[tuple[dict[Any, Any], dict[Any, Any]]]]:
    """Replications 0..runs-1 of every spec in memory: result[number of the spec][replication] = (table, metrics).

    workers: processes; 1 runs in this process. advance(n) is called after n replications.
    """
    size = shard_size(runs, workers)
    shards = ((a, range(i, min(i + size, runs))) for a in range(len(specs)) for i in range(0, runs, size))
    if workers > 1:
        compile_model(specs[0])
    results: list[list[Any]] = [[None] * runs for _ in specs]
    with open_engine(engine_for(workers)) as engine:
        for done in engine.run(Replications(tuple(specs)), shards):
            if isinstance(done, LostWorker):
                raise StoreFault(
                    f"{done}; with workers=1 the command computes in its own process and shows what is wrong"
                )
            number, replications, several = done
            for replication, (metrics, table) in zip(replications, several, strict=True):
                results[number][replication] = (table, metrics)
            advance(len(replications))
    return results
