"""The posterior sample: weights with each host left out, its file, and the identification of parameters."""

from pathlib import Path
from typing import Any

import numpy as np

from experiments.history.cases.cases import Case
from experiments.history.cases.folds import fold_of
from experiments.history.mean_field.parameters import FREE
from experiments.history.posterior.population import Box, Chain, truncate
from experiments.results.writing import write_table
from sim.core.draw_names import address
from sim.core.faults import ConfigError
from sim.spec.priors import WEIGHT

MASS = 0.995  # least share of the weight of every fold in the file


def fold_weights(cases: list[Case], chain: Chain) -> dict[str, np.ndarray]:
    """Weights of the vectors with all cases ('') and without each host; hosts that share a war are left out together."""
    folds = np.array([fold_of(case, cases) for case in cases])
    weights = {"": truncate(chain.score - chain.proposed)}
    for fold in sorted(set(folds)):
        without = truncate(chain.score - chain.other[:, folds == fold].sum(axis=1) - chain.proposed)
        weights |= dict.fromkeys(fold.split("+"), without)
    return weights


def identification(chains: list[Chain], box: Box) -> dict[Any, Any]:
    """Mean and standard deviation of each parameter, also relative to the prior's (near 1: the record has no information).

    chains_differ: standard deviation of the chains' means in units of the posterior's standard deviation.
    """
    chain = Chain.pool(chains)
    values, weights = box.values(chain.unit), truncate(chain.score - chain.proposed)
    mean = weights @ values
    spread = np.sqrt(weights @ (values - mean) ** 2)
    means = [truncate(c.score - c.proposed) @ box.values(c.unit) for c in chains]
    return {
        path: {
            "mean": round(float(mean[i]), 3),
            "sd": round(float(spread[i]), 3),
            "prior": [float(box.low[i]), float(box.high[i])],
            "sd_over_prior": round(float(spread[i] / ((box.high[i] - box.low[i]) / np.sqrt(12.0))), 2),
            "share_positive": round(float(weights @ (values[:, i] > 0.0)), 2),
            "chains_differ": round(float(np.std(means, axis=0)[i] / spread[i]), 2),
        }
        for i, path in enumerate(FREE)
    }


def refuse_the_few(sizes: dict[str, int], enough: float) -> None:
    """Refuse folds with too few effective vectors. Raises ConfigError."""
    poor = [f"{host} {size:.0f}" for host, size in sizes.items() if size < enough]
    if poor:
        raise ConfigError(
            f"effective sample size below {enough:g} ({', '.join(poor)}): nothing is written; "
            "more vectors (rounds) or more chains are needed"
        )


def write_posterior(folder: Path, values: np.ndarray, weights: dict[str, np.ndarray]) -> int:
    """Write history.parquet: the vectors with nearly all of the weight of every fold, and their weights; return their number."""
    keep = np.any([_heaviest(w) for w in weights.values()], axis=0)
    columns = {address(path): values[keep, i].astype(np.float32) for i, path in enumerate(FREE)}
    columns |= {WEIGHT + host: (w[keep] / w[keep].sum()).astype(np.float32) for host, w in weights.items()}
    write_table(folder / "history", columns, csv=False)
    return int(keep.sum())


def _heaviest(weights: np.ndarray) -> np.ndarray:
    """(V,) True for the fewest vectors with nearly all of the weight."""
    order = np.argsort(-weights, kind="stable")
    needed = np.searchsorted(np.cumsum(weights[order]), MASS) + 1
    mask = np.zeros(len(weights), dtype=bool)
    mask[order[:needed]] = True
    return mask
