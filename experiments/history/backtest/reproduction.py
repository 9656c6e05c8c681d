"""Reproduction of history by a dated scenario: a rule for one crisis, and its chance of success.

A history has three parts: the first addressee of a request (a class, or nobody), help by force (yes or no), and the fall of
the government (within 90 days, later in the year, or not). A scenario reproduces a history under two conditions: it is among
the likeliest histories with 90 % of the replications, and at least twice as likely as in the coded crises of other hosts.
"""

from collections import Counter
from dataclasses import dataclass
from itertools import product

import numpy as np

from experiments.history.backtest.forecast import YEAR, Training
from experiments.history.backtest.simulate_cases import COLUMNS
from experiments.history.cases.cases import Case
from experiments.history.cases.folds import event_weights
from experiments.history.cases.patrons import GROUPS
from experiments.history.posterior.likelihood import fall_class, first_addressee

MASS, TIMES = 0.9, 2.0  # share of replications in the set of the likeliest histories; least ratio to the base rate
FALLS = ("falls within 90 days", "falls later in the year", "stays a year")


@dataclass(frozen=True)
class History:
    """The history of one crisis."""

    addressee: str | None  # class of the first addressee
    helped: bool
    fall: int  # index of FALLS

    def __str__(self) -> str:
        who = (
            "asks nobody"
            if self.addressee is None
            else f"asks {self.addressee}, {'helped' if self.helped else 'not helped'}"
        )
        return f"{who}, {FALLS[self.fall]}"


HISTORIES = tuple(
    History(addressee, helped, fall)
    for addressee, helped, fall in product((None, *GROUPS), (False, True), range(len(FALLS)))
    if addressee is not None or not helped
)


def coded_history(case: Case) -> History | None:
    """The history of a coded case; None if a part is not coded."""
    fall, group = fall_class(case), first_addressee(case)
    if case.requested is None or case.helped is None or fall is None or (case.requested and group is None):
        return None
    helped = group is not None and case.helped == 1.0
    return History(None if group is None else GROUPS[group], helped, max(0, fall - 1))  # within ten days is within 90


def history_of(row: np.ndarray) -> History:
    """The history of one replication, a row of `simulate_cases.COLUMNS`."""
    value = dict(zip(COLUMNS, row, strict=True))
    addressee = None if np.isnan(value["request_group"]) else GROUPS[int(value["request_group"])]
    day = value["fall_day"]
    fall = 2 if np.isnan(day) or day >= YEAR else int(day >= 90)
    return History(addressee, value["helped"] == 1.0, fall)


def base_rates(case: Case, cases: list[Case]) -> dict[History, float]:
    """Share of each history among the crises of other hosts; one more crisis is spread evenly over all histories."""
    others = Training(cases).without(case.host).cases
    counts = dict.fromkeys(HISTORIES, 1.0 / len(HISTORIES))
    for other, weight in zip(others, event_weights(others), strict=True):
        history = coded_history(other)
        if history is not None:
            counts[history] += weight
    total = sum(counts.values())
    return {history: count / total for history, count in counts.items()}


def shares(rows: np.ndarray) -> dict[History, float]:
    """Share of replications with each history; rows (runs, COLUMNS)."""
    counts = Counter(history_of(row) for row in rows)
    return {history: counts[history] / len(rows) for history in HISTORIES}


def reproductions(forecast: dict[History, float], base: dict[History, float]) -> set[History]:
    """Histories that a forecast reproduces by the rule of this module."""

    def in_set(history: History) -> bool:
        likelier = sum(p for p in forecast.values() if p > forecast[history])
        return forecast[history] > 0.0 and likelier < MASS

    return {h for h in forecast if in_set(h) and forecast[h] >= TIMES * base[h]}


def by_chance(chances: list[float], passed: int) -> float:
    """Chance that at least `passed` crises pass, if each passes independently with its chance."""
    counts = np.array([1.0])
    for chance in chances:
        counts = np.convolve(counts, [1.0 - chance, chance])
    return float(counts[passed:].sum())
