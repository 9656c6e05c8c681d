"""The results folder of a sweep: written piece by piece, readable at every moment, never half a piece.

Every file appears under its name when it is complete. docs/sweeps.md describes the columns.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import yaml
from pydantic import ValidationError

from experiments.results.files import fault, read, shard_number, write_shard, write_whole
from experiments.results.manifest import command_line
from experiments.results.writing import StoreFault, config_text, locked, plain
from experiments.sweep.axes import Axis
from experiments.sweep.columns import decoded
from experiments.sweep.shard import Encoded, Failure
from sim.core.faults import ConfigError, describe_fault
from sim.core.received import check_folder, inside, parse_json, parse_yaml, read_text
from sim.spec.config_files import saved_tree
from sim.spec.renamed_keys import refuse_result
from sim.spec.schema import Spec

RUNS, SERIES, FAILURES, DAMAGED = "runs", "series", "failures", "damaged"
PROBES = "probes"  # runs that only ask whether an axis changes anything


@dataclass(frozen=True)
class Store:
    """A results folder."""

    folder: Path

    @classmethod
    def opened(cls, folder: str | Path) -> "Store":
        """The folder of a sweep. Raises ConfigError if it is none."""
        store = cls(Path(folder))
        if store.folder.is_dir():
            check_folder("folder", store.folder)
        if not (store.folder / "manifest.json").is_file() or "design" not in store.manifest:
            raise ConfigError(describe_fault("folder", folder, "holds no sweep", ()))
        return store

    @property
    def manifest(self) -> dict:
        """manifest.json; its command is written anew from its words."""
        made = self._json("manifest.json")
        words = made.get("words") if isinstance(made, dict) else None
        return made | {"command": command_line(words)} if words and all(isinstance(w, str) for w in words) else made

    @cached_property
    def axes(self) -> tuple[Axis, ...]:
        """Axes in the order of the columns of the design."""
        return tuple(Axis.from_json(entry) for entry in self._json("axes.json"))

    @cached_property
    def bases(self) -> dict[tuple, Spec]:
        """Base specifications by the values of the axes that are choices of files."""
        found, made = {}, self.manifest
        for entry in made["bases"]:
            path = inside("folder", self.folder, entry["file"])
            try:
                tree = parse_yaml(read_text(path))
                refuse_result("folder", self.folder, tree, made.get("suasion"))
                found[tuple(entry["values"])] = Spec.model_validate(tree)
            except ConfigError:
                raise
            except (OSError, ValidationError, ValueError, yaml.YAMLError) as error:
                raise ConfigError(describe_fault("folder", path, f"is damaged ({_short(error)})", ())) from None
        return found

    def check_version(self) -> None:
        """Refuse a folder that an earlier version wrote with other names of keys. Raises ConfigError."""
        made = self.manifest
        for entry in made["bases"][:1]:  # the others were written by the same version
            tree = saved_tree("folder", inside("folder", self.folder, entry["file"]))
            refuse_result("folder", self.folder, tree, made.get("suasion"))

    def _json(self, name: str):
        path = self.folder / name
        try:
            return parse_json(read_text(path))
        except (OSError, ValueError) as error:
            raise StoreFault(f"{path}: cannot be read ({error})") from None

    def write_json(self, name: str, data) -> None:
        """A JSON file of the folder."""
        write_whole(self.folder / name, (json.dumps(plain(data), indent=2, ensure_ascii=False) + "\n").encode())

    def write_bases(self, bases: dict[tuple, Spec], first: int = 0) -> list[dict]:
        """config.yaml, and config_1.yaml and so on for further choices of files; returns what the manifest says of them."""
        entries = []
        for number, (values, spec) in enumerate(bases.items(), start=first):
            name = f"config_{number}.yaml" if number else "config.yaml"
            write_whole(self.folder / name, config_text(spec).encode())
            entries.append({"values": list(values), "file": name})
        return entries

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody else writes here within the block. Raises ConfigError."""
        with locked(self.folder / ".lock", self.folder):
            yield

    def shards(self, kind: str = RUNS) -> list[Path]:
        """Files of a table in the order in which they were written; unfinished ones begin with a dot."""
        return sorted(path for path in (self.folder / kind).glob("*.parquet") if not path.name.startswith("."))

    def append(self, encoded: Encoded, number: int, repeat: str, kind: str = RUNS) -> None:
        """Write a shard. Its runs are there as soon as its runs file is, which comes last."""
        for failure in encoded.failures if kind == RUNS else ():
            self._write_failure(failure, repeat)
        if encoded.series is not None and kind == RUNS:
            write_shard(self.folder / SERIES, number, encoded.series)
        write_shard(self.folder / kind, number, encoded.runs)

    def _write_failure(self, failure: Failure, repeat: str) -> None:
        text = (
            f"point {failure.point}, replication {failure.replication}\n"
            f"repeat this run alone:  {repeat}{failure.key}\n\n{failure.text}"
        )
        write_whole(self.folder / FAILURES / f"{failure.key}.txt", text.encode())

    def next_number(self) -> int:
        """Number of the next shard."""
        taken = [shard_number(path) for kind in (RUNS, SERIES, PROBES) for path in self.shards(kind)]
        return max(taken, default=-1) + 1

    def mend(self) -> list[Path]:
        """Set aside what cannot be read, under damaged/, and what a killed command left unfinished.

        Returns the runs files that were set aside; their runs are missing then, and are run again.
        """
        for path in self.folder.rglob(".*.parquet.*"):
            path.unlink()
        aside = [path for path in self.shards() if fault(path)]
        for path in [*aside, *(p for p in self.shards(PROBES) if fault(p))]:
            self._set_aside(path)
        whole = {shard_number(path): path for path in self.shards()}
        for path in self.shards(SERIES):
            if shard_number(path) not in whole:
                self._set_aside(path)
            elif fault(path):
                self._set_aside(path)
                aside.append(self._set_aside(whole[shard_number(path)]))
        return aside

    def _set_aside(self, path: Path) -> Path:
        target = self.folder / DAMAGED / f"{path.parent.name}-{path.name}"
        target.parent.mkdir(exist_ok=True)
        path.replace(target)
        return path

    def runs(self, columns: list[str] | None = None, kind: str = RUNS) -> pa.Table:
        """All rows of runs/, one per point and replication; a run that was repeated after a failure counts once.

        Raises StoreFault that names an unreadable file.
        """
        shards = self.shards(kind)
        if not shards:
            return pa.table(
                {"key": pa.array([], pa.string()), "point": pa.array([], pa.int64())}
                | {"replication": pa.array([], pa.int64()), "error": pa.array([], pa.string())}
            )
        needed = None if columns is None else list(dict.fromkeys([*columns, "point", "replication", "error"]))
        table = pa.concat_tables([read(path, needed) for path in shards], promote_options="default")
        table = table.append_column("_failed", pc.cast(pc.is_valid(table["error"]), pa.int8()))
        order = [("point", "ascending"), ("replication", "ascending"), ("_failed", "ascending")]
        table = table.take(pc.sort_indices(table, order))
        point, replication = (table[name].to_numpy() for name in ("point", "replication"))
        first = [True, *((point[1:] != point[:-1]) | (replication[1:] != replication[:-1]))]
        table = table.filter(pa.array(first[: len(point)], pa.bool_())).drop_columns("_failed")
        return table if columns is None else table.select(list(columns))

    def select(self, columns: list[str], first: int, last: int) -> pa.Table:
        """Rows of runs that did not fail, of the worlds from `first` up to `last`."""
        parts = []
        for table in (read(path, ["replication", *columns]) for path in self.shards()):
            world = table["replication"]
            chosen = pc.and_(
                pc.and_(pc.greater_equal(world, first), pc.less(world, last)), pc.is_valid(table["digest"])
            )
            parts.append(table.filter(chosen))
        return pa.concat_tables(parts)

    @cached_property
    def design(self) -> pa.Table:
        """design.parquet: `point`, the case's name if there are cases, one column per axis."""
        return read(self.folder / "design.parquet")

    def points(self) -> dict[int, tuple]:
        """Point -> values of the axes."""
        columns = [decoded(axis, self.design[axis.path]) for axis in self.axes]
        rows = zip(*columns, strict=True) if columns else [()] * len(self.design)
        return dict(zip(self.design["point"].to_pylist(), rows, strict=True))

    def table(self, columns: list[str] | None = None) -> pa.Table:
        """Design joined with runs, sorted by point and replication. columns: of the runs, all if None."""
        wanted = None if columns is None else list(dict.fromkeys(["point", "replication", *columns]))
        runs = self.runs(wanted)
        row = {point: i for i, point in enumerate(self.design["point"].to_pylist())}
        place = pa.array([row[point] for point in runs["point"].to_pylist()], pa.int64())
        beside = self.design.drop_columns("point").take(place)
        for path in set(beside.column_names) & set(
            runs.column_names
        ):  # a case that leaves it alone has its value in runs
            values = pc.coalesce(beside[path], runs[path])
            beside = beside.set_column(beside.column_names.index(path), path, values)
            runs = runs.drop_columns(path)
        world, rest = runs.select(["point", "replication"]), runs.drop_columns(["point", "replication"])
        columns = [column for table in (world, beside, rest) for column in table.columns]
        return pa.table(columns, names=[*world.column_names, *beside.column_names, *rest.column_names])


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:120]
