"""`suasion export`: writes one table of a results folder into one file."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field

from experiments.export.tables import result_tables
from experiments.export.workbook import SHEET_ROWS, write_workbook
from experiments.extras import needs
from experiments.results.csv_file import Decimal, write_csv
from experiments.results.target import OutPath
from sim.core.faults import ConfigError, describe_fault
from sim.core.parameters import Checked
from sim.core.whole_file import check_writable, whole_file
from sim.spec.overrides import settings


class ExportOptions(Checked):
    """Settings of `suasion export`."""

    table: str | None = Field(default=None, description="table to write; default: runs, or series where there is none")
    out: OutPath | None = Field(
        default=None, description="file to write; default: TABLE.csv or TABLE.xlsx in the folder"
    )
    decimal: Decimal = Field(default=".", description="of csv: , writes the decimal comma and semicolons")


@dataclass(frozen=True)
class Exported:
    """A table as it was written, and the names of the other tables of the folder."""

    name: str
    rows: int
    columns: int
    path: Path
    others: list[str]


def export(folder: str, kind: Literal["csv", "xlsx"], overrides: list[str]) -> Exported:
    """Write a table of a run, a comparison or a sweep. Raises ConfigError, StoreFault."""
    if kind == "xlsx":
        needs("analysis", "openpyxl")
    options = settings(ExportOptions, overrides)
    if kind == "xlsx" and options.decimal != ".":
        raise ConfigError(describe_fault("decimal", options.decimal, "is for csv; a workbook holds numbers", ()))
    result = result_tables(folder)
    names = tuple(result.readers)
    name = options.table or names[0]
    if name not in names:
        raise ConfigError(describe_fault("table", name, f"must be one of {', '.join(names)}", names))
    target = Path(options.out) if options.out else result.folder / f"{name}.{kind}"
    if os.path.lexists(target):
        raise ConfigError(describe_fault("out", target, "exists already and nothing is overwritten", ()))
    if not target.parent.is_dir():
        raise ConfigError(describe_fault("out", target, f"cannot be written, {target.parent} is not a folder", ()))
    check_writable(target.parent, target)
    table = result.readers[name]()
    if kind == "xlsx" and len(table) >= SHEET_ROWS:
        allowed = f"has {len(table):,} rows, and a sheet takes {SHEET_ROWS - 1:,}; export csv instead"
        raise ConfigError(describe_fault("table", name, allowed, ()))
    with whole_file(target) as partial:
        if kind == "csv":
            write_csv(table, partial, options.decimal)
        else:
            write_workbook(table, partial, name, result.origin)
    return Exported(name, table.num_rows, table.num_columns, target, [other for other in names if other != name])
