"""Numbers and names as outputs print them."""

from sim.core.wording import changed, confidence_words, number, percent, span
from sim.metrics import describe_key
from sim.records.variables import BY_NAME

__all__ = [
    "changed", "confidence_words", "markdown_table", "metric_in_words", "number", "percent", "span", "variable_in_words",
]  # fmt: skip


def markdown_table(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Format a table in Markdown."""
    return "\n".join(f"| {' | '.join(line)} |" for line in (columns, ("---",) * len(columns), *rows))


def metric_in_words(key: str, names: dict[str, str]) -> str:
    """Label of a metric with full names instead of codes."""
    return _named(describe_key(key)[0], key, names)


def variable_in_words(column: str, names: dict[str, str]) -> tuple[str, str]:
    """Label and unit of a column of the daily series, with full names instead of codes."""
    name, *labels = column.split(":")
    variable = BY_NAME[name]
    label = ", ".join([variable.label, " ".join(labels)]) if labels else variable.label
    return _named(label, column, names), variable.unit


def _named(label: str, key: str, names: dict[str, str]) -> str:
    for code in key.split(":")[1:]:
        label = label.replace(code, names.get(code, code))
    return label
