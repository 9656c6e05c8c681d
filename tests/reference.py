"""Make the committed reference result anew: python -m tests.reference, or make reference.

When it moves, CHANGELOG.md says so under "Regression" and why.
"""

from pathlib import Path

import numpy as np
import yaml

import sim
from sim.metrics import compute_metrics
from sim.stage.build import Stage

PATH = Path(__file__).resolve().parent.parent / "results" / "reference" / "headline.yaml"
SCENARIOS = ("kazakhstan_2022", "csto_intervention", "turkic_diplomacy", "no_outside_act", "both")
SETTINGS = ["seed=20220102", "citizens=2000", "days=120", "indicators=drawn"]
WORLDS = 8


def compute() -> dict:
    """Mean of every metric that was observed, by scenario, over a few small worlds."""
    result = {}
    for name in SCENARIOS:
        spec = sim.load([f"scenario={name}", *SETTINGS])
        stage = Stage(spec)
        found = [compute_metrics(sim.simulate(stage, replication=r)) for r in range(WORLDS)]
        seen = {key: [m[key] for m in found if m[key] is not None] for key in found[0]}
        result[name] = {key: {"mean": float(np.mean(v)), "n": len(v)} for key, v in seen.items() if v}
    return result


if __name__ == "__main__":
    header = f"# {WORLDS} worlds a scenario, {' '.join(SETTINGS)}; made by `make reference`\n"
    PATH.write_text(header + yaml.safe_dump(compute(), sort_keys=False), encoding="utf-8")
