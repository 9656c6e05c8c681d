"""Tables as CSV for other programs: text is never a formula, and a spreadsheet of Europe reads its decimals."""

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from sim.core.faults import printable

if TYPE_CHECKING:
    from pyarrow import Table

FORMULAS = ("=", "+", "-", "@", "\t", "\r")  # first characters of a text that a spreadsheet would compute
BATCH = 10_000  # rows

Decimal = Literal[".", ","]


def write_csv(table: "Table", path: Path, decimal: Decimal = ".") -> None:
    """Write a table. With the decimal comma, columns are separated by semicolons. A missing value is an empty cell."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="," if decimal == "." else ";", lineterminator="\n")
        writer.writerow([text_cell(name) for name in table.column_names])
        for batch in table.to_batches(max_chunksize=BATCH):
            writer.writerows(
                [_cell(value, decimal) for value in row]
                for row in zip(*(column.to_pylist() for column in batch.columns), strict=True)
            )


def text_cell(text: str) -> str:
    """The text as a spreadsheet shows it: control characters as codes, and an apostrophe before what looks like a formula."""
    text = printable(text, keep="")
    return f"'{text}" if text.startswith(FORMULAS) else text


def _cell(value: Any, decimal: Decimal) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return text_cell(value)
    return repr(value).replace(".", decimal) if isinstance(value, float) else value
