"""Memory of a process over many runs; it should stay flat. Mesa 3.3 keeps every model that is not closed.

python -m benchmarks.memory [runs]
"""

import sys

import psutil

import sim
from sim.stage.build import Stage

RUNS, EVERY = 10_000, 1_000


def main() -> None:
    """Print the resident memory after every thousand runs."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    spec = sim.load(["citizens=100", "days=5"])
    stage, process = Stage(spec), psutil.Process()
    for n in range(1, runs + 1):
        sim.simulate(stage, replication=n)
        if n == 1 or n % EVERY == 0:
            print(f"after {n:>6,} runs {process.memory_info().rss / 2**20:8.1f} MiB resident", flush=True)


if __name__ == "__main__":
    main()
