"""The patterns as numbers of a set of crises, each a function of (outcomes, facts), and the rule that judges them.

The rule was written before the first run. A part compares its number on record with the same number in replays of the
record; a replay simulates every crisis once with one vector of the posterior. A part
- *appears* if the mean over replays lies on the record's side of the number without the pattern (its 95 % interval excludes
  that number), and the record lies within the range of the replays;
- *does not appear* if the mean lies on the other side, if the record lies outside the range, or if the number exists in less
  than half of the replays;
- is *undecided* otherwise.
False alarms: without the pattern the mean lies on the record's side with probability 2.5 %; a record that is one more replay
lies outside the range of 39 replays with probability 2 / 40 = 5 % [BesagClifford1989].
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from experiments.compare.statistics import estimate
from experiments.history.backtest.simulate_cases import PATRONS
from experiments.history.cases.patrons import GROUPS
from experiments.studies.patterns.outcomes import Facts, Outcomes

CONFIDENCE, TAIL = 0.95, 0.025
APPEARS, ABSENT, UNDECIDED = "appears", "does not appear", "undecided"
RUSSIA, TURKEY = GROUPS.index("RUS"), GROUPS.index("TUR")


@dataclass(frozen=True)
class Part:
    """A number of a pattern, and its value without the pattern; None for a size without such a value."""

    pattern: int
    text: str
    number: Callable[[Outcomes, Facts], float]
    without: float | None = 0.0


@dataclass(frozen=True)
class Measurement:
    """A part on record and in the replays."""

    record: float
    mean: float
    interval: tuple[float, float]  # of the mean
    range: tuple[float, float]  # of replays
    share: float  # of replays in which the number exists
    verdict: str


def judge(part: Part, record: Outcomes, case_facts: Facts, replays: list[Outcomes]) -> Measurement:
    """Judge a part by the rule above."""
    on_record = part.number(record, case_facts)
    numbers = np.array([part.number(one.where_coded(record), case_facts) for one in replays])
    numbers_sorted = np.sort(numbers[np.isfinite(numbers)])
    if numbers_sorted.size == 0:
        nothing = (np.nan, np.nan)
        return Measurement(on_record, np.nan, nothing, nothing, 0.0, ABSENT if np.isfinite(on_record) else UNDECIDED)
    mean = estimate(numbers_sorted, CONFIDENCE)
    at = max(0, int((numbers_sorted.size + 1) * TAIL) - 1)
    low, high = float(numbers_sorted[at]), float(numbers_sorted[-1 - at])
    share = numbers_sorted.size / len(replays)
    verdict = decide(on_record, part.without, (mean["low"], mean["high"]), (low, high), share)
    return Measurement(on_record, mean["mean"], (mean["low"], mean["high"]), (low, high), share, verdict)


def decide(record: float, without: float | None, mean: tuple[Any, ...], band: tuple[Any, ...], share: float) -> str:
    """Verdict from the interval of the mean, the range of the replays, and the share of replays with a number."""
    if not np.isfinite(record):
        return UNDECIDED
    if share < 0.5 or not band[0] - 1e-9 <= record <= band[1] + 1e-9:
        return ABSENT
    if without is None:
        return APPEARS
    beyond, short = (
        (mean[0] > without, mean[1] < without) if record > without else (mean[1] < without, mean[0] > without)
    )
    return APPEARS if beyond else ABSENT if short else UNDECIDED


def pattern_verdict(verdicts: list[str]) -> str:
    """Verdict on a pattern: it appears if all of its parts do, and does not appear if one of them does not."""
    return next((v for v in (ABSENT, UNDECIDED) if v in verdicts), APPEARS)


def share(values: np.ndarray, mask: np.ndarray) -> float:
    """Mean of the coded values of a group of crises; NaN without values."""
    coded = values[mask & np.isfinite(values)]
    return float(coded.mean()) if coded.size else np.nan


def gap(values: np.ndarray, group: np.ndarray, others: np.ndarray) -> float:
    """Share in one group of crises minus that in another."""
    return share(values, group) - share(values, others)


def asked_russia(o: Outcomes, f: Facts) -> np.ndarray:
    """CSTO members that asked Russia or the CSTO first."""
    return f.csto & (o.group == RUSSIA)


def spread(values: np.ndarray) -> float:
    """Largest minus smallest coded value; NaN for fewer than two."""
    coded = values[np.isfinite(values)]
    return float(np.ptp(coded)) if coded.size > 1 else np.nan


def shift(o: Outcomes, patron: str) -> np.ndarray:
    """Direction of alignment with a patron."""
    return o.shift[:, PATRONS.index(patron)]


def rejected(o: Outcomes, f: Facts) -> float:
    """Alignment with Russia after it left an asker alone against a state: up minus down."""
    return share(shift(o, "RUS"), f.interstate & asked_russia(o, f) & (o.helped == 0.0))


def censured(o: Outcomes, f: Facts) -> float:
    """Rise with Russia or China where alignment with the West fell in a home crisis, minus the same elsewhere."""
    rise = ((shift(o, "RUS") > 0.0) | (shift(o, "CHN") > 0.0)).astype(float)
    fell = shift(o, "WEST") < 0.0
    return gap(rise, f.domestic & fell, f.domestic & ~fell)


def from_turkey(o: Outcomes, f: Facts) -> float:
    """Turkish force per crisis outside the former Soviet Union minus that inside it."""
    came = ((o.group == TURKEY) & (o.helped == 1.0)).astype(float)
    return gap(came, ~f.former_ussr, f.former_ussr)


def log_peak(level: float, o: Outcomes, f: Facts) -> float:
    """Quantile of log10 peak participation of home crises, percent of population, from a thousandth of a percent up."""
    coded = o.peak[f.domestic & np.isfinite(o.peak)]
    return float(np.quantile(np.log10(coded + 1e-3), level)) if coded.size else np.nan


def log_deaths(level: float, o: Outcomes, f: Facts) -> float:
    """Quantile of log10 (1 + deaths) of home crises."""
    coded = o.deaths[f.domestic & np.isfinite(o.deaths)]
    return float(np.quantile(np.log10(coded + 1.0), level)) if coded.size else np.nan


def larger_and_stood(o: Outcomes, f: Facts) -> float:
    """Share of pairs of a government that fell and one that stood in which the latter met the larger crowd."""
    coded = f.domestic & np.isfinite(o.peak)
    fell, stood = o.peak[coded & (o.fell == 1.0)], o.peak[coded & (o.fell == 0.0)]
    return float((stood[:, None] > fell).mean()) if fell.size and stood.size else np.nan


def within_ten_days(o: Outcomes, f: Facts) -> float:
    """Of governments that fell in a home crisis within 90 days, how many had by day 10."""
    return share((o.fall_day <= 10).astype(float), f.domestic & np.isfinite(o.fall_day))


PARTS = (
    Part(1, "asked for security help: insurgency and interstate minus domestic",
         lambda o, f: gap(o.requested, ~f.domestic, f.domestic)),
    Part(1, "force for the host, share of crises", lambda o, f: share(o.helped, o.requested >= 0), None),
    Part(2, "askers helped by force: against rebels or a crowd minus against a state",
         lambda o, f: gap(o.helped, (o.requested == 1) & ~f.interstate, (o.requested == 1) & f.interstate)),
    Part(3, "CSTO members asking Russia or the CSTO first, crises", lambda o, f: float(asked_russia(o, f).sum())),
    Part(3, "askers helped by force: others minus CSTO members asking Russia or the CSTO",
         lambda o, f: gap(o.helped, (o.requested == 1) & ~asked_russia(o, f), asked_russia(o, f))),
    Part(4, "arrivals within two days of the request, share (lags are inputs)",
         lambda o, f: share((o.delay <= 2).astype(float), np.isfinite(o.delay)), None),
    Part(4, "longest minus shortest time from request to arrival, days",
         lambda o, f: spread(o.delay)),
    Part(5, "fallen within 90 days, share of domestic crises", lambda o, f: share(o.fell, f.domestic), None),
    Part(5, "the same: forces wavering or disloyal minus loyal",
         lambda o, f: gap(o.fell, f.domestic & ~f.loyal, f.domestic & f.loyal)),
    Part(5, "the same: polyarchy above .30 minus closed regimes",
         lambda o, f: gap(o.fell, f.domestic & ~f.closed, f.domestic & f.closed)),
    Part(5, "the same: hybrids with a deep split minus all others",
         lambda o, f: gap(o.fell, f.domestic & f.divided, f.domestic & ~f.divided)),
    Part(5, "of those that fell, share within ten days (even chance: 1/9)", within_ten_days, 1 / 9),
    Part(6, "force in home crises: other hosts minus clients of Russia",
         lambda o, f: gap(o.helped, f.domestic & ~f.client, f.domestic & f.client)),
    Part(7, "CSTO members asking Russia that were helped: before February 2022 minus since",
         lambda o, f: gap(o.helped, asked_russia(o, f) & ~f.at_war, asked_russia(o, f) & f.at_war)),
    Part(8, "Turkish force per crisis: outside the former Soviet Union minus inside", from_turkey),
    Part(9, "alignment with Russia after a refusal against a state, up minus down", rejected),
    Part(10, "rise with Russia or China: where alignment with the West fell minus elsewhere, home crises", censured),
    Part(11, "median log10 peak participation, percent", partial(log_peak, 0.5), None),
    Part(11, "log10 ratio of 90th to 10th percentile of peaks",
         lambda o, f: log_peak(0.9, o, f) - log_peak(0.1, o, f)),
    Part(11, "median log10 (1 + deaths)", partial(log_deaths, 0.5), None),
    Part(11, "90th percentile of log10 (1 + deaths)", partial(log_deaths, 0.9), None),
    Part(11, "pairs of a fallen and a standing government in which the latter met more people", larger_and_stood),
)  # fmt: skip
