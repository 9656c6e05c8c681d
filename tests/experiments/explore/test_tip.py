"""Tipping lines: known frontiers are recovered from a fifth of the grid, and none is invented."""

import numpy as np
import pytest
from scipy.stats import norm

from experiments.explore.frontier import Frontier, lattice, search

RESOLUTION, BUDGET = 24, 115  # a fifth of 576


def search_function(function, worlds: int = 4, noisy: bool = False, seed: int = 0, threshold: float = 0.5) -> Frontier:
    """Search a function of the unit square; noisy: it is the chance of a one, drawn with luck that worlds share by half."""
    rng, nodes = np.random.default_rng(seed), []
    shared = rng.normal(size=worlds)

    def evaluate(cells: np.ndarray) -> np.ndarray:
        nodes.extend(map(tuple, cells))
        value = np.asarray(function(*(cells / (RESOLUTION - 1)).T), float)[:, None]
        luck = norm.cdf((shared + rng.normal(size=(len(cells), worlds))) / np.sqrt(2))
        return (luck < value).astype(float) if noisy else np.repeat(value, worlds, axis=1)

    result = search(evaluate, RESOLUTION, threshold, BUDGET, 0.95)
    assert len(set(nodes)) == len(nodes) == len(result.cells) <= BUDGET  # no node twice
    return result


def logistic(x, y):
    """A bent ridge: the threshold 0.5 is at y = 0.3 + 0.4 x sin 3x."""
    return 1 / (1 + np.exp(-20 * (y - 0.3 - 0.4 * x * np.sin(3 * x))))


@pytest.mark.statistical
def test_a_circle():
    """One closed line, nowhere further from the circle than one step of the grid."""
    result = search_function(lambda x, y: (x - 0.45) ** 2 + (y - 0.55) ** 2 < 0.3**2)
    (line,) = result.lines()
    assert (line[0] == line[-1]).all()
    assert np.abs(np.hypot(line[:, 0] - 0.45, line[:, 1] - 0.55) - 0.3).max() < 1.5 / (RESOLUTION - 1)
    for true, crossing, rising in zip((0.25, 0.85), result.crossings(0, 0.45), (True, False), strict=True):
        assert abs(crossing.position - true) < 1 / (RESOLUTION - 1) and not (
            true < crossing.low or true > crossing.high
        )
        assert crossing.rising == rising


@pytest.mark.statistical
def test_a_vertical_line():
    """Crossed once along the first axis everywhere, never along the second; most of the budget is not needed."""
    result = search_function(lambda x, y: x > 0.37)
    for at in (0.0, 0.3, 1.0):
        ((place, low, high, _),) = result.crossings(1, at)
        assert low <= 0.37 <= high and abs(place - 0.37) < 1 / (RESOLUTION - 1) and high - low < 0.15
    assert result.crossings(0, 0.2) == [] and len(result.lines()) == 1


@pytest.mark.statistical
def test_two_lines():
    """A stripe has two edges."""
    result = search_function(lambda x, y: (x > 0.2) & (x < 0.6))
    assert len(result.lines()) == 2 and len(result.crossings(1, 0.5)) == 2


@pytest.mark.statistical
def test_a_noisy_ridge():
    """Twenty worlds with chance in common: the line is within its 95 % interval at nine of ten places or more."""
    covered = []
    for seed in (0, 1, 2):
        result = search_function(logistic, worlds=20, noisy=True, seed=seed)
        for at in (0.1, 0.3, 0.5, 0.7, 0.9):
            true = 0.3 + 0.4 * at * np.sin(3 * at)
            covered.append(any(not (true < c.low or true > c.high) for c in result.crossings(0, at)))
    assert np.mean(covered) >= 0.9


@pytest.mark.statistical
def test_no_line_is_said_where_there_is_none():
    """Constant, sloping above the threshold, noisy above the threshold, and at the threshold itself."""
    for function, noisy in (
        (lambda x, y: 0 * x + 1, False), (lambda x, y: 0.6 + 0.3 * x, False), (lambda x, y: 0 * x + 0.85, True),
        (lambda x, y: 0 * x + 0.5, True),
    ):  # fmt: skip
        result = search_function(function, worlds=20, noisy=noisy)
        assert not result.exists and result.lines() == [] and result.crossings(0, 0.5) == []


@pytest.mark.exact
def test_the_lattice_spans_the_plane():
    """Corners included, no more than asked for."""
    cells = lattice(32, 68)
    assert len(cells) == 64 and {(0, 0), (0, 31), (31, 0), (31, 31)} <= set(map(tuple, cells))


@pytest.mark.exact
def test_the_search_repeats():
    """The same outcomes lead to the same points and the same surface, bit for bit."""
    first, second = (search_function(logistic, worlds=6, noisy=True, seed=3) for _ in range(2))
    assert np.array_equal(first.cells, second.cells) and np.array_equal(first.mean, second.mean)
