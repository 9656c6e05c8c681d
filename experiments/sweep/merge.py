"""`suasion merge`: parts of one sweep, from several folders or machines, into one."""

import shutil
from collections import defaultdict
from dataclasses import replace
from itertools import count

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field

from experiments.results.files import read, shard_number, write_shard, write_whole
from experiments.results.manifest import manifest
from experiments.results.writing import new_folder
from experiments.sweep.axes import Axis
from experiments.sweep.columns import design_table, renumbered
from experiments.sweep.point import parameter_records
from experiments.sweep.resume import base_differences, canonical
from experiments.sweep.shard import as_parquet
from experiments.sweep.store import FAILURES, RUNS, SERIES, Store
from sim.core.faults import ConfigError, describe_fault
from sim.core.parameters import Checked
from sim.core.received import inside
from sim.spec.overrides import settings


class MergeOptions(Checked):
    """Settings of `suasion merge`."""

    out: str | None = Field(
        default=None, description="folder of the merged sweep; default: a dated folder under results/"
    )


def merge(folders: list[str], overrides: list[str], command: list[str]) -> Store:
    """Merge folders into a new one. Raises ConfigError if they are not of one sweep, or if runs of one key differ."""
    options = settings(MergeOptions, overrides)
    stores = [Store.opened(folder) for folder in folders]
    for other in stores[1:]:
        _comparable(stores[0], other)
    with new_folder(options.out, "merged") as (folder, target):
        merged = Store(folder)
        numbers = _write_design(merged, stores)
        digests: dict[str, str | None] = {}
        shard = count()
        for store, of_store in zip(stores, numbers, strict=True):
            _copy_runs(merged, store, of_store, digests, shard)
        _write_manifest(merged, stores, command)
    return Store(target)


def _comparable(first: Store, other: Store) -> None:
    """Both are of one sweep: the same base, model and axes."""
    differs = base_differences(first.manifest["base"], other.manifest["base"])
    for mine, theirs in zip(first.axes, other.axes, strict=False):
        if mine.path == theirs.path and mine.said != theirs.said:
            differs.append(f"{mine.path}: {mine.said}, now {theirs.said}")
    if differs:
        allowed = f"is of another sweep than {first.folder} ({'; '.join(differs)})"
        raise ConfigError(describe_fault("merge", other.folder, allowed, ()))


def _write_design(merged: Store, stores: list[Store]) -> list[dict[int, int]]:
    """The points of all stores, each once; returns for every store: its number of a point -> the number of it here."""
    rows, found, numbers = [], defaultdict(list), []
    for store in stores:
        names = store.design["case"].to_pylist() if "case" in store.design.column_names else [None] * len(store.design)
        used: dict[str, int] = defaultdict(int)
        mine = {}
        for (number, values), name in zip(store.points().items(), names, strict=True):
            key = canonical(values)
            if used[key] == len(found[key]):
                found[key].append(len(rows))
                rows.append((values, name))
            mine[number] = found[key][used[key]]
            used[key] += 1
        numbers.append(mine)
    axes = _axes(stores)
    names = [name for _, name in rows] if any(name is not None for _, name in rows) else None
    table = design_table(axes, range(len(rows)), [values for values, _ in rows], names)
    write_whole(merged.folder / "design.parquet", as_parquet(table))
    merged.write_json("axes.json", [axis.as_json() for axis in axes])
    return numbers


def _axes(stores: list[Store]) -> tuple[Axis, ...]:
    """Axes of the first store with the values of all."""
    together = []
    for same in zip(*(store.axes for store in stores), strict=True):
        values = None if same[0].values is None else {repr(v): v for axis in same for v in axis.values}
        together.append(replace(same[0], values=values and tuple(values.values())))
    return tuple(together)


def _copy_runs(
    merged: Store, store: Store, numbers: dict[int, int], digests: dict[str, str | None], shard: count
) -> None:
    """Copy the runs of a store that are not there yet. digests: of the runs that are, by key."""
    daily = {shard_number(path): path for path in store.shards(SERIES)}
    for path in store.shards(RUNS):
        table = read(path)
        new = []
        for key, digest in zip(table["key"].to_pylist(), table["digest"].to_pylist(), strict=True):
            there = digests.get(key)
            if there is not None and digest is not None and there != digest:
                raise ConfigError(
                    f"merge: run {key} in {path} has another outcome than the run of the same key that was read before; "
                    "runs of one key are equal bit for bit, so one of the folders is damaged or was altered"
                )
            new.append(key not in digests or (there is None and digest is not None))
            digests[key] = there or digest
        table = renumbered(table.filter(pa.array(new, pa.bool_())), "point", numbers)
        if not len(table):
            continue
        number = next(shard)
        if shard_number(path) in daily:
            series = read(daily[shard_number(path)])
            series = renumbered(series.filter(pc.is_in(series["key"], table["key"].combine_chunks())), "point", numbers)
            write_shard(merged.folder / SERIES, number, as_parquet(series))
        write_shard(merged.folder / RUNS, number, as_parquet(table))
    if (store.folder / FAILURES).is_dir():
        shutil.copytree(store.folder / FAILURES, merged.folder / FAILURES, dirs_exist_ok=True)


def _write_manifest(merged: Store, stores: list[Store], command: list[str]) -> None:
    """Configurations and manifest, put together from those of the stores."""
    made = [store.manifest for store in stores]
    base, bases = dict(made[0]["base"]), {}
    for store, one in zip(stores, made, strict=True):
        base["bases"] = base["bases"] | one["base"]["bases"]
        bases |= {
            repr(entry["values"]): (entry["values"], inside("merge", store.folder, entry["file"]))
            for entry in one["bases"]
        }
    entries = []
    for number, (values, path) in enumerate(bases.values()):
        entries.append({"values": values, "file": f"config_{number}.yaml" if number else "config.yaml"})
        shutil.copyfile(path, merged.folder / entries[-1]["file"])
    points, last = len(merged.design), max(one["worlds"]["replications"][1] for one in made)
    same = all(one["design"] == made[0]["design"] for one in made)
    runs = merged.runs(["error"])
    counts = {"runs": len(runs), "failed": len(runs) - runs["error"].null_count}
    counts |= {"missing": points * (last + 1) - len(runs), "seconds": sum(one["seconds"] for one in made)}
    told = manifest(command, worlds={"seed": base["seed"], "replications": [0, last]})
    told |= {name: made[0][name] for name in ("model_version", "plan", "options")}
    told |= {"base": base, "bases": entries, "checks": _checks(made), "merged": [str(s.folder) for s in stores]}
    told |= {"design": made[0]["design"] if same else made[0]["design"] | {"kind": "merged", "points": points}}
    told |= {"outcomes": list(dict.fromkeys(name for one in made for name in one["outcomes"]))}
    specs = {values: spec for store in stores for values, spec in store.bases.items()}
    told |= {"parameters": parameter_records(specs, merged.axes, entries)}
    merged.write_json("manifest.json", told | counts)


def _checks(made: list[dict]) -> list[dict] | None:
    """Pairs that the parts compared, added up by axis."""
    if any(one["checks"] is None for one in made):
        return None
    together: dict[str, dict] = {}
    for check in (check for one in made for check in one["checks"]):
        sofar = together.setdefault(check["path"], check | {"pairs": 0, "changed": 0, "probed": False})
        sofar["pairs"] += check["pairs"]
        sofar["changed"] += check["changed"]
        sofar["probed"] |= check["probed"]
    return list(together.values())
