"""Computing time of a default run, by part: citizens, actors, agents and records.

python -m benchmarks.speed
"""

import platform
import time
from collections import defaultdict
from collections.abc import Callable
from functools import partial

import mesa

import sim
from sim import model
from sim.agents import Elite, Organisation, State
from sim.mechanisms import alignment, autonomy, contention, contest, influence, legitimacy, opinions, policing
from sim.model import InfluenceModel
from sim.spec.schema import Spec
from sim.stage import fixed_data
from sim.stage import start as start_values
from sim.stage.build import Stage

FIVE_YEARS = 1826
POLICIES = {
    "HOST": "balancing", "RUS": "decisive_force", "TUR": "government_and_people", "CHN": "economic_china",
    "USA": "conditional_west", "EUU": "adaptive_effort",
}  # fmt: skip
RUNS, PATIENCE = 5, 6.0  # least number and seconds of repetitions; the least time counts

PASSES, KERNELS, FACE, MECHANISMS = (
    "compiled passes over citizens",
    "compiled kernels of actors",
    "Mesa objects, recording, decisions",
    "NumPy and Python of the mechanisms",
)
PARTS = {
    PASSES: {
        fixed_data: ("draw_traits", "link_rows"),
        contention: ("citizens_day", "citizens_day_threaded"),
        opinions: ("opinions_day", "opinions_day_threaded"),
    },
    KERNELS: {
        alignment: ("alignment_day", "influence_step", "state_means", "fade", "standing_messages", "speak"),
        autonomy: ("independence_left",),
        start_values: ("align_with_home",),
        contention: ("whole_units",),
        contest: ("unsettled",),
        influence: ("adjust_stocks", "shares"),
        legitimacy: ("add_within",),
        opinions: ("aim_words", "row_means", "favourable_percent"),
        policing: ("unsettled",),
    },
    MECHANISMS: {Stage: ("world",), InfluenceModel: ("step",)},
    FACE: {
        model: ("simulate",),
        InfluenceModel: ("_record",),
        mesa.Model: ("_wrapped_step",),
        State: ("decide",),
        Elite: ("decide",),
        Organisation: ("decide",),
    },
}


def repeat(function: Callable[[], object]) -> list:
    """Results of repeated calls, for at least RUNS calls and PATIENCE seconds."""
    results, end = [], time.perf_counter() + PATIENCE
    while len(results) < RUNS or time.perf_counter() < end:
        results.append(function())
    return results


def least(function: Callable[[], object]) -> float:
    """Least seconds of a call."""

    def once() -> float:
        start = time.perf_counter()
        function()
        return time.perf_counter() - start

    return min(repeat(once))


class Clocks:
    """Seconds by day and part of a run, without the seconds of inner parts."""

    def __init__(self):
        self.spent = defaultdict(float)
        self.day, self.since, self.parts = 0, time.perf_counter(), []

    def turn(self) -> None:
        """Charge the time since the last turn to the current part."""
        now = time.perf_counter()
        if self.parts:
            self.spent[self.day, self.parts[-1]] += now - self.since
        self.since = now

    def timed(self, part: str, function: Callable) -> Callable:
        """The function with its time charged to the part; Mesa's step begins a day."""
        days = int(function.__name__ == "_wrapped_step")

        def call(*arguments: object, **options: object) -> object:
            self.turn()
            self.day += days
            self.parts.append(part)
            try:
                return function(*arguments, **options)
            finally:
                self.turn()
                self.parts.pop()

        return call


def watch(spec: Spec, stage: Stage, parts: dict) -> dict[tuple[int, str], float]:
    """Seconds of one run by day and part."""
    clocks = Clocks()
    timed_functions = [
        (owner, name, part) for part, owners in parts.items() for owner in owners for name in owners[owner]
    ]
    functions = [(owner, name, getattr(owner, name)) for owner, name, _ in timed_functions]
    for owner, name, part in timed_functions:
        setattr(owner, name, clocks.timed(part, getattr(owner, name)))
    try:
        model.simulate(stage)
    finally:
        for owner, name, function in functions:
            setattr(owner, name, function)
    return clocks.spent


def least_disturbed(spec: Spec, stage: Stage, parts: dict) -> dict[str, float]:
    """Seconds of a run by part: the sum over days of the least value over several runs.

    Other work on the machine disturbs every run at some time, but seldom all runs on the same day.
    """
    runs = repeat(lambda: watch(spec, stage, parts))
    total = defaultdict(float)
    for day, part in runs[0]:
        total[part] += min(run[day, part] for run in runs)
    return total


def breakdown(spec: Spec, rows: int) -> None:
    """Print the time of a run, and the shares of its parts; the clocks of the parts add time."""
    spec = spec.model_copy(update={"citizens": rows})
    stage = Stage(spec)
    seconds = sum(
        least_disturbed(spec, stage, {"whole": {model: ("simulate",), mesa.Model: ("_wrapped_step",)}}).values()
    )
    parts = least_disturbed(spec, stage, PARTS)
    total = sum(parts.values())
    print(
        f"{rows:,} rows, {spec.days} days: {1e3 * seconds:.1f} ms, {1e9 * seconds / rows / spec.days:.1f} ns per row and day; "
        f"{1e3 * total:.1f} ms with a clock at every part:"
    )
    for part in PARTS:
        print(f"    {part:36}{1e3 * parts[part]:8.1f} ms {100 * parts[part] / total:5.1f} %")


def long_runs() -> None:
    """Print the time of five years: in the default scenario, and with policies of six states."""
    policies = [f"+scenario.policies.{state}={policy}" for state, policy in POLICIES.items()]
    for what, words in (("free choice", []), (f"policies of {len(policies)} states", policies)):
        spec = sim.load([f"days={FIVE_YEARS}", *words])
        seconds = least(partial(sim.simulate, spec, Stage(spec)))
        print(f"{f'five years, {what}':40}{1e3 * seconds:8.2f} ms")


def main() -> None:
    """Print the table."""
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}, one core")
    start = time.perf_counter()
    spec = sim.load()
    print(f"{'compose and check the configuration':40}{1e3 * (time.perf_counter() - start):8.2f} ms")
    stage = Stage(spec)
    sim.simulate(stage, days=3)  # compiles
    with_priors = spec.model_copy(update={"parameters": "prior"})
    with_draws = Stage(spec.model_copy(update={"parameters": "prior", "indicators": "drawn"}), like=stage)
    for what, work in (
        ("build the stage from it", lambda: Stage(spec)),
        ("build a stage like it", lambda: Stage(with_priors, like=stage)),
        ("build one world on the stage", lambda: stage.world(1, 0)),
        ("the same, indicators and parameters drawn", lambda: with_draws.world(1, 0)),
    ):
        print(f"{what:40}{1e3 * least(work):8.2f} ms")
    for rows in (5_000, 20_000, 100_000):
        breakdown(spec, rows)
    long_runs()


if __name__ == "__main__":
    main()
