"""Sensitivity: published test functions with known answers, and sweeps that cannot be analysed."""

import numpy as np
import pytest
from SALib.sample.morris import sample as trajectories
from SALib.sample.sobol import sample as saltelli

from experiments.explore.indices import BrokenDesign, chance, exchanges, morris, ranks, sobol


def problem(n: int, low: float = 0.0, high: float = 1.0) -> dict:
    """n axes with the same bounds."""
    return {"num_vars": n, "names": [f"x{i + 1}" for i in range(n)], "bounds": [[low, high]] * n}


def ishigami(x: np.ndarray) -> np.ndarray:
    """[Ishigami1990] with a = 7, b = 0.1."""
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def morris_1991(x: np.ndarray) -> np.ndarray:
    """The function of [Morris1991], section 4: ten of twenty inputs matter, seven of them beyond a straight line."""
    rng = np.random.default_rng(1991)
    w = 2 * (x - 0.5)
    w[:, [2, 4, 6]] = 2 * (1.1 * x[:, [2, 4, 6]] / (x[:, [2, 4, 6]] + 0.1) - 0.5)
    first = np.where(np.arange(20) < 10, 20.0, rng.normal(size=20))
    second = rng.normal(size=(20, 20))
    second[:6, :6] = -15.0
    pairs = sum(second[i, j] * w[:, i] * w[:, j] for i in range(20) for j in range(i + 1, 20))
    triples = sum(w[:, i] * w[:, j] * w[:, k] for i in range(5) for j in range(i + 1, 5) for k in range(j + 1, 5))
    return w @ first + pairs - 10 * triples + 5 * w[:, :4].prod(axis=1)


@pytest.mark.statistical
def test_sobol_on_ishigami():
    """First-order and total shares of the published function, within 0.02, inside their intervals; S2 of 1 and 3 alone."""
    names = ["x1", "x2", "x3"]
    x = saltelli(problem(3, -np.pi, np.pi), 2048, seed=7)
    shares = sobol(names, x, ishigami(x), 0.95)
    for row, first, total in zip(shares["axes"], (0.31391, 0.44241, 0.0), (0.55759, 0.44241, 0.24368), strict=True):
        assert abs(row["S1"] - first) < 0.02 and row["S1_low"] <= first <= row["S1_high"]
        assert abs(row["ST"] - total) < 0.02 and row["ST_low"] <= total <= row["ST_high"]
    pairs = {tuple(p["axes"]): p["S2"] for p in shares["pairs"]}
    assert abs(pairs["x1", "x3"] - 0.24368) < 0.03 and abs(pairs["x1", "x2"]) < 0.03 and abs(pairs["x2", "x3"]) < 0.03
    assert shares["n"] == 2048


@pytest.mark.exact
def test_a_saltelli_design_is_recognised():
    """With and without the exchanges that S2 needs; a row out of place is refused."""
    with_pairs, without = (saltelli(problem(3), 8, calc_second_order=c, seed=1) for c in (True, False))
    assert exchanges(with_pairs) and not exchanges(without)
    assert sobol(["a", "b", "c"], without, without.sum(axis=1), 0.95)["pairs"] == []
    for broken in (with_pairs[::-1][1:], np.roll(with_pairs, 1, axis=0), with_pairs[:8]):
        with pytest.raises(BrokenDesign):
            exchanges(broken)


@pytest.mark.statistical
def test_morris_screens_the_published_function():
    """Inputs 1 to 10 stand out; 8, 9 and 10 act along a straight line, 1 to 7 do not."""
    x = trajectories(problem(20), 60, num_levels=4, seed=3)
    rows = morris([f"x{i + 1}" for i in range(20)], x, morris_1991(x), 0.95, 4)["axes"]
    star, sigma = np.array([r["mu_star"] for r in rows]), np.array([r["sigma"] for r in rows])
    assert star[:10].min() > 3 * star[10:].max()
    assert sigma[:7].min() > 2 * sigma[7:].max()
    assert all(r["low"] < r["mu_star"] < r["high"] for r in rows)


@pytest.mark.exact
def test_morris_of_a_straight_line():
    """The effect over the full range is the coefficient times the range, with its sign and without spread."""
    x = trajectories(problem(2, 10.0, 14.0), 6, num_levels=4, seed=3)
    rows = morris(["a", "b"], x, x @ [2.0, -0.5], 0.95, 4)["axes"]
    assert [r["mu"] for r in rows] == pytest.approx([8.0, -2.0])
    assert [r["mu_star"] for r in rows] == pytest.approx([8.0, 2.0])
    assert [r["sigma"] for r in rows] == pytest.approx([0.0, 0.0], abs=1e-9)
    with pytest.raises(BrokenDesign):
        morris(["a", "b"], x[:-1], x[:-1, 0], 0.95, 4)
    with pytest.raises(BrokenDesign):
        morris(["a", "b"], x[[1, 0, *range(2, len(x))]], x[:, 0], 0.95, 4)


@pytest.mark.statistical
def test_rank_correlations():
    """One for a rising curve, minus one for a falling one, an interval that holds zero for an axis without effect."""
    x = np.random.default_rng(5).uniform(size=(300, 3))
    rising, none, _ = ranks(["a", "b", "c"], x, np.exp(5 * x[:, 0]), 0.95)["axes"]
    assert rising["rho"] == pytest.approx(1.0) and rising["low"] == pytest.approx(1.0)
    assert none["low"] < 0 < none["high"]
    assert ranks(["c"], x[:, 2:], -x[:, 2], 0.95)["axes"][0]["rho"] == pytest.approx(-1.0)


@pytest.mark.statistical
def test_the_share_of_chance_is_recovered():
    """Parameters, worlds and their interplay with known variances 4, 1 and 1: a third is chance, noise over means known."""
    rng = np.random.default_rng(11)
    y = 2 * rng.normal(size=(2000, 1)) + rng.normal(size=(1, 200)) + rng.normal(size=(2000, 200))
    estimate = chance(y)
    assert abs(estimate["share"] - 2 / 6) < 0.04  # 200 worlds fix their own variance to a tenth
    assert abs(estimate["left"] - (1 / 200) / (4 + 1 / 200)) < 2e-4
    assert np.isnan(chance(y[:, :1])["share"])
    assert chance(np.repeat(y[:, :1], 3, axis=1))["share"] == pytest.approx(0.0, abs=1e-12)


@pytest.mark.exact
def test_points_of_equal_values_are_one_row():
    """A sample of whole numbers that fell together is worth no more than its different values."""
    x, y = np.arange(6.0)[:, None], np.array([0.0, 2.0, 1.0, 4.0, 3.0, 5.0])
    once, often = ranks(["a"], x, y, 0.95), ranks(["a"], np.tile(x, (20, 1)), np.tile(y, 20), 0.95)
    assert once["n"] == often["n"] == 6
    assert (once["axes"][0]["low"], once["axes"][0]["high"]) == pytest.approx(
        (often["axes"][0]["low"], often["axes"][0]["high"]), abs=0.02
    )


@pytest.mark.exact
def test_the_size_of_an_effect_stays_in_its_range():
    """mu* of few trajectories is above zero and, for a share of replications, below the largest effect that a step can have."""
    x = trajectories(problem(2), 3, num_levels=4, seed=3)
    y = (x[:, 0] + 0.2 * x[:, 1] > 0.6).astype(float)
    for row in morris(["a", "b"], x, y, 0.95, 4, width=1.0)["axes"]:
        assert 0.0 <= row["low"] <= row["mu_star"] <= row["high"] <= 1.5
