"""Errors of simulated sizes and of days of fall against the record: the model alone, a constant, and a regression on one fact."""

from typing import Any

import numpy as np
from scipy.stats import binomtest, kstest

from experiments.history.backtest.forecast import YEAR, Training, column, days_to_fall
from experiments.history.backtest.scoring import HostBootstrap
from experiments.history.cases.cases import Case
from experiments.history.cases.facts import first_week
from experiments.history.cases.sizes import SIZES, observed_size

SEED = 20220105  # of the random part of a PIT
INSIDE = (0.1, 0.9)  # PIT values that an interval of 80 % holds
FACT = {"deaths": "armed", "peak_protest": "crowd"}  # first-week fact of the regression on one fact
EARLY = (7, 10, 14)  # days at which shares of falls are compared


def subsets(cases: list[Case]) -> dict[str, np.ndarray]:
    """Masks of the crises at home: all, by armed challenge, and without the civil war of Tajikistan."""
    weeks = [first_week(c) for c in cases]
    home = np.array([c.kind == "domestic" for c in cases])
    armed = np.array([np.nan if week is None else week.armed for week in weeks])
    tajikistan = np.array([c.id == "tjk-1992-civilwar" for c in cases])
    levels = {"none": 0.0, "low": 0.3, "high": 1.0}
    return {
        "all": home,
        **{f"armed challenge {word}": home & (armed == level) for word, level in levels.items()},
        "without Tajikistan 1992": home & ~tajikistan,
    }


def errors(cases: list[Case], result: dict[Any, Any], bootstrap: HostBootstrap, weight: np.ndarray) -> dict[Any, Any]:
    """size -> subset -> mean absolute errors in log10, paired differences, and coverage of 80 % by randomised PIT."""
    rng = np.random.default_rng(SEED)
    scores: dict[Any, Any] = {}
    for name in SIZES:
        observed = np.array([observed_size(c, name) for c in cases])
        model = np.abs(result["sizes"][name] - observed)
        constant, line = (
            np.array([abs(rule(c, name, result["fit"]) - y) for c, y in zip(cases, observed, strict=True)])
            for rule in (others_median, on_one_fact)
        )
        samples = np.log10(column(result["worlds"], name) + SIZES[name][1])
        pit = np.array([randomised_pit(sample, y, rng) for sample, y in zip(samples, observed, strict=True)])
        scores[name] = {}
        for subset, mask in subsets(cases).items():
            chosen = mask & np.isfinite(model) & np.isfinite(line)
            if not chosen.any():
                continue
            scores[name][subset] = {
                "n": int(chosen.sum()),
                "model": _mean(model, chosen, bootstrap, weight),
                "constant": _mean(constant, chosen, bootstrap, weight),
                "regression": _mean(line, chosen, bootstrap, weight),
                "model - constant": _mean(model - constant, chosen, bootstrap, weight),
                "model - regression": _mean(model - line, chosen, bootstrap, weight),
                "bias": _mean(result["sizes"][name] - observed, chosen, bootstrap, weight),
                "coverage": _coverage(pit[chosen]),
            }
    return scores


def others_median(case: Case, name: str, fit: Training) -> float:
    """Median log size of the crises at home of other hosts."""
    sizes = [observed_size(c, name) for c in fit.without(case.host).cases if c.kind == "domestic"]
    return float(np.nanmedian(sizes))


def on_one_fact(case: Case, name: str, fit: Training) -> float:
    """Log size by a regression line on one first-week fact over crises at home of other hosts; NaN where it is not coded."""
    week = first_week(case)
    others = [c for c in fit.without(case.host).cases if c.kind == "domestic"]
    pairs = [(getattr(w, FACT[name]), observed_size(c, name)) for c in others if (w := first_week(c)) is not None]
    x, y = np.array([pair for pair in pairs if np.isfinite(pair[1])]).T
    if week is None:
        return np.nan
    slope, centre = np.polyfit(x, y, 1)
    return float(slope * getattr(week, FACT[name]) + centre)


def randomised_pit(sample: np.ndarray, observed: float, rng: np.random.Generator) -> float:
    """Probability integral transform of a count, ties spread evenly [Czado2009]; NaN without an observation."""
    u = rng.random()
    if np.isnan(observed):
        return np.nan
    below, equal = (sample < observed - 1e-9).sum(), (abs(sample - observed) <= 1e-9).sum()
    return float((below + u * (equal + 1)) / (sample.size + 1))


def falls(cases: list[Case], result: dict[Any, Any]) -> dict[Any, Any]:
    """Days of fall at home against the record: a rank test, and the shares of falls up to a few days."""
    rng = np.random.default_rng(SEED)
    table, days, ranks = column(result["worlds"], "fall_day"), [], []
    simulated = []
    for case, sample in zip(cases, table, strict=True):
        day = days_to_fall(case)
        fallen = sample[np.isfinite(sample)]
        if case.kind != "domestic" or not day < YEAR or not fallen.size:
            continue
        days.append(day)
        simulated.append([float((fallen <= limit).mean()) for limit in EARLY])
        ranks.append(randomised_pit(fallen, day, rng))
    if not days:
        return {"n": 0}
    return {
        "n": len(days),
        "p": float(kstest(ranks, "uniform").pvalue),
        "days": list(EARLY),
        "record": [float((np.array(days) <= limit).mean()) for limit in EARLY],
        "model": [float(share) for share in np.mean(simulated, axis=0)],
    }


def _mean(
    values: np.ndarray, chosen: np.ndarray, bootstrap: HostBootstrap, weight: np.ndarray
) -> tuple[float, float, float]:
    return bootstrap.interval(np.where(chosen, values, np.nan), weight)


def _coverage(pit: np.ndarray) -> tuple[float, float, float]:
    """Share of PIT values that an 80 % interval holds, with its exact binomial interval of 95 %."""
    inside = int(((pit >= INSIDE[0]) & (pit <= INSIDE[1])).sum())
    interval = binomtest(inside, len(pit)).proportion_ci(0.95)
    return inside / len(pit), float(interval.low), float(interval.high)
