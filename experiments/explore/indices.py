"""Which parameters move an outcome: Morris, Sobol and rank correlations, and how much is chance."""

import numpy as np
from scipy.stats import spearmanr

from experiments.compare.intervals import mean_interval

SEED = 20220105  # of every resampling here, so that a table repeats
RESAMPLES = 1000


class BrokenDesign(ValueError):
    """Rows that are not the design they are said to be."""


def _problem(names: list[str]) -> dict:
    """What the library asks to be told; bounds are read by its samplers only."""
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}


def morris(
    names: list[str], x: np.ndarray, y: np.ndarray, confidence: float, n_levels: int, width: float = np.inf
) -> dict:
    """Elementary effects per axis [Morris1991], [Campolongo2007]: mu, mu_star with interval, sigma, in the outcome's unit
    per full range of the axis.

    x (points, axes): trajectories of axes + 1 points, of which each moves one axis; y (points,): means over worlds;
    n_levels: of the lattice that the trajectories walk on; width: of the outcome's range. Raises BrokenDesign.
    """
    size = len(names) + 1
    moves = (
        np.diff(x.reshape(-1, size, len(names)).astype(float), axis=1) if len(x) % size == 0 else np.zeros((1, 1, 1))
    )
    moved = moves != 0
    if not ((moved.sum(axis=1) == 1).all() and (moved.sum(axis=2) == 1).all()):
        raise BrokenDesign("the points are not trajectories that move one parameter after the other")
    if len(x) < 2 * size:
        raise BrokenDesign("one trajectory has no spread; make at least two")
    step = n_levels / (2.0 * (n_levels - 1.0))  # of every move, as a share of the full range
    effects = (np.diff(y.reshape(-1, size), axis=1)[:, :, None] * np.sign(moves)).sum(
        axis=1
    ) / step  # (trajectories, axes)
    low, high, _ = mean_interval(np.abs(effects), confidence, (0.0, width / step))
    rows = [
        {"axis": name, "mu": mu, "mu_star": star, "low": bottom, "high": top, "sigma": sigma}
        for name, mu, star, bottom, top, sigma in zip(
            names, effects.mean(axis=0).tolist(), np.abs(effects).mean(axis=0).tolist(), low.tolist(), high.tolist(),
            effects.std(axis=0, ddof=1).tolist(), strict=True,
        )
    ]  # fmt: skip
    return {"axes": rows, "n": len(x) // size}


def sobol(names: list[str], x: np.ndarray, y: np.ndarray, confidence: float) -> dict:
    """Shares of variance per axis [Sobol2001], [Saltelli2010]: S1 alone, ST with all interactions, S2 of each pair.

    x (points, axes): blocks of a base row and its exchanges with a second row; y (points,): means over worlds.
    Raises BrokenDesign.
    """
    from SALib.analyze.sobol import analyze

    pairs = exchanges(x)
    found = analyze(_problem(names), y, calc_second_order=pairs, num_resamples=RESAMPLES, conf_level=confidence,
                    keep_resamples=True, seed=SEED)  # fmt: skip
    rows = [
        {"axis": name} | _share(found, "S1", i, confidence) | _share(found, "ST", i, confidence)
        for i, name in enumerate(names)
    ]
    both = [
        {"axes": [names[i], names[j]], "S2": float(found["S2"][i, j]),
         "low": float(found["S2"][i, j] - found["S2_conf"][i, j]),
         "high": float(found["S2"][i, j] + found["S2_conf"][i, j])}
        for i in range(len(names)) for j in range(i + 1, len(names))
    ] if pairs else []  # fmt: skip
    return {"axes": rows, "pairs": both, "n": len(x) // (len(names) * (1 + pairs) + 2)}


def _share(found: dict, key: str, axis: int, confidence: float) -> dict:
    """Estimate with its percentile interval over resampled blocks: ST, a mean of squares, has none below zero."""
    tail = (1.0 - confidence) / 2.0
    low, high = np.nanquantile(
        found[f"{key}_conf_all"][:, axis], [tail, 1.0 - tail]
    )  # blocks that do not vary tell nothing
    return {key: float(found[key][axis]), f"{key}_low": float(low), f"{key}_high": float(high)}


def exchanges(x: np.ndarray) -> bool:
    """Whether the blocks of a Saltelli design hold the exchanges that S2 needs; raises BrokenDesign if there are none.

    A block is A, A with column j of B for every j, (B with column j of A for every j,) B.
    """
    axes = x.shape[1]
    for pairs in (True, False):
        size = axes * (1 + pairs) + 2
        if len(x) % size or len(x) < 2 * size:
            continue
        blocks = x.reshape(-1, size, axes)
        first, last = blocks[:, :1], blocks[:, -1:]
        own = np.eye(axes, dtype=bool)
        forward = (blocks[:, 1 : axes + 1] == np.where(own, last, first)).all()
        backward = not pairs or (blocks[:, axes + 1 : -1] == np.where(own, first, last)).all()
        if forward and backward:
            return pairs
    raise BrokenDesign("the points are not the blocks of a Saltelli design")


def ranks(names: list[str], x: np.ndarray, y: np.ndarray, confidence: float) -> dict:
    """Rank correlation of the outcome with each axis [Spearman1904], percentile interval over resampled rows.

    For any design that fills the space. Points of equal values have equal runs, so they are resampled together. It sees
    effects in one direction only: an outcome that rises and falls again along an axis, or depends on it through another
    axis, may show none.
    """
    _, row = np.unique(x.astype(float), axis=0, return_inverse=True)
    members = [np.flatnonzero(row.ravel() == r) for r in range(row.max() + 1)]
    rng, tail, rows = np.random.default_rng(SEED), (1.0 - confidence) / 2.0, []
    drawn = [
        np.concatenate([members[r] for r in rng.integers(0, len(members), len(members))]) for _ in range(RESAMPLES)
    ]
    for name, column in zip(names, x.T.astype(float), strict=True):
        low, high = np.quantile([_rank_correlation(column[chosen], y[chosen]) for chosen in drawn], [tail, 1.0 - tail])
        rows.append({"axis": name, "rho": _rank_correlation(column, y), "low": float(low), "high": float(high)})
    return {"axes": rows, "n": len(members)}


def _rank_correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Spearman's rho; a resample in which nothing varies correlates with nothing."""
    return 0.0 if np.ptp(a) == 0 or np.ptp(b) == 0 else float(spearmanr(a, b)[0])  # pyright: ignore[reportArgumentType]  # a pair, which SciPy does not annotate


def chance(y: np.ndarray) -> dict:
    """How much of the variance is chance, by the analysis of variance of y (points, worlds), the same worlds in all points.

    share: of the variance of single runs, what differs between the worlds of one point (NaN with one world).
    left: of the variance between the means of the points, what more worlds would still remove.
    """
    points, worlds = y.shape
    if worlds < 2:
        return {"share": np.nan, "left": np.nan, "points": points, "worlds": worlds}
    means = y.mean(axis=1)
    residual = y - means[:, None] - y.mean(axis=0) + y.mean()
    noise = (
        (residual**2).sum() / ((points - 1) * (worlds - 1)) / worlds
    )  # variance of a mean that the worlds do not share
    spread = means.var(ddof=1)
    within, between = y.var(axis=1, ddof=1).mean(), max(0.0, spread - noise)
    return {
        "share": float(within / (within + between)) if within + between > 0 else np.nan,
        "left": float(min(1.0, noise / spread)) if spread > 0 else np.nan,
        "points": points,
        "worlds": worlds,
    }
