"""Study of the circle: does the choice of citizens' contacts change cascades and headline metrics? Prints Markdown.

python -m experiments.studies.circles [replications]

Every circle is compared over paired replications with `full`, the rule without shortcut. A cheaper circle may replace it if
every interval lies within MARGIN, which was set before the first table.
"""

import sys

import numpy as np

import sim
from experiments.compare.statistics import paired_difference
from sim.kernels.opinions import LANES, UNIT
from sim.metrics import compute_metrics
from sim.model import InfluenceModel
from sim.stage.build import Stage

CIRCLES = ("full", "blocks", "ring", "segments only")
CASES = {
    "free choice, defaults": ["scenario=kazakhstan_2022"],
    "intervention, opinion at its strongest": [
        "scenario=csto_intervention", "mechanisms.opinions.acquaintances=1.0", "mechanisms.opinions.heterogeneity=1.0",
        "mechanisms.legitimacy.foreign_troops=0.02",
    ],
}  # fmt: skip
MARGIN = {"survived_90d": 0.02, "protest_peak": 0.01, "protester_days": 10.0, "deaths": 10.0, "elite_change_30d:RUS": 0.01,
          "public_change_30d:RUS": 0.01, "public_change_180d:RUS": 0.01, "public_change_30d:TUR": 0.01}  # fmt: skip


def metric_values(case: list[str], circle: str, n: int) -> dict[str, np.ndarray]:
    """Metrics of n replications, and two of the last day: spread of alignments, correlation of neighbours on the ring."""
    rule = (
        ["mechanisms.opinions.enabled=false"] if circle == "segments only" else [f"mechanisms.opinions.circle={circle}"]
    )
    spec = sim.load([*case, *rule, "indicators=drawn", "days=180"])
    stage, rows = Stage(spec), []
    for replication in range(n):
        model = InfluenceModel(stage, replication=replication)
        for _ in range(spec.days):
            model.step()
        metrics = {k: v for k, v in compute_metrics(model.records).items() if k in MARGIN}
        if model.world.fixed.focal_patrons.size:
            x = model.world.opinions.view(np.int16).reshape(-1, LANES)[:, 0] / UNIT
            metrics |= {"spread": x.std(), "likeness": np.corrcoef(x[:-1], x[1:])[0, 1]}
        rows.append(metrics)
    return {k: np.array([np.nan if m[k] is None else m[k] for m in rows], dtype=float) for k in rows[0]}


def main() -> None:
    """Print one table a case."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 150
    for title, case in CASES.items():
        print(
            f"\n**{title}**, {n} paired replications of 5,000 rows, 180 days: mean of `full`; differences from it [95 %]\n"
        )
        print("| metric (margin) | full | " + " | ".join(CIRCLES[1:]) + " |\n|---|---|" + "---|" * len(CIRCLES[1:]))
        arms = {circle: metric_values(case, circle, n) for circle in CIRCLES}
        for key in (*MARGIN, "spread", "likeness"):
            cells = []
            for circle in CIRCLES[1:]:
                if key not in arms[circle]:
                    cells.append("none")
                    continue
                d = paired_difference(arms[circle][key], arms["full"][key], 0.95)
                cells.append(f"{d['mean']:+.4f} [{d['low']:+.4f}, {d['high']:+.4f}]")
            margin = f" ({MARGIN[key]:g})" if key in MARGIN else ""
            print(f"| {key}{margin} | {np.nanmean(arms['full'][key]):.4f} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
