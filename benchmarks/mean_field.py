"""The mean-field twin of the calibration beside the agent model, over all historical crises.

python -m benchmarks.mean_field runs=40 fields=first_week

Replication r of every case is played by both with the same parameters, draw r of the posterior. Prints per outcome the
means, the mean difference with its standard error over cases, its root mean square beside what chance alone would give,
the correlation over cases, and the cases that lie furthest apart.
"""

import sys

import numpy as np

from experiments.engine import EngineOptions, opened
from experiments.history import twin
from experiments.history.calibrate import WORLD, vector_of
from experiments.history.cases import Case, load_cases
from experiments.history.forecast import frequencies, log_size
from experiments.history.pack import FIELD_SETS, pack
from experiments.history.play import gather, shards, specify
from experiments.history.twin_layout import OUTCOMES
from sim.mechanisms import Mechanisms
from sim.priors import posterior_draw
from sim.streams import world_key

SEED, DRAWS = 1, 24  # of the worlds; plays of every case and vector by the twin
FURTHEST = 6


def by_twin(cases: list[Case], fields: str, runs: int) -> np.ndarray:
    """(runs, C, outcomes) means of the twin with the parameters of each replication."""
    rules = (posterior_draw(Mechanisms(), world_key(SEED, r), r) for r in range(runs))
    vectors, packed = np.array([vector_of(r) for r in rules]), pack(cases, cases, DRAWS)
    weeks = packed.weeks[FIELD_SETS.index(fields)]
    return twin.population(vectors, packed.scalars, packed.patrons, packed.n_patrons, weeks, WORLD)


def by_agents(cases: list[Case], fields: str, runs: int) -> np.ndarray:
    """(C, outcomes) means of the agent model."""
    same = {"seed": SEED, "citizens": 1000, "parameters": "posterior"}
    with opened(EngineOptions()) as engine:
        task = specify(cases, cases, fields, lambda case: same)
        table = gather(engine.run(task, shards(len(cases), runs)), len(cases), runs, lambda n: None)
    p = frequencies(table)
    fell = [1.0 - p["survived_90d"], 1.0 - p["survived_365d"]]
    return np.stack([p["requested"], p["helped"], *fell, log_size(table, "peak_protest"), log_size(table, "deaths")], 1)


def main(runs: int, fields: str) -> None:
    cases = load_cases()[0]
    agents, played = by_agents(cases, fields, runs), by_twin(cases, fields, runs)
    mean_field = played.mean(axis=0)
    print(f"{len(cases)} cases, {runs} vectors, fields {fields}; agents - twin, +- standard error over cases")
    for k, name in enumerate(OUTCOMES):
        gap = agents[:, k] - mean_field[:, k]
        spread = played[:, :, k] * (1.0 - played[:, :, k]) if k < 4 else np.full(1, np.nan)
        print(
            f"{name:12s} agents {agents[:, k].mean():6.3f} twin {mean_field[:, k].mean():6.3f}"
            f"  difference {gap.mean():+.3f} +- {gap.std(ddof=1) / np.sqrt(len(cases)):.3f}"
            f"  rms {np.sqrt((gap**2).mean()):.3f} (chance {np.sqrt(spread.mean() * (1 / runs + 1 / runs / DRAWS)):.3f})"
            f"  correlation {np.corrcoef(agents[:, k], mean_field[:, k])[0, 1]:.3f}"
        )
        furthest = np.argsort(-np.abs(gap))[:FURTHEST]
        print("    " + ", ".join(f"{cases[i].id} {agents[i, k]:.2f} {mean_field[i, k]:.2f}" for i in furthest))


if __name__ == "__main__":
    given = dict(word.split("=") for word in sys.argv[1:])
    main(int(given.get("runs", 40)), given.get("fields", "first_week"))
