"""Memory bandwidth of this machine, as an upper bound on the speed of a pass over the citizens.

python -m benchmarks.bandwidth
"""

import time
from ctypes import c_double, c_int, c_size_t
from pathlib import Path

import numpy as np

from benchmarks.compiled import load

NUMBERS = 1 << 24  # of 8 bytes in each of three arrays: far more than the caches hold
REPEATS = 7
_STREAMS = {"read_all": 1, "copy": 2, "triad": 3, "update": 2}  # numbers moved per element, write-allocate not counted


def measure(threads: int) -> dict[str, float]:
    """GB/s of each kind of pass, best of REPEATS. Raises `benchmarks.compiled.NoCompiler` without gcc."""
    library = load(Path(__file__).with_suffix(".c"))
    arrays = [np.ones(NUMBERS) for _ in range(3)]
    library.read_all.restype = c_double
    calls = {"read_all": arrays[:1], "copy": arrays[:2], "triad": arrays, "update": arrays[:1]}
    speeds = {}
    for name, passed in calls.items():
        function, seconds = getattr(library, name), []
        function.argtypes = [np.ctypeslib.ndpointer(np.float64)] * len(passed) + [c_size_t, c_int]
        for _ in range(REPEATS):
            start = time.perf_counter()
            function(*passed, NUMBERS, threads)
            seconds.append(time.perf_counter() - start)
        speeds[name] = 8e-9 * NUMBERS * _STREAMS[name] / min(seconds)
    return speeds


if __name__ == "__main__":
    for n in (1, 2):
        print(f"{n} thread(s), GB/s: " + ", ".join(f"{name} {speed:.0f}" for name, speed in measure(n).items()))
