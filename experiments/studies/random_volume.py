"""Study of all draws of a run of 2e7 rows over 365 days: are they uniform, free of repeats and independent?

python -m experiments.studies.random_volume [rows] [days]
"""

import sys

import numpy as np
from numba import njit, prange
from scipy.stats import chi2, norm, poisson

from sim.core.streams import Stream, bits, world_key
from sim.kernels.citizens import day_draw

_PROTEST, _TRAITS, _NETWORK, _CLASHES = Stream.PROTEST, Stream.TRAITS, Stream.NETWORK, Stream.CLASHES
LOW = 0.001  # p-values should lie between LOW and 1 - LOW; by chance one in 500 does not
SHARE = 64  # one draw in 64 enters the count of repeats

PAIRS = (
    "review of a row and the next",
    "noise of a row and the next",
    "review of a row and the third",
    "arrest of a row, review of the next",
    "review of a row today and tomorrow",
    "noise of a row today and tomorrow",
    "review of a row today and in a week",
    "noise of a row today, review of the next tomorrow",
)


@njit(inline="always")
def _review(z):
    return z & np.uint64(0xFFFFFFFF)


@njit(inline="always")
def _arrest(z):
    return (z >> np.uint64(32)) & np.uint64(0xFFFF)


@njit(parallel=True)
def survey(key, n_rows, n_days):
    """Cell counts of the fields (4096 each), their combination, the pairs of PAIRS (16 x 16), and sums of products."""
    fields = np.zeros((n_days, 3, 4096), dtype=np.int64)
    joint = np.zeros((n_days, 4096), dtype=np.int64)
    pairs = np.zeros((n_days, 8, 256), dtype=np.int64)
    products = np.zeros((n_days, 8))
    for day in prange(n_days):
        today, tomorrow, week = (
            bits(key, _PROTEST, day, 0, 0),
            bits(key, _PROTEST, day + 1, 0, 0),
            bits(key, _PROTEST, day + 7, 0, 0),
        )
        z, first, second = day_draw(today, 0), day_draw(today, 1), day_draw(today, 2)
        later = day_draw(tomorrow, 0)
        for i in range(n_rows):
            third = day_draw(today, i + 3)
            later_next = day_draw(tomorrow, i + 1)
            far = day_draw(week, i)
            review, arrest, noise = _review(z) >> np.uint64(20), _arrest(z) >> np.uint64(4), z >> np.uint64(52)
            fields[day, 0, review] += 1
            fields[day, 1, arrest] += 1
            fields[day, 2, noise] += 1
            review_cell = review >> np.uint64(8)
            joint[
                day, (review_cell << np.uint64(8)) | (arrest >> np.uint64(8) << np.uint64(4)) | (noise >> np.uint64(8))
            ] += 1
            first_of_pair = (_review(z), z >> np.uint64(32), _review(z), _arrest(z) << np.uint64(16),
                    _review(z), z >> np.uint64(32), _review(z), z >> np.uint64(32))  # fmt: skip
            second_of_pair = (_review(first), first >> np.uint64(32), _review(third), _review(first),
                     _review(later), later >> np.uint64(32), _review(far), _review(later_next))  # fmt: skip
            for k in range(8):
                a, b = first_of_pair[k], second_of_pair[k]
                pairs[day, k, (a >> np.uint64(28) << np.uint64(4)) | (b >> np.uint64(28))] += 1
                products[day, k] += (np.float64(a) * 2.0**-32 - 0.5) * (np.float64(b) * 2.0**-32 - 0.5)
            z, first, second, later = first, second, third, later_next
    return fields.sum(axis=0), joint.sum(axis=0), pairs.sum(axis=0), products.sum(axis=0)


@njit
def streams(key, n_rows):
    """16 x 16 cells of every pair of four streams of the same unit, (6, 256)."""
    cells = np.zeros((6, 256), dtype=np.int64)
    day = bits(key, _PROTEST, 0, 0, 0)
    for i in range(n_rows):
        words = (
            day_draw(day, i),
            bits(key, _TRAITS, i, 0, 0),
            bits(key, _NETWORK, i, 0, 0),
            bits(key, _CLASHES, i, 0, 0),
        )
        k = 0
        for a in range(4):
            for b in range(a):
                x, y = (words[a] >> np.uint64(12)) & np.uint64(15), (words[b] >> np.uint64(12)) & np.uint64(15)
                cells[k, (x << np.uint64(4)) | y] += 1
                k += 1
    return cells


@njit
def sample(key, n_rows, n_days, room):
    """Draws of a run with six leading zero bits."""
    draws, n = np.empty(room, dtype=np.uint64), 0
    for day in range(n_days):
        today = bits(key, _PROTEST, day, 0, 0)
        for i in range(n_rows):
            z = day_draw(today, i)
            if z < np.uint64(1 << 58):
                draws[n] = z
                n += 1
    return draws[:n]


def repeats(words: np.ndarray) -> int:
    """Number of repeated values, with multiplicity."""
    words.sort()
    return int((words[1:] == words[:-1]).sum())


def line(name: str, value: float, expected: str, p: float) -> None:
    """One row of the report; two-sided p-values."""
    verdict = "as expected" if LOW < p < 1 - LOW else "OUTSIDE"
    print(f"| {name} | {value:.6g} | {expected} | {p:.4f} | {verdict} |", flush=True)


def even(name: str, cells: np.ndarray) -> None:
    """Chi-square of equally likely cells."""
    mean, df = cells.sum() / cells.size, cells.size - 1
    value = float(((cells - mean) ** 2 / mean).sum())
    low, high = chi2.ppf([LOW, 1 - LOW], df)
    line(f"chi-square, {name}", value, f"{low:.1f} to {high:.1f}", float(chi2.sf(value, df)))


def rare(name: str, count: int, mean: float) -> None:
    """A number of repeats, Poisson."""
    low, high = poisson.ppf([LOW, 1 - LOW], mean)
    p = float(min(poisson.sf(count - 1, mean), 0.5) if count > mean else 1 - min(poisson.cdf(count, mean), 0.5))
    line(name, count, f"{low:.0f} to {high:.0f} (mean {mean:.4g})", p)


def main() -> None:
    """Print the report as a table."""
    n_rows, n_days = (int(float(x)) for x in (*sys.argv[1:], 2e7, 365)[:2])
    n, key = n_rows * n_days, world_key(20220102, 0)
    print(f"{n_rows:,} rows, {n_days} days, {n:,} draws of 64 bits\n")
    print("| test | found | expected (99.8 %) | p | |\n|---|---|---|---|---|")
    fields, joint, pairs, products = survey(key, n_rows, n_days)
    for name, cells in zip(
        ("review, upper 12 bits", "arrest, upper 12 bits", "noise, all 12 bits"), fields, strict=True
    ):
        even(name, cells)
    even("review x arrest x noise, 16 cells each", joint)
    for name, cells in zip(PAIRS, pairs, strict=True):
        even(f"{name}, 16 x 16", cells)
    for name, total in zip(PAIRS, products, strict=True):
        z = 12 * total / np.sqrt(n)
        bound = norm.ppf(1 - LOW) / np.sqrt(n)
        line(f"correlation, {name}", 12 * total / n, f"+-{bound:.2e}", float(norm.sf(z)))
    names = ("protest", "traits", "network", "clashes")
    titles = [f"{names[a]} and {names[b]} of one unit" for a in range(4) for b in range(a)]
    for name, cells in zip(titles, streams(key, n_rows), strict=True):
        even(f"{name}, 16 x 16", cells)
    for day in (0, n_days - 1):
        today = np.uint64(bits(key, _PROTEST, day, 0, 0))
        words = draws_of_day(today, n_rows)
        rare(f"repeats of the 32 review bits on day {day}", repeats(words & np.uint64(0xFFFFFFFF)), n_rows**2 / 2**33)
    words = sample(key, n_rows, n_days, int(n / SHARE * 1.01) + 10_000)
    m = words.size
    rare(f"repeats of 64 bits, one draw in {SHARE}", repeats(words), m**2 / 2**59)
    rare(f"repeats of 48 bits, one draw in {SHARE}", repeats(words & np.uint64((1 << 48) - 1)), m**2 / 2**49)


@njit
def draws_of_day(day_key, n_rows):
    """All draws of one day, uint64 (rows,)."""
    return np.array([day_draw(day_key, i) for i in range(n_rows)])


if __name__ == "__main__":
    main()
