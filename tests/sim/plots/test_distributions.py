"""The figure of how worlds spread says what it draws."""

import numpy as np
import pytest

from sim.plots import distributions

pytestmark = pytest.mark.exact


@pytest.mark.parametrize("n", [1, 3, 12, 39, 40, 200])
def test_no_world_is_outside_the_axis_and_whiskers_are_percentiles(n):
    """Few worlds have a mark each, of many those beyond the whiskers; the whiskers end where the caption says."""
    values = np.exp(np.random.default_rng(n).normal(3.0, 2.0, n))
    figure = distributions(
        [{"metric": "Deaths", "unit": "persons", "arm": "A", "colour": "#0072B2", "values": values}], ""
    )
    (ax,) = figure.axes
    low, high = np.percentile(values, (5, 95))
    (marks,) = (line.get_xdata() for line in ax.lines if line.get_label() == "worlds")
    beyond = values[(values < low) | (values > high)]
    assert sorted(marks) == sorted(values if n < 40 else beyond)
    assert ("dots: all replications" in figure.get_label()) == (n < 40)
    assert ax.get_xlim()[0] <= values.min() and values.max() <= ax.get_xlim()[1]
    ends = {float(end) for line in ax.lines if line.get_label() != "worlds" for end in line.get_xdata()}
    assert {float(low), float(high)} <= ends
