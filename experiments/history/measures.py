"""The tables of a backtest: every score with its interval over hosts, every difference with its verdict."""

import numpy as np
from scipy.stats import norm

from experiments.history.baselines import OUTCOMES, fold_of, observed, scored
from experiments.history.cases import Case
from experiments.history.forecast import METHODS, SIZES, YEAR, column, days_to_fall, observed_size, sized
from experiments.history.likelihood import DISCREPANCY, event_weights
from experiments.history.patrons import address_class
from experiments.history.play import GROUPS, PATRONS
from experiments.history.scoring import Hosts, brier, calibration_curve, crps, log_score, quantiles, verdict

DRAWS = 200  # of a distribution given by centre and spread
MOVED = 0.05  # change of alignment in a year that counts as up or down
BAND = (0.1, 0.9)


def summarise(cases: list[Case], fit_cases: list[Case], results: dict) -> dict:
    """Scores per field set and outcome, differences from the model, sizes and times, addressees, alignment."""
    hosts, weight = Hosts([fold_of(c, cases) for c in cases]), event_weights(cases)
    summary: dict = {"cases": len(cases), "scores": {}, "differences": {}, "calibration": {}, "distributions": {}}
    for fields, result in results.items():
        p = result["probabilities"]
        summary["scores"][fields], summary["differences"][fields], summary["calibration"][fields] = {}, {}, {}
        for name, outcome, mask in _subsets(cases):
            y = np.array([observed(c, outcome) if m else np.nan for c, m in zip(cases, mask, strict=True)])
            if not np.isfinite(y).any():
                continue
            summary["scores"][fields][name] = {m: _scores(p[m][outcome], y, p, outcome, hosts, weight) for m in METHODS}
            summary["differences"][fields][name] = _differences(p, outcome, y, hosts, weight)
            seen = np.isfinite(y)
            summary["calibration"][fields][name] = {
                m: calibration_curve(p[m][outcome][seen], y[seen], weight[seen]) for m in ("model", "recalibrated")
            }
        summary["distributions"][fields] = distributions(cases, result, hosts, weight)
        summary["distributions"][fields]["addressee"] = addressees(cases, result, hosts, weight)
        summary["distributions"][fields]["alignment"] = alignments(cases, result, hosts, weight)
    return summary


def _subsets(cases: list[Case]):
    """Name, outcome, and which cases are scored: survival also over all kinds of crisis."""
    for outcome in OUTCOMES:
        yield outcome, outcome, [scored(c, outcome) for c in cases]
        if outcome.startswith("survived"):
            yield f"{outcome}_all_kinds", outcome, [True] * len(cases)


def _scores(p: np.ndarray, y: np.ndarray, everybody: dict, outcome: str, hosts: Hosts, weight: np.ndarray) -> dict:
    seen = np.isfinite(y)
    squared, base = _where(seen, brier(p, y)), _where(seen, brier(everybody["climatology"][outcome], y))
    return {
        "brier": hosts.interval(squared, weight),
        "log": hosts.interval(_where(seen, log_score(p, np.nan_to_num(y))), weight),
        "auc": hosts.auc_interval(p, y, weight),
        "skill": hosts.skill(squared, base, weight),
        "n": int(seen.sum()),
        "positives": float(np.nansum(y)),
    }


def _where(seen: np.ndarray, values: np.ndarray) -> np.ndarray:
    return np.where(seen, values, np.nan)


def _differences(p: dict, outcome: str, y: np.ndarray, hosts: Hosts, weight: np.ndarray) -> dict:
    """Brier score of the model minus that of every other method, paired over hosts; and of the average minus both parts."""
    pairs = [("model", m) for m in METHODS if m != "model"] + [("average", "regression"), ("average", "climatology")]
    found = {}
    for mine, theirs in pairs:
        gap = brier(p[mine][outcome], y) - brier(p[theirs][outcome], y)
        mean, low, high = hosts.interval(gap, weight)
        found[f"{mine} - {theirs}"] = {"mean": mean, "low": low, "high": high, "verdict": verdict(low, high)}
    return found


def distributions(cases: list[Case], result: dict, hosts: Hosts, weight: np.ndarray) -> dict:
    """CRPS against climatology and coverage of 80 % intervals: time to fall, peak protest, deaths."""
    fit, n = result["fit"], len(cases)
    fall = np.nan_to_num(column(result["worlds"], "fall_day"), nan=YEAR)
    mine, base, inside = (np.full((3, n), np.nan) for _ in range(3))
    spread = norm.ppf((np.arange(DRAWS) + 0.5) / DRAWS)
    for i, case in enumerate(cases):
        others = fit.without(case.host)
        seen = [d for d in map(days_to_fall, others.cases) if not np.isnan(d)]
        share = np.concatenate(
            [np.full(fall.shape[1], (1.0 - DISCREPANCY) / fall.shape[1]), np.full(len(seen), DISCREPANCY / len(seen))]
        )
        forecasts = [(np.concatenate([fall[i], seen]), share, np.array(seen), days_to_fall(case))]
        for name in SIZES:
            centre, sd = sized(result["sizes"][name][i], others, name)
            past = np.array([v for v in (observed_size(c, name) for c in others.cases) if not np.isnan(v)])
            floor = np.log10(SIZES[name][1])
            sample = np.maximum(floor, centre + sd * spread)
            forecasts.append((sample, np.ones(DRAWS), past, observed_size(case, name)))
        for k, (sample, share, past, seen_value) in enumerate(forecasts):
            if not np.isnan(seen_value):
                mine[k, i] = crps(sample, share, seen_value)
                base[k, i] = crps(past, np.ones(len(past)), seen_value)
                low, high = quantiles(sample, share, BAND)
                inside[k, i] = float(low - 1e-9 <= seen_value <= high + 1e-9)
    return {
        name: _distribution(mine[k], base[k], inside[k], hosts, weight)
        for k, name in enumerate(("days_to_fall", *SIZES))
    }


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


def asked_class(case: Case) -> int | None:
    """Class of the first power that was asked for security help; None if nobody was, or it is not coded."""
    classes = [address_class(code) for code in case.outcome.get("help_requested_from") or []]
    if not case.requested or not classes:
        return None
    known = [c for c in classes if c != "other"] or classes
    return GROUPS.index(known[0])


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
    return {"down": 0, "flat": 1, "up": 2}.get(value)
