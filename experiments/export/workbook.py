"""An Excel workbook of one table: a sheet of its rows and a sheet on their origin."""

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.faults import printable

if TYPE_CHECKING:
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet
    from pyarrow import Table

SHEET_ROWS = 1_048_576  # of an Excel sheet, with the header


def write_workbook(table: "Table", path: Path, name: str, origin: dict[str, Any]) -> None:
    """Write a table row by row into the sheet of a name, and fields on its origin into the sheet `about`."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet(name[:31])  # letters that Excel allows
    sheet.append([_cell(sheet, title) for title in table.column_names])
    for batch in table.to_batches(max_chunksize=10_000):
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            sheet.append([_cell(sheet, value) for value in row])
    about = book.create_sheet("about")
    for field, value in origin.items():
        about.append([field, _cell(about, value)])
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
