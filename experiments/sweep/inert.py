"""Checks of a finished sweep: every axis changes some run, and all points share their replications."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from experiments.results.files import read
from experiments.results.shard_folder import RUNS
from experiments.results.writing import StoreFault
from experiments.sweep.axes import BASE
from experiments.sweep.plan import Plan
from experiments.sweep.point import file_choices
from experiments.sweep.shard import Job
from experiments.sweep.store import PROBES, Store

ROWS = 1_000_000  # runs compared at a time
PROBE_COMBINATIONS = 8  # combinations of crossed values around which an axis without pairs is probed


def check_axes(store: Store, plan: Plan, probe: Callable[[list[Job]], None]) -> list[dict[Any, Any]]:
    """For every axis, pairs of runs of one replication that differ in that axis alone, and the pairs with different results.

    Where a design has no such pairs, `probe` runs some: the base with the axis at its ends. These runs are no results.
    """
    counts = _pairs(store, plan)
    jobs, groups = _probes(plan, [path for path, (pairs, _) in counts.items() if not pairs])
    if jobs:
        probe(jobs)
    answers = _probe_pairs(store, groups)
    return [
        {"path": path, "pairs": pairs, "changed": changed, "probed": path in answers}
        for path, (pairs, changed) in (counts | answers).items()
    ]


def _pairs(store: Store, plan: Plan) -> dict[str, tuple[int, int]]:
    """Axis -> number of pairs and of pairs with different results; stops once every axis has changed a result."""
    design = store.design
    codes = {axis.path: _codes(design[axis.path]) for axis in plan.axes}
    row_of = {point: i for i, point in enumerate(design["point"].to_pylist())}
    counts = {path: (0, 0) for path in codes}
    replications = plan.options.replications
    step = max(1, ROWS // max(1, len(design)))
    for first in range(0, replications, step):
        runs = store.select(["point", "digest"], first, first + step)
        rows = np.array([row_of[p] for p in runs["point"].to_pylist()], dtype=np.int64)
        replication, digest = runs["replication"].to_numpy(), _codes(runs["digest"])
        values = {path: column[rows] for path, column in codes.items()}
        for path, (pairs, changed) in counts.items():
            if not changed:
                more = _compare(
                    [replication, *(values[other] for other in values if other != path)], values[path], digest
                )
                counts[path] = pairs + more[0], changed + more[1]
        if all(changed for _, changed in counts.values()):
            break
    return counts


def _codes(column: pa.ChunkedArray) -> np.ndarray:
    """Whole numbers, equal where the values are equal; null counts as a value."""
    return pc.dictionary_encode(column.combine_chunks(), null_encoding="encode").indices.to_numpy()


def _compare(others: list[np.ndarray], values: np.ndarray, digest: np.ndarray) -> tuple[int, int]:
    """Pairs of neighbours that agree in all other columns and differ in the axis, and pairs with different digests."""
    order = np.lexsort((values, *others))
    is_pair = np.ones(max(0, len(values) - 1), dtype=bool)
    for column in others:
        is_pair &= column[order][1:] == column[order][:-1]
    is_pair &= values[order][1:] != values[order][:-1]
    return int(is_pair.sum()), int((is_pair & (digest[order][1:] != digest[order][:-1])).sum())


def _probes(plan: Plan, paths: list[str]) -> tuple[list[Job], dict[str, list[list[int]]]]:
    """Jobs that vary one axis around the base in two replications, and for every axis its groups of points."""
    jobs, groups = [], {}
    design, replications = plan.design, tuple(range(min(2, plan.options.replications)))
    block = tuple(row if axis.chooses_files else BASE for axis, row in zip(design.block, design.rows[0], strict=True))
    combinations = np.unique(np.linspace(0, design.combinations - 1, PROBE_COMBINATIONS).astype(int))
    for path in paths:
        index = [axis.path for axis in plan.axes].index(path)
        for combination in combinations if len(plan.axes[index].ends()) > 1 else ():
            base = design.values(int(combination) * len(design.rows))[: len(design.crossed)] + block
            points = [(*base[:index], value, *base[index + 1 :]) for value in plan.axes[index].ends()]
            points = [values for values in points if file_choices(plan.axes, values) in plan.bases]
            groups.setdefault(path, []).append([-1 - len(jobs) - i for i in range(len(points))])
            jobs += [Job(-1 - len(jobs) - i, values, replications) for i, values in enumerate(points)]
    return jobs, groups


def _probe_pairs(store: Store, groups: dict[str, list[list[int]]]) -> dict[str, tuple[int, int]]:
    """Axis -> number of pairs and of pairs with different results, among the probes."""
    if not groups:
        return {}
    rows = store.runs(["point", "replication", "digest"], PROBES).to_pylist()
    digest = {(row["point"], row["replication"]): row["digest"] for row in rows if row["digest"] is not None}
    counts = {}
    for path, point_lists in groups.items():
        pairs = [
            (digest[a, r], digest[b, r])
            for group in point_lists
            for a, b in pairwise(group)
            for r in (0, 1)
            if (a, r) in digest and (b, r) in digest
        ]
        counts[path] = len(pairs), sum(a != b for a, b in pairs)
    return counts


def check_world_keys(store: Store) -> None:
    """Check that replication keys differ between replications and agree between points. Raises StoreFault."""
    keys = set()
    for path in store.shards(RUNS):
        table = read(path, ["replication", "world_key"])
        keys |= set(zip(table["replication"].to_pylist(), table["world_key"].to_pylist(), strict=True))
    if not len(keys) == len({r for r, _ in keys}) == len({key for _, key in keys}):
        raise StoreFault(f"{store.folder}: points do not share their replications; the table must not be used")
