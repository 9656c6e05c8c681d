"""The files of a backtest: a row per case, forecasts of the fit set, every replication."""

import csv
from pathlib import Path
from typing import Any

import numpy as np

from experiments.history.backtest.baselines import OUTCOMES, is_scored, observation
from experiments.history.backtest.forecast import METHODS, Training, column
from experiments.history.backtest.simulate_cases import COLUMNS, PATRONS
from experiments.history.cases.cases import Case
from experiments.history.cases.patrons import GROUPS
from experiments.history.cases.sizes import SIZES
from experiments.history.mean_field.to_arrays import FIELD_SETS
from experiments.results.writing import write_table
from sim.core.caches import configs
from sim.core.faults import ConfigError, describe_fault

FORECASTS = "fit_forecasts.csv"  # shipped beside the posterior: forecasts of the fit set


def _keys(fields: str) -> dict[str, str]:
    """Column of the forecasts of the fit set -> outcome or size."""
    return {f"p_{o}_{fields}": o for o in OUTCOMES} | {f"log10_{s}_{fields}": s for s in SIZES}


def write_fit_forecasts(path: Path, fit_cases: list[Case], results: dict[Any, Any]) -> None:
    """Write the forecasts of the fit set, by which a run on other crises recalibrates."""
    columns = {key: results[fields]["fit"].model[name] for fields in FIELD_SETS for key, name in _keys(fields).items()}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", *columns])
        writer.writerows([c.id, *(f"{v[i]:.5f}" for v in columns.values())] for i, c in enumerate(fit_cases))


def shipped_forecasts(fit_cases: list[Case], fields: str) -> Training:
    """Forecasts of the fit set by the shipped posterior, each host left out. Raises ConfigError."""
    path = configs() / "posterior" / FORECASTS
    if not path.exists():
        raise ConfigError(
            describe_fault("posterior", path.name, "is missing: suasion backtest on the shipped cases writes it", ())
        )
    with path.open(encoding="utf-8", newline="") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    names = _keys(fields).items()
    return Training(fit_cases, {name: np.array([float(rows[c.id][key]) for c in fit_cases]) for key, name in names})


def write_cases(path: Path, cases: list[Case], results: dict[Any, Any]) -> None:
    """Write one row per case: forecasts of every method and field set, outcomes, and the surprise in bits."""
    rows = []
    for i, case in enumerate(cases):
        row: dict[Any, Any] = {"id": case.id, "host": case.host, "kind": case.kind, "start": case.start.isoformat()}
        for fields in FIELD_SETS:
            probabilities = results[fields]["probabilities"]
            row |= {f"p_{o}_{fields}": probabilities["model"][o][i] for o in OUTCOMES}
            row |= {f"{m}_{o}_{fields}": probabilities[m][o][i] for m in METHODS[1:] for o in OUTCOMES}
            row |= {f"log10_{s}_{fields}": results[fields]["sizes"][s][i] for s in SIZES}
            row |= _details(results[fields]["worlds"][i : i + 1], fields)
        for outcome in OUTCOMES:
            y = observation(case, outcome)
            row[f"outcome_{outcome}"] = y
            row[f"scored_{outcome}"] = is_scored(case, outcome) and not np.isnan(y)
            for fields in FIELD_SETS:
                p = results[fields]["probabilities"]["model"][outcome][i]
                row[f"surprise_{outcome}_{fields}"] = -np.log2(max(1e-3, p if y == 1 else 1.0 - p)) if y == y else y
        rows.append(row)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows({k: _cell(v) for k, v in row.items()} for row in rows)


def _details(table: np.ndarray, fields: str) -> dict[Any, Any]:
    """Addressees, time to arrival and change of alignment, over the replications of a case."""
    details = {}
    groups = column(table, "request_group")[0]
    for g, group in enumerate(GROUPS):
        details[f"p_asked_{group}_{fields}"] = float((groups == g).mean())
    delays = column(table, "help_day")[0]
    details[f"median_help_day_{fields}"] = float(np.nanmedian(delays)) if np.isfinite(delays).any() else np.nan
    for patron in PATRONS:
        shift = column(table, f"alignment:{patron}")[0]
        details[f"alignment_{patron}_{fields}"] = float(shift.mean()) if np.isfinite(shift).all() else np.nan
    return details


def _cell(value: object) -> object:
    if isinstance(value, (float, np.floating)):
        return "" if np.isnan(value) else f"{value:.5g}"
    return value


def write_replications(path: Path, cases: list[Case], tables: dict[Any, Any]) -> None:
    """Write every replication of the full model: case, field set, number and outcomes."""
    columns: dict[Any, Any] = {"id": [], "fields": [], "replication": []} | {name: [] for name in COLUMNS}
    for fields, (full, _) in tables.items():
        n, runs, _ = full.shape
        columns["id"] += np.repeat([c.id for c in cases], runs).tolist()
        columns["fields"] += [fields] * (n * runs)
        columns["replication"] += np.tile(np.arange(runs), n).tolist()
        for k, name in enumerate(COLUMNS):
            columns[name] += full[:, :, k].ravel().tolist()
    write_table(path, columns, csv=False)
