"""What paired differences decide, and what pairing is worth."""

import numpy as np

from experiments.compare.interval_kinds import NONE

HEADLINE = ("survived_30d", "survived_90d", "protest_peak", "deaths", "elite_change_30d", "public_change_30d")


def headline_keys(keys, patrons: tuple[str, ...]) -> list[str]:
    """Headline metrics in their order, those of the given patrons where there is one per patron."""
    wanted = [key for name in HEADLINE for key in (name, *(f"{name}:{p}" for p in patrons))]
    return [key for key in wanted if key in keys]


def decide(difference: dict, level: float) -> str:
    """higher, lower, undecided, no difference, one world or not observed; a metric that an arm lacks is not asked here.

    Equal differences in all worlds decide once that many worlds would by the sign test: six at a level of 95 %.
    """
    n, mean = difference["n"], difference["mean"]
    if n == 0:
        return "not observed"
    if n == 1:
        return "one world"
    if difference["share_equal"] == 1.0:
        return "no difference"
    if difference["interval"] == NONE and 2.0 * 0.5**n > 1.0 - level:
        return "undecided"
    if difference["low"] <= 0.0 <= difference["high"]:
        return "undecided"
    return "higher" if mean > 0 else "lower"


def pairing(ratios: np.ndarray) -> dict:
    """What sharing chance events is worth: how many headline differences of metrics that vary, and their variance ratios."""
    if ratios.size == 0:
        return {"n": 0, "median": np.nan, "low": np.nan, "high": np.nan}
    median, low, high = (float(np.quantile(ratios, q)) for q in (0.5, 0.0, 1.0))
    return {"n": ratios.size, "median": median, "low": low, "high": high}
