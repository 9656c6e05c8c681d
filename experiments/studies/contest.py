"""Study of the contest: where falls begin, what moves the risk of arrest, and what the number of citizens changes.

python -m experiments.studies.contest [seeds=100] [resolution_seeds=60]

Kazakhstan, January 2022, by free choice, over the posterior, and the sixty coded crises with first-week facts. A fall begins on the day on
which the first faction leaves of those that have not come back when the government falls. Prints the tables of docs/validation.md.
"""

import sys
from typing import Any

import numpy as np

import sim
from experiments.history.backtest.simulate_cases import case_seed, specify
from experiments.history.cases.cases import load_cases
from experiments.results.formatting import markdown_table
from experiments.studies.scenarios import play
from sim.core.streams import world_key
from sim.records.records import Records
from sim.spec.priors import Draws
from sim.spec.schema import Spec

ARMS = ("kazakhstan_2022", "early_intervention", "csto_intervention", "never_asked", "no_outside_act")
CITIZENS = (1_000, 5_000, 20_000)
LONG = 100  # days of protest
SMALL, LARGE = (0.1, 0.5), (0.5, 100.0)  # peaks in percent of adults


def beginning(records: Records) -> float:
    """Perceived survival on the day on which a fall in the contest begins; NaN without one."""
    if records.fall_day < 0 or records.slow_fall:
        return np.nan
    gone: dict[str, int] = {}
    for e in records.events:
        if e.target == records.host and e.kind == "defection":
            gone[e.actor] = e.day
        elif e.target == records.host and e.kind == "return":
            gone.pop(e.actor, None)
    day = min([*gone.values(), records.fall_day])
    return records["survival"].item(day + 1)  # row 0 is the state before the first day


def contest_of(records: Records, groups: dict[str, str]) -> tuple[Any, ...]:
    """Beginning of the fall, days of protest, and peak and arrest risk on the day after it."""
    protest = records["protest"]
    peak = int(protest.argmax())
    risk = records["arrest_risk"][min(peak + 1, records.days)]
    notable = int((protest > 0.05).sum())
    return beginning(records), notable, float(protest[peak]), float(risk), records.fall_day, records.slow_fall


def above(begun: np.ndarray, level: float) -> str:
    """Share of falls that begin above a perceived survival."""
    return f"{(begun > level).mean():.0%}" if begun.size else "-"


def print_falls(seeds: int) -> None:
    """Print where falls in the contest begin, by arm of the first scenario and over the coded crises."""
    settings = ["citizens=1000", "indicators=drawn", "parameters=posterior"]
    results = play({arm: sim.load([f"scenario={arm}", *settings]) for arm in ARMS}, seeds, contest_of)
    rows = []
    for arm, of_arm in {**results, "coded crises": coded_crises(max(4, seeds // 25))}.items():
        begun = np.array([row[0] for row in of_arm], dtype=float)
        begun, slow = begun[np.isfinite(begun)], sum(row[5] for row in of_arm)
        days = [row[4] for row in of_arm if row[4] >= 0 and not row[5]]
        soon = f"{np.mean([day <= 10 for day in days]):.0%}" if days else "-"
        rows.append((arm, str(len(of_arm)), str(begun.size), above(begun, 0.95), above(begun, 0.90), soon, str(slow)))
    heads = ("worlds of", "n", "falls in the contest", "begin above .95", "above .90", "within ten days", "slow falls")
    print("\n" + markdown_table(heads, rows))


def coded_crises(runs: int) -> list[tuple[Any, ...]]:
    """The same of the domestic coded crises, first-week facts known."""
    cases = [case for case in load_cases()[0] if case.kind == "domestic"]
    common = {"citizens": 1_000, "parameters": "posterior"}
    task = specify(cases, load_cases()[0], "first_week", lambda case: common | {"seed": case_seed(1, case)})
    return [contest_of(sim.simulate(task.stage(n), replication=r), {}) for n in range(len(cases)) for r in range(runs)]


def free_choice(citizens: int) -> Spec:
    """The first scenario by free choice, over the posterior, with so many citizens."""
    return sim.load(["scenario=kazakhstan_2022", f"citizens={citizens}", "indicators=drawn", "parameters=posterior"])


def with_force(risk: np.ndarray, exponent: np.ndarray, factor: float) -> np.ndarray:
    """Risk of arrest with so many times the force: odds move by the factor to the power of the world's exponent."""
    odds = risk / np.maximum(1e-9, 1.0 - risk) * factor**exponent
    return odds / (1.0 + odds)


def print_risk(seeds: int) -> None:
    """Print the risk of arrest on the day after the peak, and with twice and half the force, by size of the crowd."""
    rows = []
    for citizens in (1_000, 20_000):
        spec = free_choice(citizens)
        draws = Draws.of(spec)
        results = play({"free": spec}, seeds, contest_of)["free"]
        peak, risk = np.array([row[2:4] for row in results]).T
        of_adults = peak / spec.mechanisms.contention.adult_share
        policing = [draws.mechanisms(world_key(seed, seed), seed).policing for seed in range(1, seeds + 1)]
        exponent = np.array([rule.force_exponent for rule in policing])
        for low, high in (SMALL, LARGE):
            chosen = (low <= of_adults) & (of_adults < high)
            if not chosen.any():
                continue
            risks = [with_force(risk[chosen], exponent[chosen], factor) for factor in (1.0, 0.5, 2.0)]
            words = f"{low:g} to {high:g}" if high < 100.0 else f"above {low:g}"
            rows.append((str(citizens), words, str(chosen.sum()), *(f"{np.median(r):.2f}" for r in risks)))
    heads = ("citizens", "peak, % of adults", "n", "median risk", "with half the force", "with twice")
    print("\n" + markdown_table(heads, rows))


def print_resolution(seeds: int) -> None:
    """Print days of notable protest by number of citizens, and paired differences."""
    days = {}
    for citizens in CITIZENS:
        results = play({"free": free_choice(citizens)}, seeds, contest_of)["free"]
        days[citizens] = np.array([row[1] for row in results], dtype=float)
    rows = []
    for citizens, of_these in days.items():
        gap = of_these - days[CITIZENS[-1]]
        margin = 1.96 * gap.std(ddof=1) / np.sqrt(gap.size)
        interval = f"{gap.mean():+.2f} [{gap.mean() - margin:+.2f}, {gap.mean() + margin:+.2f}]"
        rows.append((str(citizens), f"{of_these.mean():.1f}", interval, f"{(of_these > LONG).mean():.1%}"))
    print("\n" + markdown_table(("citizens", "days of protest", f"minus {CITIZENS[-1]}", f"above {LONG} days"), rows))


def main(words: list[str]) -> None:
    arguments = dict(word.split("=") for word in words)
    print_falls(int(arguments.get("seeds", 100)))
    resolution_seeds = int(arguments.get("resolution_seeds", 60))
    print_risk(resolution_seeds)
    print_resolution(resolution_seeds)


if __name__ == "__main__":
    main(sys.argv[1:])
