"""The common input of all ports: a crowd in the midst of a protest, under the default rule of the model for citizens."""

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

import sim
from benchmarks import kernel
from sim.kernels.neighbours import link_rows
from sim.kernels.opinions import BLOCKS, FULL, LANES, UNBOUNDED, UNIT, innate_lanes
from sim.mechanisms.opinions import Hearing
from sim.stage.fixed_data import stored_deviations
from sim.stage.survey import STORED_ROWS

FULL_CIRCLE = "mechanisms.opinions.circle=full"  # long links carry opinions, too


@dataclass(frozen=True)
class Case:
    """Arguments of both daily passes, except day, buffers and results.

    protest      of `sim.kernels.citizens.citizens_day`
    alignment    of `sim.kernels.opinions.opinions_day`
    start        uint64 (rows,) alignments before the first day
    """

    protest: dict
    alignment: dict
    start: np.ndarray

    @property
    def n_rows(self) -> int:
        """Citizens."""
        return self.start.size

    @property
    def n_segments(self) -> int:
        """Segments of the population."""
        return len(self.protest["grievance"])

    @property
    def segments(self) -> np.ndarray:
        """int64 (rows,) segment of each citizen."""
        return np.repeat(np.arange(self.n_segments), np.diff(self.protest["bounds"]))

    @property
    def neighbours(self) -> np.ndarray:
        """int64 (rows, 2 ring + q) rows around each row, on the ring and then over the long links."""
        rows, ring = np.arange(self.n_rows), self.protest["ring"]
        around = [(rows + step) % rows.size for step in range(-ring, ring + 1) if step]
        return np.stack([*around, *self.links], axis=1)

    @property
    def n_heard(self) -> int:
        """Number of neighbours, from the first, whose opinions count. Raises ValueError for rules without a port."""
        rule = self.alignment
        if rule["network"] == BLOCKS or rule["bound"] < UNBOUNDED or any(rule["scale"]):
            raise ValueError("agents are written for up to eight neighbours, all of whom are heard")
        return 2 * rule["ring"] + (len(rule["links"]) if rule["network"] == FULL else 0)

    @cached_property
    def links(self) -> np.ndarray:
        """uint32 (q, rows) long links, also if the model does not store them."""
        stored, homophily = self.protest["links"], self.protest["homophily"]
        if stored.shape[1]:
            return stored
        return link_rows(self.protest["key"], self.protest["bounds"], len(stored), homophily)

    @property
    def deviations(self) -> np.ndarray:
        """int8 (rows, LANES) innate deviations of the citizens from their segments."""
        words = np.empty(self.n_rows, dtype=np.uint32)
        innate_lanes(self.alignment["key"], 0, self.n_rows, words)
        return words.view(np.int8).reshape(-1, LANES)


@cache
def _hearing(overrides: tuple[str, ...]) -> Hearing:
    mechanisms = sim.load(list(overrides)).mechanisms
    return mechanisms.opinions.hearing(mechanisms.alignment, mechanisms.contention)


def default_case(n_rows: int, *overrides: str, key: int = 1) -> Case:
    """A case at the defaults of the model, or with FULL_CIRCLE; long links are stored up to the model's limit of rows."""
    rule = _hearing(overrides)
    protest = kernel.crowd(n_rows) | {"key": key}
    if n_rows > STORED_ROWS:
        protest["links"] = np.empty((len(protest["links"]), 0), dtype=np.uint32)
    else:
        protest["links"] = link_rows(key, protest["bounds"], len(protest["links"]), protest["homophily"])
    shared = {name: protest[name] for name in ("links", "bounds", "homophily", "key", "ring")}
    lanes = np.linspace(-0.5, 0.5, LANES * kernel.SEGMENTS).reshape(-1, LANES) * UNIT
    aims = (0.5 * lanes).astype(np.int16).view(np.uint64)[:, 0]
    alignment = shared | {
        "deviations": stored_deviations(key, n_rows), "aims": aims, "peers": rule.weight, "innate": rule.innate,
        "rate": rule.rate, "bound": rule.bound,
        "scale": rule.scale, "network": rule.network,
    }  # fmt: skip
    start = np.repeat(lanes.astype(np.int16).view(np.uint64)[:, 0], np.diff(protest["bounds"]))
    return Case(protest, alignment, start)
