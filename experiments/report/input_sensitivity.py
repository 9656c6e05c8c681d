"""Which conclusions lean on uncertain indicators: over the worlds of a comparison, does the difference move with a drawn indicator?

Every world has drawn each uncertain indicator within its width. For each decided difference and each indicator, the rank
correlation over worlds is tested; the false discovery rate over all tests is held at ALPHA [BenjaminiHochberg1995]. For
the indicators found, the difference is taken again in the half of the worlds with low and the half with high draws.
"""

from dataclasses import dataclass, replace

import numpy as np

from experiments.compare.statistics import described, differences_within
from experiments.report.assumptions import Known, indicators
from sim.core.streams import world_key
from sim.metrics import range_of
from sim.spec.derived_indicators import complete
from sim.spec.schema import Spec
from sim.stage.indicators import IndicatorTables

ALPHA = 0.05
FEWEST = 30  # worlds
SHOWN = 3  # indicators per conclusion


@dataclass(frozen=True)
class Half:
    """The difference in the worlds in which the indicator was drawn low, or high."""

    mean: float
    low: float
    high: float

    def side(self) -> int:
        """Sign of the difference where its interval excludes zero, else 0."""
        return int(self.low > 0) - int(self.high < 0)


@dataclass(frozen=True)
class Lean:
    """One indicator with which a difference moves."""

    indicator: Known
    correlation: float  # Spearman
    below: Half
    above: Half

    def verdict(self, mean: float) -> str:
        """survives: both halves have the sign of the mean; turns: one has the other sign; open: a half is undecided."""
        sides = {half.side() * (1 if mean > 0 else -1) for half in (self.below, self.above)}
        return "turns" if -1 in sides else "open" if 0 in sides else "survives"


@dataclass(frozen=True)
class Examined:
    """All conclusions: (arm, metric) -> what each leans on; smallest correlation that would have been found."""

    leans: dict[tuple[str, str], list[Lean]]
    n_indicators: int
    n_worlds: int
    detectable: float


def examine(spec: Spec, differences: dict[tuple[str, str], np.ndarray], confidence: float) -> Examined | None:
    """differences: (arm, metric) -> (worlds,) paired differences of replications 0, 1, ...; None if too few worlds."""
    from scipy.stats import false_discovery_control, spearmanr, t

    uncertain = [k for k in indicators(spec) if k.width > 0]
    n = max((d.size for d in differences.values()), default=0)
    if n < FEWEST or not uncertain:
        return None
    draws = drawn_indicators(spec, uncertain, n)
    tests = {}
    for key, difference in differences.items():
        seen = ~np.isnan(difference)
        if seen.sum() >= FEWEST and np.ptp(difference[seen]) > 0:
            tests[key] = [spearmanr(difference[seen], column[seen]) for column in draws]
    p = np.array([[test.pvalue for test in row] for row in tests.values()])
    found = false_discovery_control(p.ravel()).reshape(p.shape) <= ALPHA if p.size else p
    leans = {key: [] for key in differences}
    widths = {metric: differences_within(range_of(metric, spec.days)) for _, metric in differences}
    for (key, row), hits in zip(tests.items(), found, strict=True):
        order = sorted(np.flatnonzero(hits), key=lambda i, row=row: -abs(row[i].statistic))[:SHOWN]
        leans[key] = [
            _lean(uncertain[i], row[i].statistic, differences[key], draws[i], confidence, widths[key[1]]) for i in order
        ]
    strict_t = t.isf(ALPHA / max(1, p.size) / 2, n - 2)
    return Examined(leans, len(uncertain), n, float(strict_t / np.sqrt(n - 2 + strict_t**2)))


def drawn_indicators(spec: Spec, wanted: list[Known], worlds: int) -> list[np.ndarray]:
    """The indicators that replications 0, 1, ... have drawn, (worlds,) each."""
    tables = IndicatorTables(complete(spec))
    at = [_index(tables, one) for one in wanted]
    for kind in (tables.state, tables.tie):
        for name, table in kind.items():  # a draw belongs to its indicator: leaving the others out moves none
            mask = np.zeros(table.width.shape, dtype=bool)
            for where, which, index in at:
                if where is kind and which == name:
                    mask[index] = True
            kind[name] = replace(table, width=np.where(mask, table.width, 0.0))
    found = np.empty((len(wanted), worlds))
    for replication in range(worlds):
        state, tie = tables.draw(world_key(spec.seed, replication))
        for i, (where, name, index) in enumerate(at):
            found[i, replication] = (state if where is tables.state else tie)[name][index]
    return list(found)


def _index(tables: IndicatorTables, one: Known) -> tuple[dict, str, tuple]:
    if one.partner:
        return tables.tie, one.name, (tables.row[one.partner], tables.row[one.owner])
    return tables.state, one.name, (tables.row[one.owner],)


def _lean(
    indicator: Known,
    correlation: float,
    difference: np.ndarray,
    draw: np.ndarray,
    confidence: float,
    within: tuple[float, float],
) -> Lean:
    middle = np.median(draw)
    halves = [described(difference[chosen], confidence, within=within) for chosen in (draw <= middle, draw > middle)]
    below, above = (Half(half["mean"], half["low"], half["high"]) for half in halves)
    return Lean(indicator, float(correlation), below, above)
