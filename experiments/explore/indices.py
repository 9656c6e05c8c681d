"""Sensitivity indices: Morris effects, Sobol shares, rank correlations, and the share of chance."""

from typing import Any

import numpy as np
from scipy.stats import spearmanr

from experiments.compare.intervals import mean_interval

SEED = 20220105  # of every resampling here, so that tables are reproducible
RESAMPLES = 1000


class BrokenDesign(ValueError):
    """Rows that do not form the stated design."""


def _problem(names: list[str]) -> dict[Any, Any]:
    """Problem description of SALib; only its samplers read the bounds."""
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}


def morris(
    names: list[str], x: np.ndarray, y: np.ndarray, confidence: float, n_levels: int, width: float = np.inf
) -> dict[Any, Any]:
    """Elementary effects per axis [Morris1991], [Campolongo2007]: mu, mu_star with interval, sigma.

    Unit: that of the outcome per full range of the axis.
    x (points, axes): trajectories of axes + 1 points, each of which moves one axis; y (points,): means over replications;
    n_levels: of the lattice of the trajectories; width: of the outcome's range. Raises BrokenDesign.
    """
    size = len(names) + 1
    moves = (
        np.diff(x.reshape(-1, size, len(names)).astype(float), axis=1) if len(x) % size == 0 else np.zeros((1, 1, 1))
    )
    is_move = moves != 0
    if not ((is_move.sum(axis=1) == 1).all() and (is_move.sum(axis=2) == 1).all()):
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


def sobol(names: list[str], x: np.ndarray, y: np.ndarray, confidence: float) -> dict[Any, Any]:
    """Shares of variance per axis [Sobol2001], [Saltelli2010]: S1 alone, ST with all interactions, S2 of each pair.

    x (points, axes): blocks of a base row and its exchanges with a second row; y (points,): means over replications.
    Raises BrokenDesign.
    """
    from SALib.analyze.sobol import analyze

    pairs = exchanges(x)
    analysis = analyze(_problem(names), y, calc_second_order=pairs, num_resamples=RESAMPLES, conf_level=confidence,
                    keep_resamples=True, seed=SEED)  # fmt: skip
    rows = [
        {"axis": name} | _share(analysis, "S1", i, confidence) | _share(analysis, "ST", i, confidence)
        for i, name in enumerate(names)
    ]
    both = [
        {"axes": [names[i], names[j]], "S2": float(analysis["S2"][i, j]),
         "low": float(analysis["S2"][i, j] - analysis["S2_conf"][i, j]),
         "high": float(analysis["S2"][i, j] + analysis["S2_conf"][i, j])}
        for i in range(len(names)) for j in range(i + 1, len(names))
    ] if pairs else []  # fmt: skip
    return {"axes": rows, "pairs": both, "n": len(x) // (len(names) * (1 + pairs) + 2)}


def _share(analysis: dict[Any, Any], key: str, axis: int, confidence: float) -> dict[Any, Any]:
    """Estimate with its percentile interval over resampled blocks: ST, a mean of squares, has none below zero."""
    tail = (1.0 - confidence) / 2.0
    low, high = np.nanquantile(
        analysis[f"{key}_conf_all"][:, axis], [tail, 1.0 - tail]
    )  # NaN from blocks without variance
    return {key: float(analysis[key][axis]), f"{key}_low": float(low), f"{key}_high": float(high)}


def exchanges(x: np.ndarray) -> bool:
    """True if the blocks of a Saltelli design hold the exchanges that S2 needs. Raises BrokenDesign for other designs.

    A block is A, A with column j of B for every j, (B with column j of A for every j,) B.
    """
    axes = x.shape[1]
    for pairs in (True, False):
        size = axes * (1 + pairs) + 2
        if len(x) % size or len(x) < 2 * size:
            continue
        blocks = x.reshape(-1, size, axes)
        first, last = blocks[:, :1], blocks[:, -1:]
        diagonal = np.eye(axes, dtype=bool)
        forward = (blocks[:, 1 : axes + 1] == np.where(diagonal, last, first)).all()
        backward = not pairs or (blocks[:, axes + 1 : -1] == np.where(diagonal, first, last)).all()
        if forward and backward:
            return pairs
    raise BrokenDesign("the points are not the blocks of a Saltelli design")


def ranks(names: list[str], x: np.ndarray, y: np.ndarray, confidence: float) -> dict[Any, Any]:
    """Rank correlation of the outcome with each axis [Spearman1904], with a percentile interval over resampled rows.

    For any design that fills the space. Points of equal values have equal runs, so they are resampled together. The
    measure covers effects in one direction only: it may be zero for an outcome that rises and falls again along an axis,
    or depends on it through another axis.
    """
    _, row = np.unique(x.astype(float), axis=0, return_inverse=True)
    members = [np.flatnonzero(row.ravel() == r) for r in range(row.max() + 1)]
    rng, tail, rows = np.random.default_rng(SEED), (1.0 - confidence) / 2.0, []
    resamples = [
        np.concatenate([members[r] for r in rng.integers(0, len(members), len(members))]) for _ in range(RESAMPLES)
    ]
    for name, column in zip(names, x.T.astype(float), strict=True):
        low, high = np.quantile(
            [_rank_correlation(column[rows_drawn], y[rows_drawn]) for rows_drawn in resamples], [tail, 1.0 - tail]
        )
        rows.append({"axis": name, "rho": _rank_correlation(column, y), "low": float(low), "high": float(high)})
    return {"axes": rows, "n": len(members)}


def _rank_correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Spearman's rho; 0 for a resample without variance."""
    return 0.0 if np.ptp(a) == 0 or np.ptp(b) == 0 else float(spearmanr(a, b)[0])  # pyright: ignore[reportArgumentType]  # a pair, which SciPy does not annotate


def chance(y: np.ndarray) -> dict[Any, Any]:
    """Shares of chance, by an analysis of variance of y (points, replications), the same replications at all points.

    share: part of the variance of single runs between the replications of one point (NaN with one replication).
    left: part of the variance between the means of the points that more replications would remove.
    """
    points, replications = y.shape
    if replications < 2:
        return {"share": np.nan, "left": np.nan, "points": points, "worlds": replications}
    means = y.mean(axis=1)
    residual = y - means[:, None] - y.mean(axis=0) + y.mean()
    noise = (
        (residual**2).sum() / ((points - 1) * (replications - 1)) / replications
    )  # variance of a mean apart from effects of the replications on all points
    spread = means.var(ddof=1)
    within, between = y.var(axis=1, ddof=1).mean(), max(0.0, spread - noise)
    return {
        "share": float(within / (within + between)) if within + between > 0 else np.nan,
        "left": float(min(1.0, noise / spread)) if spread > 0 else np.nan,
        "points": points,
        "worlds": replications,
    }
