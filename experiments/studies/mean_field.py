"""Study of the mean-field model of the calibration: its outcomes against the agent model, over all historical crises.

python -m experiments.studies.mean_field runs=40 fields=first_week citizens=5000

Both models simulate replication r of every case with the same parameters, draw r of the posterior. The table shows per
outcome the means, the mean difference with its Monte Carlo error over replications, the root mean square over cases with its
expectation under chance alone, the correlation over cases, and the cases with the largest differences.
"""

import sys

import numpy as np

from experiments.engine import EngineOptions, open_engine
from experiments.history.backtest.forecast import column
from experiments.history.backtest.simulate_cases import case_seed, simulate_task, specify
from experiments.history.cases.cases import Case, load_cases
from experiments.history.cases.patrons import GROUPS
from experiments.history.cases.sizes import SIZES
from experiments.history.mean_field.layout import OUTCOMES, SOON
from experiments.history.mean_field.model import population
from experiments.history.mean_field.parameters import parameter_table
from experiments.history.mean_field.to_arrays import FIELD_SETS, to_arrays
from experiments.history.posterior.calibrate import WORLD
from sim.core.streams import world_key
from sim.mechanisms import Mechanisms
from sim.spec.priors import Draws

SEED, DRAWS = 1, 24  # of the replications; simulations of every case and vector by the mean-field model
FURTHEST = 6
NAMES = tuple(name for name in OUTCOMES if not name.endswith("_density"))  # outcomes that both models have
SHARED = [OUTCOMES.index(name) for name in NAMES]


def by_mean_field(cases: list[Case], fields: str, runs: int) -> np.ndarray:
    """(runs, C, outcomes) means of the mean-field model with the parameters of each replication."""
    draws = Draws(Mechanisms(), "posterior")
    parameters = parameter_table([draws.mechanisms(world_key(SEED, r), r) for r in range(runs)])
    arrays = to_arrays(cases, cases, DRAWS)
    weeks = arrays.weeks[FIELD_SETS.index(fields)]
    return population(parameters, arrays.facts, arrays.patrons, arrays.n_patrons, weeks, arrays.observed, WORLD)[
        :, :, SHARED
    ]


def by_agents(cases: list[Case], fields: str, runs: int, citizens: int) -> np.ndarray:
    """(runs, C, outcomes) of every replication of the agent model."""
    same = {"citizens": citizens, "parameters": "posterior"}
    with open_engine(EngineOptions()) as engine:
        task = specify(cases, cases, fields, lambda case: same | {"seed": case_seed(SEED, case)})
        table = simulate_task(engine, task, runs, lambda n: None)
    fall = np.nan_to_num(column(table, "fall_day"), nan=np.inf)
    yes = [column(table, "requested"), column(table, "helped"), fall <= SOON, fall < 90, fall < 365]
    sizes = [np.log10(column(table, name) + added) for name, (_, added) in SIZES.items()]
    whom = [column(table, "request_group") == group for group in range(len(GROUPS))]
    return np.stack([*yes, *sizes, *whom], axis=2).swapaxes(0, 1)


def main(runs: int, fields: str, citizens: int) -> None:
    cases = load_cases()[0]
    agents, mean_field = by_agents(cases, fields, runs, citizens), by_mean_field(cases, fields, runs)
    print(
        f"{len(cases)} cases, {runs} vectors, fields {fields}, {citizens} citizens; agents - mean field, +- Monte Carlo error"
    )
    for k, name in enumerate(NAMES):
        error = (agents - mean_field)[:, :, k].mean(axis=1).std(ddof=1) / np.sqrt(runs)
        by_case, expected = agents[:, :, k].mean(axis=0), mean_field[:, :, k].mean(axis=0)
        noise = np.sqrt(((agents - mean_field)[:, :, k].var(axis=0, ddof=1) / runs).mean())
        print(
            f"{name:12s} agents {by_case.mean():6.3f} mean field {expected.mean():6.3f}"
            f"  difference {(by_case - expected).mean():+.3f} +- {error:.3f}"
            f"  rms over cases {np.sqrt(((by_case - expected) ** 2).mean()):.3f} (chance alone {noise:.3f})"
            f"  correlation {np.corrcoef(by_case, expected)[0, 1]:.3f}"
        )
        furthest = np.argsort(-np.abs(by_case - expected))[:FURTHEST]
        print("    " + ", ".join(f"{cases[i].id} {by_case[i]:.2f} {expected[i]:.2f}" for i in furthest))


if __name__ == "__main__":
    arguments = dict(word.split("=") for word in sys.argv[1:])
    main(int(arguments.get("runs", 40)), arguments.get("fields", "first_week"), int(arguments.get("citizens", 5000)))
