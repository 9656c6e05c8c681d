"""Ensembles of paired worlds that are compared with one of them: the numbers behind every table, figure and sentence."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from experiments.compare.intervals import NONE, UNBOUNDED, mean_interval
from experiments.compare.statistics import described, differences_within, paired
from experiments.compare.survival import difference_over_time
from experiments.compare.verdicts import decide
from sim.records import Ensemble, variable_range
from sim.schema import Spec, english_names

SHARE = "share of worlds"
IN_OFFICE = "in_office"  # the survival curve among the daily differences


@dataclass(frozen=True)
class Comparison:
    """Arms in their order; names: code -> name to print."""

    ensembles: tuple[Ensemble, ...]
    reference: Ensemble
    same: frozenset[str]  # arms of the same configuration as the reference, the reference among them
    level: float
    names: dict[str, str]

    @property
    def others(self) -> tuple[Ensemble, ...]:
        """All arms but the reference."""
        return tuple(e for e in self.ensembles if e is not self.reference)

    def entry(
        self, values_of: Callable[[Ensemble], np.ndarray], share: bool = False, within: tuple[float, float] = UNBOUNDED
    ) -> dict:
        """Every arm's mean and every paired difference of one quantity. values_of: arm -> (runs,), NaN = not observed;
        within: its range."""
        values = {e.scenario: values_of(e) for e in self.ensembles}
        theirs = values[self.reference.scenario]
        return {
            "arms": {arm: described(v, self.level, share, within) for arm, v in values.items()},
            "differences": {
                e.scenario: self._difference(e, paired(values[e.scenario], theirs, self.level, share, within))
                for e in self.others
            },
        }

    def _difference(self, one: Ensemble, found: dict) -> dict:
        if one.scenario in self.same and found["n"]:
            if found["share_equal"] < 1.0:
                raise RuntimeError(f"{one.scenario} has the configuration of the reference and differs from it")
            found |= {"low": 0.0, "high": 0.0, "interval": NONE, "differs_at_most": 0.0}
        return found | {"decided": decide(found, self.level)}

    def daily(self, columns: Sequence[str]) -> Iterator[dict]:
        """Differences over time with pointwise intervals: variable, arm, and mean, low, high of shape (days + 1,)."""
        for column in columns:
            for one in self.others:
                yield {"variable": column, "arm": one.scenario} | self._over_time(column, one)

    def _over_time(self, column: str, one: Ensemble) -> dict[str, np.ndarray]:
        if one.scenario in self.same or one.n_runs == 1:
            nothing = np.zeros(one.days + 1) if one.scenario in self.same else np.full(one.days + 1, np.nan)
            return {"mean": self._daily_difference(column, one).mean(axis=0), "low": nothing, "high": nothing}
        if column == IN_OFFICE:
            return difference_over_time(one, self.reference, self.level)
        difference = self._daily_difference(column, one)
        low, high, _ = mean_interval(difference, self.level, differences_within(variable_range(column, one.days)))
        return {"mean": difference.mean(axis=0), "low": low, "high": high}

    def _daily_difference(self, column: str, one: Ensemble) -> np.ndarray:
        name = "incumbent" if column == IN_OFFICE else column
        return one.series[name] - self.reference.series[name]


def compared(arms: dict[str, Spec], ensembles: Sequence[Ensemble], reference: str | None, level: float) -> Comparison:
    """The comparison of arms with the one that is named, or with the last."""
    chosen = reference or list(arms)[-1]
    same = frozenset(arm for arm, spec in arms.items() if _essence(spec) == _essence(arms[chosen]))
    theirs = next(e for e in ensembles if e.scenario == chosen)
    return Comparison(tuple(ensembles), theirs, same, level, english_names(arms[chosen]))


def _essence(spec: Spec) -> dict:
    """All that acts in a specification, without the words about its scenario."""
    return spec.model_dump(
        exclude={"scenario": {"name", "label", "summary", "colour", "expected", "signs", "case", "sources"}}
    )
