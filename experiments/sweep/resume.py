"""The folder of a sweep: made anew, or taken up again if it is this sweep's; and which of its runs are there."""

import json
from collections import defaultdict
from itertools import count
from pathlib import Path

import numpy as np
import pyarrow.compute as pc

from experiments.results.files import read, shard_number, write_shard, write_whole
from experiments.results.manifest import manifest
from experiments.results.writing import new_folder
from experiments.sweep.columns import design_table, renumbered
from experiments.sweep.plan import Plan
from experiments.sweep.point import parameter_records
from experiments.sweep.shard import as_parquet
from experiments.sweep.store import RUNS, SERIES, Store
from sim.core.faults import ConfigError, describe_fault


def folder_for(plan: Plan, command: list[str]) -> tuple[Store, np.ndarray]:
    """The store of a plan and the number of each of its points in there. Raises ConfigError if it is another sweep's."""
    out = plan.options.out
    if out is not None and (Path(out) / "manifest.json").is_file():
        store = Store.opened(out)
        store.check_version()
        with store.locked():
            numbers = _numbers(store, plan)
            differs = _differences(store, plan, numbers)
            if numbers is not None and not differs:
                _grow(store, plan, numbers)
                return Store(store.folder), numbers
            if not plan.options.resume_changed:
                raise _refused(out, differs)
            _replace(store, plan, command)
    else:
        try:
            with new_folder(out, "sweep") as (folder, target):
                _write_head(Store(folder), plan, command)
        except ConfigError:
            if out is None or not (Path(out) / "manifest.json").is_file():
                raise
            return folder_for(plan, command)  # another command made it meanwhile: taken up, or still being written
        store = Store(target)
    return store, np.arange(len(plan.design))


def finished(store: Store, plan: Plan, numbers: np.ndarray) -> np.ndarray:
    """(points of the plan, worlds) True where the run is there; a failed one counts unless it is to be run again."""
    position = np.full(int(numbers.max(initial=-1)) + 1, -1)
    position[numbers] = np.arange(len(numbers))
    done = np.zeros((len(numbers), plan.options.replications), dtype=bool)
    runs = store.runs(["point", "replication", "error"])
    if plan.options.retry_failed:
        runs = runs.filter(pc.is_null(runs["error"]))
    point, replication = runs["point"].to_numpy(), runs["replication"].to_numpy()
    mine = (point < len(position)) & (replication < done.shape[1])
    done[position[point[mine]], replication[mine]] = True
    return done


def already(plan: Plan) -> int:
    """How many runs of the plan its folder holds; nothing is written. Raises ConfigError if the folder is another sweep's."""
    out = plan.options.out
    if out is None or not (Path(out) / "manifest.json").is_file():
        return 0
    store = Store.opened(out)
    store.check_version()
    numbers = _numbers(store, plan)
    if differs := _differences(store, plan, numbers):
        raise _refused(out, differs)
    assert numbers is not None  # or something would differ
    return int(np.count_nonzero(finished(store, plan, numbers)[list(plan.mine())]))


def _refused(out: str, differs: list[str]) -> ConfigError:
    allowed = (
        f"holds another sweep ({'; '.join(differs)}). Choose a new folder, or add resume_changed=true: it starts the folder "
        "anew, takes over the runs that are equal, and keeps the old folder beside it"
    )
    return ConfigError(describe_fault("out", out, allowed, ()))


def _write_head(store: Store, plan: Plan, command: list[str]) -> None:
    """Everything but the runs; the manifest comes last."""
    _write_design(store, plan, range(len(plan.design)))
    bases, base = store.write_bases(plan.bases), plan.base()
    made = manifest(command, worlds={"seed": plan.seed, "replications": [0, plan.options.replications - 1]})
    made |= {"model_version": base["model_version"], "plan": plan.digest(), "base": base, "bases": bases}
    made |= {"design": plan.design.as_json(), "options": plan.options.for_manifest(), "outcomes": plan.bench.outcomes}
    made |= {"parameters": parameter_records(plan.bases, plan.axes, bases)}
    store.write_json(
        "manifest.json", made | {"runs": 0, "failed": 0, "missing": plan.n_runs, "checks": None, "seconds": 0}
    )


def _write_design(store: Store, plan: Plan, numbers) -> None:
    table = design_table(plan.axes, numbers, plan.design.points(), plan.design.case_names())
    write_whole(store.folder / "design.parquet", as_parquet(table))
    store.write_json("axes.json", [axis.as_json() for axis in plan.axes])


def _grow(store: Store, plan: Plan, numbers: np.ndarray) -> None:
    """Add to the folder what is new in the plan: points, worlds, choices of files."""
    made, base = store.manifest, plan.base()
    more = {values: spec for values, spec in plan.bases.items() if repr(values) not in made["base"]["bases"]}
    last = max(made["worlds"]["replications"][1], plan.options.replications - 1)
    grown = len(numbers) > len(store.design) or last > made["worlds"]["replications"][1]
    made["bases"] += store.write_bases(more, len(made["bases"]))
    if len(numbers) > len(store.design):
        _write_design(store, plan, numbers)
    made["base"]["bases"] |= base["bases"]
    made["worlds"]["replications"][1] = last
    made |= {"plan": plan.digest(), "design": plan.design.as_json(), "options": plan.options.for_manifest()}
    made |= {"outcomes": list(dict.fromkeys([*made["outcomes"], *plan.bench.outcomes]))}
    made |= {"parameters": parameter_records(store.bases | more, plan.axes, made["bases"])}
    store.write_json("manifest.json", made | {"checks": None if grown else made["checks"]})


def _differences(store: Store, plan: Plan, numbers: np.ndarray | None) -> list[str]:
    """What a folder and a plan do not agree in."""
    old, new = store.manifest["base"], plan.base()
    found = base_differences(old, new)
    if numbers is None and old["axes"] == new["axes"]:
        found.append("the design does not hold all points of the folder")
    return found


def base_differences(old: dict, new: dict) -> list[str]:
    """What two sweeps do not agree in, with both values where they are short; nothing if their runs can stand together."""
    found = [f"{n}: {old[n]}, now {new[n]}" for n in ("axes", "seed", "series", "model_version") if old[n] != new[n]]
    for key in sorted(old["bases"].keys() & new["bases"].keys()):
        if old["bases"][key] != new["bases"][key]:
            found.append(f"the configuration{f' of {key}' if key != '()' else ''} is another one")
    return found


def _numbers(store: Store, plan: Plan) -> np.ndarray | None:
    """The number of every point in the folder, new ones from the last on; None if the folder has points beyond the plan."""
    if [axis.path for axis in plan.axes] != [axis.path for axis in store.axes]:
        return None
    there = store.points()
    following, free = count(max(there, default=-1) + 1), defaultdict(list)
    for number, values in there.items():
        free[canonical(values)].append(number)
    numbers = []
    for values in plan.design.points():
        same = free.get(canonical(values))
        numbers.append(same.pop(0) if same else next(following))
    return None if any(free.values()) else np.array(numbers, dtype=np.int64)


def canonical(values: tuple) -> str:
    """Values as one text that does not depend on whether a number is written 1 or 1.0."""
    return json.dumps([float(v) if isinstance(v, (int, float)) and not isinstance(v, bool) else v for v in values])


def _replace(old: Store, plan: Plan, command: list[str]) -> None:
    """Start the folder anew with the runs of the old one whose keys are the plan's; the old one stays beside it."""
    target = old.folder
    kept = next(p for n in count(1) if not (p := target.with_name(f"{target.name}.before-{n}")).exists())
    fresh = target.with_name(f"{target.name}.new")
    with new_folder(str(fresh), "sweep") as (folder, _):
        _write_head(Store(folder), plan, command)
        _take_over(old, Store(folder), plan)
    target.rename(kept)
    fresh.rename(target)


def _take_over(old: Store, new: Store, plan: Plan) -> None:
    """Copy the runs of another folder that have a key of the plan."""
    worlds = range(plan.options.replications)
    mine = {key: n for n, values in enumerate(plan.design.points()) for key in plan.bench.keys(values, worlds)}
    for kind in (RUNS, SERIES):
        for path in old.shards(kind):
            table = renumbered(read(path), "key", mine)
            if len(table):
                write_shard(new.folder / kind, shard_number(path), as_parquet(table))
