"""Numbers and names as they are printed."""

import numpy as np

from sim.metrics import describe_key
from sim.records import BY_NAME


def number(value: float | None, signed: bool = False) -> str:
    """Three significant digits and at most three decimals, whole numbers from a thousand up."""
    if value is None or not np.isfinite(value):
        return "not observed"
    sign = "+" if signed else ""
    if abs(value) < 5e-4:
        return "0"
    if abs(value) >= 1000:
        return f"{value:{sign},.0f}"
    digits = 1 if abs(value) >= 10 else 2 if abs(value) >= 1 else 3
    return f"{value:{sign}.{digits}f}".rstrip("0").rstrip(".")


def percent(share: float) -> str:
    """'4 %'; a decimal below one percent, so that a few worlds in many do not read as none."""
    return f"{100 * share:.1f} %" if 0 < share < 0.01 or 0.99 < share < 1 else f"{100 * share:.0f} %"


def span(low: float, high: float, signed: bool = False) -> str:
    """'[0.01, 0.055]'."""
    return f"[{number(low, signed)}, {number(high, signed)}]"


def markdown_table(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A table in Markdown."""
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
