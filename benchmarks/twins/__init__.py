"""The daily pass over the citizens written again in other ways, each as well as its way allows, to compare speed and bits.

A crowd is made from the arguments of the pass (`benchmarks.kernel.crowd`), has `step()` for one day, and `outcome()` for the
states of its rows, uint8 (rows,), and the counts of the last day, int64 (segments, 2).
"""

from collections.abc import Callable
from hashlib import sha256

import numpy as np


class ArrayCrowd:
    """A crowd in arrays under a function with the arguments of `sim.kernels.citizens.citizens_day`."""

    def __init__(self, case: dict, function: Callable[..., None]):
        self.case, self.function, self.day = case, function, 0
        n_rows, n_segments = int(case["bounds"][-1]), len(case["grievance"])
        self.states, self.tomorrow = np.zeros(n_rows, dtype=np.uint8), np.zeros(n_rows, dtype=np.uint8)
        self.counts = np.zeros((n_segments, 2), dtype=np.int64)

    def step(self) -> None:
        """One day."""
        self.function(self.states, self.tomorrow, day=self.day, counts=self.counts, **self.case)
        self.states, self.tomorrow = self.tomorrow, self.states
        self.day += 1

    def outcome(self) -> tuple[np.ndarray, np.ndarray]:
        """States of the rows and counts of the last day."""
        return self.states, self.counts

    def nbytes(self) -> int:
        """Of everything that grows with the rows."""
        return sum(a.nbytes for a in (self.states, self.tomorrow, self.case["traits"], self.case["links"]))


def digest(crowd) -> str:
    """One short name for all bits of an outcome."""
    states, counts = crowd.outcome()
    return sha256(states.tobytes() + np.ascontiguousarray(counts).tobytes()).hexdigest()[:12]
