"""The pass in C with OpenMP (`citizens.c`), on the arrays of a crowd."""

from ctypes import c_int, c_int64, c_size_t, c_uint64, c_void_p
from pathlib import Path

import numpy as np

from benchmarks.compiled import load
from benchmarks.twins import ArrayCrowd
from sim.streams import Stream, bits

_ARGUMENTS = (
    *[c_void_p] * 4, c_size_t, c_void_p, c_size_t, *[c_void_p] * 3, *[c_int64] * 3, c_uint64, c_uint64, c_int64,
    c_size_t, c_uint64, c_void_p, c_void_p, c_int,
)  # fmt: skip


class Crowd(ArrayCrowd):
    """A crowd whose days are computed by C; `benchmarks.compiled.NoCompiler` without gcc."""

    def __init__(self, case: dict, threads: int = 1):
        super().__init__(case, load(Path(__file__).with_name("citizens.c")).citizens_day)
        self.function.argtypes, self.function.restype = _ARGUMENTS, None
        self.words = np.empty(self.states.size // 32 + 1, dtype=np.uint32)
        # addresses once, for asking NumPy for them every day would cost as much as a day of 5,000 citizens
        self.now, self.next = self.states.ctypes.data, self.tomorrow.ctypes.data
        at = {name: array.ctypes.data for name, array in case.items() if isinstance(array, np.ndarray)}
        self.fixed = (
            at["traits"], at["links"], len(case["links"]), at["bounds"], len(case["grievance"]), at["grievance"],
            at["exposure"], at["noise"], *(case[n] for n in ("national", "arrest_risk", "threshold", "redecide")),
            *(case[n] for n in ("arrest", "detention_days", "ring")),
        )  # fmt: skip
        self.written = self.counts.ctypes.data, self.words.ctypes.data, threads

    def step(self) -> None:
        """One day."""
        day_key = int(bits(self.case["key"], Stream.PROTEST, self.day, 0, 0))
        self.function(self.now, self.next, *self.fixed, day_key, *self.written)
        self.now, self.next = self.next, self.now
        self.states, self.tomorrow = self.tomorrow, self.states
        self.day += 1
