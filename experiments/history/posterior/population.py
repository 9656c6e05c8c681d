"""Population Monte Carlo [Cappe2004]: vectors from the prior, then from a Gaussian fit to the best, with exact weights."""

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np
from scipy.stats import norm

SHRUNK, WIDENED = 0.5, 1.2  # factor on correlations, and factor on the variance, of a proposal
PRIOR_SHARE = 0.1  # of the prior in every later round, so that weights stay bounded
FEWEST, SHARE = 60.0, 0.015  # least number of effective vectors in the fit of a proposal, and as a share of all draws


@dataclass(frozen=True)
class Box:
    """A uniform prior. Vectors are in the unit cube; proposals in its probit space, where the prior is a standard Gaussian."""

    low: np.ndarray
    high: np.ndarray

    def values(self, unit: np.ndarray) -> np.ndarray:
        return self.low + (self.high - self.low) * unit


def effective(weights: np.ndarray) -> float:
    """Effective sample size of normalised weights."""
    return float(weights.sum() ** 2 / (weights**2).sum())


def normalise(log_weights: np.ndarray) -> np.ndarray:
    """Weights with sum 1."""
    raw = np.exp(log_weights - log_weights.max())
    return raw / raw.sum()


def truncate(log_weights: np.ndarray) -> np.ndarray:
    """Weights with sum 1, none above the mean times the root of their number: less variance, a small bias [Ionides2008]."""
    cut = np.minimum(normalise(log_weights), 1.0 / np.sqrt(log_weights.size))
    return cut / cut.sum()


def temper(log_weights: np.ndarray, least: float) -> np.ndarray:
    """Weights raised to the largest power up to 1 with an effective sample size of at least `least`."""
    low, high = 0.0, 1.0
    if effective(normalise(log_weights)) >= least:
        return normalise(log_weights)
    for _ in range(40):
        middle = 0.5 * (low + high)
        if effective(normalise(middle * log_weights)) >= least:
            low = middle
        else:
            high = middle
    return normalise(low * log_weights)


@dataclass(frozen=True)
class Proposal:
    """A Gaussian on the probit scale of the first coordinates, the prior for the rest, and a share of the prior for all."""

    mean: np.ndarray  # (A,) probit
    root: np.ndarray  # (A, A) Cholesky factor of the covariance

    @classmethod
    def around(cls, unit: np.ndarray, weights: np.ndarray) -> "Proposal":
        """The proposal of a weighted sample; correlations are halved, since few vectors carry the weight."""
        x: np.ndarray = norm.ppf(unit)
        cov = np.atleast_2d(np.cov(x, rowvar=False, aweights=weights))
        cov = SHRUNK * cov + (1.0 - SHRUNK) * np.diag(np.diag(cov))
        return cls(weights @ x, np.linalg.cholesky(WIDENED * cov + 1e-9 * np.eye(x.shape[1])))

    def draw(self, n: int, n_parameters: int, rng: np.random.Generator) -> np.ndarray:
        """(n, n_parameters) on the unit cube."""
        unit, adapted = rng.random((n, n_parameters)), self.mean.size
        adapted_values = norm.cdf(self.mean + rng.standard_normal((n, adapted)) @ self.root.T)
        from_prior = rng.random(n) < PRIOR_SHARE
        unit[~from_prior, :adapted] = adapted_values[~from_prior]
        return np.clip(unit, 1e-9, 1.0 - 1e-9)

    def density(self, unit: np.ndarray) -> np.ndarray:
        """Density on the unit cube."""
        x = norm.ppf(unit[:, : self.mean.size])
        z = (x - self.mean) @ np.linalg.inv(self.root).T
        scale = np.log(np.diag(self.root)).sum()
        return PRIOR_SHARE + (1.0 - PRIOR_SHARE) * np.exp(0.5 * (x**2 - z**2).sum(axis=1) - scale)


@dataclass(frozen=True)
class Chain:
    """Vectors on the unit cube with their likelihoods and proposal densities."""

    unit: np.ndarray  # (V, P)
    score: np.ndarray  # (V,) log likelihood
    other: np.ndarray  # (V, ...) second result of `evaluate`
    proposed: np.ndarray  # (V,) log density of all rounds as one mixture

    @classmethod
    def pool(cls, chains: list["Chain"]) -> "Chain":
        """Chains of equal length as one sample: each estimates the same target with the same constant."""
        return cls(*(np.concatenate([getattr(c, f.name) for c in chains]) for f in fields(cls)))


def population_monte_carlo(
    evaluate: Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]],
    n_parameters: int,
    adapted: int,
    sizes: tuple[int, ...],
    rng: np.random.Generator,
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
        weights = temper(log_weights, least=max(FEWEST, SHARE * len(log_weights)))
        proposals.append(Proposal.around(np.concatenate(units)[:, :adapted], weights))
    unit = np.concatenate(units)
    return Chain(unit, np.concatenate(scores), np.concatenate(others), mixture(unit, proposals[:-1], sizes))


def mixture(unit: np.ndarray, proposals: list[Proposal], sizes: tuple[int, ...]) -> np.ndarray:
    """(V,) log density of the rounds so far as one mixture; the prior has density 1."""
    total = np.full(len(unit), float(sizes[0]))
    for proposal, size in zip(proposals, sizes[1:], strict=False):
        total += size * proposal.density(unit)
    return np.log(total / sum(sizes[: len(proposals) + 1]))
