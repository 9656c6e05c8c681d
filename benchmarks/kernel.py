"""Cost of the daily pass over the citizens: nanoseconds per row and day, bytes per row, and the same bits throughout.

python -m benchmarks.kernel
"""

import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from hashlib import sha256
from inspect import signature

import numba
import numpy as np

from sim.kernels.citizens import BLOCK, ONE, citizens_day, citizens_day_threaded, draw_traits, noise_table
from sim.kernels.neighbours import CERTAIN, link_rows

SIZES = (5_000, 20_000, 100_000, 1_000_000, 20_000_000)
SEGMENTS = 34  # of the host in the shipped stage
REPEATS = 7
BLOCKS = (64, 1000, 4096)


def crowd(n_rows: int) -> dict:
    """Arguments of the pass at the defaults of the model, in the midst of a protest."""
    bounds = np.linspace(0, n_rows, SEGMENTS + 1).astype(np.int64)
    return {
        "traits": draw_traits(1, n_rows),
        "links": link_rows(1, bounds, 2, round(0.3 * CERTAIN)),
        "bounds": bounds,
        "homophily": round(0.3 * CERTAIN),
        "grievance": np.linspace(0.3 * ONE, 0.7 * ONE, SEGMENTS).astype(np.int64),
        "exposure": np.array([round(0.15 * active / 8 * ONE) for active in range(9)], dtype=np.int32),
        "noise": noise_table(0.035),
        "national": round(0.02 * ONE),
        "arrest_risk": round(0.5 * ONE),
        "threshold": round(0.33 * ONE),
        "redecide": round(0.6 * 2**32),
        "arrest": round(0.025 * ONE),
        "detention_days": 15,
        "ring": 3,
        "key": 1,
    }


def in_order(kernel: Callable, arguments: dict) -> tuple:
    """Arguments of a kernel in order: in numba, keyword arguments cost as much as a day of 10,000 citizens."""
    return tuple(arguments[name] for name in signature(kernel).parameters if name in arguments)


class Town:
    """A crowd and its two buffers."""

    def __init__(self, n_rows: int):
        self.case = in_order(citizens_day, crowd(n_rows))
        self.n_rows = n_rows
        self.buffers = [np.zeros(n_rows, dtype=np.uint8), np.empty(n_rows, dtype=np.uint8)]
        self.counts = np.zeros((SEGMENTS, 2), dtype=np.int64)

    def run(self, function: Callable[..., None], days: int, block: int = BLOCK) -> str:
        """Run `days` days from calm; return the digest of states and counts at the end."""
        self.buffers[0][:] = 0
        for day in range(days):
            function(*self.buffers, *self.case, day, self.counts, block)
            self.buffers.reverse()
        return sha256(self.buffers[0].tobytes() + self.counts.tobytes()).hexdigest()[:12]

    def clock(self, function: Callable[..., None], days: int) -> tuple[float, float]:
        """Nanoseconds per row and day: of the clock, and of processor time over all threads; medians."""
        times = []
        for _ in range(REPEATS):
            wall, cpu = time.perf_counter(), time.process_time()
            for day in range(days):
                function(*self.buffers, *self.case, day, self.counts, BLOCK)
                self.buffers.reverse()
            times.append((time.perf_counter() - wall, time.process_time() - cpu))
        wall, cpu = np.median(times, axis=0) * 1e9 / days / self.n_rows
        return float(wall), float(cpu)

    def bytes_per_row(self) -> float:
        """Bytes per row of all arrays that grow with the rows."""
        arrays = [*self.buffers, *self.case[:2]]  # traits and links
        return sum(a.nbytes for a in arrays) / self.n_rows + 1 / 8


def same_bits(town: Town, days: int) -> str:
    """Digest, the same for every number of threads and size of block. Raises SystemExit if it differs."""
    digests = {town.run(citizens_day, days)}
    for threads in range(1, numba.config.NUMBA_NUM_THREADS + 1):
        numba.set_num_threads(threads)
        digests |= {town.run(citizens_day_threaded, days, block=b) for b in BLOCKS}
    digests |= {town.run(citizens_day, days, block=b) for b in BLOCKS}
    if len(digests) > 1:
        raise SystemExit(f"{town.n_rows} rows: results differ, {sorted(digests)}")
    return digests.pop()


def whole_process(n_rows: int) -> float:
    """Peak resident bytes per row of a process that runs the whole model for a week."""
    code = f"import sim; sim.simulate(sim.load(['citizens={n_rows}', 'days=7'])); import benchmarks.kernel as k; print(k.peak())"
    return (
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout) / n_rows
    )


def peak() -> int:
    """Peak resident bytes of this process."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main() -> None:
    """Print the table."""
    print(
        f"{platform.processor() or platform.machine()}, Python {platform.python_version()}, numba {numba.__version__}"
    )
    whole_process(1_000_000)  # compiles, which takes memory once
    bytes_per_row = whole_process(
        SIZES[-1]
    )  # while this process is small: Linux counts the parent's peak as the child's
    print(f"whole process with the whole model, {SIZES[-1]:,} rows: {bytes_per_row:.1f} bytes per row at its peak")
    print(f"medians of {REPEATS}; ns per row and day by the clock (by processor time)\n")
    print(
        f"{'rows':>11}  {'one core':>15}  {'threads':>7}  {'threaded':>15}  {'ratio':>5}  {'bytes/row':>9}  same bits"
    )
    for n_rows in SIZES:
        town = Town(n_rows)
        days = max(3, 4_000_000 // n_rows)
        digest = same_bits(town, 20 if n_rows <= 1_000_000 else 4)
        wall, cpu = town.clock(citizens_day, days)
        cells = f"{n_rows:>11,}  {wall:>7.2f} ({cpu:5.2f})"
        if n_rows >= 1_000_000:
            numba.set_num_threads(numba.config.NUMBA_NUM_THREADS)
            threaded, threaded_cpu = town.clock(citizens_day_threaded, days)
            cells += f"  {numba.get_num_threads():>7}  {threaded:>7.2f} ({threaded_cpu:5.2f})  {wall / threaded:>5.2f}"
        else:
            cells += " " * 33
        print(f"{cells}  {town.bytes_per_row():>9.1f}  {digest}", flush=True)
        del town


if __name__ == "__main__":
    main()
