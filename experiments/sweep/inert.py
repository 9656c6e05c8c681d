"""Honesty of a sweep: did every axis change anything, and did all points meet the same worlds?"""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pyarrow.compute as pc

from experiments.results.files import read
from experiments.results.writing import StoreFault
from experiments.sweep.axes import BASE
from experiments.sweep.plan import Plan
from experiments.sweep.point import composed_values
from experiments.sweep.shard import Job
from experiments.sweep.store import PROBES, RUNS, Store

ROWS = 1_000_000  # runs that are compared at a time
PROBED = 8  # combinations of crossed values around which an axis without pairs is tried


def check_axes(store: Store, plan: Plan, probe: Callable[[list[Job]], None]) -> list[dict]:
    """For every axis: pairs of runs of one world that differ in that axis alone, and how many of them differ in any bit.

    Where a design has no such pairs, `probe` runs some: the base with the axis at its ends, kept out of the results.
    """
    found = _pairs(store, plan)
    jobs, asked = _probes(plan, [path for path, (pairs, _) in found.items() if not pairs])
    if jobs:
        probe(jobs)
    answers = _probe_pairs(store, asked)
    return [
        {"path": path, "pairs": pairs, "changed": changed, "probed": path in answers}
        for path, (pairs, changed) in (found | answers).items()
    ]


def _pairs(store: Store, plan: Plan) -> dict[str, tuple[int, int]]:
    """Axis -> pairs and those that differ, until every axis has changed something or all worlds were looked at."""
    design = store.design
    codes = {axis.path: _codes(design[axis.path]) for axis in plan.axes}
    row_of = {point: i for i, point in enumerate(design["point"].to_pylist())}
    found = {path: (0, 0) for path in codes}
    worlds = plan.options.replications
    step = max(1, ROWS // max(1, len(design)))
    for first in range(0, worlds, step):
        runs = store.select(["point", "digest"], first, first + step)
        rows = np.array([row_of[p] for p in runs["point"].to_pylist()], dtype=np.int64)
        world, digest = runs["replication"].to_numpy(), _codes(runs["digest"])
        at = {path: column[rows] for path, column in codes.items()}
        for path, (pairs, changed) in found.items():
            if not changed:
                more = _compare([world, *(at[other] for other in at if other != path)], at[path], digest)
                found[path] = pairs + more[0], changed + more[1]
        if all(changed for _, changed in found.values()):
            break
    return found


def _codes(column) -> np.ndarray:
    """Whole numbers that are equal where the values are; null counts as a value."""
    return pc.dictionary_encode(column.combine_chunks(), null_encoding="encode").indices.to_numpy()


def _compare(others: list[np.ndarray], own: np.ndarray, digest: np.ndarray) -> tuple[int, int]:
    """Pairs of neighbours that agree in all others and differ in the axis itself, and those with other digests."""
    order = np.lexsort((own, *others))
    together = np.ones(max(0, len(own) - 1), dtype=bool)
    for column in others:
        together &= column[order][1:] == column[order][:-1]
    together &= own[order][1:] != own[order][:-1]
    return int(together.sum()), int((together & (digest[order][1:] != digest[order][:-1])).sum())


def _probes(plan: Plan, paths: list[str]) -> tuple[list[Job], dict[str, list[list[int]]]]:
    """Runs that vary one axis around the base, in two worlds; and for every axis the points that belong together."""
    jobs, asked = [], {}
    design, worlds = plan.design, tuple(range(min(2, plan.options.replications)))
    block = tuple(row if axis.composed else BASE for axis, row in zip(design.block, design.rows[0], strict=True))
    combinations = np.unique(np.linspace(0, design.combinations - 1, PROBED).astype(int))
    for path in paths:
        place = [axis.path for axis in plan.axes].index(path)
        for combination in combinations if len(plan.axes[place].ends()) > 1 else ():
            base = design.values(int(combination) * len(design.rows))[: len(design.crossed)] + block
            points = [(*base[:place], value, *base[place + 1 :]) for value in plan.axes[place].ends()]
            points = [values for values in points if composed_values(plan.axes, values) in plan.bases]
            asked.setdefault(path, []).append([-1 - len(jobs) - i for i in range(len(points))])
            jobs += [Job(-1 - len(jobs) - i, values, worlds) for i, values in enumerate(points)]
    return jobs, asked


def _probe_pairs(store: Store, asked: dict[str, list[list[int]]]) -> dict[str, tuple[int, int]]:
    """Axis -> pairs and those that differ, among the probes."""
    if not asked:
        return {}
    rows = store.runs(["point", "replication", "digest"], PROBES).to_pylist()
    digest = {(row["point"], row["replication"]): row["digest"] for row in rows if row["digest"] is not None}
    found = {}
    for path, groups in asked.items():
        pairs = [
            (digest[a, r], digest[b, r])
            for group in groups
            for a, b in pairwise(group)
            for r in (0, 1)
            if (a, r) in digest and (b, r) in digest
        ]
        found[path] = len(pairs), sum(a != b for a, b in pairs)
    return found


def check_worlds(store: Store) -> None:
    """World keys differ between replications and are the same at every point. Raises StoreFault."""
    worlds = set()
    for path in store.shards(RUNS):
        table = read(path, ["replication", "world_key"])
        worlds |= set(zip(table["replication"].to_pylist(), table["world_key"].to_pylist(), strict=True))
    if not len(worlds) == len({r for r, _ in worlds}) == len({key for _, key in worlds}):
        raise StoreFault(f"{store.folder}: points do not share their worlds; the table must not be used")
