"""Tables as CSV: no formulas, control characters as codes, the decimal comma."""

import csv

import pyarrow as pa
import pytest

from experiments.results.csv_file import text_cell, write_csv

pytestmark = pytest.mark.exact
TEXTS = {
    "=low+high": "'=low+high",
    "+x": "'+x",
    "-x": "'-x",
    "@x": "'@x",
    "bell\x07": "bell\\x07",
    "\tx": "\\tx",
    "a=b": "a=b",
    "": "",
}


@pytest.mark.parametrize("text, cell", TEXTS.items())
def test_no_text_is_a_formula(text, cell):
    """A spreadsheet shows the text, and computes nothing."""
    assert text_cell(text) == cell


@pytest.mark.parametrize("decimal, delimiter", [(".", ","), (",", ";")])
def test_a_table_is_written_and_read_again(decimal, delimiter, tmp_path):
    """Numbers keep their digits; missing values are empty cells; the header is guarded like a cell."""
    table = pa.table(
        {
            "=case": list(TEXTS),
            "x": [0.1, -2.5e-7, None, 3.0, float("inf"), 1e22, 5.0, 6.0],
            "n": list(range(8)),
            "yes": [True] * 8,
        }
    )
    write_csv(table, tmp_path / "t.csv", decimal)
    with (tmp_path / "t.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file, delimiter=delimiter)
    assert header == ["'=case", "x", "n", "yes"] and [row[0] for row in rows] == list(TEXTS.values())
    numbers = [row[1].replace(decimal, ".") for row in rows]
    assert [float(cell) if cell else None for cell in numbers] == table["x"].to_pylist()
    assert (
        rows[0][1] == f"0{decimal}1" and [row[2] for row in rows] == [str(n) for n in range(8)] and rows[0][3] == "true"
    )
