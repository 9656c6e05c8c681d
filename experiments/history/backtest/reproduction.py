"""Whether worlds of a dated scenario show their history: a rule for one crisis, and how often it would pass by chance.

A history is who was asked for force first (a class of addressees, or nobody), whether force came to the government's
side, and whether it fell within 90 days, later in the year, or not. A scenario shows a history if that lies in the set of
the likeliest histories that hold 90 % of its worlds, and is at least twice as likely as among the coded crises of others.
"""

from collections import Counter
from dataclasses import dataclass
from itertools import product

import numpy as np

from experiments.history.backtest.forecast import YEAR, Training
from experiments.history.backtest.simulate_cases import COLUMNS
from experiments.history.cases.cases import Case
from experiments.history.cases.patrons import GROUPS
from experiments.history.posterior.likelihood import asked_class, event_weights, fall_class

HELD, TIMES = (
    0.9,
    2.0,
)  # share of replications in the set of the likeliest histories; how much likelier than the base rate
FALLS = ("falls within 90 days", "falls later in the year", "stays a year")


@dataclass(frozen=True)
class History:
    """What became of one crisis."""

    asked: str | None  # class of the first addressee
    helped: bool
    fall: int  # index of FALLS

    def __str__(self) -> str:
        who = "asks nobody" if self.asked is None else f"asks {self.asked}, {'helped' if self.helped else 'not helped'}"
        return f"{who}, {FALLS[self.fall]}"


HISTORIES = tuple(
    History(asked, helped, fall)
    for asked, helped, fall in product((None, *GROUPS), (False, True), range(len(FALLS)))
    if asked is not None or not helped
)


def observed(case: Case) -> History | None:
    """The history of a coded case; None if a part of it is not coded."""
    fall, group = fall_class(case), asked_class(case)
    if case.requested is None or case.helped is None or fall is None or (case.requested and group is None):
        return None
    return History(None if group is None else GROUPS[group], group is not None and case.helped == 1.0, fall)


def played(row: np.ndarray) -> History:
    """The history of one world, a row of `play.COLUMNS`."""
    value = dict(zip(COLUMNS, row, strict=True))
    asked = None if np.isnan(value["request_group"]) else GROUPS[int(value["request_group"])]
    day = value["fall_day"]
    fall = 2 if np.isnan(day) or day >= YEAR else int(day >= 90)
    return History(asked, value["helped"] == 1.0, fall)


def base_rates(case: Case, known: list[Case]) -> dict[History, float]:
    """Share of each history among the crises of other hosts, with one crisis spread evenly over all histories."""
    others = Training(known).without(case.host).cases
    counts = dict.fromkeys(HISTORIES, 1.0 / len(HISTORIES))
    for other, weight in zip(others, event_weights(others), strict=True):
        history = observed(other)
        if history is not None:
            counts[history] += weight
    total = sum(counts.values())
    return {history: count / total for history, count in counts.items()}


def shares(rows: np.ndarray) -> dict[History, float]:
    """Share of replications with each history; rows (runs, COLUMNS)."""
    counts = Counter(played(row) for row in rows)
    return {history: counts[history] / len(rows) for history in HISTORIES}


def shown(forecast: dict[History, float], base: dict[History, float]) -> set[History]:
    """Histories that the rule counts as shown by these worlds."""

    def in_set(history: History) -> bool:
        likelier = sum(p for p in forecast.values() if p > forecast[history])
        return forecast[history] > 0.0 and likelier < HELD

    return {h for h in forecast if in_set(h) and forecast[h] >= TIMES * base[h]}


def by_chance(chances: list[float], passed: int) -> float:
    """Chance that so many crises or more pass, if each passes with its own chance and none knows of another."""
    counts = np.array([1.0])
    for chance in chances:
        counts = np.convolve(counts, [1.0 - chance, chance])
    return float(counts[passed:].sum())
