"""Morris screen [Morris1991]: effects of the parameters on the likelihood of the record."""

from collections.abc import Callable
from typing import Any

import numpy as np

LEVELS = 6


def screen(
    evaluate: Callable[[np.ndarray], tuple[np.ndarray, object]], names: tuple[str, ...], trajectories: int, seed: int
) -> dict[str, dict[Any, Any]]:
    """mu* and sigma of the elementary effects on the log likelihood, over the unit cube.

    evaluate(unit) -> (log likelihood (n,), anything).
    """
    from SALib.analyze.morris import analyze
    from SALib.sample.morris import sample

    problem = {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}
    unit = sample(problem, trajectories, num_levels=LEVELS, seed=seed)
    score, _ = evaluate(np.clip(unit, 1e-9, 1.0 - 1e-9))
    analysis = analyze(problem, unit, score, num_levels=LEVELS, seed=seed)
    return {
        name: {"mu_star": round(float(analysis["mu_star"][i]), 2), "sigma": round(float(analysis["sigma"][i]), 2)}
        for i, name in enumerate(names)
    }
