"""Sweeps whose processes are killed at random moments: the table at the end is that of an uninterrupted one.

python -m benchmarks.kill [KILLS]     twenty unless told: driver, worker and both in turn
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil

from experiments.sweep.store import Store

ROOT = Path(__file__).resolve().parent.parent
WORDS = ["scenario=both,no_outside_act", "mechanisms.contention.threshold=0.25,0.3,0.35", "citizens=1000", "days=60",
         "engine.workers=2", "engine.shard_seconds=0.1"]  # fmt: skip
KINDS = ("driver", "worker", "both")


def started(words: list[str], out: Path) -> subprocess.Popen:
    """The sweep in a process of its own."""
    command = [sys.executable, "-m", "experiments.cli", "sweep", *words, f"out={out.as_posix()}"]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def finished(words: list[str], out: Path) -> Store:
    """The sweep run to its end."""
    process = started(words, out)
    said, _ = process.communicate(timeout=3600)
    if process.returncode:
        raise RuntimeError(said)
    return Store.opened(out)


def killed(words: list[str], out: Path, kind: str, delay: float) -> int:
    """Start the sweep, wait for new runs and `delay` seconds more, kill; returns how many new shards there were.

    A killed worker is replaced and the sweep goes on; then it is left to end. Raises RuntimeError if a process stays.
    """
    before = len(Store(out).shards())
    process = started(words, out)
    try:
        while process.poll() is None and len(Store(out).shards()) == before:
            time.sleep(0.02)
        time.sleep(delay)
        family = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
        workers = [child for child in family if "spawn_main" in " ".join(child.cmdline())]
        if kind in ("worker", "both") and workers:
            workers[int(delay * 1000) % len(workers)].kill()
        if kind in ("driver", "both"):
            process.kill()
        process.communicate(timeout=3600)
        _, left = psutil.wait_procs(family, timeout=30)
        if left:
            raise RuntimeError(f"{len(left)} processes stayed after the {kind} was killed: {left}")
        return len(Store(out).shards()) - before
    finally:
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)


def plain(store: Store):
    """The table without the times that runs took."""
    return store.table().drop_columns("seconds")


def main(kills: int) -> None:
    """Kill so often, then let the sweep end, and compare."""
    rng = np.random.default_rng(1)
    words = [*WORDS, f"replications={30 * kills}"]
    with tempfile.TemporaryDirectory() as folder:
        out, start = Path(folder) / "killed", time.perf_counter()
        for number in range(kills):
            kind, delay = KINDS[number % 3], float(rng.uniform(0.0, 3.0))
            partial = words if kind != "worker" else [*words[:-1], f"replications={10 * (number + 1)}"]
            new = killed(partial, out, kind, delay)
            print(
                f"{number + 1:3}  {kind:<7} killed {delay:.2f} s after the first new shard; {new} new shards",
                flush=True,
            )
        same = plain(finished(words, out)) == plain(finished([*words, "quiet=true"], Path(folder) / "whole"))
        print(
            f"{len(Store(out).runs(['key'])):,} runs after {kills} kills: the table is {'the same' if same else 'ANOTHER'}"
        )
        print(f"no process stayed; {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
