"""Baseline forecasts without the model: base rates, a lookup table, a logistic regression; fitted on other hosts only."""

from math import log, log10
from typing import Any

import numpy as np

from experiments.history.cases.cases import Case
from experiments.history.cases.facts import day_zero, first_week
from experiments.history.cases.folds import event_weights
from experiments.history.cases.patrons import RELATION

OUTCOMES = ("requested", "helped", "survived_90d", "survived_365d")
HOME_ONLY = ("survived_90d", "survived_365d")  # governments under attack by a state stand or fall elsewhere


def observation(case: Case, outcome: str) -> float:
    """Coded outcome of a case: 0 or 1, NaN if it is not coded."""
    value = {
        "requested": case.requested,
        "helped": case.helped,
        "survived_90d": case.survived(90),
        "survived_365d": case.survived(365),
    }[outcome]
    return np.nan if value is None else value


def is_scored(case: Case, outcome: str) -> bool:
    """True if the headline scores count this outcome of the case; survival counts in domestic crises only."""
    return case.kind == "domestic" or outcome not in HOME_ONLY


def climatology(case: Case, train: list[Case], outcome: str) -> float:
    """Base rate among the training cases of the same scoring."""
    alike = [c for c in train if is_scored(c, outcome) or not is_scored(case, outcome)]
    return _rate(alike, outcome, prior=np.nan, strength=0.0)


def lookup(case: Case, train: list[Case], outcome: str, fields: str) -> float:
    """Rate in the cell kind x wavering forces (first week) or kind x large event (day 0), shrunk to the base rate."""

    def cell(c: Case) -> tuple[Any, ...]:
        unsteady = c.facts.get("security_forces") in ("wavering", "disloyal")
        return c.kind, unsteady if fields == "first_week" else c.facts["shock_size"] == "large"

    base = climatology(case, train, outcome)
    return _rate([c for c in train if cell(c) == cell(case)], outcome, prior=base, strength=1.0)


def _rate(cases: list[Case], outcome: str, prior: float, strength: float) -> float:
    pairs = [(observation(c, outcome), w) for c, w in zip(cases, event_weights(cases), strict=True)]
    pairs = [(y, w) for y, w in pairs if not np.isnan(y)]
    total = sum(w for _, w in pairs) + strength
    if total == 0.0:
        return 0.5
    return (sum(y * w for y, w in pairs) + (strength * prior if strength else 0.0)) / total


def features(case: Case, fields: str) -> np.ndarray:
    """The facts of a case in ten numbers, or fourteen with those of the first week."""
    day0, e = day_zero(case), case.facts
    primary = e["patron_relation"].get(e["primary_patron"], "n/a")
    values = [
        float(day0.outsider), float(day0.state), day0.event_size, day0.polyarchy, day0.tenure, day0.oil, log(day0.gdp_pc),
        RELATION.get(primary, 0.0), float(any(p.external for p in day0.patrons)),
        log10(day0.population_m),
    ]  # fmt: skip
    if fields == "first_week":
        week = first_week(case)
        values += [np.nan] * 4 if week is None else [week.split, week.forces, week.armed, week.sites_lost]
    return np.array(values)


def regression(cases: list[Case], train: list[Case], outcome: str, fields: str) -> np.ndarray:
    """(n,) forecasts of a ridge-penalised logistic regression, fitted on the training cases alone."""
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    alike = [c for c in train if is_scored(c, outcome)]
    y = np.array([observation(c, outcome) for c in alike])
    is_coded = ~np.isnan(y)
    if not 0.0 < y[is_coded].mean() < 1.0:
        return np.full(len(cases), y[is_coded].mean())
    x = np.stack([features(c, fields) for c in alike])[is_coded]
    model = make_pipeline(SimpleImputer(), StandardScaler(), LogisticRegression(C=1.0, max_iter=1000))
    model.fit(x, y[is_coded], logisticregression__sample_weight=event_weights(alike)[is_coded])
    return model.predict_proba(np.stack([features(c, fields) for c in cases]))[:, 1]


def recalibrate(p: np.ndarray, train_p: np.ndarray, train_y: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Forecasts after a logistic curve of the model's log odds, fitted on other hosts [Platt1999]."""
    from sklearn.linear_model import LogisticRegression

    def odds(q: np.ndarray) -> np.ndarray:
        q = np.clip(q, 0.01, 0.99)
        return np.log(q / (1.0 - q))[:, None]

    is_coded = ~np.isnan(train_y)
    if not 0.0 < train_y[is_coded].mean() < 1.0:
        return np.full(len(p), train_y[is_coded].mean())
    model = LogisticRegression(C=1.0, max_iter=1000).fit(odds(train_p[is_coded]), train_y[is_coded], weight[is_coded])
    return model.predict_proba(odds(p))[:, 1]
