"""Deaths of clashes: quantiles of a Poisson distribution that rise with the danger."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import poisson

from sim.mechanisms.clashes import poisson_quantile


@pytest.mark.exact
@pytest.mark.parametrize("mean", [1e-6, 0.01, 0.5, 3.7, 40.0, 225.0, 5e4])
def test_deaths_are_the_poisson_quantile(mean):
    """Equal to SciPy's percent point function at 500 draws and in both tails."""
    u = np.concatenate([np.random.default_rng(3).uniform(0, 1, 500), [1e-12, 1e-6, 1 - 1e-6, 1 - 1e-12]])
    assert [poisson_quantile(float(x), mean) for x in u] == poisson.ppf(u, mean).astype(int).tolist()


@pytest.mark.property
@settings(max_examples=100, derandomize=True)
@given(u=st.floats(1e-15, 1 - 1e-15), mean=st.floats(0.0, 1e4), more=st.floats(0.0, 1e3))
def test_more_danger_never_means_fewer_deaths(u, mean, more):
    """At the same draw the quantile rises with the mean: paired worlds differ in the direction of the cause."""
    assert 0 <= poisson_quantile(u, mean) <= poisson_quantile(u, mean + more)
    assert poisson_quantile(u, 0.0) == 0
