"""The results folder of a sweep: written in whole pieces, readable at every moment.

Every file appears under its name when it is complete. docs/sweeps.md describes the columns.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import ValidationError

from experiments.results.files import write_whole
from experiments.results.manifest import command_line
from experiments.results.provenance import check_manifest
from experiments.results.saved_files import SavedAxes, faults_of
from experiments.results.shard_folder import FAILURES, RUNS, ShardFolder
from experiments.results.unfinished import check_finished
from experiments.results.writing import config_text, folder_lock, plain
from experiments.sweep.axes import Axis, check_numbers
from experiments.sweep.columns import decode
from experiments.sweep.saved_tables import damaged, read_design, read_runs
from experiments.sweep.shard import EncodedShard, Failure
from sim.core.faults import ConfigError, describe_fault
from sim.core.received import check_folder, inside, read_json, read_yaml, reason_of
from sim.spec.config_files import saved_tree
from sim.spec.renamed_keys import refuse_result
from sim.spec.schema import Spec

PROBES = "probes"  # runs that only test if an axis changes a result


@dataclass(frozen=True)
class Store(ShardFolder):
    """The results folder of a sweep."""

    @classmethod
    def open(cls, folder: str | Path) -> "Store":
        """The folder of a sweep. Raises ConfigError if it is none, StoreFault if a file of it is damaged."""
        store = cls(Path(folder))
        if os.path.isdir(folder):  # False also for a name that is too long
            check_folder("folder", store.folder)
            check_finished("folder", store.folder)
        if not os.path.isfile(store.folder / "manifest.json") or "design" not in store.manifest:
            raise ConfigError(describe_fault("folder", folder, "holds no sweep", ()))
        check_manifest(store.folder / "manifest.json", store.manifest)
        if [axis.path for axis in store.axes] != store.manifest["base"]["axes"]:
            raise damaged(store.folder / "axes.json", "its axes are not those of manifest.json")
        return store

    @property
    def manifest(self) -> dict[Any, Any]:
        """manifest.json, with its command quoted anew from its words."""
        fields = self._json("manifest.json")
        if not isinstance(fields, dict):
            raise damaged(self.folder / "manifest.json", "it holds no mapping")
        words = fields.get("words")
        if isinstance(words, list) and words and all(isinstance(w, str) for w in words):
            return fields | {"command": command_line(words)}
        return fields

    @cached_property
    def axes(self) -> tuple[Axis, ...]:
        """Axes in the order of the columns of the design."""
        path = self.folder / "axes.json"
        entries = self._json(path.name)
        if faults := faults_of(SavedAxes, {"axes": entries}):
            raise damaged(path, ": ".join(faults[0]))
        try:
            axes = tuple(check_numbers(Axis.from_json(entry)) for entry in entries)
        except ConfigError as error:
            raise damaged(path, str(error)) from None
        return axes

    @cached_property
    def bases(self) -> dict[tuple[Any, ...], Spec]:
        """Base specifications by the file choices of a point."""
        bases, fields = {}, self.manifest
        for entry in fields["bases"]:
            path = inside("folder", self.folder, entry["file"])
            try:
                tree = read_yaml(path)
                refuse_result("folder", self.folder, tree, fields.get("suasion"))
                bases[tuple(entry["values"])] = Spec.model_validate(tree)
            except ConfigError:
                raise
            except (OSError, ValidationError, ValueError) as error:
                raise ConfigError(describe_fault("folder", path, f"is damaged ({_short(error)})", ())) from None
        return bases

    def check_version(self) -> None:
        """Refuse a folder of an earlier version with other names of keys. Raises ConfigError."""
        fields = self.manifest
        for entry in fields["bases"][:1]:  # the others were written by the same version
            tree = saved_tree("folder", inside("folder", self.folder, entry["file"]))
            refuse_result("folder", self.folder, tree, fields.get("suasion"))

    def _json(self, name: str) -> Any:
        path = self.folder / name
        try:
            return read_json(path)
        except (OSError, ValueError) as error:
            raise damaged(path, reason_of(error)) from None

    def write_json(self, name: str, data: object) -> None:
        """A JSON file of the folder."""
        write_whole(self.folder / name, (json.dumps(plain(data), indent=2, ensure_ascii=False) + "\n").encode())

    def write_bases(self, bases: dict[tuple[Any, ...], Spec], first: int = 0) -> list[dict[Any, Any]]:
        """Write config.yaml, config_1.yaml and so on for the file choices; returns their entries in the manifest."""
        entries = []
        for number, (values, spec) in enumerate(bases.items(), start=first):
            name = f"config_{number}.yaml" if number else "config.yaml"
            write_whole(self.folder / name, config_text(spec).encode())
            entries.append({"values": list(values), "file": name})
        return entries

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Lock the folder within the block, so that no other command writes here. Raises ConfigError."""
        with folder_lock(self.folder / ".lock", self.folder):
            yield

    def append(self, encoded: EncodedShard, number: int, repeat: str, kind: str = RUNS) -> None:
        """Write a shard. Its runs count as soon as its runs file is there, which comes last."""
        for failure in encoded.failures if kind == RUNS else ():
            self._write_failure(failure, repeat)
        self.write(number, encoded.runs, encoded.series if kind == RUNS else None, kind)

    def _write_failure(self, failure: Failure, repeat: str) -> None:
        text = (
            f"point {failure.point}, replication {failure.replication}\n"
            f"repeat this run alone:  {repeat}{failure.key}\n\n{failure.text}"
        )
        write_whole(self.folder / FAILURES / f"{failure.key}.txt", text.encode())

    def runs(self, columns: list[str] | None = None, kind: str = RUNS) -> pa.Table:
        """All rows of runs/, one per point and replication; a run repeated after a failure counts once.

        Raises StoreFault with the name of an unreadable file.
        """
        shards = self.shards(kind)
        if not shards:
            return pa.table(
                {"key": pa.array([], pa.string()), "point": pa.array([], pa.int64())}
                | {"replication": pa.array([], pa.int64()), "error": pa.array([], pa.string())}
            )
        needed = None if columns is None else list(dict.fromkeys([*columns, "point", "replication", "error"]))
        table = pa.concat_tables([read_runs(path, needed) for path in shards], promote_options="default")
        table = table.append_column("_failed", pc.cast(pc.is_valid(table["error"]), pa.int8()))
        order = [("point", "ascending"), ("replication", "ascending"), ("_failed", "ascending")]
        table = table.take(pc.sort_indices(table, order))
        point, replication = (table[name].to_numpy() for name in ("point", "replication"))
        first = [True, *((point[1:] != point[:-1]) | (replication[1:] != replication[:-1]))]
        table = table.filter(pa.array(first[: len(point)], pa.bool_())).drop_columns("_failed")
        return table if columns is None else table.select(list(columns))

    def select(self, columns: list[str], first: int, last: int) -> pa.Table:
        """Rows of successful runs of the replications from `first` up to `last`."""
        parts = []
        for table in (read_runs(path, ["replication", *columns]) for path in self.shards()):
            replication = table["replication"]
            rows = pc.and_(
                pc.and_(pc.greater_equal(replication, first), pc.less(replication, last)), pc.is_valid(table["digest"])
            )
            parts.append(table.filter(rows))
        return pa.concat_tables(parts)

    @cached_property
    def design(self) -> pa.Table:
        """design.parquet: `point`, `case` if the points have names, one column per axis."""
        return read_design(self.folder / "design.parquet", self.axes)

    def points(self) -> dict[int, tuple[Any, ...]]:
        """Point -> values of the axes."""
        columns = [decode(axis, self.design[axis.path]) for axis in self.axes]
        rows = zip(*columns, strict=True) if columns else [()] * len(self.design)
        return dict(zip(self.design["point"].to_pylist(), rows, strict=True))

    def table(self, columns: list[str] | None = None) -> pa.Table:
        """Design joined with runs, sorted by point and replication. columns: of the runs, all if None."""
        names = None if columns is None else list(dict.fromkeys(["point", "replication", *columns]))
        runs = self.runs(names)
        row = {point: i for i, point in enumerate(self.design["point"].to_pylist())}
        if foreign := set(runs["point"].to_pylist()) - row.keys():
            raise damaged(self.folder / RUNS, f"it holds the point {min(foreign)}, which design.parquet does not")
        rows = pa.array([row[point] for point in runs["point"].to_pylist()], pa.int64())
        axes = self.design.drop_columns("point").take(rows)
        for path in set(axes.column_names) & set(
            runs.column_names
        ):  # a case that leaves it alone has its value in runs
            values = pc.coalesce(axes[path], runs[path])
            axes = axes.set_column(axes.column_names.index(path), path, values)
            runs = runs.drop_columns(path)
        keys, results = runs.select(["point", "replication"]), runs.drop_columns(["point", "replication"])
        columns = [column for table in (keys, axes, results) for column in table.columns]
        return pa.table(columns, names=[*keys.column_names, *axes.column_names, *results.column_names])


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:120]
