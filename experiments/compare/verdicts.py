"""Verdicts on paired differences, and the summary of pairing."""

from collections.abc import Collection
from typing import Any

import numpy as np

HEADLINE = ("survived_30d", "survived_90d", "protest_peak", "deaths", "elite_change_30d", "public_change_30d")


def headline_keys(keys: Collection[str], patrons: tuple[str, ...]) -> list[str]:
    """Headline metrics in their order; a metric per patron stands for each given patron."""
    wanted = [key for name in HEADLINE for key in (name, *(f"{name}:{p}" for p in patrons))]
    return [key for key in wanted if key in keys]


def decide(difference: dict[Any, Any], confidence: float) -> str:
    """higher, lower, undecided, no difference, one replication or not observed. Both arms must have the metric.

    If all replications differ in one direction, the sign test must agree: it needs six of them at a confidence of 95 %.
    """
    n, mean = difference["n"], difference["mean"]
    if n == 0:
        return "not observed"
    if n == 1:
        return "one replication"
    if difference["share_equal"] == 1.0:
        return "no difference"
    if too_few(difference, confidence):
        return "undecided"
    if difference["low"] <= 0.0 <= difference["high"]:
        return "undecided"
    return "higher" if mean > 0 else "lower"


def too_few(difference: dict[Any, Any], confidence: float) -> bool:
    """True if all replications differ in one direction, and are too few for the sign test."""
    one_way = max(difference["share_positive"], difference["share_negative"]) == 1.0
    return one_way and 2.0 * 0.5 ** difference["n"] > 1.0 - confidence


def pairing(ratios: np.ndarray) -> dict[Any, Any]:
    """Number of headline differences that vary, with median, lowest and highest of their variance ratios."""
    if ratios.size == 0:
        return {"n": 0, "median": np.nan, "low": np.nan, "high": np.nan}
    median, low, high = (float(np.quantile(ratios, q)) for q in (0.5, 0.0, 1.0))
    return {"n": ratios.size, "median": median, "low": low, "high": high}
