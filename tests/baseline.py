"""Baseline numbers, the committed means of all metrics: python -m tests.baseline, or make baseline, writes them anew.

If they move, CHANGELOG.md gives the reason under "Regression".
"""

from pathlib import Path

import numpy as np
import yaml

import sim
from sim.metrics import compute_metrics
from sim.stage.build import Stage

PATH = Path(__file__).resolve().parent.parent / "results" / "baseline" / "headline.yaml"
SCENARIOS = ("kazakhstan_2022", "csto_intervention", "turkic_diplomacy", "no_outside_act", "both")
SETTINGS = ["seed=20220102", "citizens=2000", "days=120", "indicators=drawn"]
WORLDS = 8


def compute() -> dict:
    """Mean of every metric that was observed, by scenario, over a few small worlds."""
    means = {}
    for name in SCENARIOS:
        spec = sim.load([f"scenario={name}", *SETTINGS])
        stage = Stage(spec)
        metrics = [compute_metrics(sim.simulate(stage, replication=r)) for r in range(WORLDS)]
        observed = {key: [m[key] for m in metrics if m[key] is not None] for key in metrics[0]}
        means[name] = {key: {"mean": float(np.mean(v)), "n": len(v)} for key, v in observed.items() if v}
    return means


if __name__ == "__main__":
    header = f"# {WORLDS} worlds a scenario, {' '.join(SETTINGS)}; made by `make baseline`\n"
    PATH.write_text(header + yaml.safe_dump(compute(), sort_keys=False), encoding="utf-8")
