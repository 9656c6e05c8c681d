"""What a paired difference says, as data and as one sentence."""

import numpy as np

from experiments.compare.intervals import NONE
from experiments.wording import number, percent, span

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


def sentence(subject: str, unit: str, difference: dict, level: float, same: bool) -> str:
    """What the difference of a metric says, after the words that name it. same: both arms are one configuration."""
    n, decided, size = difference["n"], difference["decided"], _measure(unit)
    worlds = f"{n} paired worlds"
    if decided == "not observed":
        return f"{subject}: not observed in both arms of any world, no verdict"
    if decided == "not in this scenario":
        return f"{subject}: not in both scenarios, so there is no difference"
    if decided == "one world":
        return f"{subject}: {number(difference['mean'], True)}{size} in one world, no verdict from one world"
    if decided == "no difference":
        return f"{subject}: no difference in any of {worlds}; {_unseen(difference, level, same)}"
    found = f"{number(difference['mean'], True)} {span(difference['low'], difference['high'], True)}{size}"
    if difference["interval"] == NONE:
        if decided == "undecided":
            return f"{subject}: undecided, {found} in only {worlds}"
        each = f"{number(abs(difference['mean']))}{size} in each of {worlds}"
        return f"{subject}: {decided} by {each}; {_unseen(difference, level, same)}"
    shares = (
        f"higher in {percent(difference['share_positive'])}, lower in {percent(difference['share_negative'])} of them"
    )
    if decided == "undecided":
        return f"{subject}: undecided, the interval holds zero: {found} in {worlds}; {shares}"
    low, high = sorted(abs(difference[end]) for end in ("low", "high"))
    return f"{subject}: {decided} by {number(abs(difference['mean']))} {span(low, high)}{size} in {worlds}; {shares}"


def _measure(unit: str) -> str:
    """The unit after a number: none for a share, which the metric names; a range is a scale."""
    return "" if unit == "share of worlds" else f" (scale {unit})" if " to " in unit else f" {unit}"


def _unseen(difference: dict, level: float, same: bool) -> str:
    if same:
        return "both arms are one configuration"
    return f"at most {percent(difference['differs_at_most'])} of worlds deviate from that ({percent(level)}, one-sided)"


def pairing_line(ratios: np.ndarray) -> str:
    """What sharing chance events is worth. ratios: variance ratios of the headline differences of metrics that vary in an arm."""
    if ratios.size == 0:
        return "Pairing: no headline metric varies between worlds, so there is no variance to compare."
    middle, low, high = (float(np.quantile(ratios, q)) for q in (0.5, 0.0, 1.0))
    if high == 0.0:
        return "Pairing: no headline difference varies between worlds; differences of independent worlds would."
    return (
        f"Pairing: the variance of a difference is {middle:.2g} of what independent worlds would give "
        f"(median of {ratios.size} headline differences that vary; {low:.2g} to {high:.2g})."
    )
