"""Input sensitivity: tests whether a difference moves with a drawn indicator, over the replications of a comparison.

Every replication draws each uncertain indicator within its width. For each decided difference and each indicator, the rank
correlation over replications is tested; the false discovery rate over all tests is held at ALPHA [BenjaminiHochberg1995]. For
each discovery, the difference is estimated again in the replications with low and with high draws of the indicator.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from experiments.compare.statistics import differences_within, estimate
from experiments.describe.inputs import InputIndicator, indicators
from sim.core.streams import world_key
from sim.metrics import range_of
from sim.spec.derived_indicators import complete
from sim.spec.schema import Spec
from sim.stage.indicators import IndicatorTables

ALPHA = 0.05
FEWEST = 30  # replications
MOST_INDICATORS = 3  # indicators per conclusion


@dataclass(frozen=True)
class Half:
    """The difference in the replications with low draws of the indicator, or with high ones."""

    mean: float
    low: float
    high: float

    def side(self) -> int:
        """Sign of the difference where its interval excludes zero, else 0."""
        return int(self.low > 0) - int(self.high < 0)


@dataclass(frozen=True)
class Association:
    """An indicator with which a difference moves."""

    indicator: InputIndicator
    correlation: float  # Spearman
    below: Half
    above: Half

    def verdict(self, mean: float) -> str:
        """survives: both halves have the sign of the mean; turns: one has the other sign; open: a half is undecided."""
        sides = {half.side() * (1 if mean > 0 else -1) for half in (self.below, self.above)}
        return "turns" if -1 in sides else "open" if 0 in sides else "survives"


@dataclass(frozen=True)
class Examination:
    """Result for all conclusions: (arm, metric) -> associations, and the smallest correlation that the test can detect."""

    associations: dict[tuple[str, str], list[Association]]
    n_indicators: int
    n_replications: int
    detectable: float


def examine(spec: Spec, differences: dict[tuple[str, str], np.ndarray], confidence: float) -> Examination | None:
    """Test all differences, (arm, metric) -> (replications,), of replications 0, 1, ...; None if there are too few."""
    from scipy.stats import false_discovery_control, spearmanr, t

    uncertain = [k for k in indicators(spec) if k.width > 0]
    n = max((d.size for d in differences.values()), default=0)
    if n < FEWEST or not uncertain:
        return None
    draws = drawn_indicators(spec, uncertain, n)
    tests = {}
    for key, difference in differences.items():
        finite = ~np.isnan(difference)
        if finite.sum() >= FEWEST and np.ptp(difference[finite]) > 0:
            tests[key] = [spearmanr(difference[finite], column[finite]) for column in draws]
    p = np.array([[test.pvalue for test in row] for row in tests.values()])
    discoveries = false_discovery_control(p.ravel()).reshape(p.shape) <= ALPHA if p.size else p
    associations = {key: [] for key in differences}
    widths = {metric: differences_within(range_of(metric, spec.days)) for _, metric in differences}
    for (key, row), hits in zip(tests.items(), discoveries, strict=True):
        order = sorted(np.flatnonzero(hits), key=lambda i, row=row: -abs(row[i].statistic))[:MOST_INDICATORS]
        associations[key] = [
            _association(uncertain[i], row[i].statistic, differences[key], draws[i], confidence, widths[key[1]])
            for i in order
        ]
    strict_t = t.isf(ALPHA / max(1, p.size) / 2, n - 2)
    return Examination(associations, len(uncertain), n, float(strict_t / np.sqrt(n - 2 + strict_t**2)))


def drawn_indicators(spec: Spec, wanted: list[InputIndicator], replications: int) -> list[np.ndarray]:
    """The draws of these indicators in replications 0, 1, ..., (replications,) each."""
    tables = IndicatorTables(complete(spec))
    at = [_index(tables, one) for one in wanted]
    for kind in (tables.state, tables.tie):
        for name, table in kind.items():  # each indicator has its draw, so that leaving others out changes nothing
            mask = np.zeros(table.width.shape, dtype=bool)
            for where, which, index in at:
                if where is kind and which == name:
                    mask[index] = True
            kind[name] = replace(table, width=np.where(mask, table.width, 0.0))
    draws = np.empty((len(wanted), replications))
    for replication in range(replications):
        state, tie = tables.draw(world_key(spec.seed, replication))
        for i, (where, name, index) in enumerate(at):
            draws[i, replication] = (state if where is tables.state else tie)[name][index]
    return list(draws)


def _index(tables: IndicatorTables, one: InputIndicator) -> tuple[dict[Any, Any], str, tuple[Any, ...]]:
    if one.partner:
        return tables.tie, one.name, (tables.row[one.partner], tables.row[one.state])
    return tables.state, one.name, (tables.row[one.state],)


def _association(
    indicator: InputIndicator,
    correlation: float,
    difference: np.ndarray,
    draw: np.ndarray,
    confidence: float,
    within: tuple[float, float],
) -> Association:
    middle = np.median(draw)
    halves = [estimate(difference[chosen], confidence, within=within) for chosen in (draw <= middle, draw > middle)]
    below, above = (Half(half["mean"], half["low"], half["high"]) for half in halves)
    return Association(indicator, float(correlation), below, above)
