"""A sweep as arrays: values of the axes, and outcomes in every replication."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from experiments.explore.labels import axis_name
from experiments.explore.rows import block_size, blocks, join_groups
from experiments.results.manifest import command_line
from experiments.sweep.axes import Axis
from experiments.sweep.columns import decode
from experiments.sweep.resume import canonical
from experiments.sweep.store import Store
from sim.core.faults import ConfigError, describe_fault
from sim.metrics import range_of

MOST_GROUPS = 20  # groups of missing points named in a message


@dataclass(frozen=True)
class Samples:
    """The rows of a design in order, with outcomes as (rows, replications)."""

    store: Store

    @classmethod
    def open(cls, folder: str | Path) -> "Samples":
        """The samples of a results folder. Raises ConfigError."""
        return cls(Store.open(folder))

    @cached_property
    def manifest(self) -> dict[Any, Any]:
        """The manifest."""
        return self.store.manifest

    @property
    def kind(self) -> str:
        """Kind of the design."""
        return self.manifest["design"]["kind"]

    @property
    def outcomes(self) -> list[str]:
        """Names of all outcomes."""
        return list(self.manifest["outcomes"])

    @property
    def replications(self) -> int:
        """Replications of every point."""
        return self.manifest["worlds"]["replications"][1] + 1

    @cached_property
    def points(self) -> np.ndarray:
        """Number of the point in every row."""
        return self.store.design["point"].to_numpy()

    @cached_property
    def columns(self) -> dict[str, list[Any]]:
        """Path of an axis -> its value in every row."""
        return {axis.path: decode(axis, self.store.design[axis.path]) for axis in self.store.axes}

    @cached_property
    def sampled(self) -> list[Axis]:
        """Axes in the rows of a block, sampled or listed, and axes of a grid over an interval.

        All others are choices: their values are exhaustive.
        """
        block = self.manifest["design"].get("block", ())
        return [axis for axis in self.store.axes if axis.path in block or axis.values is None]

    @cached_property
    def sampled_row(self) -> np.ndarray:
        """Number of the sampled row of every point.

        Points that differ only in crossed choices share a row, and so do the points of one trajectory or block. The number
        follows from the values, also in merged and extended sweeps. Without a sampled axis every point is a row.
        """
        if not self.sampled:
            return np.arange(len(self.points))
        rows = zip(*(self.columns[axis.path] for axis in self.sampled), strict=True)
        values = [canonical(row) for row in rows]
        kind = self.manifest["options"].get("design") if self.kind == "merged" else self.kind
        size = block_size(kind, len(self.manifest["design"].get("block", ())))
        if size is None:
            return join_groups(values)
        crossed = self.combinations([axis.path for axis in self.store.axes if axis not in self.sampled])
        return join_groups(values, blocks(size, (rows for _, rows in crossed), len(values)).tolist())

    def independent_row(self, replication: int) -> np.ndarray:
        """The same for analyses of a single replication, where runs with equal results count as one row."""
        runs = self.store.runs(["point", "replication", "digest"]).to_pylist()
        digest = {run["point"]: run["digest"] for run in runs if run["replication"] == replication}
        return join_groups(self.sampled_row.tolist(), [digest.get(point) for point in self.points.tolist()])

    def numeric(self, axis: Axis) -> bool:
        """True if all values of the axis in the design are numbers."""
        return all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in self.columns[axis.path])

    def combinations(self, paths: list[str]) -> list[tuple[dict[Any, Any], np.ndarray]]:
        """Every combination of values of these axes, with its rows in the order of the design."""
        groups: dict[str, tuple[dict[Any, Any], list[int]]] = {}
        for row in range(len(self.points)):
            values = {path: self.columns[path][row] for path in paths}
            groups.setdefault(repr(values), (values, []))[1].append(row)
        return [(values, np.array(rows)) for values, rows in groups.values()]

    def title(self, values: dict[Any, Any]) -> str:
        """A combination in words: scenarios by their label, other values as name = value."""
        parts = [
            self.value_name(path, v) if path == "scenario" else f"{axis_name(path)} = {v}" for path, v in values.items()
        ]
        return ", ".join(parts) or next(iter(self.store.bases.values())).scenario.label

    def value_name(self, path: str, value: object) -> str:
        """A value in words: the label of a scenario."""
        if path == "scenario":
            labels = {name: spec.scenario.label for values, spec in self.store.bases.items() for name in values}
            return labels.get(value, str(value))
        return "as in the base" if value is None else str(value)

    def width(self, name: str) -> float:
        """Width of an outcome's range, over the longest horizon of any point."""
        days = [*self.columns.get("days", ()), *(spec.days for spec in self.store.bases.values())]
        low, high = range_of(name, max(day for day in days if day is not None))
        return high - low

    def outcome(self, name: str) -> np.ndarray:
        """(rows, replications), NaN where a run is missing, failed, or did not observe the outcome."""
        return self._table[name]

    @cached_property
    def _table(self) -> dict[str, np.ndarray]:
        runs = self.store.runs()
        row = {point: i for i, point in enumerate(self.points.tolist())}
        at = np.array([row[p] for p in runs["point"].to_pylist()], int), runs["replication"].to_numpy().astype(int)
        done = np.zeros((len(self.points), self.replications), bool)
        done[at] = runs["error"].is_null().to_numpy()
        table = {"": done}
        for name in self.outcomes:
            table[name] = np.full(done.shape, np.nan)
            table[name][at] = runs[name].to_numpy()
        return table

    @property
    def done(self) -> np.ndarray:
        """True (rows, replications) where a run is there and did not fail."""
        return self._table[""]

    def check_complete(self) -> None:
        """Refuse a design with missing runs; the message lists them with the command that runs them. Raises ConfigError."""
        if self.done.all():
            return
        holes = sorted(
            (int(point), spans(np.flatnonzero(~done))) for point, done in zip(self.points, self.done, strict=True)
        )
        by_replications = groupby(
            ((point, replications) for point, replications in holes if replications), key=lambda hole: hole[1]
        )
        descriptions = [
            f"{spans([point for point, _ in group])} (replication {replications})"
            for replications, group in by_replications
        ]
        more = f" and others ({len(descriptions) - MOST_GROUPS} more groups)" if len(descriptions) > MOST_GROUPS else ""
        raise ConfigError(
            f"{self.store.folder}: {np.count_nonzero(~self.done)} of {self.done.size} runs are missing or failed, and a "
            f"{self.kind} design with holes would mislead. Points {'; '.join(descriptions[:MOST_GROUPS])}{more}. Fill them with:  {self.repeat_command}"
        )

    @property
    def repeat_command(self) -> str:
        """The command that runs missing and failed runs again."""
        dropped = re.compile(r"\+*(part|engine|out|retry_failed)\b.*=")  # a file must not choose an engine
        words = [word for word in self.manifest["words"] if not dropped.match(word)]
        return command_line([*words, f"out={self.store.folder}", "retry_failed=true"])

    def check_observed(self, names: list[str]) -> None:
        """Refuse outcomes without an observation in every run. Raises ConfigError."""
        for name in names:
            blind = int(np.isnan(self.outcome(name)[self.done]).sum())
            if blind:
                allowed = (
                    f"was not observed in {blind} of {np.count_nonzero(self.done)} runs (the horizon is too short, or it did "
                    "not happen there); a mean over the others would compare different replications"
                )
                raise ConfigError(describe_fault("outcome", name, allowed, ()))


def spans(numbers: Iterable[int]) -> str:
    """'1-3, 7' for 1, 2, 3, 7."""
    runs = [[n for _, n in run] for _, run in groupby(enumerate(numbers), key=lambda place: place[1] - place[0])]
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs)
