"""How often the intervals hold the truth, on synthetic paired differences: `python -m benchmarks.coverage`."""

import numpy as np

from experiments.compare.intervals import NONE, mean_interval, share_difference_interval

LEVEL, REPEATS = 0.95, 1000


def skewed(rng, n: int, k: int, spread: float) -> np.ndarray:
    """Log-normal differences."""
    return rng.lognormal(0.0, spread, (n, k))


def rare(rng, n: int, k: int, share: float, both_ways: bool) -> np.ndarray:
    """A share of worlds differs, by an exponential amount, in one direction or in both."""
    size = rng.exponential(1.0, (n, k)) * (rng.random((n, k)) < share)
    return size * rng.choice([-1.0, 1.0], (n, k)) if both_ways else size


def nearly_constant(rng, n: int, k: int) -> np.ndarray:
    """The same difference but for a little noise, and none at all in a twentieth of worlds."""
    return (1.0 + 0.02 * rng.normal(size=(n, k))) * (rng.random((n, k)) >= 0.05)


def cases() -> dict:
    """Name -> (differences of n worlds in k columns, their true mean)."""
    found = {
        "normal": (lambda rng, n, k: rng.normal(0.3, 1.0, (n, k)), 0.3),
        "exponential": (lambda rng, n, k: rng.exponential(1.0, (n, k)), 1.0),
        "nearly constant, 5 % without": (nearly_constant, 0.95),
        "log-normal, spread 1": (lambda rng, n, k: skewed(rng, n, k, 1.0), np.exp(0.5)),
        "log-normal, spread 1.5": (lambda rng, n, k: skewed(rng, n, k, 1.5), np.exp(1.125)),
    }
    for share in (0.3, 0.1, 0.05, 0.02):
        found[f"{100 * share:g} % of worlds differ, one way"] = (
            lambda rng, n, k, share=share: rare(rng, n, k, share, False),
            share,
        )
        found[f"{100 * share:g} % of worlds differ, both ways"] = (
            lambda rng, n, k, share=share: rare(rng, n, k, share, True),
            0.0,
        )
    return found


def mean_coverage(make, truth: float, n: int, repeats: int = REPEATS, seed: int = 1) -> float:
    """Share of intervals that hold the truth, of those comparisons in which any world differs."""
    values = make(np.random.default_rng(seed), n, repeats)
    low, high, kind = mean_interval(values, LEVEL)
    some = kind != NONE
    return float(((low <= truth) & (truth <= high))[some].mean())


def share_coverage(more: float, fewer: float, n: int, level: float = LEVEL) -> float:
    """Exact probability that the paired score interval holds more - fewer, over all outcomes of n worlds."""
    from scipy.stats import multinomial

    counts = np.array([(b, c) for b in range(n + 1) for c in range(n + 1 - b)])
    low, high = share_difference_interval(counts[:, 0], counts[:, 1], n, level)
    weights = multinomial.pmf(np.column_stack([counts, n - counts.sum(axis=1)]), n, [more, fewer, 1.0 - more - fewer])
    return float(weights[(low <= more - fewer + 1e-9) & (more - fewer - 1e-9 <= high)].sum())


def main() -> None:
    """Print both tables."""
    sizes = (10, 20, 50, 200, 1000)
    print(f"{'mean of paired differences':38s}" + "".join(f"{f'n = {n}':>10s}" for n in sizes))
    for name, (make, truth) in cases().items():
        print(f"{name:38s}" + "".join(f"{mean_coverage(make, truth, n):10.3f}" for n in sizes))
    print(f"{'difference of paired shares':38s}" + "".join(f"{f'n = {n}':>10s}" for n in (10, 20, 50, 200)))
    for more, fewer in ((0.01, 0.0), (0.02, 0.02), (0.05, 0.01), (0.1, 0.1), (0.3, 0.1), (0.9, 0.0), (0.7, 0.3)):
        row = "".join(f"{share_coverage(more, fewer, n):10.3f}" for n in (10, 20, 50, 200))
        print(f"{f'{more:g} more, {fewer:g} fewer':38s}" + row)


if __name__ == "__main__":
    main()
