"""The mean-field twin of the calibration beside the agent model, over all historical crises.

python -m experiments.studies.mean_field runs=40 fields=first_week citizens=5000

Replication r of every case is played by both with the same parameters, draw r of the posterior. Prints per outcome the
means, the mean difference with its Monte Carlo error over replications, the root mean square over cases beside what
chance alone would give, the correlation over cases, and the cases that lie furthest apart.
"""

import sys

import numpy as np

from experiments.engine import EngineOptions, open_engine
from experiments.history.backtest.forecast import SIZES, column
from experiments.history.backtest.simulate_cases import case_seed, gather, shards, specify
from experiments.history.cases.cases import Case, load_cases
from experiments.history.cases.patrons import GROUPS
from experiments.history.mean_field import model as twin
from experiments.history.mean_field.layout import OUTCOMES
from experiments.history.mean_field.to_arrays import FIELD_SETS, pack
from experiments.history.posterior.calibrate import WORLD, vector_of
from sim.core.streams import world_key
from sim.mechanisms import Mechanisms
from sim.spec.priors import Draws

SEED, DRAWS = 1, 24  # of the worlds; plays of every case and vector by the twin
FURTHEST = 6


def by_twin(cases: list[Case], fields: str, runs: int) -> np.ndarray:
    """(runs, C, outcomes) means of the twin with the parameters of each replication."""
    draws = Draws(Mechanisms(), "posterior")
    rules = (draws.mechanisms(world_key(SEED, r), r) for r in range(runs))
    vectors, packed = np.array([vector_of(r) for r in rules]), pack(cases, cases, DRAWS)
    weeks = packed.weeks[FIELD_SETS.index(fields)]
    return twin.population(vectors, packed.scalars, packed.patrons, packed.n_patrons, weeks, WORLD)


def by_agents(cases: list[Case], fields: str, runs: int, citizens: int) -> np.ndarray:
    """(runs, C, outcomes) of every world of the agent model."""
    same = {"citizens": citizens, "parameters": "posterior"}
    with open_engine(EngineOptions()) as engine:
        task = specify(cases, cases, fields, lambda case: same | {"seed": case_seed(SEED, case)})
        table = gather(engine.run(task, shards(len(cases), runs)), len(cases), runs, lambda n: None)
    fall = np.nan_to_num(column(table, "fall_day"), nan=np.inf)
    yes = [column(table, "requested"), column(table, "helped"), fall < 90, fall < 365]
    sizes = [np.log10(column(table, name) + added) for name, (_, added) in SIZES.items()]
    whom = [column(table, "request_group") == group for group in range(len(GROUPS))]
    return np.stack([*yes, *sizes, *whom], axis=2).swapaxes(0, 1)


def main(runs: int, fields: str, citizens: int) -> None:
    cases = load_cases()[0]
    agents, twins = by_agents(cases, fields, runs, citizens), by_twin(cases, fields, runs)
    print(
        f"{len(cases)} cases, {runs} vectors, fields {fields}, {citizens} citizens; agents - twin, +- Monte Carlo error"
    )
    for k, name in enumerate(OUTCOMES):
        error = (agents - twins)[:, :, k].mean(axis=1).std(ddof=1) / np.sqrt(runs)
        mine, theirs = agents[:, :, k].mean(axis=0), twins[:, :, k].mean(axis=0)
        noise = np.sqrt(((agents - twins)[:, :, k].var(axis=0, ddof=1) / runs).mean())
        print(
            f"{name:12s} agents {mine.mean():6.3f} twin {theirs.mean():6.3f}"
            f"  difference {(mine - theirs).mean():+.3f} +- {error:.3f}"
            f"  rms over cases {np.sqrt(((mine - theirs) ** 2).mean()):.3f} (chance alone {noise:.3f})"
            f"  correlation {np.corrcoef(mine, theirs)[0, 1]:.3f}"
        )
        furthest = np.argsort(-np.abs(mine - theirs))[:FURTHEST]
        print("    " + ", ".join(f"{cases[i].id} {mine[i]:.2f} {theirs[i]:.2f}" for i in furthest))


if __name__ == "__main__":
    given = dict(word.split("=") for word in sys.argv[1:])
    main(int(given.get("runs", 40)), given.get("fields", "first_week"), int(given.get("citizens", 5000)))
