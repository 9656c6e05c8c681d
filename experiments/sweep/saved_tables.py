"""Tables of a sweep's folder as their schemas say: design and shards that somebody may have damaged or edited."""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from experiments.results.files import read
from experiments.results.writing import StoreFault
from experiments.sweep.axes import Axis
from experiments.sweep.columns import decode, encode

RUN_COLUMNS = pa.schema(
    {
        "key": pa.string(),
        "point": pa.int64(),
        "replication": pa.int64(),
        "world_key": pa.int64(),
        "error": pa.string(),
        "seconds": pa.float64(),
        "digest": pa.string(),
    }
)
FILLED = ("key", "point", "replication")  # columns of a shard without empty cells


def read_runs(path: Path, columns: list[str] | None = None) -> pa.Table:
    """A shard of runs, all columns or some. Raises StoreFault with the file if a column is missing or of another type."""
    table = read(path, columns)
    for field in RUN_COLUMNS:
        if columns is None or field.name in columns:
            check_column(path, table, field.name, field.type)
    for name in FILLED:
        if name in table.column_names and table[name].null_count:
            raise damaged(path, f"the column {name} has empty cells")
    return table


def read_design(path: Path, axes: tuple[Axis, ...]) -> pa.Table:
    """The table of a design: numbers of points, each once, and a column for every axis. Raises StoreFault with the file."""
    table = read(path)
    check_column(path, table, "point", pa.int64())
    if "case" in table.column_names:
        check_column(path, table, "case", pa.string())
    for axis in axes:
        check_column(path, table, axis.path, *_types(axis))
    extra = set(table.column_names) - {"point", "case", *(axis.path for axis in axes)}
    if extra:
        raise damaged(path, f"the column {min(extra)} is no axis of axes.json")
    point = table["point"]
    if point.null_count or pc.count_distinct(point).as_py() < len(point) or (len(point) and pc.min(point).as_py() < 0):
        raise damaged(path, "a number of a point is missing, negative or there twice")
    for axis in axes:
        try:
            decode(axis, table[axis.path])
        except ValueError as error:
            raise damaged(path, f"{axis.path}: {error}") from None
    return table


def _types(axis: Axis) -> tuple[pa.DataType, ...]:
    """The types that a column of an axis may have."""
    return (encode(axis, ()).type,) if axis.values else (pa.int64(), pa.float64())


def check_column(path: Path, table: pa.Table, name: str, *types: pa.DataType) -> None:
    """Refuse a table in which a column is missing, there twice or of another type. Raises StoreFault with the file."""
    there = table.column_names.count(name)
    if there != 1:
        raise damaged(path, f"the column {name} is {'missing' if there == 0 else 'there twice'}")
    kind = table.schema.field(name).type
    if kind not in types:
        raise damaged(path, f"the column {name} holds {kind}, and must hold {' or '.join(map(str, types))}")


def damaged(path: Path, reason: str) -> StoreFault:
    """The fault of a file that is not what was written."""
    return StoreFault(f"{path}: is damaged or was edited ({reason})")
