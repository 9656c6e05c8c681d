"""Terminal output of `suasion export`."""

from typing import Any

from experiments.export.export import export
from experiments.terminal.printing import echo, echo_paragraph


def export_table(folder: str, kind: Any, overrides: list[str]) -> None:
    """Export a table of a folder, and print which one it is and which others there are."""
    table = export(folder, kind, overrides)
    size = f"{_count(table.rows, 'row')}, {_count(table.columns, 'column')}"
    echo(f"Table {table.name}: {size}. Written to {table.path}")
    if table.others:
        echo_paragraph(f"Other tables: {', '.join(table.others)} (table=NAME)")


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}" + ("" if number == 1 else "s")
