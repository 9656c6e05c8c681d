"""Study of the shipped scenarios over many replications: invalid states, expected and measured signs, histories.

python -m experiments.studies.scenarios [seeds=200] [parameters=posterior] [NAME ...]

Replication n has seed n, and draw n of the posterior. Prints the tables of docs/scenarios.md.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

import sim
from experiments.compare.statistics import paired_difference
from experiments.engine import EngineOptions, LostWorker, open_engine
from experiments.history.backtest.reproduction import base_rates, by_chance, coded_history, reproductions, shares
from experiments.history.backtest.simulate_cases import outcome
from experiments.history.cases.cases import Case, load_cases
from experiments.history.cases.patrons import address_class
from experiments.replications import StageTask
from experiments.results.formatting import markdown_table, percent
from experiments.terminal.progress import progress
from sim.metrics import METRICS, compute_metrics, range_of
from sim.records.records import Records
from sim.records.variables import SHARES, VARIABLES
from sim.spec.config_files import names_in
from sim.spec.schema import Spec

SEEDS, SHARD, CONFIDENCE = 200, 10, 0.95
BOUNDS = {"percent of population": 100.0, "0 to 1": 1.0, "yes or no": 1.0, "power weight": 1.0}  # highest; lowest is 0
ROUNDING = 1e-9


def invalid(records: Records) -> list[str]:
    """Names of series outside their range: not finite, alignment beyond -1 to 1, negative counts, shares above 1."""
    names = []
    for v in (*VARIABLES, SHARES):
        data = records[v.name]
        low = -1.0 if v.unit == "-1 to 1" else -np.inf if v.unit == "index" else 0.0
        high = 1.0 if v.unit == "-1 to 1" else BOUNDS.get(v.unit, np.inf)
        if not (np.isfinite(data).all() and data.min(initial=0.0) >= low and data.max(initial=0.0) <= high + ROUNDING):
            names.append(v.name)
    return names


@dataclass
class ScenarioWorlds(StageTask):
    """A task for the engine: replications of some specifications; a shard is (number of the specification, seeds)."""

    look: Callable[[Records, dict[str, str]], tuple[Any, ...]]  # of (records, class of addressees by organisation)

    def __call__(self, shard: tuple[int, range]) -> tuple[int, range, list[Any]]:
        which, seeds = shard
        stage = self.stage(which)
        groups = {name: address_class(name) for name in stage.spec.organisations}
        results = []
        for seed in seeds:
            records = sim.simulate(stage, seed=seed, replication=seed)
            results.append(self.look(records, groups))
        return which, seeds, results


def outcome_row(records: Records, groups: dict[str, str]) -> tuple[Any, ...]:
    """Row of `simulate_cases.COLUMNS`, metrics, invalid series."""
    return outcome(records, groups), compute_metrics(records), invalid(records)


def play(
    specs: dict[str, Spec], seeds: int, look: Callable[[Records, dict[str, str]], tuple[Any, ...]] = outcome_row
) -> dict[str, list[Any]]:
    """Name -> results of `look` for every replication, in the order of the seeds."""
    worlds_of: dict[str, dict[int, tuple[Any, ...]]] = {name: {} for name in specs}
    parts = [range(i, min(i + SHARD, seeds + 1)) for i in range(1, seeds + 1, SHARD)]
    with open_engine(EngineOptions()) as engine, progress(False, "worlds", seeds * len(specs)) as advance:
        for done in engine.run(
            ScenarioWorlds(tuple(specs.values()), look), ((n, part) for n in range(len(specs)) for part in parts)
        ):
            if isinstance(done, LostWorker):
                raise done
            worlds_of[list(specs)[done[0]]].update(zip(done[1], done[2], strict=True))
            advance(len(done[1]))
    return {name: [by_seed[seed] for seed in sorted(by_seed)] for name, by_seed in worlds_of.items()}


def signs(specs: dict[str, Spec], results: dict[str, list[Any]]) -> Iterator[tuple[str, ...]]:
    """One row per expected sign: the paired difference over the replications of both scenarios."""
    for name, spec in specs.items():
        for sign in spec.scenario.signs:
            if sign.against in results:
                own_values, other_values = (values(results[n], sign.metric) for n in (name, sign.against))
                d = difference(own_values, other_values, sign.metric, specs[name].days)
                verdict = judge(d["low"], d["high"], sign.direction == "up")
                yield name, sign.against, sign.metric, sign.direction, cell(d), str(d["n"]), verdict


def difference(own_values: np.ndarray, other_values: np.ndarray, metric: str, days: int) -> dict[str, Any]:
    """Paired difference of a metric over the replications (n,) of two scenarios, with its interval."""
    is_share = METRICS[metric.partition(":")[0]].unit == "share of replications"
    return paired_difference(own_values, other_values, CONFIDENCE, is_share, range_of(metric, days))


def cell(gap: dict[str, Any]) -> str:
    """A mean difference with its interval, for a table."""
    return f"{gap['mean']:+.3g} [{gap['low']:+.3g}, {gap['high']:+.3g}]"


def judge(low: float, high: float, up: bool) -> str:
    """Undecided if the interval holds zero."""
    if low <= 0.0 <= high:
        return "undecided"
    return "as expected" if (low > 0.0) == up else "opposite"


def values(results: list[Any], metric: str) -> np.ndarray:
    """Values (replications,) of a metric, NaN without an observation."""
    return np.array([np.nan if m[metric] is None else m[metric] for _, m, _ in results])


def histories(
    specs: dict[str, Spec], results: dict[str, list[Any]], record: list[Case]
) -> tuple[list[tuple[Any, ...]], list[float]]:
    """One row per scenario of a coded crisis, and the chance of each to pass with the history of another crisis."""
    cases, rows, chances = {case.id: case for case in record}, [], []
    for name, spec in specs.items():
        case = cases[spec.scenario.crisis]
        history, base = coded_history(case), base_rates(case, record)
        forecast = shares(np.array([row for row, _, _ in results[name]]))
        reproduced = reproductions(forecast, base)
        chances.append(sum(base[h] for h in reproduced))
        likeliest = sorted(forecast, key=lambda h: -forecast[h])[:2]
        model = "; ".join(f"{h}: {percent(forecast[h])}" for h in likeliest)
        numbers = (
            percent(forecast[cast(Any, history)]),
            percent(base[cast(Any, history)]),
            percent(chances[-1]),
        )
        rows.append((name, str(history), *numbers, model, "shown" if history in reproduced else "not shown"))
    return rows, chances


def print_faults(results: dict[str, list[Any]]) -> None:
    """Print the series outside their range, by scenario."""
    faults = {name: sorted({fault for _, _, bad in rows for fault in bad}) for name, rows in results.items()}
    lines = [f"{name}: {', '.join(bad)}" for name, bad in faults.items() if bad]
    print(f"Invalid states in {sum(map(len, results.values()))} replications: " + ("; ".join(lines) or "none"))


def print_signs(specs: dict[str, Spec], results: dict[str, list[Any]]) -> None:
    """Print expected and measured signs."""
    if rows := list(signs(specs, results)):
        print("\n" + markdown_table(("scenario", "against", "metric", "expected", "found", "worlds", "verdict"), rows))


def print_histories(title: str, specs: dict[str, Spec], results: dict[str, list[Any]]) -> None:
    """Print the dated scenarios that reproduce their history, and the chance of as many."""
    rows, chances = histories(specs, results, load_cases()[0])
    passed = sum(row[-1] == "shown" for row in rows)
    print(
        f"\n{title}: {passed} of {len(rows)} show their history; by chance so many or more with {percent(by_chance(chances, passed))}\n"
    )
    print(
        markdown_table(
            ("scenario", "history", "share", "base rate", "by chance", "likeliest in the model", "verdict"), rows
        )
    )


def main(words: list[str]) -> None:
    arguments = dict(word.split("=") for word in words if "=" in word)
    names = [word for word in words if "=" not in word] or names_in("scenario")
    seeds, parameters = int(arguments.get("seeds", SEEDS)), arguments.get("parameters", "posterior")
    settings = ["citizens=1000", "indicators=drawn", f"parameters={parameters}"]
    specs = {name: sim.load([f"scenario={name}", *settings]) for name in names}
    results = play(specs, seeds)
    print_faults(results)
    print_signs(specs, results)
    historical = {name: spec for name, spec in specs.items() if spec.scenario.crisis}
    if historical:
        print_histories(f"parameters={parameters}", historical, results)
    if historical and parameters == "posterior":
        unseen = {n: s.model_copy(update={"posterior_without": s.scenario.host}) for n, s in historical.items()}
        print_histories("the host's crises left out of the posterior", unseen, play(unseen, seeds))


if __name__ == "__main__":
    main(sys.argv[1:])
