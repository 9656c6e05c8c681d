"""The passes in C with OpenMP (`citizens.c`, `opinions.c`), on the arrays of a crowd."""

from ctypes import Structure, byref, c_int, c_int64, c_size_t, c_uint64, c_void_p
from pathlib import Path

import numpy as np

from benchmarks.compiled import load
from benchmarks.crowd import Case
from benchmarks.ports import ArrayCrowd
from sim.core.streams import Stream, bits
from sim.kernels.citizens import slope_of
from sim.kernels.opinions import BLOCKS, FULL

_PROTEST = (
    *[c_void_p] * 4, c_size_t, *[c_void_p] * 3, *[c_int64] * 3, c_uint64, c_uint64, c_int64, c_size_t, c_int, c_int,
    c_uint64, c_void_p, c_void_p, c_int,
)  # fmt: skip
_ALIGNMENT = (
    *[c_void_p] * 3, c_size_t, c_void_p, *[c_int] * 4, c_size_t, *[c_int] * 3, c_void_p, c_uint64, c_int, c_void_p,
    c_void_p, c_int,
)  # fmt: skip


class Links(Structure):
    """`struct links` of neighbours.h."""

    _fields_ = [
        ("stored", c_void_p), ("words", c_void_p), ("bounds", c_void_p), ("homophily", c_uint64), ("n_rows", c_size_t),
        ("n_links", c_size_t),
    ]  # fmt: skip


class Crowd(ArrayCrowd):
    """A crowd under the passes in C. Raises `benchmarks.compiled.NoCompiler` without gcc."""

    def __init__(self, case: Case, threads: int = 1):
        folder = Path(__file__).parent
        super().__init__(case, load(folder / "citizens.c").citizens_day, load(folder / "opinions.c").opinions_day)
        self.citizens_day.argtypes, self.opinions_day.argtypes = _PROTEST, _ALIGNMENT
        self.citizens_day.restype = self.opinions_day.restype = None
        protest, alignment, key = case.protest, case.alignment, case.protest["key"]
        if alignment["network"] == BLOCKS:
            raise ValueError("the port covers the default rule only, without long links that rows share")
        # addresses are read once: from NumPy every day, they would take as long as a day of 5,000 citizens
        self.buffers = [
            protest["links"],
            np.array([bits(key, Stream.NETWORK, d, 0, 0) for d in range(len(protest["links"]))], dtype=np.uint64),
        ]
        self.buffers += [np.empty(case.n_rows // 32 + 1, dtype=np.uint32)]
        stored, born = (a.ctypes.data if a.size else None for a in (protest["links"], alignment["deviations"]))
        self.links = Links(
            stored, self.buffers[1].ctypes.data, protest["bounds"].ctypes.data, protest["homophily"], case.n_rows,
            len(protest["links"]),
        )  # fmt: skip
        self.at = [array.ctypes.data for array in (self.states, self.states_next, self.words, self.words_next)]
        self.protest_fixed = (
            protest["traits"].ctypes.data, byref(self.links), case.n_segments,
            *(protest[name].ctypes.data for name in ("grievance", "exposure", "noise")),
            *(protest[name] for name in ("national", "arrest_risk", "threshold", "redecide", "arrest", "detention_days", "ring")),
            *(int(x) for x in slope_of(protest["exposure"])),
        )  # fmt: skip
        self.protest_written = self.counts.ctypes.data, self.buffers[2].ctypes.data, threads
        self.alignment_fixed = (
            byref(self.links), case.n_segments, alignment["aims"].ctypes.data,
            *(alignment[name] for name in ("peers", "innate", "rate", "bound", "ring")), *alignment["scale"],
            alignment["network"] == FULL, born, int(bits(key, Stream.INNATE, 0, 0, 0)),
        )  # fmt: skip
        self.alignment_written = self.totals.ctypes.data, self.favourable.ctypes.data, threads

    def protest(self) -> None:
        """The first pass of a day."""
        day_key = int(bits(self.case.protest["key"], Stream.PROTEST, self.day, 0, 0))
        self.citizens_day(*self.at[:2], *self.protest_fixed, day_key, *self.protest_written)
        self.states, self.states_next = self.states_next, self.states
        self.at[:2] = self.at[1::-1]

    def converse(self) -> None:
        """The second pass of a day."""
        offset = int(bits(self.case.protest["key"], Stream.ROUNDING, self.day, 0, 0)) & 0xFFFF
        self.opinions_day(*self.at[2:], *self.alignment_fixed, offset, *self.alignment_written)
        self.words, self.words_next = self.words_next, self.words
        self.at[2:] = self.at[:1:-1]
