"""Population Monte Carlo: vectors from the prior, then from a Gaussian around the better ones, with exact weights [Cappe2004]."""

from dataclasses import dataclass

import numpy as np

SHRUNK, WIDENED = 0.5, 1.2  # correlations that are kept, and variance of a proposal relative to the sample's
PRIOR_SHARE = 0.1  # of every later stage, so that weights stay bounded


@dataclass(frozen=True)
class Box:
    """A uniform prior; vectors live on the unit cube, proposals on its logit."""

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
    """A Gaussian on the logit scale, and a share of the prior."""

    mean: np.ndarray  # (P,) logit
    root: np.ndarray  # (P, P) Cholesky factor of the covariance

    @classmethod
    def around(cls, unit: np.ndarray, weights: np.ndarray) -> "Proposal":
        """Fitted to a weighted sample; correlations are halved, since few vectors carry the weight."""
        x = _logit(unit)
        cov = np.cov(x, rowvar=False, aweights=weights)
        cov = SHRUNK * cov + (1.0 - SHRUNK) * np.diag(np.diag(cov))
        return cls(weights @ x, np.linalg.cholesky(WIDENED * cov + 1e-9 * np.eye(x.shape[1])))

    def draw(self, n: int, rng: np.random.Generator) -> np.ndarray:
        """(n, P) on the unit cube."""
        p = self.mean.size
        unit = 1.0 / (1.0 + np.exp(-(self.mean + rng.standard_normal((n, p)) @ self.root.T)))
        plain = rng.random(n) < PRIOR_SHARE
        unit[plain] = rng.random((int(plain.sum()), p))
        return np.clip(unit, 1e-9, 1.0 - 1e-9)

    def density(self, unit: np.ndarray) -> np.ndarray:
        """Density on the unit cube."""
        z = (_logit(unit) - self.mean) @ np.linalg.inv(self.root).T
        scale = np.log(np.diag(self.root)).sum() + 0.5 * z.shape[1] * np.log(2.0 * np.pi)
        jacobian = -(np.log(unit) + np.log1p(-unit)).sum(axis=1)
        return PRIOR_SHARE + (1.0 - PRIOR_SHARE) * np.exp(-0.5 * (z**2).sum(axis=1) - scale + jacobian)


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
