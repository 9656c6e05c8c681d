"""Ports of the daily passes over the citizens to other languages and libraries, to compare speed and bits.

A crowd is made from a `benchmarks.crowd.Case`. It has `step()` for one day, and `outcome()` for the comparison of bits.
"""

from collections.abc import Callable
from dataclasses import astuple, dataclass
from functools import partial
from hashlib import sha256

import numba
import numpy as np

from benchmarks.crowd import Case
from benchmarks.kernel import in_order
from sim.kernels import citizens, opinions
from sim.kernels.opinions import LANES


@dataclass
class Outcome:
    """Rows after a day, and the sums of that day."""

    states: np.ndarray  # uint8 (rows,)
    alignments: np.ndarray  # int16 (rows, LANES), 2^-12
    counts: np.ndarray  # int64 (segments, 2) active, newly detained
    totals: np.ndarray  # int64 (segments, LANES) sums of the alignments
    favourable: np.ndarray  # int64 (segments, LANES) rows with an alignment that is not negative

    def digest(self) -> str:
        """One short name for all bits."""
        return sha256(b"".join(np.ascontiguousarray(part).tobytes() for part in astuple(self))).hexdigest()[:12]


class ArrayCrowd:
    """A crowd in arrays under two functions with the arguments of the kernels; `blocks`: their optional last arguments."""

    def __init__(
        self,
        case: Case,
        citizens_day: Callable[..., None],
        opinions_day: Callable[..., None],
        blocks: tuple[int, ...] = (),
    ):
        self.case, self.citizens_day, self.opinions_day, self.blocks = case, citizens_day, opinions_day, blocks
        self.protest_case = in_order(citizens.citizens_day, case.protest)
        self.alignment_case = in_order(opinions.opinions_day, case.alignment)
        self.day = 0
        self.states, self.states_next = (np.zeros(case.n_rows, dtype=np.uint8) for _ in range(2))
        self.words, self.words_next = case.start.copy(), np.zeros_like(case.start)
        self.counts = np.zeros((case.n_segments, 2), dtype=np.int64)
        self.totals, self.favourable = (np.zeros((case.n_segments, LANES), dtype=np.int64) for _ in range(2))

    def protest(self) -> None:
        """The first pass of a day."""
        self.citizens_day(
            self.states, self.states_next, *self.protest_case, self.day, self.counts, *self.blocks[:1],
        )  # fmt: skip
        self.states, self.states_next = self.states_next, self.states

    def converse(self) -> None:
        """The second pass of a day."""
        self.opinions_day(
            self.words, self.words_next, *self.alignment_case, self.day, self.totals, self.favourable, *self.blocks[1:],
        )  # fmt: skip
        self.words, self.words_next = self.words_next, self.words

    def step(self) -> None:
        """One day."""
        self.protest()
        self.converse()
        self.day += 1

    def outcome(self) -> Outcome:
        """Rows and sums after the last day."""
        alignments = self.words.view(np.int16).reshape(-1, LANES)
        return Outcome(self.states, alignments, self.counts, self.totals, self.favourable)

    def nbytes(self) -> int:
        """Bytes of all arrays that grow with the rows."""
        state = (self.states, self.states_next, self.words, self.words_next)
        inputs = (self.case.protest["traits"], self.case.protest["links"], self.case.alignment["deviations"])
        return sum(array.nbytes for array in (*state, *inputs))


def on_threads(n_threads: int, function: Callable[..., None], *arguments: object) -> None:
    """Call a threaded kernel on `n_threads` threads."""
    numba.set_num_threads(n_threads)
    function(*arguments)


def kernel_crowd(case: Case, n_threads: int) -> ArrayCrowd:
    """A crowd under the kernels."""
    both = (citizens.citizens_day, opinions.opinions_day)
    if n_threads > 1:
        threaded = (citizens.citizens_day_threaded, opinions.opinions_day_threaded)
        both = tuple(partial(on_threads, n_threads, function) for function in threaded)
    return ArrayCrowd(case, *both, blocks=(citizens.BLOCK, opinions.BLOCK))
