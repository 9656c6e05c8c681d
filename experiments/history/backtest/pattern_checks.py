"""Kazakhstan, January 2022: dated patterns against the posterior predictive, with the case in the fit set and out of it."""

import numpy as np
import yaml

from experiments.replications import run_worlds
from sim.core.caches import configs
from sim.metrics import describe_key
from sim.spec.load import load
from sim.spec.schema import Spec

# scenario, host left out of the posterior, and what to call it; the coefficients of coded facts belong to the first two
ARMS = {
    "in": ("kazakhstan_2022_coded", "", "as coded, case in the fit set"),
    "out": ("kazakhstan_2022_coded", "KAZ", "as coded, host left out"),
    "free": ("kazakhstan_2022", "", "shipped free choice, case in the fit set"),
}
BAND = (0.1, 0.5, 0.9)


def patterns() -> list[dict]:
    """The patterns as coded, in order."""
    path = configs() / "case" / "kazakhstan_2022_patterns.yaml"
    return yaml.safe_load(path.read_text(encoding="utf-8"))["patterns"]


def board(runs: int, workers: int, spec: Spec, advance) -> list[dict]:
    """One row per pattern: what was reported, and median and 80 % band of the worlds in which the metric is observed.

    spec: its seed, citizens, mechanisms and fixed parameters serve here too.
    """
    staged = {name: load([f"scenario={name}", "indicators=drawn"]) for name in {name for name, _, _ in ARMS.values()}}
    same = {name: getattr(spec, name) for name in ("seed", "citizens", "mechanisms", "fixed")} | {
        "parameters": "posterior"
    }
    specs = [staged[name].model_copy(update=same | {"posterior_without": host}) for name, host, _ in ARMS.values()]
    worlds = run_worlds(specs, runs, workers, advance)
    return [pattern | {"label": describe_key(pattern["metric"])[0]} | _found(pattern, worlds) for pattern in patterns()]


def _found(pattern: dict, worlds) -> dict:
    found = {}
    for arm, done in zip(ARMS, worlds, strict=True):
        values = np.array([np.nan if m[pattern["metric"]] is None else m[pattern["metric"]] for _, m in done])
        seen = values[~np.isnan(values)]
        inside = (seen >= pattern["low"]) & (seen <= pattern["high"])
        low, middle, high = np.quantile(seen, BAND) if seen.size else (np.nan,) * 3
        found |= {
            f"observed_in_{arm}": seen.size / values.size,
            f"low_{arm}": low,
            f"median_{arm}": middle,
            f"high_{arm}": high,
            f"share_inside_{arm}": float(inside.mean()) if seen.size else np.nan,
            f"mean_{arm}": float(seen.mean()) if seen.size else np.nan,
            f"covered_{arm}": bool(seen.size and low <= pattern["high"] and high >= pattern["low"]),
        }
    return found
