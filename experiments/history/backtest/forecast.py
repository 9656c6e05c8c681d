"""From worlds and other crises to forecasts: probabilities of every method, and distributions of sizes and times."""

from dataclasses import dataclass, field

import numpy as np

from experiments.history.backtest.baselines import (
    OUTCOMES,
    climatology,
    fold_of,
    lookup,
    observed,
    recalibrated,
    regression,
    scored,
)
from experiments.history.backtest.simulate_cases import COLUMNS
from experiments.history.cases.cases import Case
from experiments.history.posterior.likelihood import DISCREPANCY, event_weights
from sim.spec.priors import posterior, posterior_rows

METHODS = (
    "model", "recalibrated", "without_core", "climatology", "climatology_of_file", "lookup", "regression", "average",
)  # fmt: skip
YEAR = 365.0
SIZES = {"peak_protest": ("peak_protest_pct", 1e-3), "deaths": ("fatalities", 1.0)}  # coded field, added before the log


def column(table: np.ndarray, name: str) -> np.ndarray:
    """(C, runs) of one column of the worlds."""
    return table[:, :, COLUMNS.index(name)]


def frequencies(table: np.ndarray, weight: np.ndarray | None = None) -> dict[str, np.ndarray]:
    """(C,) share of replications in which each outcome came about. weight (C, runs): of the worlds; alike if not given."""
    fall = np.nan_to_num(column(table, "fall_day"), nan=np.inf)
    happened = {
        "requested": column(table, "requested"),
        "helped": column(table, "helped"),
        "survived_90d": fall >= 90,
        "survived_365d": fall >= YEAR,
    }
    return {outcome: np.average(yes, axis=1, weights=weight) for outcome, yes in happened.items()}


def log_size(table: np.ndarray, name: str, weight: np.ndarray | None = None) -> np.ndarray:
    """(C,) mean log10 of peak protest (percent of population) or of deaths."""
    return np.average(np.log10(column(table, name) + SIZES[name][1]), axis=1, weights=weight)


def unseen(cases: list[Case], runs: int, host: str) -> np.ndarray:
    """(C, runs) weights that turn worlds which had not seen their own host into worlds which had not seen `host` either.

    A vector's weight without a host relative to its weight with all crises is 1 / likelihood of the host's crises.
    """
    _, _, weights = posterior()
    share = {key: np.diff(reached, prepend=0.0) for key, reached in weights.items()}
    relative = np.divide(share[host], share[""], out=np.zeros_like(share[""]), where=share[""] > 0.0)
    replications = np.arange(runs)
    found = [relative[posterior_rows(replications, c.host if c.host in share else "")] for c in cases]
    return np.stack([w / w.sum() for w in found])


@dataclass
class Training:
    """The fit set with forecasts that the model made for it while each host was left out."""

    cases: list[Case]
    model: dict[str, np.ndarray] = field(default_factory=dict)  # outcome or size -> (C,) forecast
    nested: dict[str, dict[str, np.ndarray]] = field(default_factory=dict)  # the same by a second host left out

    def without(self, host: str) -> "Training":
        """Only crises of other hosts, and of none that shares a war with the host."""
        gone = {fold_of(c, self.cases) for c in self.cases if c.host == host}
        keep = [i for i, c in enumerate(self.cases) if c.host != host and fold_of(c, self.cases) not in gone]
        model = self.nested.get(host, self.model)
        return Training([self.cases[i] for i in keep], {k: v[keep] for k, v in model.items()})


def model_probabilities(cases: list[Case], raw: dict[str, np.ndarray], fit: Training) -> dict[str, np.ndarray]:
    """Shares of worlds, with a part left to the base rate of other hosts, because no model is right."""
    found = {}
    for outcome in OUTCOMES:
        base = np.array([climatology(c, fit.without(c.host).cases, outcome) for c in cases])
        found[outcome] = (1.0 - DISCREPANCY) * raw[outcome] + DISCREPANCY * base
    return found


def probabilities(cases: list[Case], model: dict, core_off: dict, fit: Training, fields: str) -> dict:
    """method -> outcome -> (C,) probabilities; everything that is fitted is fitted on other hosts of the fit set."""
    found = {method: {o: np.empty(len(cases)) for o in OUTCOMES} for method in METHODS}
    found["model"], found["without_core"] = model, core_off
    for host in sorted({c.host for c in cases}):
        mine = [i for i, c in enumerate(cases) if c.host == host]
        theirs, others = [cases[i] for i in mine], fit.without(host)
        weight = event_weights(others.cases)
        for outcome in OUTCOMES:
            known = [i for i, c in enumerate(others.cases) if scored(c, outcome)]
            y = np.array([observed(others.cases[i], outcome) for i in known])
            found["recalibrated"][outcome][mine] = recalibrated(
                model[outcome][mine], others.model[outcome][known], y, weight[known]
            )
            found["regression"][outcome][mine] = regression(theirs, others.cases, outcome, fields)
            for i in mine:
                found["climatology"][outcome][i] = climatology(cases[i], others.cases, outcome)
                found["lookup"][outcome][i] = lookup(cases[i], others.cases, outcome, fields)
    for outcome in OUTCOMES:
        for i, case in enumerate(cases):
            found["climatology_of_file"][outcome][i] = climatology(case, cases, outcome)
        found["average"][outcome] = 0.5 * (model[outcome] + found["regression"][outcome])
    return found


def observed_size(case: Case, name: str) -> float:
    """log10 of the coded size; NaN where it is not coded."""
    coded, added = SIZES[name]
    value = case.outcome.get(coded)
    return np.nan if value is None else float(np.log10(value + added))


def sized(case_mean: float, others: Training, name: str) -> tuple[float, float]:
    """Centre and spread of the log size, given the model's mean: a straight line through other hosts' crises."""
    y = np.array([observed_size(c, name) for c in others.cases])
    x, seen = others.model[name], ~np.isnan(y)
    slope, centre = np.polyfit(x[seen], y[seen], 1)
    spread = np.sqrt(((y[seen] - slope * x[seen] - centre) ** 2).sum() / max(1, seen.sum() - 2))
    return float(slope * case_mean + centre), float(spread)


def days_to_fall(case: Case) -> float:
    """Coded days to the fall, a year if it did not fall within one; NaN where survival is not coded."""
    if case.survived(365) is None:
        return np.nan
    day = case.outcome.get("days_to_fall")
    return YEAR if day is None else min(YEAR, float(day))


def delay(case: Case) -> float:
    """Coded days from request to the arrival of force on the host's side; NaN where there was none, or no date."""
    asked, came = case.outcome.get("help_request_day"), case.outcome.get("intervention_day")
    return float(came - asked) if case.helped and asked is not None and came is not None else np.nan
