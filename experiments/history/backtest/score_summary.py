"""The tables of a backtest: every score with its interval over hosts, every difference with its verdict."""

import numpy as np

from experiments.history.backtest.baselines import OUTCOMES, fold_of, observed, scored
from experiments.history.backtest.distributions import addressees, alignments, distributions
from experiments.history.backtest.forecast import METHODS
from experiments.history.backtest.scoring import Hosts, brier, calibration_curve, log_score, verdict
from experiments.history.cases.cases import Case
from experiments.history.posterior.likelihood import event_weights


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
