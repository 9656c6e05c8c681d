"""Design tables of a sweep: points to columns, and columns to points."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from experiments.sweep.axes import BASE, Axis


def design_table(
    axes: tuple[Axis, ...],
    numbers: Iterable[int],
    points: Iterable[tuple[Any, ...]],
    names: Sequence[str | None] | None,
) -> pa.Table:
    """The table of a design: number and values of every point, in order. names: of the named points, or None."""
    columns = {"point": pa.array(numbers, pa.int64())}
    if names is not None:
        columns["case"] = pa.array(names, pa.string())
    values = list(zip(*points, strict=True)) or [()] * len(axes)
    return pa.table(columns | {axis.path: encode(axis, column) for axis, column in zip(axes, values, strict=True)})


def encode(axis: Axis, values: Sequence[Any]) -> pa.Array:
    """Column of an axis: numbers, text and truth values unchanged, all other values as JSON, the base as null."""
    kinds = {type(v) for v in (*values, *(axis.values or ())) if v is not BASE}
    if as_text(axis):
        return pa.array([None if v is BASE else json.dumps(v) for v in values], pa.string())
    kind = {frozenset({str}): pa.string(), frozenset({bool}): pa.bool_(), frozenset({int}): pa.int64()}
    return pa.array(values, kind.get(frozenset(kinds), pa.float64()))


def renumber(table: pa.Table, column: str, numbers: dict[Any, Any]) -> pa.Table:
    """Rows whose value in a column is a key of `numbers`, with the number of that key as their point."""
    new = [numbers.get(value) for value in table[column].to_pylist()]
    index = table.column_names.index("point")
    table = table.set_column(index, "point", pa.array(new, pa.int64()))
    return table.filter(pc.is_valid(table["point"]))


def as_text(axis: Axis) -> bool:
    """True if the design holds the values of an axis as JSON."""
    kinds = {type(v) for v in axis.values or (0.0,) if v is not BASE}
    return not (kinds <= {int, float} or kinds in ({str}, {bool}))


def decode(axis: Axis, column: pa.ChunkedArray) -> list[Any]:
    """The values that `encode` wrote; a column of mixed numbers comes back as floats."""
    cells = column.to_pylist()
    return [v if v is None else json.loads(v) for v in cells] if as_text(axis) else cells
