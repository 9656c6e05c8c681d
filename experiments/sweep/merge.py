"""`suasion merge`: parts of one sweep, from several folders or machines, in one folder."""

import shutil
from collections import defaultdict
from dataclasses import replace
from itertools import count
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field

from experiments.results.files import as_parquet, read, shard_number, write_shard, write_whole
from experiments.results.manifest import build_manifest
from experiments.results.shard_folder import FAILURES, RUNS, SERIES
from experiments.results.target import OutPath
from experiments.results.writing import new_folder
from experiments.sweep.axes import Axis
from experiments.sweep.columns import design_table, renumber
from experiments.sweep.point import parameter_records
from experiments.sweep.resume import base_differences, canonical
from experiments.sweep.saved_tables import read_runs
from experiments.sweep.store import Store
from sim.core.faults import ConfigError, describe_fault
from sim.core.parameters import Checked
from sim.core.received import inside
from sim.spec.overrides import settings


class MergeOptions(Checked):
    """Settings of `suasion merge`."""

    out: OutPath | None = Field(
        default=None, description="folder of the merged sweep; default: a dated folder under results/"
    )


def merge(folders: list[str], overrides: list[str], command: list[str]) -> Store:
    """Merge folders into a new one. Raises ConfigError if they belong to different sweeps, or if runs of one key differ."""
    options = settings(MergeOptions, overrides)
    stores = [Store.open(folder) for folder in folders]
    for other in stores[1:]:
        _check_comparable(stores[0], other)
    with new_folder(options.out, "merged") as (folder, target):
        merged = Store(folder)
        numbers = _write_design(merged, stores)
        digests: dict[str, str | None] = {}
        shard = count()
        for store, of_store in zip(stores, numbers, strict=True):
            _copy_runs(merged, store, of_store, digests, shard)
        _write_manifest(merged, stores, command)
    return Store(target)


def _check_comparable(first: Store, other: Store) -> None:
    """Refuse folders of different sweeps: base, model and axes must agree. Raises ConfigError."""
    differs = base_differences(first.manifest["base"], other.manifest["base"])
    for axis, other_axis in zip(first.axes, other.axes, strict=False):
        if axis.path == other_axis.path and axis.distribution != other_axis.distribution:
            differs.append(f"{axis.path}: {axis.distribution}, now {other_axis.distribution}")
    if differs:
        allowed = f"is of another sweep than {first.folder} ({'; '.join(differs)})"
        raise ConfigError(describe_fault("merge", other.folder, allowed, ()))


def _write_design(merged: Store, stores: list[Store]) -> list[dict[int, int]]:
    """Write every point of the stores once. Returns, for every store, old number of a point -> new number."""
    rows, rows_of, numbers = [], defaultdict(list), []
    for store in stores:
        names = store.design["case"].to_pylist() if "case" in store.design.column_names else [None] * len(store.design)
        n_used: dict[str, int] = defaultdict(int)
        new_number = {}
        for (number, values), name in zip(store.points().items(), names, strict=True):
            key = canonical(values)
            if n_used[key] == len(rows_of[key]):
                rows_of[key].append(len(rows))
                rows.append((values, name))
            new_number[number] = rows_of[key][n_used[key]]
            n_used[key] += 1
        numbers.append(new_number)
    axes = _axes(stores)
    names = [name for _, name in rows] if any(name is not None for _, name in rows) else None
    table = design_table(axes, range(len(rows)), [values for values, _ in rows], names)
    write_whole(merged.folder / "design.parquet", as_parquet(table))
    merged.write_json("axes.json", [axis.as_json() for axis in axes])
    return numbers


def _axes(stores: list[Store]) -> tuple[Axis, ...]:
    """Axes of the first store with the values of all stores."""
    axes = []
    for copies in zip(*(store.axes for store in stores), strict=True):
        values = None if copies[0].values is None else {repr(v): v for axis in copies for v in axis.values}
        axes.append(replace(copies[0], values=values and tuple(values.values())))
    return tuple(axes)


def _copy_runs(
    merged: Store, store: Store, numbers: dict[int, int], digests: dict[str, str | None], shard: count
) -> None:
    """Copy the missing runs of a store. digests: of the runs that are there, by key."""
    daily = {shard_number(path): path for path in store.shards(SERIES)}
    for path in store.shards(RUNS):
        table = read_runs(path)
        new = []
        for key, digest in zip(table["key"].to_pylist(), table["digest"].to_pylist(), strict=True):
            earlier = digests.get(key)
            if earlier is not None and digest is not None and earlier != digest:
                raise ConfigError(
                    f"merge: run {key} in {path} has another outcome than the run of the same key that was read before; "
                    "runs of one key are equal bit for bit, so one of the folders is damaged or was altered"
                )
            new.append(key not in digests or (earlier is None and digest is not None))
            digests[key] = earlier or digest
        table = renumber(table.filter(pa.array(new, pa.bool_())), "point", numbers)
        if not len(table):
            continue
        number = next(shard)
        if shard_number(path) in daily:
            series = read(daily[shard_number(path)])
            series = renumber(series.filter(pc.is_in(series["key"], table["key"].combine_chunks())), "point", numbers)
            write_shard(merged.folder / SERIES, number, as_parquet(series))
        write_shard(merged.folder / RUNS, number, as_parquet(table))
    if (store.folder / FAILURES).is_dir():
        shutil.copytree(store.folder / FAILURES, merged.folder / FAILURES, dirs_exist_ok=True)


def _write_manifest(merged: Store, stores: list[Store], command: list[str]) -> None:
    """Write configurations and manifest from those of the stores."""
    manifests = [store.manifest for store in stores]
    base, bases = dict(manifests[0]["base"]), {}
    for store, one in zip(stores, manifests, strict=True):
        base["bases"] = base["bases"] | one["base"]["bases"]
        bases |= {
            repr(entry["values"]): (entry["values"], inside("merge", store.folder, entry["file"]))
            for entry in one["bases"]
        }
    entries = []
    for number, (values, path) in enumerate(bases.values()):
        entries.append({"values": values, "file": f"config_{number}.yaml" if number else "config.yaml"})
        shutil.copyfile(path, merged.folder / entries[-1]["file"])
    points, last = len(merged.design), max(one["worlds"]["replications"][1] for one in manifests)
    same = all(one["design"] == manifests[0]["design"] for one in manifests)
    runs = merged.runs(["error"])
    counts = {"runs": len(runs), "failed": len(runs) - runs["error"].null_count}
    counts |= {"missing": points * (last + 1) - len(runs), "seconds": sum(one["seconds"] for one in manifests)}
    manifest_fields = build_manifest(command, worlds={"seed": base["seed"], "replications": [0, last]})
    manifest_fields |= {name: manifests[0][name] for name in ("model_version", "plan", "options")}
    manifest_fields |= {
        "base": base,
        "bases": entries,
        "checks": _checks(manifests),
        "merged": [str(s.folder) for s in stores],
    }
    manifest_fields |= {
        "design": manifests[0]["design"] if same else manifests[0]["design"] | {"kind": "merged", "points": points}
    }
    manifest_fields |= {"outcomes": list(dict.fromkeys(name for one in manifests for name in one["outcomes"]))}
    specs = {values: spec for store in stores for values, spec in store.bases.items()}
    manifest_fields |= {"parameters": parameter_records(specs, merged.axes, entries)}
    merged.write_json("manifest.json", manifest_fields | counts)


def _checks(manifests: list[dict[Any, Any]]) -> list[dict[Any, Any]] | None:
    """Sums over the parts of the pairs of each axis; None if a part was not checked."""
    if any(one["checks"] is None for one in manifests):
        return None
    totals: dict[str, dict[Any, Any]] = {}
    for check in (check for one in manifests for check in one["checks"]):
        total = totals.setdefault(check["path"], check | {"pairs": 0, "changed": 0, "probed": False})
        total["pairs"] += check["pairs"]
        total["changed"] += check["changed"]
        total["probed"] |= check["probed"]
    return list(totals.values())
