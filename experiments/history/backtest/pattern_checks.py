"""Pattern checks of Kazakhstan, January 2022: reported ranges against the posterior predictive."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.core.caches import configs
from sim.core.received import read_yaml
from sim.metrics import describe_key
from sim.spec.load import load
from sim.spec.schema import Spec

# scenario, host left out of the posterior, label
ARMS = {
    "in": ("kazakhstan_2022", "", "free choice, case in the fit set"),
    "out": ("kazakhstan_2022", "KAZ", "the same, host left out"),
    "fuel": ("fuel_price_only", "", "fuel prices alone, case in the fit set"),
}
BAND = (0.1, 0.5, 0.9)


def patterns() -> list[dict[Any, Any]]:
    """The coded patterns, in order."""
    path = configs() / "case" / "kazakhstan_2022_patterns.yaml"
    return read_yaml(path)["patterns"]


def specifications(spec: Spec) -> list[Spec]:
    """The specification of each arm. spec: source of seed, citizens, mechanisms and fixed parameters."""
    specs_by_scenario = {
        name: load([f"scenario={name}", "indicators=drawn"]) for name in {name for name, _, _ in ARMS.values()}
    }
    shared = {name: getattr(spec, name) for name in ("seed", "citizens", "mechanisms", "fixed")} | {
        "parameters": "posterior"
    }
    return [
        specs_by_scenario[name].model_copy(update=shared | {"posterior_without": host})
        for name, host, _ in ARMS.values()
    ]


def check_patterns(metrics_of_arms: Sequence[dict[str, np.ndarray]]) -> list[dict[Any, Any]]:
    """One row per pattern: reported range, and median and 80 % band of the replications with an observation.

    metrics_of_arms: metric -> (replications,) of each arm, NaN where it was not observed.
    """
    return [
        pattern | {"label": describe_key(pattern["metric"])[0]} | _posterior_predictive(pattern, metrics_of_arms)
        for pattern in patterns()
    ]


def _posterior_predictive(pattern: dict[Any, Any], metrics_of_arms: Sequence[dict[str, np.ndarray]]) -> dict[Any, Any]:
    columns = {}
    for arm, metrics in zip(ARMS, metrics_of_arms, strict=True):
        values = metrics[pattern["metric"]]
        observed_values = values[~np.isnan(values)]
        inside = (observed_values >= pattern["low"]) & (observed_values <= pattern["high"])
        low, middle, high = np.quantile(observed_values, BAND) if observed_values.size else (np.nan,) * 3
        columns |= {
            f"observed_in_{arm}": observed_values.size / values.size,
            f"low_{arm}": low,
            f"median_{arm}": middle,
            f"high_{arm}": high,
            f"share_inside_{arm}": float(inside.mean()) if observed_values.size else np.nan,
            f"mean_{arm}": float(observed_values.mean()) if observed_values.size else np.nan,
            f"covered_{arm}": bool(observed_values.size and low <= pattern["high"] and high >= pattern["low"]),
        }
    return columns
