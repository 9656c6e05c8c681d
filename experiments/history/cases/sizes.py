"""Sizes of crises on record: peak protest and deaths, on a logarithmic scale."""

import numpy as np

from experiments.history.cases.cases import Case

SIZES = {
    "peak_protest": ("peak_protest_pct", 1e-3),
    "deaths": ("fatalities", 1.0),
}  # coded field, addend before the log


def observed_size(case: Case, name: str) -> float:
    """log10 of the coded size; NaN if it is not coded."""
    coded, added = SIZES[name]
    value = case.outcome.get(coded)
    return np.nan if value is None else float(np.log10(value + added))
