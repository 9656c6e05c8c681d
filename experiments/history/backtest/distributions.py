"""Scores of forecasts of times, sizes, addressees of requests, and directions of alignment."""

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.stats import norm

from experiments.history.backtest.forecast import (
    YEAR,
    Training,
    column,
    days_to_fall,
    delay,
    size_forecast,
)
from experiments.history.backtest.scoring import HostBootstrap, crps, quantiles, verdict
from experiments.history.backtest.simulate_cases import PATRONS
from experiments.history.cases.cases import Case
from experiments.history.cases.patrons import GROUPS
from experiments.history.cases.sizes import SIZES, observed_size
from experiments.history.posterior.likelihood import DISCREPANCY, first_addressee

DRAWS = 200  # of a distribution given by centre and spread
SHIFT = 0.05  # change of alignment in a year that counts as up or down
BAND = (0.1, 0.9)


Forecast = tuple[np.ndarray, np.ndarray, np.ndarray]  # sample, its weights, and observations of other hosts' crises


def distributions(
    cases: list[Case], result: dict[Any, Any], bootstrap: HostBootstrap, weight: np.ndarray
) -> dict[Any, Any]:
    """CRPS against climatology and coverage of 80 % intervals: time to fall, delay of force, peak protest, deaths."""
    scores = {}
    for name, forecast, coded_value in (
        ("days_to_fall", _fall, days_to_fall),
        ("days_to_help", _delay, delay),
        *((size, _size(size), _coded(size)) for size in SIZES),
    ):
        rows = [_score(forecast(i, result, result["fit"].without(c.host)), coded_value(c)) for i, c in enumerate(cases)]
        model, base, inside = np.array(rows).T
        scores[name] = _distribution(model, base, inside, bootstrap, weight)
    return scores


def _fall(i: int, result: dict[Any, Any], others: Training) -> Forecast:
    fall = np.nan_to_num(column(result["worlds"], "fall_day")[i], nan=YEAR)
    return _mix(fall, [days_to_fall(c) for c in others.cases])


def _delay(i: int, result: dict[Any, Any], others: Training) -> Forecast:
    """Days from request to arrival, in the replications with an arrival."""
    table = result["worlds"]
    days = (column(table, "help_day") - column(table, "request_day"))[i]
    return _mix(days[np.isfinite(days)], [delay(c) for c in others.cases])


def _size(name: str) -> Callable[[int, dict[Any, Any], Training], Forecast]:
    spread = norm.ppf((np.arange(DRAWS) + 0.5) / DRAWS)

    def forecast(i: int, result: dict[Any, Any], others: Training) -> Forecast:
        centre, sd = size_forecast(result["sizes"][name][i], others, name)
        past = np.array([observed_size(c, name) for c in others.cases])
        sample = np.maximum(np.log10(SIZES[name][1]), centre + sd * spread)
        return sample, np.ones(DRAWS), past[~np.isnan(past)]

    return forecast


def _coded(name: str) -> Callable[[Case], float]:
    return lambda case: observed_size(case, name)


def _mix(sample: np.ndarray, past: list[float]) -> Forecast:
    """Sample of replications and, with a small weight, other hosts' crises; these alone if no replication has the event."""
    observations = np.array([p for p in past if not np.isnan(p)])
    part_of_others = DISCREPANCY if sample.size else 1.0
    share = [
        np.full(sample.size, (1.0 - part_of_others) / max(1, sample.size)),
        np.full(observations.size, part_of_others / observations.size),
    ]
    return np.concatenate([sample, observations]), np.concatenate(share), observations


def _score(forecast: Forecast, observation: float) -> tuple[float, float, float]:
    """CRPS of the forecast and of the other hosts' crises, and 1 if the 80 % interval holds the observation."""
    if np.isnan(observation):
        return np.nan, np.nan, np.nan
    sample, share, past = forecast
    low, high = quantiles(sample, share, BAND)
    return (
        crps(sample, share, observation),
        crps(past, np.ones(past.size), observation),
        float(low - 1e-9 <= observation <= high + 1e-9),
    )


def _distribution(
    model: np.ndarray, base: np.ndarray, inside: np.ndarray, bootstrap: HostBootstrap, weight: np.ndarray
) -> dict[Any, Any]:
    mean, low, high = bootstrap.interval(model - base, weight)
    return {
        "crps": bootstrap.interval(model, weight),
        "crps_climatology": bootstrap.interval(base, weight),
        "difference": {"mean": mean, "low": low, "high": high, "verdict": verdict(low, high)},
        "coverage_80": bootstrap.interval(inside, weight),
        "n": int(np.isfinite(model).sum()),
    }


def _several(
    p: np.ndarray, hit: np.ndarray, base: np.ndarray, bootstrap: HostBootstrap, weight: np.ndarray
) -> dict[Any, Any]:
    """Brier score over several classes (rows that sum to 1) against base rates; NaN rows are left out."""
    model, climatology = ((p - hit) ** 2).sum(axis=1), ((base - hit) ** 2).sum(axis=1)
    mean, low, high = bootstrap.interval(model - climatology, weight)
    return {
        "brier": bootstrap.interval(model, weight),
        "brier_climatology": bootstrap.interval(climatology, weight),
        "difference": {"mean": mean, "low": low, "high": high, "verdict": verdict(low, high)},
        "n": int(np.isfinite(model).sum()),
    }


def addressees(
    cases: list[Case], result: dict[Any, Any], bootstrap: HostBootstrap, weight: np.ndarray
) -> dict[Any, Any]:
    """Scores of the class of the first addressee (four classes), in crises with a request."""
    groups = column(result["worlds"], "request_group")
    p, hit, base = (np.full((len(cases), len(GROUPS)), np.nan) for _ in range(3))
    for i, case in enumerate(cases):
        observation = first_addressee(case)
        if observation is None:
            continue
        others = [k for k in map(first_addressee, result["fit"].without(case.host).cases) if k is not None]
        base[i] = (np.bincount(others, minlength=len(GROUPS)) + 0.25) / (len(others) + 1.0)
        counts = np.array([(groups[i] == g).sum() for g in range(len(GROUPS))], dtype=float)
        model = (counts + base[i]) / (counts.sum() + 1.0)
        p[i], hit[i] = (1.0 - DISCREPANCY) * model + DISCREPANCY * base[i], np.eye(len(GROUPS))[observation]
    return _several(p, hit, base, bootstrap, weight)


def alignments(
    cases: list[Case], result: dict[Any, Any], bootstrap: HostBootstrap, weight: np.ndarray
) -> dict[Any, Any]:
    """Scores of the direction of alignment after a year, per patron: down, flat, up."""
    scores = {}
    for patron in PATRONS:
        shift = column(result["worlds"], f"alignment:{patron}")
        p, hit, base = (np.full((len(cases), 3), np.nan) for _ in range(3))
        for i, case in enumerate(cases):
            observation = direction(case, patron)
            if observation is None or np.isnan(shift[i]).any():
                continue
            others = [
                k for k in (direction(c, patron) for c in result["fit"].without(case.host).cases) if k is not None
            ]
            base[i] = (np.bincount(others, minlength=3) + 1 / 3) / (len(others) + 1.0)
            model = np.array([(shift[i] < -SHIFT).mean(), (abs(shift[i]) <= SHIFT).mean(), (shift[i] > SHIFT).mean()])
            p[i], hit[i] = (1.0 - DISCREPANCY) * model + DISCREPANCY * base[i], np.eye(3)[observation]
        if np.isfinite(p).any():
            scores[patron] = _several(p, hit, base, bootstrap, weight)
    return scores


def direction(case: Case, patron: str) -> int | None:
    """Coded direction of alignment with a patron: 0 down, 1 flat, 2 up; None if it is not coded."""
    value = (case.outcome.get("alignment_shift") or {}).get(patron)
    return None if value is None else {"down": 0, "flat": 1, "up": 2}.get(value)
