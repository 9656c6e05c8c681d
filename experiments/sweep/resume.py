"""The folder of a sweep: created, or resumed if it belongs to this sweep; and the runs that it holds."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc

from experiments.interrupts import message_on_interrupt
from experiments.results.files import as_parquet, read, shard_number, write_shard, write_whole
from experiments.results.manifest import build_manifest, command_line
from experiments.results.shard_folder import RUNS, SERIES
from experiments.results.writing import new_folder
from experiments.sweep.columns import design_table, renumber
from experiments.sweep.plan import Plan
from experiments.sweep.point import parameter_records
from experiments.sweep.store import Store
from sim.core.faults import ConfigError, describe_fault


def folder_for(plan: Plan, command: list[str]) -> tuple[Store, np.ndarray]:
    """The store of a plan, and the number of each of its points there. Raises ConfigError if it is another sweep's."""
    out = plan.options.out
    if out is not None and (Path(out) / "manifest.json").is_file():
        store = Store.open(out)
        store.check_version()
        with store.locked():
            numbers = _numbers(store, plan)
            differs = _differences(store, plan, numbers)
            if numbers is not None and not differs:
                _grow(store, plan, numbers, command)
                return Store(store.folder), numbers
            if not plan.options.resume_changed:
                raise _refusal(out, differs)
            _replace(store, plan, command)
    else:
        try:
            with new_folder(out, "sweep") as (folder, target):
                _write_head(Store(folder), plan, command)
        except ConfigError:
            if out is None or not (Path(out) / "manifest.json").is_file():
                raise
            return folder_for(plan, command)  # another command created the folder meanwhile
        store = Store(target)
    return store, np.arange(len(plan.design))


@contextmanager
def locked_for(store: Store, plan: Plan, command: list[str]) -> Iterator[None]:
    """Lock the folder within the block. An interrupt names the command that goes on. Raises ConfigError."""
    again = command_line(command if plan.options.out is not None else [*command, f"out={store.folder}"])
    with message_on_interrupt(lambda: f"interrupted; finished runs are kept. Go on: {again}"), store.locked():
        yield


def stored_runs(store: Store, plan: Plan, numbers: np.ndarray) -> np.ndarray:
    """True (points of the plan, replications) where the store holds the run; with retry_failed, failed runs do not count."""
    position = np.full(int(numbers.max(initial=-1)) + 1, -1)
    position[numbers] = np.arange(len(numbers))
    done = np.zeros((len(numbers), plan.options.replications), dtype=bool)
    runs = store.runs(["point", "replication", "error"])
    if plan.options.retry_failed:
        runs = runs.filter(pc.is_null(runs["error"]))
    point, replication = runs["point"].to_numpy(), runs["replication"].to_numpy()
    in_plan = (point < len(position)) & (replication < done.shape[1])
    done[position[point[in_plan]], replication[in_plan]] = True
    return done


def count_stored(plan: Plan) -> int:
    """Number of runs of the plan in its folder; writes nothing. Raises ConfigError if the folder is another sweep's."""
    out = plan.options.out
    if out is None or not (Path(out) / "manifest.json").is_file():
        return 0
    store = Store.open(out)
    store.check_version()
    numbers = _numbers(store, plan)
    if differs := _differences(store, plan, numbers):
        raise _refusal(out, differs)
    assert numbers is not None  # or something would differ
    return int(np.count_nonzero(stored_runs(store, plan, numbers)[list(plan.positions())]))


def _refusal(out: str, differs: list[str]) -> ConfigError:
    allowed = (
        f"holds another sweep ({'; '.join(differs)}). Choose a new folder, or add resume_changed=true: it starts the folder "
        "anew, takes over the runs that are equal, and keeps the old folder beside it"
    )
    return ConfigError(describe_fault("out", out, allowed, ()))


def _write_head(store: Store, plan: Plan, command: list[str]) -> None:
    """Write everything but the runs; the manifest comes last."""
    _write_design(store, plan, range(len(plan.design)))
    bases, base = store.write_bases(plan.bases), plan.base()
    manifest_fields = build_manifest(
        command, worlds={"seed": plan.seed, "replications": [0, plan.options.replications - 1]}
    )
    manifest_fields |= {"model_version": base["model_version"], "plan": plan.digest(), "base": base, "bases": bases}
    manifest_fields |= {
        "design": plan.design.as_json(),
        "options": plan.options.for_manifest(),
        "outcomes": plan.task.outcomes,
    }
    manifest_fields |= {"parameters": parameter_records(plan.bases, plan.axes, bases)}
    store.write_json(
        "manifest.json",
        manifest_fields | {"runs": 0, "failed": 0, "missing": plan.n_runs, "checks": None, "seconds": 0},
    )


def _write_design(store: Store, plan: Plan, numbers: Iterable[int]) -> None:
    table = design_table(plan.axes, numbers, plan.design.points(), plan.design.point_names())
    write_whole(store.folder / "design.parquet", as_parquet(table))
    store.write_json("axes.json", [axis.as_json() for axis in plan.axes])


def _grow(store: Store, plan: Plan, numbers: np.ndarray, command: list[str]) -> None:
    """Add the plan's new points, replications and file choices to the folder. Its command becomes one that covers all of them."""
    manifest_fields, base = store.manifest, plan.base()
    new_bases = {
        values: spec for values, spec in plan.bases.items() if repr(values) not in manifest_fields["base"]["bases"]
    }
    last = max(manifest_fields["worlds"]["replications"][1], plan.options.replications - 1)
    is_larger = len(numbers) > len(store.design) or last > manifest_fields["worlds"]["replications"][1]
    if is_larger:
        words = [*(word for word in command if not word.startswith("replications=")), f"replications={last + 1}"]
        manifest_fields |= {"words": words, "command": command_line(words)}
    manifest_fields["bases"] += store.write_bases(new_bases, len(manifest_fields["bases"]))
    if len(numbers) > len(store.design):
        _write_design(store, plan, numbers)
    manifest_fields["base"]["bases"] |= base["bases"]
    manifest_fields["worlds"]["replications"][1] = last
    manifest_fields |= {"plan": plan.digest(), "design": plan.design.as_json(), "options": plan.options.for_manifest()}
    manifest_fields |= {"outcomes": list(dict.fromkeys([*manifest_fields["outcomes"], *plan.task.outcomes]))}
    manifest_fields |= {"parameters": parameter_records(store.bases | new_bases, plan.axes, manifest_fields["bases"])}
    store.write_json("manifest.json", manifest_fields | {"checks": None if is_larger else manifest_fields["checks"]})


def _differences(store: Store, plan: Plan, numbers: np.ndarray | None) -> list[str]:
    """Differences between a folder and a plan, one text each."""
    old, new = store.manifest["base"], plan.base()
    differences = base_differences(old, new)
    if numbers is None and old["axes"] == new["axes"]:
        differences.append("the design does not hold all points of the folder")
    return differences


def base_differences(old: dict[Any, Any], new: dict[Any, Any]) -> list[str]:
    """Differences between two sweeps, with both values where they are short; empty if one folder can hold both."""
    differences = [
        f"{n}: {old[n]}, now {new[n]}" for n in ("axes", "seed", "series", "model_version") if old[n] != new[n]
    ]
    for key in sorted(old["bases"].keys() & new["bases"].keys()):
        if old["bases"][key] != new["bases"][key]:
            differences.append(f"the configuration{f' of {key}' if key != '()' else ''} differs")
    return differences


def _numbers(store: Store, plan: Plan) -> np.ndarray | None:
    """The number of every point in the folder, new points numbered last; None if the folder has points beyond the plan."""
    if [axis.path for axis in plan.axes] != [axis.path for axis in store.axes]:
        return None
    stored = store.points()
    following, free = count(max(stored, default=-1) + 1), defaultdict(list)
    for number, values in stored.items():
        free[canonical(values)].append(number)
    numbers = []
    for values in plan.design.points():
        same = free.get(canonical(values))
        numbers.append(same.pop(0) if same else next(following))
    return None if any(free.values()) else np.array(numbers, dtype=np.int64)


def canonical(values: tuple[Any, ...]) -> str:
    """Values as one text, the same for 1 and 1.0."""
    return json.dumps([float(v) if isinstance(v, (int, float)) and not isinstance(v, bool) else v for v in values])


def _replace(old: Store, plan: Plan, command: list[str]) -> None:
    """Start the folder anew with the old runs whose keys are the plan's; the old folder stays beside it."""
    target = old.folder
    backup = next(p for n in count(1) if not (p := target.with_name(f"{target.name}.before-{n}")).exists())
    fresh = target.with_name(f"{target.name}.new")
    with new_folder(str(fresh), "sweep") as (folder, _):
        _write_head(Store(folder), plan, command)
        _take_over(old, Store(folder), plan)
    target.rename(backup)
    fresh.rename(target)


def _take_over(old: Store, new: Store, plan: Plan) -> None:
    """Copy the runs of another folder whose keys are the plan's."""
    replications = range(plan.options.replications)
    point_of_key = {
        key: n for n, values in enumerate(plan.design.points()) for key in plan.task.keys(values, replications)
    }
    for kind in (RUNS, SERIES):
        for path in old.shards(kind):
            table = renumber(read(path), "key", point_of_key)
            if len(table):
                write_shard(new.folder / kind, shard_number(path), as_parquet(table))
