"""Overhead of a sweep: start of the workers, time beside the runs, memory of the command, size on disk.

python -m benchmarks.sweep_overhead [SHARE] [WORKERS]     100,000 runs of 1,000 rows x 60 days and 10,000 default worlds, times SHARE
"""

import os
import sys
import tempfile
import time
from pathlib import Path

import psutil

from experiments.engine import open_engine
from experiments.sweep.plan import read_plan
from experiments.sweep.resume import folder_for, stored_runs
from experiments.sweep.sweep import Shards, Writer, missing_jobs

AXES = [
    "mechanisms.contention.threshold=interval(0.25,0.4)",
    "mechanisms.contention.news=interval(0.1,0.3)",
    "design=lhs",
]
CASES = {
    "1,000 rows x 60 days": (100_000, [*AXES, "citizens=1000", "days=60"]),
    "default worlds": (10_000, [*AXES, "scenario=csto_intervention,no_outside_act"]),
}
MOMENTS = 8  # of memory readings
WORLDS = 10


def measure(words: list[str], folder: Path) -> dict:
    """Run a sweep like the command, and time its parts."""
    plan = read_plan([*words, f"out={folder.as_posix()}"], None)
    store, numbers = folder_for(plan, ["sweep", *words])
    total, process, memory = plan.n_runs, psutil.Process(), []

    def look(n: int, failed: int) -> None:
        if writer.new >= len(memory) * total / (MOMENTS - 1):
            memory.append(process.memory_info().rss / 2**20)

    writer = Writer(store, plan.task, True, look)
    jobs = missing_jobs(plan, numbers, stored_runs(store, plan, numbers))
    start = time.perf_counter()
    with open_engine(plan.options.engine) as engine:
        list(engine.run(plan.task, [()] * engine.workers))  # nothing but the start: every worker imports the model
        ready = time.perf_counter()
        writer.collect(engine, Shards(jobs, total, plan.options.engine.shard_seconds, engine.workers))
        wall, workers = time.perf_counter() - ready, engine.workers
    seconds = store.runs(["seconds"])["seconds"].to_numpy()
    size = sum(path.stat().st_size for path in store.shards())
    return {
        "runs": len(seconds),
        "workers": workers,
        "start": ready - start,
        "wall": wall,
        "run": seconds.mean(),
        "overhead": 1.0 - seconds.sum() / workers / wall,
        "memory": memory,
        "bytes": size / len(seconds),
        "shards": len(store.shards()),
    }


def main(share: float, workers: int) -> None:
    """Print one line for each of the two cases."""
    for name, (runs, words) in CASES.items():
        crossed = 2 if any(w.startswith("scenario=") for w in words) else 1
        points = max(2, round(runs * share / WORLDS / crossed))
        settings = [f"samples={points}", f"replications={WORLDS}", f"engine.workers={workers}", "quiet=true"]
        with tempfile.TemporaryDirectory() as folder:
            costs = measure([*words, *settings], Path(folder) / "out")
        print(
            f"{name}: {costs['runs']:,} runs on {costs['workers']} workers, {1e3 * costs['run']:.1f} ms each; start {costs['start']:.1f} s, "
            f"then {costs['wall']:.1f} s, overhead {100 * costs['overhead']:.1f} %; {costs['shards']:,} shards, "
            f"{costs['bytes']:.0f} bytes a run; memory of the command {', '.join(f'{m:.0f}' for m in costs['memory'])} MiB",
            flush=True,
        )


if __name__ == "__main__":
    main(
        float(sys.argv[1]) if len(sys.argv) > 1 else 1.0, int(sys.argv[2]) if len(sys.argv) > 2 else os.cpu_count() or 1
    )
