"""Forecasts that are no probabilities of yes: times, sizes, whom the host asks, where alignment goes."""

import numpy as np
from scipy.stats import norm

from experiments.history.backtest.forecast import (
    SIZES,
    YEAR,
    Training,
    column,
    days_to_fall,
    delay,
    observed_size,
    sized,
)
from experiments.history.backtest.scoring import Hosts, crps, quantiles, verdict
from experiments.history.backtest.simulate_cases import PATRONS
from experiments.history.cases.cases import Case
from experiments.history.cases.patrons import GROUPS
from experiments.history.posterior.likelihood import DISCREPANCY, asked_class

DRAWS = 200  # of a distribution given by centre and spread
MOVED = 0.05  # change of alignment in a year that counts as up or down
BAND = (0.1, 0.9)


Forecast = tuple[np.ndarray, np.ndarray, np.ndarray]  # sample, its weights, and what other hosts' crises showed


def distributions(cases: list[Case], result: dict, hosts: Hosts, weight: np.ndarray) -> dict:
    """CRPS against climatology and coverage of 80 % intervals: time to fall, delay of force, peak protest, deaths."""
    found = {}
    for name, forecast, coded in (
        ("days_to_fall", _fall, days_to_fall),
        ("days_to_help", _delay, delay),
        *((size, _size(size), _coded(size)) for size in SIZES),
    ):
        rows = [_judged(forecast(i, result, result["fit"].without(c.host)), coded(c)) for i, c in enumerate(cases)]
        mine, base, inside = np.array(rows).T
        found[name] = _distribution(mine, base, inside, hosts, weight)
    return found


def _fall(i: int, result: dict, others: Training) -> Forecast:
    fall = np.nan_to_num(column(result["worlds"], "fall_day")[i], nan=YEAR)
    return _mixed(fall, [days_to_fall(c) for c in others.cases])


def _delay(i: int, result: dict, others: Training) -> Forecast:
    """Days from request to arrival in the worlds in which force came."""
    table = result["worlds"]
    waited = (column(table, "help_day") - column(table, "request_day"))[i]
    return _mixed(waited[np.isfinite(waited)], [delay(c) for c in others.cases])


def _size(name: str):
    spread = norm.ppf((np.arange(DRAWS) + 0.5) / DRAWS)

    def forecast(i: int, result: dict, others: Training) -> Forecast:
        centre, sd = sized(result["sizes"][name][i], others, name)
        past = np.array([observed_size(c, name) for c in others.cases])
        sample = np.maximum(np.log10(SIZES[name][1]), centre + sd * spread)
        return sample, np.ones(DRAWS), past[~np.isnan(past)]

    return forecast


def _coded(name: str):
    return lambda case: observed_size(case, name)


def _mixed(sample: np.ndarray, past: list[float]) -> Forecast:
    """Worlds, with a part left to other hosts' crises; these alone where no world has the event."""
    seen = np.array([p for p in past if not np.isnan(p)])
    left = DISCREPANCY if sample.size else 1.0
    share = [np.full(sample.size, (1.0 - left) / max(1, sample.size)), np.full(seen.size, left / seen.size)]
    return np.concatenate([sample, seen]), np.concatenate(share), seen


def _judged(forecast: Forecast, seen: float) -> tuple[float, float, float]:
    """CRPS of the forecast and of the other hosts' crises, and 1 if the 80 % interval holds what was seen."""
    if np.isnan(seen):
        return np.nan, np.nan, np.nan
    sample, share, past = forecast
    low, high = quantiles(sample, share, BAND)
    return crps(sample, share, seen), crps(past, np.ones(past.size), seen), float(low - 1e-9 <= seen <= high + 1e-9)


def _distribution(mine, base, inside, hosts: Hosts, weight: np.ndarray) -> dict:
    mean, low, high = hosts.interval(mine - base, weight)
    return {
        "crps": hosts.interval(mine, weight),
        "crps_climatology": hosts.interval(base, weight),
        "difference": {"mean": mean, "low": low, "high": high, "verdict": verdict(low, high)},
        "coverage_80": hosts.interval(inside, weight),
        "n": int(np.isfinite(mine).sum()),
    }


def _several(p: np.ndarray, hit: np.ndarray, base: np.ndarray, hosts: Hosts, weight: np.ndarray) -> dict:
    """Brier score over several classes (rows that sum to 1) against base rates; NaN rows are left out."""
    mine, theirs = ((p - hit) ** 2).sum(axis=1), ((base - hit) ** 2).sum(axis=1)
    mean, low, high = hosts.interval(mine - theirs, weight)
    return {
        "brier": hosts.interval(mine, weight),
        "brier_climatology": hosts.interval(theirs, weight),
        "difference": {"mean": mean, "low": low, "high": high, "verdict": verdict(low, high)},
        "n": int(np.isfinite(mine).sum()),
    }


def addressees(cases: list[Case], result: dict, hosts: Hosts, weight: np.ndarray) -> dict:
    """Who is asked first, where somebody is: four classes."""
    asked = column(result["worlds"], "request_group")
    p, hit, base = (np.full((len(cases), len(GROUPS)), np.nan) for _ in range(3))
    for i, case in enumerate(cases):
        seen = asked_class(case)
        if seen is None:
            continue
        others = [k for k in map(asked_class, result["fit"].without(case.host).cases) if k is not None]
        base[i] = (np.bincount(others, minlength=len(GROUPS)) + 0.25) / (len(others) + 1.0)
        counts = np.array([(asked[i] == g).sum() for g in range(len(GROUPS))], dtype=float)
        model = (counts + base[i]) / (counts.sum() + 1.0)
        p[i], hit[i] = (1.0 - DISCREPANCY) * model + DISCREPANCY * base[i], np.eye(len(GROUPS))[seen]
    return _several(p, hit, base, hosts, weight)


def alignments(cases: list[Case], result: dict, hosts: Hosts, weight: np.ndarray) -> dict:
    """Direction of alignment a year on, per patron: down, flat, up."""
    found = {}
    for patron in PATRONS:
        shift = column(result["worlds"], f"alignment:{patron}")
        p, hit, base = (np.full((len(cases), 3), np.nan) for _ in range(3))
        for i, case in enumerate(cases):
            seen = direction(case, patron)
            if seen is None or np.isnan(shift[i]).any():
                continue
            others = [
                k for k in (direction(c, patron) for c in result["fit"].without(case.host).cases) if k is not None
            ]
            base[i] = (np.bincount(others, minlength=3) + 1 / 3) / (len(others) + 1.0)
            model = np.array([(shift[i] < -MOVED).mean(), (abs(shift[i]) <= MOVED).mean(), (shift[i] > MOVED).mean()])
            p[i], hit[i] = (1.0 - DISCREPANCY) * model + DISCREPANCY * base[i], np.eye(3)[seen]
        if np.isfinite(p).any():
            found[patron] = _several(p, hit, base, hosts, weight)
    return found


def direction(case: Case, patron: str) -> int | None:
    """0 down, 1 flat, 2 up; None where it is not coded."""
    value = (case.outcome.get("alignment_shift") or {}).get(patron)
    return None if value is None else {"down": 0, "flat": 1, "up": 2}.get(value)
