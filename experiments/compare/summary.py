"""The content of summary.json: means, differences, survival, a chosen day, regret, verdicts."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from experiments.compare import verdicts
from experiments.compare.comparison import SHARE, Comparison
from experiments.compare.robustness import Objective, assess
from experiments.compare.survival import kaplan_meier, time_in_office
from experiments.results.few_replications import coverage_of, fewest_replications
from experiments.results.formatting import metric_in_words, variable_in_words
from experiments.results.interval_kinds import EXPLAINED
from experiments.statements.differences import sentence
from sim.metrics import describe_key, range_of
from sim.records.ensemble import Ensemble
from sim.records.variables import variable_range

VERDICT = ("decided", "mean", "low", "high", "interval", "n", "share_positive", "share_negative", "differs_at_most")


def summarise(comparison: Comparison, objectives: Sequence[Objective], day: int | None) -> dict[Any, Any]:
    """Summary of a comparison. day: of the table of all daily series; None: no table."""
    metrics = {key: _metric(comparison, key) for key in comparison.metrics}
    return {
        "baseline": comparison.baseline.scenario,
        "arms": {
            e.scenario: {
                "label": e.label,
                "colour": e.colour,
                "start": e.start_date.isoformat(),
                "same_as_baseline": e.scenario in comparison.same_as_baseline,
            }
            for e in comparison.ensembles
        },
        "days": comparison.baseline.days,
        "names": {code: comparison.names.get(code, code) for code in comparison.patrons},
        "patrons": list(comparison.patrons),
        "leading": list(comparison.leading),
        "confidence": comparison.confidence,
        "interval": EXPLAINED,
        "runs": comparison.baseline.n_runs,
        "few_worlds": _few_replications(metrics),
        "verdicts": _verdicts(comparison, metrics),
        "pairing": _pairing(comparison, metrics),
        "metrics": metrics,
        "survival": _survival(comparison),
        "day": None if day is None else _at_day(comparison, day),
        "objectives": [_objective(comparison, o) for o in objectives],
    }


def _few_replications(metrics: dict[Any, Any]) -> dict[Any, Any]:
    """Measured coverage of the interval with the fewest replications, where these are fewer than ten."""
    n = fewest_replications(
        cell for entry in metrics.values() for part in ("arms", "differences") for cell in entry[part].values()
    )
    return {"n": n, "coverage": coverage_of(n)}


def _metric(comparison: Comparison, key: str) -> dict[Any, Any]:
    label, unit = describe_key(key)
    runs, days = comparison.baseline.n_runs, comparison.baseline.days
    entry = comparison.entry(lambda e: e.metrics.get(key), unit == SHARE, range_of(key, days))
    conditional = any(0 < cell["n"] < runs for cell in entry["arms"].values())
    words = metric_in_words(key, comparison.names)
    return {"label": label, "words": words, "unit": unit, "conditional": conditional} | entry


def _verdicts(comparison: Comparison, metrics: dict[Any, Any]) -> list[dict[Any, Any]]:
    """One entry per headline metric and arm."""
    entries = []
    for key in verdicts.headline_keys(metrics, comparison.leading):
        label = metric_in_words(key, comparison.names)
        for one in comparison.others:
            difference = metrics[key]["differences"][one.scenario]
            subject = f"{one.label} against {comparison.baseline.label}: {label[0].lower()}{label[1:]}"
            same = one.scenario in comparison.same_as_baseline
            text = sentence(subject, metrics[key]["unit"], difference, comparison.confidence, same)
            entry = {"metric": key, "arm": one.scenario, "baseline": comparison.baseline.scenario}
            entry |= {"subject": subject, "text": text}
            entries.append(entry | {k: difference[k] for k in VERDICT})
    return entries


def _pairing(comparison: Comparison, metrics: dict[Any, Any]) -> dict[Any, Any]:
    """Variance ratios of the headline metrics that vary: the median per arm, and over all arms."""
    keys = verdicts.headline_keys(metrics, comparison.leading)
    ratios = {
        e.scenario: [metrics[k]["differences"][e.scenario]["variance_ratio"] for k in keys] for e in comparison.others
    }
    finite = {arm: np.array([r for r in per_metric if not np.isnan(r)]) for arm, per_metric in ratios.items()}
    return {
        "median_variance_ratio": {arm: float(np.median(r)) if r.size else np.nan for arm, r in finite.items()},
    } | verdicts.pairing(np.concatenate([np.empty(0), *finite.values()]))


def _survival(comparison: Comparison) -> dict[Any, Any]:
    """Mean time in office up to the horizon, and the share that is still in office then."""
    entry = comparison.entry(time_in_office, within=(0.0, float(comparison.baseline.days)))
    for one in comparison.ensembles:
        entry["arms"][one.scenario]["in_office_at_horizon"] = float(kaplan_meier(one)[-1])
    return {"label": f"Mean time in office within {comparison.baseline.days} days", "unit": "days"} | entry


def _at_day(comparison: Comparison, day: int) -> dict[Any, Any]:
    """Every daily series at the end of a day; row d + 1 is day d."""
    variables = {}
    for column in comparison.columns:
        label, unit = variable_in_words(column, comparison.names)
        share = unit == "yes or no"
        within = variable_range(column, comparison.baseline.days)
        entry = comparison.entry(lambda e, c=column: _of_day(e, c, day), share, within)
        variables[column] = {"label": label, "unit": SHARE if share else unit} | entry
    return {"day": day, "variables": variables}


def _of_day(one: Ensemble, column: str, day: int) -> np.ndarray | None:
    return one.series[column][:, day + 1].astype(float) if column in one.series else None


def _objective(comparison: Comparison, objective: Objective) -> dict[Any, Any]:
    named = {"label": metric_in_words(objective.metric, comparison.names), "unit": describe_key(objective.metric)[1]}
    return named | assess(comparison.ensembles, objective, comparison.confidence)
