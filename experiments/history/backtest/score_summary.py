"""Summary of a backtest: every score with its interval over hosts, every difference with its verdict."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from experiments.history.backtest import sizes
from experiments.history.backtest.baselines import OUTCOMES, is_scored, observation
from experiments.history.backtest.distributions import addressees, alignments, distributions
from experiments.history.backtest.forecast import METHODS
from experiments.history.backtest.scoring import HostBootstrap, brier, calibration_curve, log_score, verdict
from experiments.history.cases.cases import Case
from experiments.history.cases.folds import event_weights, fold_of


def summarise(cases: list[Case], fit_cases: list[Case], results: dict[Any, Any]) -> dict[Any, Any]:
    """Scores per field set and outcome, differences from the model, sizes and times, addressees, alignment."""
    bootstrap, weight = HostBootstrap([fold_of(c, cases) for c in cases]), event_weights(cases)
    summary: dict[Any, Any] = {
        "cases": len(cases),
        "scores": {},
        "differences": {},
        "calibration": {},
        "distributions": {},
        "sizes": {},
        "falls": {},
    }
    for fields, result in results.items():
        p = result["probabilities"]
        summary["scores"][fields], summary["differences"][fields], summary["calibration"][fields] = {}, {}, {}
        for name, outcome, mask in _subsets(cases):
            y = np.array([observation(c, outcome) if m else np.nan for c, m in zip(cases, mask, strict=True)])
            if not np.isfinite(y).any():
                continue
            summary["scores"][fields][name] = {
                m: _scores(p[m][outcome], y, p, outcome, bootstrap, weight) for m in METHODS
            }
            summary["differences"][fields][name] = _differences(p, outcome, y, bootstrap, weight)
            is_coded = np.isfinite(y)
            summary["calibration"][fields][name] = {
                m: calibration_curve(p[m][outcome][is_coded], y[is_coded], weight[is_coded])
                for m in ("model", "recalibrated")
            }
        summary["distributions"][fields] = distributions(cases, result, bootstrap, weight)
        summary["sizes"][fields] = sizes.errors(cases, result, bootstrap, weight)
        summary["falls"][fields] = sizes.falls(cases, result)
        summary["distributions"][fields]["addressee"] = addressees(cases, result, bootstrap, weight)
        summary["distributions"][fields]["alignment"] = alignments(cases, result, bootstrap, weight)
    return summary


def _subsets(cases: list[Case]) -> Iterator[tuple[str, str, list[bool]]]:
    """Name, outcome, and mask of the scored cases; survival also over all kinds of crisis."""
    for outcome in OUTCOMES:
        yield outcome, outcome, [is_scored(c, outcome) for c in cases]
        if outcome.startswith("survived"):
            yield f"{outcome}_all_kinds", outcome, [True] * len(cases)


def _scores(
    p: np.ndarray, y: np.ndarray, methods: dict[Any, Any], outcome: str, bootstrap: HostBootstrap, weight: np.ndarray
) -> dict[Any, Any]:
    is_coded = np.isfinite(y)
    squared_errors, base = _where(is_coded, brier(p, y)), _where(is_coded, brier(methods["climatology"][outcome], y))
    return {
        "brier": bootstrap.interval(squared_errors, weight),
        "log": bootstrap.interval(_where(is_coded, log_score(p, np.nan_to_num(y))), weight),
        "auc": bootstrap.auc_interval(p, y, weight),
        "skill": bootstrap.skill(squared_errors, base, weight),
        "n": int(is_coded.sum()),
        "positives": float(np.nansum(y)),
    }


def _where(mask: np.ndarray, values: np.ndarray) -> np.ndarray:
    return np.where(mask, values, np.nan)


def _differences(
    p: dict[Any, Any], outcome: str, y: np.ndarray, bootstrap: HostBootstrap, weight: np.ndarray
) -> dict[Any, Any]:
    """Brier score of the model minus that of every other method, paired over hosts; and of the average minus its parts."""
    pairs = [("model", m) for m in METHODS if m != "model"] + [("average", "regression"), ("average", "climatology")]
    differences = {}
    for method, other in pairs:
        gap = brier(p[method][outcome], y) - brier(p[other][outcome], y)
        mean, low, high = bootstrap.interval(gap, weight)
        differences[f"{method} - {other}"] = {"mean": mean, "low": low, "high": high, "verdict": verdict(low, high)}
    return differences
