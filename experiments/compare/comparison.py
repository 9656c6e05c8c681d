"""A comparison: ensembles of paired replications, their means and their differences from the baseline."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from experiments.compare.arms import names_of
from experiments.compare.intervals import UNBOUNDED, mean_interval
from experiments.compare.statistics import differences_within, estimate, paired_difference
from experiments.compare.survival import difference_over_time
from experiments.compare.verdicts import decide
from experiments.results.interval_kinds import NONE
from sim.metrics import METRICS
from sim.records.ensemble import Ensemble
from sim.records.records import in_order
from sim.records.variables import BY_NAME, variable_range
from sim.spec.schema import Spec

SHARE = "share of replications"
NOT_OBSERVED, ABSENT = "not observed", "not in this scenario"  # reasons of an empty cell
IN_OFFICE = "in_office"  # the survival curve among the daily differences


@dataclass(frozen=True)
class Comparison:
    """Arms in their order. They may differ in patrons, organisations and series. names: code -> printed name."""

    ensembles: tuple[Ensemble, ...]
    baseline: Ensemble
    same_as_baseline: frozenset[str]  # arms with the configuration of the baseline, itself included
    confidence: float
    names: dict[str, str]

    @property
    def others(self) -> tuple[Ensemble, ...]:
        """All arms but the baseline."""
        return tuple(e for e in self.ensembles if e is not self.baseline)

    @property
    def patrons(self) -> tuple[str, ...]:
        """Patrons of any arm, those of the baseline first."""
        return tuple(dict.fromkeys(p for e in (self.baseline, *self.ensembles) for p in e.patrons))

    @property
    def leading(self) -> tuple[str, ...]:
        """The first two patrons of each arm; headlines and figures are about them."""
        return tuple(dict.fromkeys(p for e in (self.baseline, *self.ensembles) for p in e.patrons[:2]))

    @property
    def metrics(self) -> list[str]:
        """Metrics of any arm."""
        return in_order((e.metrics for e in self.ensembles), list(METRICS))

    @property
    def columns(self) -> list[str]:
        """Daily series of any arm."""
        return in_order((e.series for e in self.ensembles), list(BY_NAME))

    def entry(
        self,
        values_of: Callable[[Ensemble], np.ndarray | None],
        share: bool = False,
        within: tuple[float, float] = UNBOUNDED,
    ) -> dict[Any, Any]:
        """Every arm's mean and every paired difference of one quantity.

        values_of: arm -> (runs,), NaN = not observed; None: the scenario has no such quantity. within: range of the quantity.
        """
        nothing = np.full(self.baseline.n_runs, np.nan)
        values = {e.scenario: values_of(e) for e in self.ensembles}
        absent = {arm for arm, several in values.items() if several is None}
        values = {arm: nothing if several is None else several for arm, several in values.items()}
        baseline_values = values[self.baseline.scenario]
        arms = {arm: estimate(several, self.confidence, share, within) for arm, several in values.items()}
        differences = {
            e.scenario: self._difference(
                e, paired_difference(values[e.scenario], baseline_values, self.confidence, share, within)
            )
            for e in self.others
        }
        for arm, cell in arms.items():
            cell |= _reason(cell, arm in absent)
        for arm, cell in differences.items():
            cell |= _reason(cell, bool(absent & {arm, self.baseline.scenario}))
            cell["decided"] = cell.get("reason") or decide(cell, self.confidence)
        return {"arms": arms, "differences": differences}

    def _difference(self, one: Ensemble, cell: dict[Any, Any]) -> dict[Any, Any]:
        if one.scenario in self.same_as_baseline and cell["n"]:
            if cell["share_equal"] < 1.0:
                raise RuntimeError(f"{one.scenario} has the configuration of the baseline and differs from it")
            cell |= {"low": 0.0, "high": 0.0, "interval": NONE, "differs_at_most": 0.0}
        return cell

    def daily(self, columns: Sequence[str]) -> Iterator[dict[Any, Any]]:
        """Differences over time with pointwise intervals: variable, arm, and mean, low, high of shape (days + 1,).

        Variables that the arm or the baseline lacks are left out.
        """
        for column in columns:
            for one in self.others:
                if column == IN_OFFICE or (column in one.series and column in self.baseline.series):
                    yield {"variable": column, "arm": one.scenario} | self._over_time(column, one)

    def _over_time(self, column: str, one: Ensemble) -> dict[str, np.ndarray]:
        if one.scenario in self.same_as_baseline or one.n_runs == 1:
            nothing = np.zeros(one.days + 1) if one.scenario in self.same_as_baseline else np.full(one.days + 1, np.nan)
            return {"mean": self._daily_difference(column, one).mean(axis=0), "low": nothing, "high": nothing}
        if column == IN_OFFICE:
            return difference_over_time(one, self.baseline, self.confidence)
        difference = self._daily_difference(column, one)
        low, high, _ = mean_interval(difference, self.confidence, differences_within(variable_range(column, one.days)))
        return {"mean": difference.mean(axis=0), "low": low, "high": high}

    def _daily_difference(self, column: str, one: Ensemble) -> np.ndarray:
        name = "incumbent" if column == IN_OFFICE else column
        return one.series[name] - self.baseline.series[name]


def build_comparison(
    arms: dict[str, Spec], ensembles: Sequence[Ensemble], baseline: str, confidence: float
) -> Comparison:
    """Compare the arms with the baseline, one of them."""
    same_as_baseline = frozenset(arm for arm, spec in arms.items() if _essence(spec) == _essence(arms[baseline]))
    baseline_ensemble = next(e for e in ensembles if e.scenario == baseline)
    return Comparison(tuple(ensembles), baseline_ensemble, same_as_baseline, confidence, names_of(arms))


def _reason(cell: dict[Any, Any], absent: bool) -> dict[Any, Any]:
    """Why a cell is empty; nothing for a cell with values."""
    return {} if cell["n"] else {"reason": ABSENT if absent else NOT_OBSERVED}


def _essence(spec: Spec) -> dict[Any, Any]:
    """The parts of a specification that act, without names and texts of its scenario."""
    return spec.model_dump(
        exclude={"scenario": {"name", "label", "summary", "colour", "expected", "signs", "crisis", "sources"}}
    )
