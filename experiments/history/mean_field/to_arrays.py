"""Cases as arrays for the twin."""

from dataclasses import dataclass

import numpy as np

from experiments.history.cases.cases import Case
from experiments.history.cases.encode import arrangement_rows, specification
from experiments.history.cases.facts import FirstWeek, day_zero, donors, first_week
from experiments.history.cases.patrons import GROUPS
from experiments.history.mean_field.layout import FIRST_WEEK, MAX_PATRONS, PATRON, SCALARS
from sim.core.axes import MILITARY
from sim.stage.build import Stage

FIELD_SETS = ("first_week", "day_zero")


@dataclass(frozen=True)
class Packed:
    """The twin's view of a list of cases; the last axis is named in `twin`."""

    scalars: np.ndarray  # (C, scalars)
    patrons: np.ndarray  # (C, K, patron)
    n_patrons: np.ndarray  # (C,)
    weeks: np.ndarray  # (field sets, C, draws, 5)


def weeks_of(case: Case, known: list[Case], fields: str) -> list[tuple[FirstWeek, float]]:
    """First-week facts with their chances: the case's own, or on day 0 (or where they are not coded) those of donors."""
    own = first_week(case)
    return [(own, 1.0)] if fields == "first_week" and own is not None else donors(case, known)


def pack(cases: list[Case], known: list[Case], draws: int) -> Packed:
    """Arrays of the cases; unknown first-week facts come from other hosts among `known`, in even strata of their chances."""
    scalars = np.zeros((len(cases), len(SCALARS)))
    patrons = np.zeros((len(cases), MAX_PATRONS, len(PATRON)))
    weeks = np.zeros((len(FIELD_SETS), len(cases), draws, len(FIRST_WEEK)))
    counts = np.zeros(len(cases), dtype=np.int64)
    for c, case in enumerate(cases):
        for f, fields in enumerate(FIELD_SETS):
            weeks[f, c] = _strata(weeks_of(case, known, fields), draws)
        world = Stage(specification(case, weeks_of(case, known, "first_week"))).world(1, 0)
        day0 = day_zero(case)
        h = world.fixed.host
        scalars[c] = [
            day0.autocracy, day0.democracy, day0.tenure, day0.oil, day0.income, day0.event_size, day0.outsider, day0.state,
            world.fixed.adults[h] / 1e3, world.autonomy_demand[h],
        ]  # fmt: skip
        for k, (patron, row) in enumerate(arrangement_rows(day0, world)):
            tie = world.influence[-1, row] if day0.state else 0.0
            group = GROUPS.index(patron.group)
            patrons[c, k] = [
                world.influence[row, h], patron.alignment, patron.external, patron.internal, patron.committed,
                patron.soldiers, tie, *patron.lag, world.dependence[MILITARY, row, h], group,
            ]  # fmt: skip
            counts[c] = k + 1
    return Packed(scalars, patrons, counts, weeks)


def _strata(weeks: list[tuple[FirstWeek, float]], draws: int) -> np.ndarray:
    """(draws, 5): the distribution in even strata, in an order that has nothing to do with the facts."""
    reached = np.cumsum([w for _, w in weeks])
    chosen = np.searchsorted(reached, (np.arange(draws) + 0.5) / draws * reached[-1])
    table = np.array([[getattr(week, name) for name in FIRST_WEEK] for week, _ in weeks])
    return np.random.default_rng(draws).permutation(table[chosen])
