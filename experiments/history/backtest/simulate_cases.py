"""Simulation of historical crises by the agent model, with the outcomes of each replication in the terms of the coding."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from experiments.engine import Engine
from experiments.history.cases.cases import Case
from experiments.history.cases.encode import organisation_name, specification
from experiments.history.cases.facts import day_zero
from experiments.history.cases.patrons import GROUPS
from experiments.history.cases.staging import MOST_REQUESTS
from experiments.history.mean_field.to_arrays import weeks_of
from experiments.replications import Run, StageTask
from sim.core.draw_names import draw_unit
from sim.records.records import Records

PATRONS = ("RUS", "TUR", "CHN", "WEST")
COLUMNS = (
    "requested", "request_day", "request_group", "helped", "help_day", "fall_day", "peak_protest", "deaths",
    *(f"alignment:{p}" for p in PATRONS),
)  # fmt: skip
SWITCHED_OFF = ("contention", "contest", "alignment")  # in the model without protest, contest and alignment


@dataclass
class Crises(StageTask):
    """A task for the engine: replications of cases; a shard is (case, replications)."""

    groups: Sequence[dict[str, str]]  # class of addressees by organisation, per case

    def __call__(self, shard: tuple[int, range]) -> tuple[int, range, np.ndarray]:
        number, replications = shard
        return number, replications, np.array([list(self.run(number, r)[0].values()) for r in replications])

    def run(self, number: int, replication: int) -> Run:
        """Outcomes of one replication of a case, by column."""
        from sim.model import simulate  # imported here because it takes a second

        records = simulate(self.stage(number), replication=replication)
        return dict(zip(COLUMNS, outcome(records, self.groups[number]), strict=True)), None


def outcome(records: Records, groups: dict[str, str]) -> list[float]:
    """One row of COLUMNS; NaN for an event that did not happen."""
    request = next((e for e in records.events if e.kind == "request"), None)
    arrival = next((e for e in records.events if e.kind == "arrival"), None)
    change = [
        float(np.diff(records.alignment("elite", p)[[0, -1]])[0]) if p in records.names.states else np.nan
        for p in PATRONS
    ]
    return [
        float(request is not None),
        np.nan if request is None else request.day,
        np.nan if request is None else GROUPS.index(groups[request.target]),
        float(arrival is not None),
        np.nan if arrival is None else arrival.day,
        np.nan if records.fall_day < 0 else records.fall_day,
        float(records["protest"].max()),
        float(records["deaths"][-1]),
        *change,
    ]


def case_seed(seed: int, case: Case) -> int:
    """Seed of a case: actors of all cases have the same keys, but chance should differ between cases."""
    return seed + draw_unit(case.id)


def specify(
    cases: list[Case],
    donor_cases: list[Case],
    fields: str,
    settings: Callable[[Case], dict[Any, Any]],
    off: tuple[str, ...] = (),
) -> Crises:
    """Cases as a task. settings(case): seed, citizens, parameters ... of its Spec; off: mechanisms that are switched off."""
    specs, groups = [], []
    for case in cases:
        spec = specification(case, weeks_of(case, donor_cases, fields), **settings(case))
        mechanisms = spec.mechanisms
        if "mechanisms.response.most_requests" not in spec.fixed:
            response = mechanisms.response.model_copy(update={"most_requests": MOST_REQUESTS})
            spec = spec.model_copy(update={"mechanisms": mechanisms.model_copy(update={"response": response})})
        if off:
            update = {name: getattr(spec.mechanisms, name).model_copy(update={"enabled": False}) for name in off}
            spec = spec.model_copy(update={"mechanisms": spec.mechanisms.model_copy(update=update)})
        specs.append(spec)
        groups.append({organisation_name(p): p.group for p in day_zero(case).patrons})
    return Crises(specs, groups)


def shards(n_cases: int, runs: int, size: int = 25) -> list[tuple[int, range]]:
    """Every replication of every case."""
    return [(c, range(i, min(i + size, runs))) for c in range(n_cases) for i in range(0, runs, size)]


def simulate_task(engine: Engine, task: Crises, runs: int, advance: Callable[[int], None]) -> np.ndarray:
    """(C, runs, COLUMNS) of one task."""
    return gather(engine.run(task, shards(len(task.specs), runs)), len(task.specs), runs, advance)


def gather(
    results: Iterable[tuple[int, range, np.ndarray]], n_cases: int, runs: int, advance: Callable[[int], None]
) -> np.ndarray:
    """(C, runs, COLUMNS) from results in any order."""
    table = np.full((n_cases, runs, len(COLUMNS)), np.nan)
    for number, replications, rows in results:
        table[number, replications.start : replications.stop] = rows
        advance(len(rows))
    return table
