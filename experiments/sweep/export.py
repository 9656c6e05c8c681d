"""`suasion export`: the table of a sweep as CSV or as an Excel workbook."""

import os
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from experiments.extras import needs
from experiments.results.csv_file import Decimal, write_csv
from experiments.results.target import OutPath
from experiments.results.writing import check_writable
from experiments.sweep.store import Store
from sim.core.faults import ConfigError, describe_fault, printable
from sim.core.parameters import Checked
from sim.core.whole_file import whole_file
from sim.spec.overrides import settings

if TYPE_CHECKING:
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet
    from pyarrow import Table

SHEET_ROWS = 1_048_576  # of an Excel sheet, with the header


class ExportOptions(Checked):
    """Settings of `suasion export`."""

    out: OutPath | None = Field(
        default=None, description="file to write; default: table.csv or table.xlsx in the folder"
    )
    decimal: Decimal = Field(default=".", description="of csv: , writes the decimal comma and semicolons")


def export(folder: str, kind: Literal["csv", "xlsx"], overrides: list[str]) -> Path:
    """Write the table of all runs, one row each, with the values of the axes, and return its path. Raises ConfigError."""
    if kind == "xlsx":
        needs("analysis", "openpyxl")
    options = settings(ExportOptions, overrides)
    if kind == "xlsx" and options.decimal != ".":
        raise ConfigError(describe_fault("decimal", options.decimal, "is for csv; a workbook holds numbers", ()))
    store = Store.open(folder)
    target = Path(options.out) if options.out else store.folder / f"table.{kind}"
    if os.path.lexists(target):
        raise ConfigError(describe_fault("out", target, "exists already and nothing is overwritten", ()))
    if not target.parent.is_dir():
        raise ConfigError(describe_fault("out", target, f"cannot be written, {target.parent} is not a folder", ()))
    check_writable(target.parent, target)
    table = store.table()
    with whole_file(target) as partial:
        if kind == "csv":
            write_csv(table, partial, options.decimal)
        else:
            _xlsx(table, partial, store)
    return target


def _xlsx(table: "Table", path: Path, store: Store) -> None:
    """A sheet of runs, written row by row, and a sheet on their origin."""
    from openpyxl import Workbook

    if len(table) >= SHEET_ROWS:
        allowed = f"has {len(table):,} runs, and a sheet takes {SHEET_ROWS - 1:,}; export csv instead"
        raise ConfigError(describe_fault("export", store.folder, allowed, ()))
    book = Workbook(write_only=True)
    sheet = book.create_sheet("runs")
    sheet.append([_cell(sheet, name) for name in table.column_names])
    for batch in table.to_batches(max_chunksize=10_000):
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            sheet.append([_cell(sheet, value) for value in row])
    about, fields = book.create_sheet("about"), store.manifest
    for name in ("command", "suasion", "model_version", "git", "made", "runs", "failed", "missing"):
        about.append([name, _cell(about, fields[name])])
    content = BytesIO()  # a workbook that is cut off by a full disk would complain once more at its end
    book.save(content)
    path.write_bytes(content.getvalue())


def _cell(sheet: "WriteOnlyWorksheet", value: Any) -> Any:
    """A value as a cell: text is never a formula; a whole number beyond the precision of a double becomes text."""
    from openpyxl.cell import WriteOnlyCell

    if isinstance(value, int) and abs(value) >= 2**53:
        value = str(value)
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, value=printable(value))
    cell.data_type = "s"
    return cell
