"""Every shipped scenario over many worlds: invalid states, expected beside found signs, and histories shown or not.

python -m benchmarks.scenarios [seeds=200] [parameters=posterior] [NAME ...]

World n has seed n and replication n, so that it also has draw n of the posterior. Prints what docs/scenarios.md holds.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

import sim
from experiments.compare.statistics import paired
from experiments.engine import EngineOptions, LostWorker, opened
from experiments.history.cases import Case, load_cases
from experiments.history.patrons import address_class
from experiments.history.play import outcome
from experiments.history.shown import base_rates, by_chance, observed, shares, shown
from experiments.progress import progress
from experiments.wording import number, percent, span
from sim.build import Stage
from sim.load import names_in
from sim.metrics import METRICS, measure
from sim.records import SHARES, VARIABLES, Records
from sim.schema import Spec

SEEDS, SHARD, LEVEL = 200, 10, 0.95
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
class Played:
    """A task for the engine: worlds of some specifications; a shard is (number of the specification, seeds)."""

    specs: tuple[Spec, ...]
    look: Callable[[Records, dict[str, str]], tuple]  # of (records, class of addressees by organisation)
    _stages: dict[int, Stage] = field(default_factory=dict, repr=False)  # of this process

    def __getstate__(self) -> dict:
        return self.__dict__ | {"_stages": {}}

    def __call__(self, shard: tuple[int, range]) -> tuple[int, range, list]:
        number_, seeds = shard
        if number_ not in self._stages:
            self._stages = {number_: Stage(self.specs[number_])}
        stage = self._stages[number_]
        groups = {name: address_class(name) for name in stage.spec.organisations}
        worlds = []
        for seed in seeds:
            records = sim.simulate(stage.spec.model_copy(update={"seed": seed, "replication": seed}), stage)
            worlds.append(self.look(records, groups))
        return number_, seeds, worlds


def seen(records: Records, groups: dict[str, str]) -> tuple:
    """Row of `play.COLUMNS`, metrics, invalid series."""
    return outcome(records, groups), measure(records), invalid(records)


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


def table(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A table in Markdown."""
    return "\n".join("| " + " | ".join(row) + " |" for row in (columns, ("---",) * len(columns), *rows))


def signs(specs: dict[str, Spec], worlds: dict[str, list]) -> Iterator[tuple[str, ...]]:
    """One row per expected sign: what was found in the same worlds of both scenarios."""
    for name, spec in specs.items():
        for sign in spec.scenario.signs:
            if sign.against not in worlds:
                continue
            mine, theirs = (values(worlds[n], sign.metric) for n in (name, sign.against))
            shared = METRICS[sign.metric.partition(":")[0]].unit == "share of worlds"
            d = paired(mine, theirs, LEVEL, shared)
            up = sign.direction == "up"
            verdict = "undecided"
            if d["low"] > 0.0 or d["high"] < 0.0:
                verdict = "as expected" if (d["low"] > 0.0) == up else "opposite"
            found = f"{number(d['mean'], True)} {span(d['low'], d['high'], True)}"
            yield name, sign.against, sign.metric, sign.direction, found, str(d["n"]), verdict


def values(worlds: list, metric: str) -> np.ndarray:
    """(worlds,) of a metric, NaN where it was not observed."""
    return np.array([np.nan if m[metric] is None else m[metric] for _, m, _ in worlds])


def histories(specs: dict[str, Spec], worlds: dict[str, list], known: list[Case]) -> tuple[list[tuple], list[float]]:
    """One row per scenario of a coded crisis; and the chance of each to pass if its history were any other's."""
    cases, rows, chances = {case.id: case for case in known}, [], []
    for name, spec in specs.items():
        if not spec.scenario.case:
            continue
        case = cases[spec.scenario.case]
        lived, base = observed(case), base_rates(case, known)
        forecast = shares(np.array([row for row, _, _ in worlds[name]]))
        passed = shown(forecast, base)
        chances.append(sum(base[h] for h in passed))
        likeliest = sorted(forecast, key=lambda h: -forecast[h])[:2]
        model = "; ".join(f"{h}: {percent(forecast[h])}" for h in likeliest)
        verdict = "shown" if lived in passed else "not shown"
        rows.append(
            (name, str(lived), percent(forecast[lived]), percent(base[lived]), percent(chances[-1]), model, verdict)
        )
    return rows, chances


def report(specs: dict[str, Spec], left_out: dict[str, Spec], seeds: int) -> None:
    """Play everything and print the tables."""
    known = load_cases()[0]
    worlds = play(specs, seeds)
    print(f"\n{len(specs)} scenarios, seeds 1 to {seeds}, {next(iter(specs.values())).citizens} citizens\n")
    faults = {name: sorted({f for _, _, bad in w for f in bad}) for name, w in worlds.items()}
    print("Invalid states: " + ("; ".join(f"{n}: {', '.join(f)}" for n, f in faults.items() if f) or "none"))
    print(
        "\n"
        + table(("scenario", "against", "metric", "expected", "found", "worlds", "verdict"), list(signs(specs, worlds)))
    )
    for title, chosen, played_ in (
        ("posterior of all coded crises", specs, worlds),
        ("crises of the host left out of the posterior", left_out, play(left_out, seeds) if left_out else {}),
    ):
        rows, chances = histories(chosen, played_, known)
        if rows:
            passed = sum(row[-1] == "shown" for row in rows)
            print(
                f"\n{title}: {passed} of {len(rows)} show their history; by chance so many or more with {percent(by_chance(chances, passed))}\n"
            )
            print(
                table(
                    ("scenario", "history", "share", "base rate", "by chance", "likeliest in the model", "verdict"),
                    rows,
                )
            )


def main(words: list[str]) -> None:
    said = dict(word.split("=") for word in words if "=" in word)
    names = [word for word in words if "=" not in word] or [n for n in names_in("scenario")]
    parameters = said.get("parameters", "posterior")
    settings = ["citizens=1000", "figures=drawn", f"parameters={parameters}"]
    specs = {name: sim.load([f"scenario={name}", *settings]) for name in names}
    left_out = {
        name: spec.model_copy(update={"posterior_without": spec.scenario.host})
        for name, spec in specs.items()
        if spec.scenario.case and parameters == "posterior"
    }
    report(specs, left_out, int(said.get("seeds", SEEDS)))


if __name__ == "__main__":
    main(sys.argv[1:])
