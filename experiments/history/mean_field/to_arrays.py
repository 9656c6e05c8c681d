"""Cases as records for the mean-field model."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from experiments.history.cases.cases import Case
from experiments.history.cases.encode import arrangement_rows, specification
from experiments.history.cases.facts import FirstWeek, day_zero, donors, first_week
from experiments.history.cases.patrons import GROUPS
from experiments.history.cases.sizes import SIZES, observed_size
from experiments.history.mean_field.layout import FACTS, FIRST_WEEK, MAX_PATRONS, PATRON
from sim.core.axes import MILITARY
from sim.core.world import World
from sim.stage.build import Stage

FIELD_SETS = ("first_week", "day_zero")


@dataclass(frozen=True)
class CaseArrays:
    """A list of cases as the mean-field model reads them; records of `layout`."""

    facts: np.ndarray  # (C,)
    patrons: np.ndarray  # (C, K)
    n_patrons: np.ndarray  # (C,)
    weeks: np.ndarray  # (field sets, C, draws)
    observed: np.ndarray  # (C, 2) log10 peak protest and log10 deaths of crises at home; NaN = not scored


def weeks_of(case: Case, donor_cases: list[Case], fields: str) -> list[tuple[FirstWeek, float]]:
    """First-week facts with their chances: those of the case, or on day 0 (or where they are not coded) those of donors."""
    coded = first_week(case)
    return [(coded, 1.0)] if fields == "first_week" and coded is not None else donors(case, donor_cases)


def to_arrays(cases: list[Case], donor_cases: list[Case], draws: int) -> CaseArrays:
    """Records of the cases; unknown first-week facts come from other hosts, in even strata of their chances."""
    facts = np.zeros(len(cases), FACTS)
    patrons = np.zeros((len(cases), MAX_PATRONS), PATRON)
    weeks = np.zeros((len(FIELD_SETS), len(cases), draws), FIRST_WEEK)
    counts = np.zeros(len(cases), dtype=np.int64)
    for c, case in enumerate(cases):
        for f, fields in enumerate(FIELD_SETS):
            weeks[f, c] = _strata(weeks_of(case, donor_cases, fields), draws)
        world = Stage(specification(case, weeks_of(case, donor_cases, "first_week"))).world(1, 0)
        day0 = day_zero(case)
        facts[c] = _facts(day0, world)
        for k, (patron, row) in enumerate(arrangement_rows(day0, world)):
            patrons[c, k] = _patron(patron, row, day0.state, world)
            counts[c] = k + 1
    return CaseArrays(facts, patrons, counts, weeks, np.array([observed_sizes(case) for case in cases]))


def observed_sizes(case: Case) -> tuple[float, ...]:
    """log10 of peak protest in percent and of deaths on record, as the outcomes of the model; NaN for wars."""
    return tuple(observed_size(case, name) if case.kind == "domestic" else np.nan for name in SIZES)


def _facts(day0, world: World) -> tuple[Any, ...]:
    """Values of FACTS."""
    h = world.fixed.host
    values = {
        "autocracy": day0.autocracy, "democracy": day0.democracy, "polyarchy": world.fixed.polyarchy[h], "tenure": day0.tenure,
        "oil": day0.oil, "income": day0.income, "event_size": day0.event_size, "outsider": day0.outsider, "attacked": day0.state,
        "adults_k": world.fixed.adults[h] / 1e3, "autonomy_demand": world.autonomy_demand[h],
    }  # fmt: skip
    return tuple(values[name] for name in FACTS.names or ())


def _patron(patron, row: int, attacked: bool, world: World) -> tuple[Any, ...]:
    """Values of PATRON for the power in a row of the world."""
    lag, longest_lag = patron.lag
    values = {
        "influence": world.influence[row, world.fixed.host], "alignment": patron.alignment, "external": patron.external,
        "internal": patron.internal, "engaged": patron.committed, "soldiers_k": patron.soldiers,
        "tie": world.influence[-1, row] if attacked else 0.0, "lag": lag, "longest_lag": longest_lag,
        "dependence": world.dependence[MILITARY, row, world.fixed.host], "group": GROUPS.index(patron.group),
    }  # fmt: skip
    return tuple(values[name] for name in PATRON.names or ())


def _strata(weeks: list[tuple[FirstWeek, float]], draws: int) -> np.ndarray:
    """(draws,): the distribution in even strata, in an order that is independent of the facts."""
    reached = np.cumsum([w for _, w in weeks])
    chosen = np.searchsorted(reached, (np.arange(draws) + 0.5) / draws * reached[-1])
    table = np.array([tuple(getattr(week, name) for name in FIRST_WEEK.names or ()) for week, _ in weeks], FIRST_WEEK)
    return np.random.default_rng(draws).permutation(table[chosen])
