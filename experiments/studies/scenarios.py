"""Every shipped scenario over many worlds: invalid states, expected beside found signs, and histories shown or not.

python -m experiments.studies.scenarios [seeds=200] [parameters=posterior] [NAME ...]

World n has seed n and replication n, so that it also has draw n of the posterior. Prints what docs/scenarios.md holds.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

import sim
from experiments.compare.statistics import paired
from experiments.engine import EngineOptions, LostWorker, opened
from experiments.history.backtest.reproduction import base_rates, by_chance, observed, shares, shown
from experiments.history.backtest.simulate_cases import outcome
from experiments.history.cases.cases import Case, load_cases
from experiments.history.cases.patrons import address_class
from experiments.progress import progress
from experiments.replications import Staged
from experiments.results.formatting import markdown_table, percent
from sim.metrics import METRICS, compute_metrics, range_of
from sim.records.records import SHARES, VARIABLES, Records
from sim.spec.config_files import names_in
from sim.spec.schema import Spec

SEEDS, SHARD, CONFIDENCE = 200, 10, 0.95
BOUNDS = {"percent of population": 100.0, "0 to 1": 1.0, "yes or no": 1.0, "power weight": 1.0}  # highest; lowest is 0
ROUNDING = 1e-9


def invalid(records: Records) -> list[str]:
    """Names of series that leave their range: not finite, alignment beyond -1 to 1, negative counts, shares above 1."""
    found = []
    for v in (*VARIABLES, SHARES):
        data = records[v.name]
        low = -1.0 if v.unit == "-1 to 1" else -np.inf if v.unit == "index" else 0.0
        high = 1.0 if v.unit == "-1 to 1" else BOUNDS.get(v.unit, np.inf)
        if not (np.isfinite(data).all() and data.min(initial=0.0) >= low and data.max(initial=0.0) <= high + ROUNDING):
            found.append(v.name)
    return found


@dataclass
class Played(Staged):
    """A task for the engine: worlds of some specifications; a shard is (number of the specification, seeds)."""

    look: Callable[[Records, dict[str, str]], tuple]  # of (records, class of addressees by organisation)

    def __call__(self, shard: tuple[int, range]) -> tuple[int, range, list]:
        which, seeds = shard
        stage = self.stage(which)
        groups = {name: address_class(name) for name in stage.spec.organisations}
        worlds = []
        for seed in seeds:
            records = sim.simulate(stage, seed=seed, replication=seed)
            worlds.append(self.look(records, groups))
        return which, seeds, worlds


def seen(records: Records, groups: dict[str, str]) -> tuple:
    """Row of `play.COLUMNS`, metrics, invalid series."""
    return outcome(records, groups), compute_metrics(records), invalid(records)


def play(
    specs: dict[str, Spec], seeds: int, look: Callable[[Records, dict[str, str]], tuple] = seen
) -> dict[str, list]:
    """Name -> what `look` finds in every world, in the order of the seeds."""
    found: dict[str, dict[int, tuple]] = {name: {} for name in specs}
    parts = [range(i, min(i + SHARD, seeds + 1)) for i in range(1, seeds + 1, SHARD)]
    with opened(EngineOptions()) as engine, progress(False, "worlds", seeds * len(specs)) as advance:
        for done in engine.run(
            Played(tuple(specs.values()), look), ((n, part) for n in range(len(specs)) for part in parts)
        ):
            if isinstance(done, LostWorker):
                raise done
            found[list(specs)[done[0]]].update(zip(done[1], done[2], strict=True))
            advance(len(done[1]))
    return {name: [worlds[seed] for seed in sorted(worlds)] for name, worlds in found.items()}


def signs(specs: dict[str, Spec], worlds: dict[str, list]) -> Iterator[tuple[str, ...]]:
    """One row per expected sign: what was found in the same worlds of both scenarios."""
    for name, spec in specs.items():
        for sign in spec.scenario.signs:
            if sign.against in worlds:
                mine, theirs = (values(worlds[n], sign.metric) for n in (name, sign.against))
                is_share = METRICS[sign.metric.partition(":")[0]].unit == "share of worlds"
                d = paired(mine, theirs, CONFIDENCE, is_share, range_of(sign.metric, specs[name].days))
                found = f"{d['mean']:+.3g} [{d['low']:+.3g}, {d['high']:+.3g}]"
                verdict = judged(d["low"], d["high"], sign.direction == "up")
                yield name, sign.against, sign.metric, sign.direction, found, str(d["n"]), verdict


def judged(low: float, high: float, up: bool) -> str:
    """Undecided if the interval holds zero."""
    if low <= 0.0 <= high:
        return "undecided"
    return "as expected" if (low > 0.0) == up else "opposite"


def values(worlds: list, metric: str) -> np.ndarray:
    """(worlds,) of a metric, NaN where it was not observed."""
    return np.array([np.nan if m[metric] is None else m[metric] for _, m, _ in worlds])


def histories(specs: dict[str, Spec], worlds: dict[str, list], known: list[Case]) -> tuple[list[tuple], list[float]]:
    """One row per scenario of a coded crisis; and the chance of each to pass if its history were any other's."""
    cases, rows, chances = {case.id: case for case in known}, [], []
    for name, spec in specs.items():
        case = cases[spec.scenario.crisis]
        lived: Any
        lived, base = observed(case), base_rates(case, known)
        forecast = shares(np.array([row for row, _, _ in worlds[name]]))
        passed = shown(forecast, base)
        chances.append(sum(base[h] for h in passed))
        likeliest = sorted(forecast, key=lambda h: -forecast[h])[:2]
        model = "; ".join(f"{h}: {percent(forecast[h])}" for h in likeliest)
        numbers = (percent(forecast[lived]), percent(base[lived]), percent(chances[-1]))
        rows.append((name, str(lived), *numbers, model, "shown" if lived in passed else "not shown"))
    return rows, chances


def tell_faults(worlds: dict[str, list]) -> None:
    """Series that leave their range, by scenario."""
    faults = {name: sorted({fault for _, _, bad in found for fault in bad}) for name, found in worlds.items()}
    lines = [f"{name}: {', '.join(bad)}" for name, bad in faults.items() if bad]
    print(f"Invalid states in {sum(map(len, worlds.values()))} worlds: " + ("; ".join(lines) or "none"))


def tell_signs(specs: dict[str, Spec], worlds: dict[str, list]) -> None:
    """Expected beside found signs."""
    if rows := list(signs(specs, worlds)):
        print("\n" + markdown_table(("scenario", "against", "metric", "expected", "found", "worlds", "verdict"), rows))


def tell_histories(title: str, specs: dict[str, Spec], worlds: dict[str, list]) -> None:
    """Which dated scenarios show their history, and how many would by chance."""
    rows, chances = histories(specs, worlds, load_cases()[0])
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
    said = dict(word.split("=") for word in words if "=" in word)
    names = [word for word in words if "=" not in word] or names_in("scenario")
    seeds, parameters = int(said.get("seeds", SEEDS)), said.get("parameters", "posterior")
    settings = ["citizens=1000", "indicators=drawn", f"parameters={parameters}"]
    specs = {name: sim.load([f"scenario={name}", *settings]) for name in names}
    worlds = play(specs, seeds)
    tell_faults(worlds)
    tell_signs(specs, worlds)
    dated = {name: spec for name, spec in specs.items() if spec.scenario.crisis}
    if dated:
        tell_histories(f"parameters={parameters}", dated, worlds)
    if dated and parameters == "posterior":
        unseen = {n: s.model_copy(update={"posterior_without": s.scenario.host}) for n, s in dated.items()}
        tell_histories("the host's crises left out of the posterior", unseen, play(unseen, seeds))


if __name__ == "__main__":
    main(sys.argv[1:])
