"""Study of the errors of scenario discovery, on synthetic sweeps with a true box: `python -m experiments.studies.discovery`.

Sampled rows cross an inert lever; runs share an effect of their row and one of their replication. Without a true box no
parameter has an effect, and every box that stands out is a false alarm. With one, each stated interval holds the truth or not.
"""

import sys
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import norm

from experiments.explore.boxes import Box, Feature, Runs, TooFew, discover

CONFIDENCE, TRIALS = 0.95, 300
INSIDE = (0.5, 0.4)  # the true box: a below the first, b above the second


@dataclass(frozen=True)
class Sweep:
    """A synthetic sweep: rows x values of the inert lever x replications.

    inside, outside: share of cases in the box and elsewhere; row, replication: standard deviations of the common effects of a row
    and of a replication; that of chance is 1.
    """

    rows: int = 60
    values: int = 8
    replications: int = 8
    row: float = 1.0
    replication: float = 0.5
    inside: float = 0.3
    outside: float = 0.3

    @property
    def noise(self) -> bool:
        """True if there is no box."""
        return self.inside == self.outside


CASES = {
    "noise, no lever": Sweep(values=1),
    "noise, lever of 8": Sweep(),
    "noise, lever of 8, no row effect": Sweep(row=0.0),
    "noise, lever of 8, no world effect": Sweep(replication=0.0),
    "noise, lever of 8, strong world effect": Sweep(replication=1.5),
    "noise, lever of 8, 200 rows, 20 worlds": Sweep(rows=200, replications=20),
    "noise, lever of 8, one world": Sweep(replications=1, rows=100),
    "noise, lever of 8, 30 rows, rare": Sweep(rows=30, inside=0.1, outside=0.1),
    "box, no lever": Sweep(values=1, rows=200, inside=0.7, outside=0.15),
    "box, lever of 8": Sweep(rows=100, inside=0.7, outside=0.15),
    "box, lever of 8, 20 worlds": Sweep(rows=200, replications=20, inside=0.7, outside=0.15),
    "box, lever of 8, one world": Sweep(rows=200, replications=1, replication=0.0, inside=0.7, outside=0.15),
    "box, faint": Sweep(rows=150, inside=0.5, outside=0.25),
}


def simulate_sweep(sweep: Sweep, seed: int) -> Runs:
    """Runs of a sweep with three sampled axes, of which c is inert, and the lever."""
    rng = np.random.default_rng(seed)
    a, b, c = rng.uniform(size=(3, sweep.rows))
    shape = sweep.rows, sweep.values, sweep.replications
    latent = sweep.row * rng.normal(size=(sweep.rows, 1, 1)) + sweep.replication * rng.normal(
        size=(1, 1, sweep.replications)
    )
    latent = (latent + rng.normal(size=shape)) / np.sqrt(1.0 + sweep.row**2 + sweep.replication**2)
    share = np.where((a < INSIDE[0]) & (b > INSIDE[1]), sweep.inside, sweep.outside)
    case = norm.cdf(latent) < share[:, None, None]
    row, lever, replication = (index.ravel() for index in np.indices(shape))
    features = [Feature(name, column[row]) for name, column in (("a", a), ("b", b), ("c", c))]
    return Runs([*features, Feature("lever", lever.astype(float))], case.ravel(), row, replication)


def truth(sweep: Sweep, box: Box) -> tuple[float, float, float]:
    """True density, coverage and gap of a box, over all possible rows and replications."""
    limits = {limit.path: limit for limit in box.limits}
    size = both = 1.0
    for path, low, high in (("a", 0.0, INSIDE[0]), ("b", INSIDE[1], 1.0), ("c", 0.0, 1.0)):
        low_, high_ = (limits[path].low, limits[path].high) if path in limits else (-np.inf, np.inf)
        size *= min(high_, 1.0) - max(low_, 0.0)
        both *= max(0.0, min(high_, high) - max(low_, low))
    if "lever" in limits:
        levers = np.arange(float(sweep.values))
        size, both = (part * limits["lever"].holds(levers).mean() for part in (size, both))
    area = INSIDE[0] * (1.0 - INSIDE[1])
    everywhere = sweep.outside + area * (sweep.inside - sweep.outside)
    hits = sweep.outside * size + both * (sweep.inside - sweep.outside)
    return hits / size, hits / everywhere, hits / size - (everywhere - hits) / (1.0 - size)


def trials(sweep: Sweep, repeats: int = TRIALS, first: int = 0) -> dict[Any, Any]:
    """Rates over the trials with enough cases.

    alarms: share of trials with a box that stands out although its true gap is zero or has the other sign;
    found: share of trials with a box that stands out; density, coverage, gap: share of intervals that hold the truth, over
    the boxes with enough rows; boxes: number of these.
    """
    alarms, n_found, hits, n_trials = 0, 0, [], 0
    for seed in range(first, first + repeats):
        try:
            result = discover(simulate_sweep(sweep, seed), depth=3, confidence=CONFIDENCE)
        except TooFew:
            continue
        n_trials += 1
        standing = [box for box in result.boxes if box.stands_out]
        alarms += any(truth(sweep, box)[2] <= 1e-9 for box in standing)
        n_found += bool(standing)
        for box in result.boxes:
            if box.runs and np.isfinite(box.more[1]):
                stated = box.density, box.coverage, box.more
                hits.append(
                    [low <= true <= high for true, (_, low, high) in zip(truth(sweep, box), stated, strict=True)]
                )
    names = ("density", "coverage", "gap")
    rates = dict(zip(names, np.mean(hits, axis=0) if hits else [np.nan] * 3, strict=True))
    return {"trials": n_trials, "alarms": alarms / n_trials, "found": n_found / n_trials, "boxes": len(hits)} | rates


def main() -> None:
    """Print the table; the argument is the number of trials of each row."""
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else TRIALS
    print(f"{repeats} trials each; a rate of 5 % has a standard error of {100 * np.sqrt(0.0475 / repeats):.1f} points")
    columns = ("trials", "alarms", "found", "boxes", "density", "coverage", "gap")
    print(f"{'':42s}" + "".join(f"{name:>10s}" for name in columns))
    for name, sweep in CASES.items():
        rates = trials(sweep, repeats)
        cells = (f"{rates[c]:10d}" if isinstance(rates[c], int) else f"{rates[c]:10.3f}" for c in columns)
        print(f"{name:42s}" + "".join(cells), flush=True)


if __name__ == "__main__":
    main()
