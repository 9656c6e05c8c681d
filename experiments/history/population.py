"""Population Monte Carlo: vectors from the prior, then from kernels around the better ones, with exact weights."""

from dataclasses import dataclass

import numpy as np

KERNEL = 0.6  # standard deviation of a kernel relative to the population's
PRIOR_SHARE = 0.1  # of every later stage, so that weights stay bounded


@dataclass(frozen=True)
class Box:
    """A uniform prior; vectors live on the unit cube, kernels on its logit."""

    low: np.ndarray
    high: np.ndarray

    def values(self, unit: np.ndarray) -> np.ndarray:
        return self.low + (self.high - self.low) * unit


def effective(weights: np.ndarray) -> float:
    """Effective sample size of normalised weights."""
    return float(weights.sum() ** 2 / (weights**2).sum())


def normalised(log_weights: np.ndarray) -> np.ndarray:
    """Weights that sum to 1."""
    raw = np.exp(log_weights - log_weights.max())
    return raw / raw.sum()


def tempered(log_weights: np.ndarray, least: float) -> np.ndarray:
    """Weights raised to the largest power of at most 1 that keeps the effective sample size."""
    low, high = 0.0, 1.0
    if effective(normalised(log_weights)) >= least:
        return normalised(log_weights)
    for _ in range(40):
        middle = 0.5 * (low + high)
        if effective(normalised(middle * log_weights)) >= least:
            low = middle
        else:
            high = middle
    return normalised(low * log_weights)


def _logit(unit: np.ndarray) -> np.ndarray:
    return np.log(unit / (1.0 - unit))


@dataclass(frozen=True)
class Proposal:
    """A mixture of Gaussian kernels on the logit scale, and a share of the prior."""

    centres: np.ndarray  # (K, P) logit
    weights: np.ndarray  # (K,)
    root: np.ndarray  # (P, P) Cholesky factor of the kernel's covariance

    @classmethod
    def around(cls, unit: np.ndarray, weights: np.ndarray) -> "Proposal":
        x = _logit(unit)
        cov = np.cov(x, rowvar=False, aweights=weights)
        cov = 0.9 * cov + 0.1 * np.diag(np.diag(cov))
        return cls(x, weights, np.linalg.cholesky(KERNEL**2 * cov + 1e-9 * np.eye(x.shape[1])))

    def draw(self, n: int, rng: np.random.Generator) -> np.ndarray:
        p = self.centres.shape[1]
        at = rng.choice(len(self.weights), n, p=self.weights)
        x = self.centres[at] + rng.standard_normal((n, p)) @ self.root.T
        unit = 1.0 / (1.0 + np.exp(-x))
        plain = rng.random(n) < PRIOR_SHARE
        unit[plain] = rng.random((int(plain.sum()), p))
        return np.clip(unit, 1e-9, 1.0 - 1e-9)

    def density(self, unit: np.ndarray) -> np.ndarray:
        """Density on the unit cube."""
        inverse = np.linalg.inv(self.root)
        x, centres = _logit(unit) @ inverse.T, self.centres @ inverse.T
        scale = np.log(np.diag(self.root)).sum() + 0.5 * x.shape[1] * np.log(2.0 * np.pi)
        jacobian = -(np.log(unit) + np.log1p(-unit)).sum(axis=1)
        found = np.empty(len(x))
        for start in range(0, len(x), 500):
            part = x[start : start + 500]
            square = (part**2).sum(1)[:, None] + (centres**2).sum(1)[None] - 2.0 * part @ centres.T
            found[start : start + 500] = np.exp(-0.5 * square) @ self.weights
        kernel = np.exp(np.log(np.maximum(found, 1e-300)) - scale + jacobian)
        return PRIOR_SHARE + (1.0 - PRIOR_SHARE) * kernel


def population_monte_carlo(evaluate, n_parameters: int, sizes: tuple[int, ...], rng: np.random.Generator):
    """Vectors on the unit cube with log weights.

    evaluate(unit) -> (log_likelihood (n,), anything (n, ...)); sizes: vectors of each stage, the first from the prior.
    Returns unit (V, P), log likelihood (V,), the rest (V, ...), log proposal density (V,): the weights of a target t are
    exp(log t - log proposal density), with all stages as one mixture.
    """
    units, scores, others, proposals = [], [], [], []
    for size in sizes:
        unit = rng.random((size, n_parameters)) if not proposals else proposals[-1].draw(size, rng)
        score, other = evaluate(unit)
        units.append(unit)
        scores.append(score)
        others.append(other)
        log_weights = np.concatenate(scores) - mixture(np.concatenate(units), proposals, sizes)
        weights = tempered(log_weights, least=max(60.0, 0.05 * len(log_weights)))
        proposals.append(Proposal.around(np.concatenate(units), weights))
    everything = np.concatenate(units)
    return everything, np.concatenate(scores), np.concatenate(others), mixture(everything, proposals[:-1], sizes)


def mixture(unit: np.ndarray, proposals: list[Proposal], sizes: tuple[int, ...]) -> np.ndarray:
    """(V,) log density of the stages so far as one mixture; the prior has density 1."""
    total = np.full(len(unit), float(sizes[0]))
    for proposal, size in zip(proposals, sizes[1:], strict=False):
        total += size * proposal.density(unit)
    return np.log(total / sum(sizes[: len(proposals) + 1]))
