"""Ensembles: the stacked runs of one specification, one row per replication."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np


@dataclass
class Ensemble:
    """Runs of one scenario over paired replications; a single run is an ensemble of one."""

    scenario: str
    label: str
    colour: str
    host: str
    host_name: str
    patrons: tuple[str, ...]
    organisations: tuple[str, ...]
    start_date: date
    days: int
    metrics: dict[str, np.ndarray]  # (runs,), NaN = not observed
    series: Mapping[str, np.ndarray]  # (runs, days + 1), the columns of Records.table()

    @property
    def n_runs(self) -> int:
        """Number of replications."""
        return len(next(iter(self.metrics.values())))


def ensemble(spec: Any, tables: list[dict[Any, Any]], metrics: list[dict[Any, Any]]) -> Ensemble:
    """Stack runs of one specification: tables[i] is `Records.table()` and metrics[i] are the metrics of run i."""
    return ensemble_of(
        spec,
        {k: np.array([np.nan if m[k] is None else m[k] for m in metrics]) for k in metrics[0]},
        {k: np.stack([t[k] for t in tables]) for k in tables[0] if k != "day"},
    )


def ensemble_of(spec: Any, metrics: dict[str, np.ndarray], series: Mapping[str, np.ndarray]) -> Ensemble:
    """An ensemble of stacked values; series may be a mapping that reads a file on access."""
    scenario = spec.scenario
    return Ensemble(
        scenario=scenario.name,
        label=scenario.label,
        colour=scenario.colour,
        host=scenario.host,
        host_name=spec.states[scenario.host].name.get("en", scenario.host),
        patrons=scenario.outside_patrons,
        organisations=tuple(spec.organisations),
        start_date=scenario.start_date,
        days=spec.days,
        metrics=metrics,
        series=series,
    )
