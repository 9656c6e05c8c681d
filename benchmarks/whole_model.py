"""Speed of the whole model: small runs against `mesa.batch_run`, and a year of every inhabitant of the host.

python -m benchmarks.whole_model
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from statistics import median

import mesa

import sim
from benchmarks.crowd import default_case
from benchmarks.ports import kernel_crowd
from benchmarks.ports.mesa_port import CellCrowd, Crowd
from experiments.engine import EngineOptions, open_engine
from experiments.replications import run_replications

ROWS, DAYS, PROCESSES = 10_000, 180, 2
ROUNDS = 3
WHOLE_MODEL = (40, 240)  # of suasion; the difference in time is that of 200 runs, without the start of the processes
CROWDS, SHARD = (100, 1100), 20
MODELS = (2, 6)  # of mesa.batch_run, likewise
YEAR = """
import resource, time
import sim
spec = sim.load(["citizens=all", "days=365"])
sim.simulate(sim.load(["citizens=1000000", "days=2"]))  # compiles
wall, cpu = time.perf_counter(), time.process_time()
records = sim.simulate(spec)
print(time.perf_counter() - wall, time.process_time() - cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
"""


class SmallCrowd(Crowd):
    """The Mesa port for `mesa.batch_run`: one crowd per seed."""

    def __init__(self, seed: int):
        super().__init__(default_case(ROWS, key=seed))


class SmallCellCrowd(CellCrowd):
    """The Mesa port on the cells of a network for `mesa.batch_run`."""

    def __init__(self, seed: int):
        super().__init__(default_case(ROWS, key=seed))


def batch(model: type, runs: int) -> None:
    """Run the Mesa port; Mesa 3.3 makes one step more than `max_steps`."""
    mesa.batch_run(
        model, {"seed": range(runs)}, PROCESSES, max_steps=DAYS - 1, data_collection_period=1, display_progress=False
    )


def passes(seed: int) -> int:
    """Run the crowd of the Mesa port under the kernels, without actors; return the active rows at the end."""
    crowd = kernel_crowd(default_case(ROWS, key=seed), 1)
    for _ in range(DAYS):
        crowd.step()
    return int(crowd.counts[:, 0].sum())


def crowds(runs: int) -> None:
    """Run the model of the port many times on the engine."""
    with open_engine(EngineOptions(workers=PROCESSES)) as engine:
        for _ in engine.run(Crowds(), (range(i, i + SHARD) for i in range(0, runs, SHARD))):
            pass


class Crowds:
    """A task for the engine: a shard is a range of seeds."""

    def __call__(self, seeds: range) -> list[int]:
        return [passes(seed) for seed in seeds]


def whole_model(runs: int) -> None:
    """Run the whole model, with actors, organisations, records and metrics."""
    run_replications([sim.load([f"citizens={ROWS}", f"days={DAYS}"])], runs, PROCESSES, lambda n: None)


def clock(work: Callable[[int], None], runs: int) -> tuple[float, float]:
    """Wall seconds, and processor seconds of the worker processes."""
    start, before = time.perf_counter(), os.times()
    work(runs)
    after = os.times()
    seconds = after.children_user + after.children_system - before.children_user - before.children_system
    return time.perf_counter() - start, seconds


def small_runs() -> None:
    """Print seconds per run of every contestant, timed in turns."""
    contestants = {
        "suasion, the model of the Mesa port": (crowds, CROWDS),
        "suasion, the whole model": (whole_model, WHOLE_MODEL),
        "mesa.batch_run, neighbours in lists": (lambda runs: batch(SmallCrowd, runs), MODELS),
        "mesa.batch_run, cells of a Network": (lambda runs: batch(SmallCellCrowd, runs), MODELS),
    }
    times_of: dict[str, list[tuple[float, float]]] = {name: [] for name in contestants}
    for _ in range(ROUNDS):
        for name, (work, (few, many)) in contestants.items():
            short, long = clock(work, few), clock(work, many)
            times_of[name].append(tuple((b - a) / (many - few) for a, b in zip(short, long, strict=True)))
    wall, cpu = ({name: median(times[k] for times in times_of[name]) for name in times_of} for k in (0, 1))
    print(
        f"{ROWS:,} citizens, {DAYS} days, {PROCESSES} processes; medians of {ROUNDS}, start of the processes not counted"
    )
    slowest = max(wall, key=wall.get)
    for name in times_of:
        print(
            f"{name:38}{1e3 * wall[name]:>10,.1f} ms a run, {1e3 * cpu[name]:>10,.1f} ms of processor time, {1 / wall[name]:>8.2f} runs/s; "
            f"{wall[slowest] / wall[name]:,.0f} times as many by the clock as {slowest}, {cpu[slowest] / cpu[name]:,.0f} by processor time",
            flush=True,
        )


def year() -> None:
    """Print wall and processor seconds of a year with every inhabitant, and bytes per inhabitant at the peak."""
    done = subprocess.run([sys.executable, "-c", YEAR], capture_output=True, text=True, check=True)
    wall, cpu, peak = (float(x) for x in done.stdout.split())
    world = sim.InfluenceModel(sim.load(["citizens=all", "days=1"])).world
    rows = world.opinions.size
    print(f"{rows:,} inhabitants, of whom {world.activity.size:,} may protest; 365 days of the whole model:", end=" ")
    print(
        f"{wall:.1f} s by the clock, {cpu:.1f} s of processor time, {peak / rows:.1f} bytes per inhabitant at the peak"
    )


if __name__ == "__main__":
    year()
    small_runs()
