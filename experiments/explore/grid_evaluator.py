"""Evaluator of a grid sweep: runs the points that a search asks for."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from experiments.engine import Engine
from experiments.sweep.plan import Plan
from experiments.sweep.shard import Job
from experiments.sweep.store import Store
from experiments.sweep.sweep import Shards, Writer
from sim.core.faults import ConfigError, describe_fault


@dataclass
class GridEvaluator:
    """The grid of a plan as a function of its nodes; a call runs the missing runs of these nodes."""

    plan: Plan
    outcome: str
    resolution: int
    store: Store
    numbers: np.ndarray  # point in the store of every position of the plan
    done: np.ndarray
    writer: Writer
    engine: Engine

    def __call__(self, cells: np.ndarray) -> np.ndarray:
        """Outcomes (points, replications) at grid nodes (points, 2), after running the missing ones. Raises ConfigError."""
        positions = cells @ np.array([self.resolution, 1])
        jobs = [Job(int(self.numbers[p]), self.plan.design.values(int(p)), self._missing(p)) for p in positions]
        jobs = [job for job in jobs if job.replications]
        total = sum(len(job.replications) for job in jobs)
        self.writer.collect(
            self.engine, Shards(iter(jobs), total, self.plan.options.engine.shard_seconds, self.engine.workers)
        )
        self.done[positions] = True
        return self._read(self.numbers[positions])

    def _missing(self, position: int) -> tuple[int, ...]:
        return tuple(np.flatnonzero(~self.done[position]).tolist())

    def _read(self, points: np.ndarray) -> np.ndarray:
        runs = self.store.runs(["point", "replication", "error", self.outcome])
        runs = runs.filter(pc.is_in(runs["point"], pa.array(points)))
        n_failed = pc.sum(pc.cast(pc.is_valid(runs["error"]), pa.int64())).as_py()
        if n_failed:
            raise ConfigError(
                f"{self.store.folder}: {n_failed} runs failed, and a line cannot be drawn through holes; failures/ has the "
                "tracebacks. Repeat the command with retry_failed=true"
            )
        outcomes = np.full((len(points), self.done.shape[1]), np.nan)
        row = {point: i for i, point in enumerate(points.tolist())}
        at = [row[point] for point in runs["point"].to_pylist()], runs["replication"].to_numpy()
        outcomes[at] = runs[self.outcome].to_numpy()
        if np.isnan(outcomes).any():
            allowed = "was not observed in some replications (the horizon is too short, or it did not happen there)"
            raise ConfigError(describe_fault("outcome", self.outcome, allowed, ()))
        return outcomes
