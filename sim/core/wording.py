"""Numbers as text, with one rounding for every table, sentence and figure."""

import re

import numpy as np

LEAST = 0.001  # the unit of the last decimal
NOTHING = 1e-12  # smaller values are rounding errors of a sum
MINUS = re.compile(r"(?<![\w.])-(?=\d)")


def number(value: float | None, signed: bool = False) -> str:
    """Three significant digits and at most three decimals, whole numbers from a thousand up; '0' for zero alone."""
    if value is None or not np.isfinite(value):
        return "not observed"
    sign = "+" if signed else ""
    if abs(value) < NOTHING:
        return "0"
    if abs(value) < LEAST / 2:
        return f">-{LEAST}" if value < 0 else f"<{LEAST}"
    if abs(value) >= 1000:
        return f"{value:{sign},.0f}"
    digits = 1 if abs(value) >= 10 else 2 if abs(value) >= 1 else 3
    return f"{value:{sign},.{digits}f}".rstrip("0").rstrip(".")


def percent(share: float) -> str:
    """'4 %'; one decimal near 0 and 100, and '0 %' or '100 %' for none or all alone."""
    if not 0 < share < 0.01 and not 0.99 < share < 1:
        return f"{100 * share:.0f} %"
    text = f"{100 * share:.1f}"
    return {"0.0": "below 0.1 %", "100.0": "above 99.9 %"}.get(text, f"{text} %")


def percents(share: float, low: float, high: float) -> str:
    """'4 % [1, 9]': a share with its interval."""
    ends = ", ".join(percent(end).removesuffix(" %") for end in (low, high))
    return f"{percent(share)} [{ends}]"


def span(low: float, high: float, signed: bool = False) -> str:
    """'[0.01, 0.055]'."""
    return f"[{number(low, signed)}, {number(high, signed)}]"


def confidence_words(confidence: float) -> str:
    """'97.5 %': a confidence is a setting, so all its digits are printed."""
    return f"{100 * confidence:.10g} %"


def changed(unit: str) -> str:
    """The unit of a change or difference; for a quantity on a scale, points on that scale."""
    return f"points on the scale {unit}" if " to " in unit and not unit.startswith("points") else unit


def minus(text: str) -> str:
    """The text of a figure with minus signs for the hyphens before digits."""
    return MINUS.sub("\N{MINUS SIGN}", text)
