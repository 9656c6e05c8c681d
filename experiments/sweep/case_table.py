"""Tables of named points: CSV as spreadsheets write it, or YAML; read strictly, with file and line of a fault."""

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sim.core.faults import ConfigError, describe_fault
from sim.core.received import read_fault, read_text
from sim.core.strict_yaml import parse_yaml
from sim.core.yaml_places import Place, placed, places_of_parts

NAME = "name"  # column that names the points
MOST_CASES = 1_000_000
_DECIMAL_COMMA = re.compile(r"\s*[-+]?\d*,\d+(?:[eE][-+]?\d+)?\s*")

Cases = dict[str, dict[str, Any]]  # name of a point -> path -> value


def read_cases(path: Path) -> Cases:
    """The points of a file; an empty cell keeps the base. CSV has a column `name`, YAML is a mapping. Raises ConfigError."""
    try:
        text = read_text(path)
        return _from_yaml(text) if _is_yaml(path) else _from_csv(text)
    except (OSError, ValueError) as error:
        raise read_fault("cases", path, error) from None
    except csv.Error as error:
        raise ConfigError(describe_fault("cases", path, f"is no table ({error})", ())) from None


@contextmanager
def naming_cases(path: str | None) -> Iterator[None]:
    """Within the block, a ConfigError about a value of a table of cases names file and line."""
    try:
        yield
    except ConfigError as error:
        raise placed(error, path, _places(Path(path))) if path else error from None


def _places(path: Path) -> list[Place]:
    """Where each setting of each case stands; none if the file cannot be read, which is a fault by itself."""
    try:
        text = read_text(path)
        return places_of_parts(text) if _is_yaml(path) else _places_in_csv(text)
    except (OSError, ValueError, csv.Error):
        return []


def _places_in_csv(text: str) -> list[Place]:
    reader = csv.reader(io.StringIO(text), strict=True)
    rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    titles = [title.strip() for title in rows[0][1]] if rows else []
    return [Place(t, cell.strip(), line) for line, row in rows[1:] for t, cell in zip(titles, row, strict=False)]


def _is_yaml(path: Path) -> bool:
    return path.suffix.lower() in (".yaml", ".yml")


def _from_yaml(text: str) -> Cases:
    points = parse_yaml(text)
    if not isinstance(points, dict) or not points:
        raise ValueError("must hold cases: a name, and its settings by path")
    for name, point in points.items():
        if not isinstance(point, dict):
            raise ValueError(f"must hold cases: a name, and its settings by path; '{str(name)[:60]}' has none")
    return {str(name): {str(k): v for k, v in point.items() if v is not None} for name, point in points.items()}


def _from_csv(text: str) -> Cases:
    reader = csv.reader(io.StringIO(text), strict=True)
    rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    if not rows:
        raise ValueError("must hold cases, and is empty")
    (line, titles), *rows = rows
    titles = _titles(line, titles)
    points: Cases = {}
    for line, row in rows:
        cells = dict(zip(titles, _fitting(line, row, len(titles)), strict=True))
        name = cells.pop(NAME, f"line {line}").strip()
        if not name:
            raise ValueError(f"line {line}: the case has no name")
        if name in points:
            raise ValueError(f"line {line}: the name '{name}' stands a second time; two cases have the same name")
        points[name] = {title: _value(line, title, cell) for title, cell in cells.items() if cell.strip()}
        if len(points) > MOST_CASES:
            raise ValueError(f"line {line}: a table has at most {MOST_CASES:,} cases")
    if not points:
        raise ValueError("must hold cases, and holds titles alone")
    return points


def _titles(line: int, row: list[str]) -> list[str]:
    """The titles of the columns; empty ones at the end are dropped, as spreadsheets write them."""
    titles = [title.strip() for title in row]
    while titles and not titles[-1]:
        titles.pop()
    for sign, word in ((";", "semicolons"), ("\t", "tabs")):
        if any(sign in title for title in titles):
            raise ValueError(
                f"line {line}: the columns are separated by {word}; save the table with commas between columns and points in numbers"
            )
    if "" in titles:
        raise ValueError(f"line {line}: column {titles.index('') + 1} has no title")
    twice = next((title for title in titles if titles.count(title) > 1), None)
    if twice is not None:
        raise ValueError(f"line {line}: two columns have the title '{twice}'")
    return titles


def _fitting(line: int, row: list[str], width: int) -> list[str]:
    """The cells of a line, as many as titles; empty ones at the end may be too many."""
    while len(row) > width and not row[-1].strip():
        row = row[:-1]
    if len(row) != width:
        hint = (
            "; a decimal comma cuts a number in two, write 0.5"
            if len(row) > width and any(map(_is_whole_number, row))
            else ""
        )
        raise ValueError(f"line {line}: has {len(row)} cells, another number of cells than the header ({width}){hint}")
    return row


def _is_whole_number(cell: str) -> bool:
    return re.fullmatch(r"\s*[-+]?\d+\s*", cell) is not None


def _value(line: int, title: str, cell: str) -> Any:
    """The value of a cell: a number, a text, or what YAML makes of it."""
    if _DECIMAL_COMMA.fullmatch(cell):
        number = cell.strip().replace(",", ".")
        raise ValueError(f"line {line}, {title}: {cell.strip()} has a decimal comma; write {number}")
    try:
        return parse_yaml(cell)
    except ValueError as error:
        reason = re.sub(r"^line \d+: ", "", str(error))
        raise ValueError(f"line {line}, {title}: {cell.strip()[:60]} cannot be read ({reason})") from None
