"""Study of the coverage of intervals on synthetic values: `python -m experiments.studies.coverage`; `few` writes few_replications.json."""

import json
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from experiments.compare.intervals import UNBOUNDED, mean_interval, share_difference_interval
from experiments.compare.statistics import interval
from experiments.results.few_replications import MEASURED, TABLE
from experiments.results.interval_kinds import NONE
from sim.core.ranges import AMOUNT, PERCENT, SHARE, change

CONFIDENCE, REPEATS = 0.95, 1000
SIZES = (3, 10, 20, 30, 50, 200, 1000)
DAYS = 90
PAIRS = ((0.01, 0.0), (0.02, 0.02), (0.05, 0.01), (0.1, 0.1), (0.3, 0.1), (0.9, 0.0), (0.7, 0.3))
SHARES = (0.005, 0.017, 0.05, 0.1, 0.3, 0.5)
NEAR = 1e-9  # of a truth to the end of an interval that counts as inside
HIDDEN = "nearly constant, 5 % without"  # most samples of few replications have none of these
TAIL = "80 % uniform 0 to 2, 20 % log-normal(3, 1)"
OPPOSED = "90 % about 0.1, 10 % -1"
PEAKED = "gamma(0.1) from 0"
FAR_END = "log-normal(-1.5, 1.2) in 0 to 100"
UNREACHED = (
    HIDDEN,
    TAIL,
    OPPOSED,
    PEAKED,
    FAR_END,
)  # intervals of ten replications cover their mean less often than stated


class Case(NamedTuple):
    """make(rng, n, k): values of n replications in k columns; truth: their mean; within: the range of the quantity."""

    make: Callable[..., Any]
    truth: float
    within: tuple[float, float] = UNBOUNDED


def skewed(rng: np.random.Generator, n: int, k: int, spread: float) -> np.ndarray:
    """Log-normal values."""
    return rng.lognormal(0.0, spread, (n, k))


def rare(rng: np.random.Generator, n: int, k: int, share: float, both_ways: bool) -> np.ndarray:
    """Exponential differences in a share of replications, in one direction or in both; zero elsewhere."""
    size = rng.exponential(1.0, (n, k)) * (rng.random((n, k)) < share)
    return size * rng.choice([-1.0, 1.0], (n, k)) if both_ways else size


def nearly_constant(rng: np.random.Generator, n: int, k: int) -> np.ndarray:
    """The same difference with a little noise, and zero in a twentieth of replications."""
    return (1.0 + 0.02 * rng.normal(size=(n, k))) * (rng.random((n, k)) >= 0.05)


def partly(rng: np.random.Generator, n: int, k: int, share: float) -> np.ndarray:
    """Values between 0 and 1 in a share of replications; zero elsewhere."""
    return rng.beta(2.0, 2.0, (n, k)) * (rng.random((n, k)) < share)


def mostly_small(rng: np.random.Generator, n: int, k: int) -> np.ndarray:
    """Small values in four of five replications; log-normal values, some twenty times as large, in the fifth."""
    return np.where(rng.random((n, k)) < 0.2, rng.lognormal(3.0, 1.0, (n, k)), rng.uniform(0.0, 2.0, (n, k)))


def opposed(rng: np.random.Generator, n: int, k: int) -> np.ndarray:
    """A small gain in nine of ten replications, a loss ten times as large in the tenth."""
    return np.where(rng.random((n, k)) < 0.1, -1.0, rng.normal(0.1, 0.05, (n, k)))


def days_in_office(rng: np.random.Generator, n: int, k: int) -> np.ndarray:
    """Whole days up to the horizon, which most replications reach."""
    return np.minimum(np.floor(rng.exponential(200.0, (n, k))) + 1.0, DAYS)


def differences() -> dict[str, Case]:
    """Paired differences without bounds."""
    cases = {
        "normal": Case(lambda rng, n, k: rng.normal(0.3, 1.0, (n, k)), 0.3),
        "exponential": Case(lambda rng, n, k: rng.exponential(1.0, (n, k)), 1.0),
        HIDDEN: Case(nearly_constant, 0.95),
        OPPOSED: Case(opposed, -0.01),
        "log-normal, spread 1": Case(lambda rng, n, k: skewed(rng, n, k, 1.0), np.exp(0.5)),
        "log-normal, spread 1.5": Case(lambda rng, n, k: skewed(rng, n, k, 1.5), np.exp(1.125)),
        "log-normal less half of another": Case(
            lambda rng, n, k: skewed(rng, n, k, 1.0) - 0.5 * skewed(rng, n, k, 1.0), 0.5 * np.exp(0.5)
        ),
    }
    for share in (0.3, 0.1, 0.05, 0.02):
        for ways, both in (("one way", False), ("both ways", True)):
            cases[f"{100 * share:g} % of replications differ, {ways}"] = Case(
                lambda rng, n, k, share=share, both=both: rare(rng, n, k, share, both), 0.0 if both else share
            )
    return cases


def shares() -> dict[str, Case]:
    """Shares in 0 to 1, some with replications at an end."""
    cases = {
        f"beta({a:g}, {b:g}) in 0 to 1": Case(
            lambda rng, n, k, a=a, b=b: rng.beta(a, b, (n, k)), a / (a + b), SHARE[:2]
        )
        for a, b in ((2.0, 2.0), (0.5, 0.5), (8.0, 2.0), (50.0, 1.0), (0.2, 0.8))
    }
    for share in (0.3, 0.1):
        zero = f"0 in {100 - 100 * share:g} % of replications, else beta(2, 2)"
        cases[zero] = Case(lambda rng, n, k, share=share: partly(rng, n, k, share), share / 2, SHARE[:2])
        full = f"1 in {100 - 100 * share:g} % of replications, else beta(2, 2)"
        cases[full] = Case(lambda rng, n, k, share=share: 1.0 - partly(rng, n, k, share), 1.0 - share / 2, SHARE[:2])
    return cases


def bounded() -> dict[str, Case]:
    """Quantities of a range, and their differences."""
    survival = float(np.exp(-np.arange(DAYS) / 200.0).sum())  # mean of the days: sum of the chances to reach each
    return shares() | {
        "percent near 100": Case(lambda rng, n, k: 100.0 * rng.beta(30.0, 1.0, (n, k)), 3000.0 / 31.0, PERCENT[:2]),
        "days in office up to a horizon": Case(days_in_office, survival, (0.0, DAYS)),
        "exponential from 0": Case(lambda rng, n, k: rng.exponential(1.0, (n, k)), 1.0, AMOUNT[:2]),
        "log-normal from 0, spread 1": Case(lambda rng, n, k: skewed(rng, n, k, 1.0), np.exp(0.5), AMOUNT[:2]),
        "log-normal from 0, spread 1.5": Case(lambda rng, n, k: skewed(rng, n, k, 1.5), np.exp(1.125), AMOUNT[:2]),
        "0 in 70 % of replications, else exponential": Case(
            lambda rng, n, k: rare(rng, n, k, 0.3, False), 0.3, AMOUNT[:2]
        ),
        "0 in 90 % of replications, else exponential": Case(
            lambda rng, n, k: rare(rng, n, k, 0.1, False), 0.1, AMOUNT[:2]
        ),
        TAIL: Case(mostly_small, 0.8 + 0.2 * np.exp(3.5), AMOUNT[:2]),
        PEAKED: Case(lambda rng, n, k: rng.gamma(0.1, 1.0, (n, k)), 0.1, AMOUNT[:2]),
        FAR_END: Case(lambda rng, n, k: rng.lognormal(-1.5, 1.2, (n, k)), np.exp(-1.5 + 0.72), PERCENT[:2]),
        "counts, mean 3": Case(lambda rng, n, k: rng.poisson(3.0, (n, k)).astype(float), 3.0, AMOUNT[:2]),
        "counts, mean 0.3": Case(lambda rng, n, k: rng.poisson(0.3, (n, k)).astype(float), 0.3, AMOUNT[:2]),
        "difference of beta(2, 2) and beta(2, 3)": Case(
            lambda rng, n, k: rng.beta(2.0, 2.0, (n, k)) - rng.beta(2.0, 3.0, (n, k)), 0.1, change(SHARE)[:2]
        ),
        "difference of two shares near 1": Case(
            lambda rng, n, k: rng.beta(50.0, 1.0, (n, k)) - rng.beta(20.0, 1.0, (n, k)),
            50.0 / 51.0 - 20.0 / 21.0,
            change(SHARE)[:2],
        ),
        "difference of shares, 0 in 90 % of replications": Case(
            lambda rng, n, k: partly(rng, n, k, 0.1), 0.05, change(SHARE)[:2]
        ),
    }


def cases() -> dict[str, Case]:
    """All kinds of values by name."""
    return differences() | bounded()


def mean_coverage(case: Case, n: int, repeats: int = REPEATS, seed: int = 1) -> tuple[float, float]:
    """Share of intervals that hold the truth, among samples with any difference; their mean width."""
    values = case.make(np.random.default_rng(seed), n, repeats)
    low, high, kind = mean_interval(values, CONFIDENCE, case.within)
    some = kind != NONE
    return float(((low <= case.truth) & (case.truth <= high))[some].mean()), float((high - low)[some].mean())


def share_coverage(share: float | np.ndarray, n: int, confidence: float = CONFIDENCE) -> np.ndarray:
    """Exact probability that Wilson's interval holds the share, over all outcomes of n replications."""
    from scipy.stats import binom

    share, count = np.atleast_1d(share)[:, None], np.arange(n + 1)
    low, high = _wilson(n, confidence)
    return (binom.pmf(count, n, share) * ((low <= share + NEAR) & (share - NEAR <= high))).sum(axis=1)


def _wilson(n: int, confidence: float) -> np.ndarray:
    """Ends of the interval by the number of replications with the outcome, as commands state them."""
    samples = [np.repeat([1.0, 0.0], [count, n - count]) for count in range(n + 1)]
    return np.array([interval(values, confidence, share=True)[1:3] for values in samples]).T


def lowest_share_coverage(n: int) -> float:
    """Least coverage over a fine grid of shares and just beyond the ends of every interval, where coverage jumps."""
    ends = _wilson(n, CONFIDENCE).ravel()
    shares = np.concatenate([np.linspace(0.0, 1.0, 2001), ends - 1e-6, ends + 1e-6])
    return float(share_coverage(shares[(shares >= 0.0) & (shares <= 1.0)], n).min())


def pair_coverage(
    more: float | np.ndarray, fewer: float | np.ndarray, n: int, confidence: float = CONFIDENCE
) -> np.ndarray:
    """Exact probability that the paired score interval holds more - fewer, over all outcomes of n replications.

    more, fewer: shares, arrays of one shape.
    """
    from scipy.stats import multinomial

    counts = np.array([(b, c) for b in range(n + 1) for c in range(n + 1 - b)])
    low, high = share_difference_interval(counts[:, 0], counts[:, 1], n, confidence)
    cells = np.column_stack([counts, n - counts.sum(axis=1)])
    coverage = []
    for b, c in zip(np.atleast_1d(more), np.atleast_1d(fewer), strict=True):
        inside = (low <= b - c + NEAR) & (b - c - NEAR <= high)
        coverage.append(multinomial.pmf(cells[inside], n, [b, c, max(0.0, 1.0 - b - c)]).sum())
    return np.array(coverage)


def lowest_pair_coverage(n: int) -> float:
    """Least coverage over a grid of both shares in steps of 0.01."""
    more, fewer = (share / 100.0 for share in np.indices((101, 101)).reshape(2, -1))
    possible = more + fewer <= 1.0
    return float(pair_coverage(more[possible], fewer[possible], n).min())


def few_replications(n: int, repeats: int = 2 * REPEATS) -> dict[str, float]:
    """Coverage in n replications: lowest, median and highest of means over all kinds of values; lowest of shares and differences."""
    rates = [mean_coverage(case, n, repeats)[0] for case in cases().values()]
    summary = {
        "lowest": min(rates),
        "median": float(np.median(rates)),
        "highest": max(rates),
        "share": lowest_share_coverage(n),
        "difference": lowest_pair_coverage(n),
    }
    return {name: round(rate, 3) for name, rate in summary.items()}


def main() -> None:
    """Write the table of few replications, or print all tables."""
    if sys.argv[1:] == ["few"]:
        TABLE.write_text(json.dumps({n: few_replications(n) for n in MEASURED}, indent=2) + "\n", encoding="utf-8")
        return
    for title, group in (("Differences without bounds", differences()), ("Inside a range", bounded())):
        print(f"| {title} | " + " | ".join(f"{n:,}" for n in SIZES) + " |\n|" + "---|" * (len(SIZES) + 1))
        for name, case in group.items():
            cells = (f"{mean_coverage(case, n)[0]:.3f}" for n in SIZES)
            print(f"| {name} | " + " | ".join(cells) + " |", flush=True)
        print()
    sizes = (10, 20, 30, 50, 200)
    tables: list[Any] = [
        ("share of replications", [(f"{share:g}", (share,)) for share in SHARES], share_coverage),
        ("difference of paired shares", [(f"{b:g} more, {c:g} fewer", (b, c)) for b, c in PAIRS], pair_coverage),
    ]
    for title, rows, rate in tables:
        print(f"| {title} | " + " | ".join(map(str, sizes)) + " |\n|" + "---|" * (len(sizes) + 1))
        for name, truth in rows:
            print(f"| {name} | " + " | ".join(f"{rate(*truth, n)[0]:.3f}" for n in sizes) + " |")
        print()


if __name__ == "__main__":
    main()
