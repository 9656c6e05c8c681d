"""Whom citizens see: ties given one by one, blocks, and what published cascades do on such graphs."""

import re
from math import floor

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import poisson

import sim
from experiments.cli import main
from sim.kernels import readable
from sim.kernels.citizens import ONE, citizens_day, draw_traits, noise_table
from sim.kernels.edges import adjacency, citizens_day_on_edges, exposure_by_degree
from sim.kernels.neighbours import CERTAIN, link_rows
from sim.mechanisms.contention import Contention
from sim.stage.build import Stage


def ring_and_links(n: int, ring: int, links: np.ndarray) -> np.ndarray:
    """(T, 2) the ties of the hashed network, the looking row first."""
    rows = np.arange(n)
    ends = [(rows + step) % n for d in range(1, ring + 1) for step in (-d, d)] + [far.astype(np.int64) for far in links]
    return np.concatenate([np.stack([rows, far], axis=1) for far in ends] or [np.empty((0, 2), dtype=np.int64)])


def weights(k: int) -> np.ndarray:
    """Utilities of 0..k active neighbours in some units that differ between degrees."""
    return np.arange(k + 1, dtype=np.int32) * 9000 // max(1, k)


def crowd(seed: int, n: int) -> dict:
    """Arguments in which every branch of the rule is taken."""
    rng = np.random.default_rng(seed)
    cuts = np.sort(rng.integers(0, n + 1, 3))
    return {
        "traits": draw_traits(seed, n),
        "bounds": np.concatenate([[0], cuts, [n]]).astype(np.int64),
        "grievance": rng.integers(0, 2 * ONE, 4),
        "noise": noise_table(float(rng.choice([0.0, 0.05]))),
        "national": int(rng.integers(0, 9000)),
        "arrest_risk": int(rng.integers(0, ONE + 1)),
        "threshold": int(rng.integers(0, 30_000)),
        "redecide": int(rng.choice([0, CERTAIN // 2, CERTAIN])),
        "arrest": int(rng.choice([0, ONE // 4, ONE])),
        "detention_days": int(rng.choice([1, 15, 200])),
        "key": int(rng.integers(-(2**62), 2**62)),
    }


def on_edges(function, act, day, ties, exposure, **call):
    """Tomorrow's actions and the counts."""
    out, counts = np.empty_like(act), np.zeros((call["bounds"].size - 1, 2), dtype=np.int64)
    function(
        act, out, starts=ties.starts, ends=ties.ends, slots=ties.slots, exposure=exposure, day=day, counts=counts, **call
    )  # fmt: skip
    return out, counts


@pytest.mark.property
@settings(max_examples=80, derandomize=True)
@given(
    seed=st.integers(0, 2**32 - 1),
    n=st.integers(1, 120),
    n_ties=st.integers(0, 500),
    mutual=st.booleans(),
    day=st.integers(0, 400),
)
def test_compiled_ties_equal_the_reference(seed, n, n_ties, mutual, day):
    """Any graph: hubs, rows without ties, ties to oneself, ties that are listed twice."""
    rng = np.random.default_rng(seed)
    ties = adjacency(rng.integers(0, rng.integers(1, n + 1), (n_ties, 2)), n, mutual)
    act = rng.choice(np.array([0, 0, 1, 1, 2, 3, 17, 255], dtype=np.uint8), n)
    exposure, call = exposure_by_degree(ties.degrees, weights), crowd(seed, n)
    compiled = on_edges(citizens_day_on_edges, act, day, ties, exposure, **call)
    plain = on_edges(readable.citizens_day_on_edges, act, day, ties, exposure, **call)
    assert all(np.array_equal(a, b) for a, b in zip(compiled, plain, strict=True))
    assert ties.ends.size == n_ties * (2 if mutual else 1)


@pytest.mark.property
@settings(max_examples=40, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(2, 300), ring=st.integers(0, 4), q=st.integers(0, 3))
def test_the_hashed_network_written_out_gives_the_same_bits(seed, n, ring, q):
    """Ring and long links as a list of ties: both passes agree on every row for ten days."""
    call = crowd(seed, n)
    links = link_rows(call["key"], call["bounds"], q, CERTAIN // 3)
    ties = adjacency(ring_and_links(n, ring, links), n, mutual=False)
    exposure = exposure_by_degree(ties.degrees, weights)
    act = np.random.default_rng(seed).choice(np.array([0, 1, 2, 9], dtype=np.uint8), n)
    for day in range(10):
        out, counts = np.empty_like(act), np.zeros((4, 2), dtype=np.int64)
        citizens_day(
            act, out, links=links, homophily=CERTAIN // 3, exposure=weights(2 * ring + q), ring=ring, day=day,
            counts=counts, **call,
        )  # fmt: skip
        same, tally = on_edges(citizens_day_on_edges, act, day, ties, exposure, **call)
        assert np.array_equal(out, same) and np.array_equal(counts, tally)
        act = out


# --- cascades on random graphs [Watts2002, GleesonCahalane2007] --------------------------------------------------------


def cascade(n: int, z: float, phi: float, seeds: int, draw: int) -> float:
    """Share that acts in the end on a random graph of mean degree z, each row once a share phi of its ties acts."""
    rng = np.random.default_rng(draw)
    ties = adjacency(rng.integers(0, n, (rng.poisson(n * z / 2), 2)), n, mutual=True)
    exposure = exposure_by_degree(ties.degrees, lambda k: np.arange(k + 1, dtype=np.int32) * ONE // max(1, k))
    act = np.zeros(n, dtype=np.uint8)
    act[rng.choice(n, seeds, replace=False)] = 1
    call = {
        "traits": np.zeros((2, n), dtype=np.uint16), "bounds": np.array([0, n]), "grievance": np.zeros(1, dtype=np.int64),
        "noise": np.zeros(4096, dtype=np.int32), "national": 0, "arrest_risk": 0, "threshold": floor(phi * ONE) - 1,
        "redecide": CERTAIN, "arrest": 0, "detention_days": 15, "key": draw,
    }  # fmt: skip
    while True:
        out, _ = on_edges(citizens_day_on_edges, act, 0, ties, exposure, **call)
        out |= act  # whoever has acted goes on
        if np.array_equal(out, act):
            return act.mean()
        act = out


def unstable(z: float, phi: float) -> float:
    """Rows that one active neighbour moves, as seen along a tie: above 1 a single seed can spread."""
    return z * poisson.cdf(floor(1 / phi) - 2, z)


@pytest.mark.exact
def test_the_window_of_cascades():
    """A single seed can spread for mean degrees from 1.0198 to 5.7641 at a threshold of .18 [Watts2002]."""
    for low, high in ((1.0198, 5.7641),):
        assert unstable(low - 1e-3, 0.18) < 1 < unstable(low + 1e-3, 0.18)
        assert unstable(high + 1e-3, 0.18) < 1 < unstable(high - 1e-3, 0.18)
    assert max(unstable(z, 0.26) for z in np.linspace(0.5, 10, 200)) < 1 < unstable(3.0, 0.25)


@pytest.mark.statistical
@pytest.mark.parametrize("z, often", [(0.8, 0.0), (1.5, 0.49), (3.0, 0.89), (6.5, 0.0)])
def test_single_seeds_spread_as_published(z, often):
    """Share of 120 graphs of 10,000 rows in which more than a tenth acts; within .15, over three standard errors."""
    sizes = np.array([cascade(10_000, z, 0.18, 1, draw) for draw in range(120)])
    assert abs((sizes > 0.1).mean() - often) < 0.15
    if often > 0.4:
        assert sizes[sizes > 0.1].mean() == pytest.approx({1.5: 0.579, 3.0: 0.940}[z], abs=0.03)


@pytest.mark.statistical
@pytest.mark.parametrize("z, share, end", [(5.0, 0.01, 0.99310), (8.0, 0.01, 0.99967), (8.0, 0.005, 0.01540)])
def test_a_share_of_seeds_ends_at_the_recursion(z, share, end):
    """The fixed point of Gleeson and Cahalane on a graph of 100,000 rows, to a hundredth."""
    n = 100_000
    assert cascade(n, z, 0.18, round(share * n), 3) == pytest.approx(end, abs=0.01)


# --- in the model -----------------------------------------------------------------------------------------------------


def write(path, ties) -> str:
    """A file of ties."""
    np.savetxt(path, ties, fmt="%d", delimiter=",", header="looks,at")
    return path.as_posix()


@pytest.mark.exact
@pytest.mark.parametrize("network", ["small_world", "block"])
def test_a_run_on_the_same_ties_is_the_same_run(network, load, tmp_path, assert_same):
    """The hashed network of a world, written to a file and read back: no bit of the records differs."""
    usual = load("citizens=800", "days=30", f"mechanisms.contention.network={network}")
    world, rule = Stage(usual).world(usual.seed, 0), usual.mechanisms.contention
    path = write(tmp_path / "ties.csv", ring_and_links(world.activity.size, rule.ring, world.fixed.links))
    keys = ["network=explicit", "mutual=false", f"edges={path}"]
    listed = sim.load(["citizens=800", "days=30", *(f"mechanisms.contention.{key}" for key in keys)])
    a, b = sim.simulate(usual), sim.simulate(listed)
    assert_same(a, b)
    assert a["protest"].max() > 0


@pytest.mark.exact
def test_long_links_of_blocks_stay_in_the_own_segment(load):
    """All of them, and by default some do not."""
    outside = []
    for network in ("block", "small_world"):
        spec = load("citizens=5000", f"mechanisms.contention.network={network}")
        world = Stage(spec).world(1, 0)
        segment = np.searchsorted(world.fixed.row_bounds, np.arange(world.activity.size), side="right")
        outside.append((segment[world.fixed.links] != segment).mean())
    assert outside[0] == 0.0 and 0.5 < outside[1] < 0.75
    assert Contention(network="block").own_chance == Contention(homophily=1.0).own_chance


@pytest.mark.exact
def test_isolated_citizens_follow_nobody(load, tmp_path):
    """With a single tie in the file the weight of neighbours does not matter to anybody else."""
    path = write(tmp_path / "ties.csv", np.array([[0, 1]]))
    counts = []
    for weight in (0.0, 0.3):
        keys = ["network=explicit", f"edges={path}", f"neighbours={weight}"]
        spec = sim.load(["citizens=800", "days=20", *(f"mechanisms.contention.{key}" for key in keys)])
        counts.append(sim.simulate(spec)["protesters"])
    assert counts[0].max() > 0
    assert np.abs(counts[0] - counts[1]).max() <= 2 * 800 / 800 * Stage(spec).world(1, 0).fixed.people_per_row


BAD = {
    "missing": (None, r"edges=.*: cannot be read \(No such file"),
    "empty": ("", "must hold two row numbers a line"),
    "words": ("0,1\n# a comment\n2,three\n", "line 3 must hold two row numbers"),
    "three columns": ("0,1,5\n", "line 1 must hold two row numbers"),
    "ragged": ("0,1\n2\n", "line 2 must hold two row numbers"),
    "fractions": ("0,1.5\n", "line 1 must hold two row numbers"),
    "beyond": ("0,1\n3,800\n9,999\n", "line 2 joins 3 and 800; rows are numbered from 0 to 799, citizens=800"),
    "negative": ("0,-1\n", "line 1 joins 0 and -1"),
}


@pytest.mark.exact
@pytest.mark.parametrize("text, message", BAD.values(), ids=list(BAD))
def test_a_bad_file_of_ties_gets_one_message(text, message, tmp_path):
    """Exit status 2, key and value, nothing written."""
    path = tmp_path / "nowhere.csv"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    out = tmp_path / "out"
    keys = ["network=explicit", f"edges={path.as_posix()}"]
    words = ["run", "citizens=800", *(f"mechanisms.contention.{key}" for key in keys), f"out={out.as_posix()}"]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 2 and result.exception.__class__ is SystemExit
    (line,) = result.stderr.strip().splitlines()
    assert line.count("mechanisms.contention.edges=") == 1 and re.search(message, line), line
    assert not out.exists()


@pytest.mark.exact
@pytest.mark.parametrize(
    "overrides, message",
    [
        (["mechanisms.contention.network=explicit"], "a file of ties is needed with network=explicit"),
        (["mechanisms.contention.edges=ties.csv"], "is read with mechanisms.contention.network=explicit only"),
        (["mechanisms.contention.network=explicit", "citizens=all"], "citizens=all: must be a number of rows"),
        (["mechanisms.contention.network=explicit", "mechanisms.opinions.circle=full"], "circle=full: must be ring"),
        (["mechanisms.contention.network=blocks"], "network=blocks: .*did you mean 'block'|network=blocks: .*'block'"),
    ],
)
def test_what_does_not_go_with_a_file_of_ties_is_refused(overrides, message):
    """Settings that would be ignored or cannot be met."""
    with pytest.raises(sim.ConfigError, match=message):
        sim.load(overrides)
