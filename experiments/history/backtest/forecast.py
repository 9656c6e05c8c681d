"""Forecasts from replications and other crises: probabilities of every method, sizes and times."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from experiments.history.backtest.baselines import (
    OUTCOMES,
    climatology,
    is_scored,
    lookup,
    observation,
    recalibrate,
    regression,
)
from experiments.history.backtest.simulate_cases import COLUMNS
from experiments.history.cases.cases import Case
from experiments.history.cases.folds import event_weights, fold_of
from experiments.history.cases.sizes import SIZES, observed_size
from experiments.history.posterior.likelihood import DISCREPANCY
from sim.spec.priors import posterior, posterior_rows

METHODS = (
    "model", "recalibrated", "without_core", "climatology", "climatology_of_file", "lookup", "regression", "average",
)  # fmt: skip
YEAR = 365.0


def column(table: np.ndarray, name: str) -> np.ndarray:
    """One column (C, runs) of the table of replications."""
    return table[:, :, COLUMNS.index(name)]


def frequencies(table: np.ndarray, weight: np.ndarray | None = None) -> dict[str, np.ndarray]:
    """(C,) share of replications with each outcome. weight (C, runs): of the replications; equal by default."""
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
    """(C, runs) weights that also leave `host` out of the posterior of replications which leave out their own host.

    A vector's weight without a host, relative to its weight with all crises, is 1 / likelihood of the host's crises.
    """
    _, _, weights = posterior()
    share = {key: np.diff(reached, prepend=0.0) for key, reached in weights.items()}
    relative = np.divide(share[host], share[""], out=np.zeros_like(share[""]), where=share[""] > 0.0)
    replications = np.arange(runs)
    weights_of_cases = [relative[posterior_rows(replications, c.host if c.host in share else "")] for c in cases]
    return np.stack([w / w.sum() for w in weights_of_cases])


@dataclass
class Training:
    """The fit set with the model's forecasts, each host left out."""

    cases: list[Case]
    model: dict[str, np.ndarray] = field(default_factory=dict)  # outcome or size -> (C,) forecast
    nested: dict[str, dict[str, np.ndarray]] = field(default_factory=dict)  # the same by a second host left out

    def without(self, host: str) -> "Training":
        """The crises of other hosts that share no war with the host."""
        gone = {fold_of(c, self.cases) for c in self.cases if c.host == host}
        keep = [i for i, c in enumerate(self.cases) if c.host != host and fold_of(c, self.cases) not in gone]
        model = self.nested.get(host, self.model)
        return Training([self.cases[i] for i in keep], {k: v[keep] for k, v in model.items()})


def model_probabilities(cases: list[Case], raw: dict[str, np.ndarray], fit: Training) -> dict[str, np.ndarray]:
    """Shares of replications, shrunk to the base rate of other hosts by the discrepancy, because no model is right."""
    probabilities = {}
    for outcome in OUTCOMES:
        base = np.array([climatology(c, fit.without(c.host).cases, outcome) for c in cases])
        probabilities[outcome] = (1.0 - DISCREPANCY) * raw[outcome] + DISCREPANCY * base
    return probabilities


def probabilities(
    cases: list[Case], model: dict[Any, Any], core_off: dict[Any, Any], fit: Training, fields: str
) -> dict[Any, Any]:
    """method -> outcome -> (C,) probabilities; every method is fitted on other hosts of the fit set."""
    forecasts = {method: {o: np.empty(len(cases)) for o in OUTCOMES} for method in METHODS}
    forecasts["model"], forecasts["without_core"] = model, core_off
    for host in sorted({c.host for c in cases}):
        of_host = [i for i, c in enumerate(cases) if c.host == host]
        host_cases, others = [cases[i] for i in of_host], fit.without(host)
        weight = event_weights(others.cases)
        for outcome in OUTCOMES:
            scored_cases = [i for i, c in enumerate(others.cases) if is_scored(c, outcome)]
            y = np.array([observation(others.cases[i], outcome) for i in scored_cases])
            forecasts["recalibrated"][outcome][of_host] = recalibrate(
                model[outcome][of_host], others.model[outcome][scored_cases], y, weight[scored_cases]
            )
            forecasts["regression"][outcome][of_host] = regression(host_cases, others.cases, outcome, fields)
            for i in of_host:
                forecasts["climatology"][outcome][i] = climatology(cases[i], others.cases, outcome)
                forecasts["lookup"][outcome][i] = lookup(cases[i], others.cases, outcome, fields)
    for outcome in OUTCOMES:
        for i, case in enumerate(cases):
            forecasts["climatology_of_file"][outcome][i] = climatology(case, cases, outcome)
        forecasts["average"][outcome] = 0.5 * (model[outcome] + forecasts["regression"][outcome])
    return forecasts


def size_forecast(case_mean: float, others: Training, name: str) -> tuple[float, float]:
    """Centre and spread of the log size for a mean of the model, by a regression line over other hosts' crises."""
    y = np.array([observed_size(c, name) for c in others.cases])
    x, is_coded = others.model[name], ~np.isnan(y)
    slope, centre = np.polyfit(x[is_coded], y[is_coded], 1)
    spread = np.sqrt(((y[is_coded] - slope * x[is_coded] - centre) ** 2).sum() / max(1, is_coded.sum() - 2))
    return float(slope * case_mean + centre), float(spread)


def days_to_fall(case: Case) -> float:
    """Coded days to the fall, at most a year; NaN if survival is not coded."""
    if case.survived(365) is None:
        return np.nan
    day = case.outcome.get("days_to_fall")
    return YEAR if day is None else min(YEAR, float(day))


def delay(case: Case) -> float:
    """Coded days from request to the arrival of force on the host's side; NaN without force or without a date."""
    request, arrival = case.outcome.get("help_request_day"), case.outcome.get("intervention_day")
    return float(arrival - request) if case.helped and request is not None and arrival is not None else np.nan
