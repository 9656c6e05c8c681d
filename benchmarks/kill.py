"""Test of sweeps under SIGKILL at random moments: the final table equals that of an uninterrupted sweep.

python -m benchmarks.kill [KILLS]     twenty by default, on each engine: driver, worker and both in turn
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import psutil
import pyarrow as pa

from benchmarks.loopback import Loopback, cluster
from experiments.sweep.store import Store

ROOT = Path(__file__).resolve().parent.parent
WORDS = ["scenario=both,no_outside_act", "mechanisms.contention.threshold=0.25,0.3,0.35", "citizens=1000", "days=20",
         "engine.workers=2", "engine.shard_seconds=0.1"]  # fmt: skip
KINDS = ("driver", "worker", "both")


def start_sweep(words: list[str], out: Path) -> subprocess.Popen:
    """Start the sweep in a process of its own."""
    command = [sys.executable, "-m", "experiments.cli", "sweep", *words, f"out={out.as_posix()}"]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def run_to_end(words: list[str], out: Path) -> Store:
    """Run the sweep to its end. Raises RuntimeError if it fails."""
    process = start_sweep(words, out)
    output, _ = process.communicate(timeout=3600)
    if process.returncode:
        raise RuntimeError(output)
    return Store.open(out)


def kill_sweep(words: list[str], out: Path, kind: str, delay: float, hosts: list[int] | None = None) -> int:
    """Start the sweep, wait for new runs and `delay` seconds more, kill; return the number of new shards.

    After the death of a worker the sweep replaces it and runs to its end. Raises RuntimeError if a process stays alive, or if
    the sweep fails by itself.
    hosts: ids of the processes whose children are the workers; default: the command.
    """
    before = len(Store(out).shards())
    process = start_sweep(words, out)
    try:
        while process.poll() is None and len(Store(out).shards()) == before:
            time.sleep(0.02)
        time.sleep(delay)
        family = children([process.pid]) if process.poll() is None else []
        workers = [child for child in children(hosts or [process.pid]) if "spawn_main" in " ".join(child.cmdline())]
        if kind in ("worker", "both") and workers:
            workers[int(delay * 1000) % len(workers)].kill()
        exit_status = process.poll()  # by itself, before anything was killed
        if kind in ("driver", "both"):
            process.kill()
        output, _ = process.communicate(timeout=3600)
        if exit_status or (kind == "worker" and process.returncode):
            raise RuntimeError(f"the sweep failed by itself: {output}")
        _, alive = psutil.wait_procs(family, timeout=30)
        if alive:
            raise RuntimeError(f"{len(alive)} processes stayed after the {kind} was killed: {alive}")
        return len(Store(out).shards()) - before
    finally:
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)


def children(parents: list[int]) -> list[psutil.Process]:
    """Descendants of these processes."""
    return [
        child for pid in parents if psutil.pid_exists(pid) for child in psutil.Process(pid).children(recursive=True)
    ]


def plain(store: Store) -> pa.Table:
    """The table without computing times."""
    return store.table().drop_columns("seconds")


def kill_and_compare(kills: int, engine: list[str], hosts: list[int] | None, folder: Path) -> None:
    """Kill `kills` times, run the sweep to its end, and compare it with an uninterrupted one."""
    rng = np.random.default_rng(1)
    words, out, start = [*WORDS, *engine, f"replications={30 * kills}"], folder / "killed", time.perf_counter()
    for number in range(kills):
        kind, delay = KINDS[number % 3], float(rng.uniform(0.0, 3.0))
        partial = words if kind != "worker" else [*words[:-1], f"replications={10 * (number + 1)}"]
        new = kill_sweep(partial, out, kind, delay, hosts)
        print(f"{number + 1:3}  {kind:<7} killed {delay:.2f} s after the first new shard; {new} new shards", flush=True)
    same = plain(run_to_end(words, out)) == plain(run_to_end([*words, "quiet=true"], folder / "whole"))
    print(
        f"{len(Store(out).runs(['key'])):,} runs after {kills} kills: the table is {'the same' if same else 'ANOTHER'}"
    )
    print(f"no process stayed; {time.perf_counter() - start:.0f} s")


def main(kills: int) -> None:
    """Test both engines."""
    for name in ("processes", "dask"):
        print(name, flush=True)
        with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
            there = stack.enter_context(cluster(Path(folder))) if name == "dask" else Loopback([], [])
            kill_and_compare(kills, there.words, there.processes or None, Path(folder))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
