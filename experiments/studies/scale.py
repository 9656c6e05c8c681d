"""Study of scale: do headline metrics depend on the number of rows? Independent replications of three sizes.

python -m experiments.studies.scale [worlds at 5,000 and 20,000] [worlds at 1,000,000]
"""

import sys

import numpy as np

import sim
from experiments.replications import run_replications

METRICS = (
    "survived_30d",
    "protest_peak",
    "protest_duration",
    "deaths",
    "elite_change_30d:RUS",
    "public_change_30d:RUS",
)


def main() -> None:
    """Print means, standard errors and the largest difference in standard errors."""
    few, many = (int(x) for x in (*sys.argv[1:], 400, 100)[:2])
    metrics_by_rows = {}
    for rows, replications, seed in ((5_000, few, 1), (20_000, few, 2), (1_000_000, many, 3)):
        spec = sim.load([f"citizens={rows}", f"seed={seed}", "days=40", "indicators=drawn"])
        metrics_by_rows[rows] = [m for _, m in run_replications([spec], replications, 2, lambda n: None)[0]]
    print(f"{'metric':24}" + "".join(f"{rows:>22,} rows" for rows in metrics_by_rows) + "   largest difference")
    for key in METRICS:
        values = {rows: np.array([m[key] for m in runs], dtype=float) for rows, runs in metrics_by_rows.items()}
        mean = {rows: v.mean() for rows, v in values.items()}
        error = {rows: v.std(ddof=1) / np.sqrt(v.size) for rows, v in values.items()}
        cells = "".join(f"{mean[r]:>15.4f} +- {error[r]:<8.4f}" for r in metrics_by_rows)
        worst = max(
            abs(mean[a] - mean[b]) / np.hypot(error[a], error[b])
            for a in metrics_by_rows
            for b in metrics_by_rows
            if a < b
        )
        print(f"{key:24}{cells}   {worst:.1f} standard errors")


if __name__ == "__main__":
    main()
