"""Population Monte Carlo: vectors from the prior, then from a Gaussian around the better ones, with exact weights [Cappe2004]."""

from dataclasses import dataclass, fields

import numpy as np
from scipy.stats import norm

SHRUNK, WIDENED = 0.5, 1.2  # correlations that are kept, and variance of a proposal relative to the sample's
PRIOR_SHARE = 0.1  # of every later round, so that weights stay bounded
FEWEST, SHARE = 60.0, 0.015  # effective vectors that a proposal is fitted to, at least, and as a share of those drawn


@dataclass(frozen=True)
class Box:
    """A uniform prior; vectors live on the unit cube, proposals on its probit, where the prior is a standard Gaussian."""

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


def truncated(log_weights: np.ndarray) -> np.ndarray:
    """Weights that sum to 1, none above mean times root of their number: less variance, a small bias [Ionides2008]."""
    cut = np.minimum(normalised(log_weights), 1.0 / np.sqrt(log_weights.size))
    return cut / cut.sum()


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


@dataclass(frozen=True)
class Proposal:
    """A Gaussian on the probit scale of the first coordinates, the prior for the rest, and a share of the prior for all."""

    mean: np.ndarray  # (A,) probit
    root: np.ndarray  # (A, A) Cholesky factor of the covariance

    @classmethod
    def around(cls, unit: np.ndarray, weights: np.ndarray) -> "Proposal":
        """Fitted to a weighted sample; correlations are halved, since few vectors carry the weight."""
        x: np.ndarray = norm.ppf(unit)
        cov = np.atleast_2d(np.cov(x, rowvar=False, aweights=weights))
        cov = SHRUNK * cov + (1.0 - SHRUNK) * np.diag(np.diag(cov))
        return cls(weights @ x, np.linalg.cholesky(WIDENED * cov + 1e-9 * np.eye(x.shape[1])))

    def draw(self, n: int, n_parameters: int, rng: np.random.Generator) -> np.ndarray:
        """(n, n_parameters) on the unit cube."""
        unit, adapted = rng.random((n, n_parameters)), self.mean.size
        drawn = norm.cdf(self.mean + rng.standard_normal((n, adapted)) @ self.root.T)
        plain = rng.random(n) < PRIOR_SHARE
        unit[~plain, :adapted] = drawn[~plain]
        return np.clip(unit, 1e-9, 1.0 - 1e-9)

    def density(self, unit: np.ndarray) -> np.ndarray:
        """Density on the unit cube."""
        x = norm.ppf(unit[:, : self.mean.size])
        z = (x - self.mean) @ np.linalg.inv(self.root).T
        scale = np.log(np.diag(self.root)).sum()
        return PRIOR_SHARE + (1.0 - PRIOR_SHARE) * np.exp(0.5 * (x**2 - z**2).sum(axis=1) - scale)


@dataclass(frozen=True)
class Chain:
    """Vectors on the unit cube, what was found for them, and the density from which they were drawn."""

    unit: np.ndarray  # (V, P)
    score: np.ndarray  # (V,) log likelihood
    other: np.ndarray  # (V, ...) whatever `evaluate` found besides
    proposed: np.ndarray  # (V,) log density of all rounds as one mixture

    @classmethod
    def pooled(cls, chains: list["Chain"]) -> "Chain":
        """Chains of equal length as one sample: each estimates the same target with the same constant."""
        return cls(*(np.concatenate([getattr(c, f.name) for c in chains]) for f in fields(cls)))


def population_monte_carlo(
    evaluate, n_parameters: int, adapted: int, sizes: tuple[int, ...], rng: np.random.Generator
) -> Chain:
    """Vectors whose weights for a target t are exp(log t - log proposal density).

    evaluate(unit) -> (log_likelihood (n,), anything (n, ...)); sizes: vectors of each round, the first from the prior;
    proposals are adapted in the first `adapted` coordinates and stay at the prior in the others.
    """
    units, scores, others, proposals = [], [], [], []
    for size in sizes:
        unit = proposals[-1].draw(size, n_parameters, rng) if proposals else rng.random((size, n_parameters))
        score, other = evaluate(unit)
        units.append(unit)
        scores.append(score)
        others.append(other)
        log_weights = np.concatenate(scores) - mixture(np.concatenate(units), proposals, sizes)
        weights = tempered(log_weights, least=max(FEWEST, SHARE * len(log_weights)))
        proposals.append(Proposal.around(np.concatenate(units)[:, :adapted], weights))
    unit = np.concatenate(units)
    return Chain(unit, np.concatenate(scores), np.concatenate(others), mixture(unit, proposals[:-1], sizes))


def mixture(unit: np.ndarray, proposals: list[Proposal], sizes: tuple[int, ...]) -> np.ndarray:
    """(V,) log density of the rounds so far as one mixture; the prior has density 1."""
    total = np.full(len(unit), float(sizes[0]))
    for proposal, size in zip(proposals, sizes[1:], strict=False):
        total += size * proposal.density(unit)
    return np.log(total / sum(sizes[: len(proposals) + 1]))
