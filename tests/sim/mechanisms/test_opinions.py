"""Alignments of citizens: the pass against plain Python and a linear solve, and what it does in a world."""

from hashlib import sha256

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from sim.kernels import readable
from sim.kernels.neighbours import CERTAIN, SHARED, link_rows
from sim.kernels.opinions import (
    BLOCKS,
    FULL,
    LANES,
    LIMIT,
    RING,
    UNBOUNDED,
    UNIT,
    innate_lanes,
    opinions_day,
    opinions_day_threaded,
    peer_weight,
    scale_of,
)
from sim.model import InfluenceModel

UNITS = 1.0 / UNIT


def words(lanes: np.ndarray) -> np.ndarray:
    """(rows, LANES) alignments in units of 2^-12 as (rows,) words."""
    return np.ascontiguousarray(lanes, dtype=np.int16).view(np.uint64)[:, 0]


def lanes(row_words: np.ndarray) -> np.ndarray:
    """(rows, LANES) alignments in [-1, 1]."""
    return row_words.view(np.int16).reshape(-1, LANES) * UNITS


def day_of(before, day=0, function=opinions_day, **given):
    """Tomorrow's words, sums and favourable rows; arguments that are not given are neutral."""
    call = {
        "bounds": np.array([0, before.size]),
        "links": np.empty((0, before.size), dtype=np.uint32),
        "homophily": 0,
        "deviations": np.empty(0, dtype=np.uint32),
        "peers": 0,
        "innate": 0,
        "rate": UNIT,
        "bound": UNBOUNDED,
        "ring": 0,
        "scale": (0, 0),
        "network": RING,
        "key": 1,
    } | given
    segments = call["bounds"].size - 1
    call.setdefault("aims", words(np.zeros((segments, LANES))))
    after = np.zeros_like(before)
    totals, favourable = (np.full((segments, LANES), 77, dtype=np.int64) for _ in range(2))
    function(before, after, day=day, totals=totals, favourable=favourable, **call)
    return after, totals, favourable


def any_crowd(seed: int, sizes: list[int], ring: int, q: int, network: int) -> tuple[np.ndarray, dict]:
    """Alignments and arguments from their whole ranges."""
    rng = np.random.default_rng(seed)
    bounds = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    n = int(bounds[-1])
    key, homophily = int(rng.integers(-(2**63), 2**63)), int(rng.choice([0, CERTAIN // 3, CERTAIN]))
    stored = link_rows(key, bounds, q, homophily)
    neighbours = 2 * ring + (0 if network == RING else q)
    before = words(rng.integers(-LIMIT, LIMIT + 1, (n, LANES)))
    return before, {
        "bounds": bounds,
        "links": stored if seed % 2 else stored[:, :0],
        "homophily": homophily,
        "aims": words(rng.integers(-3 * UNIT, 3 * UNIT, (len(sizes), LANES))),
        "peers": peer_weight(rng.choice([0.0, 0.3, 1.0]), neighbours),
        "innate": int(rng.integers(0, 2 * UNIT)),
        "rate": int(rng.choice([0, 1, 6554, 32767])),
        "bound": int(rng.choice([0, 400, UNIT, UNBOUNDED])),
        "ring": ring,
        "scale": scale_of(neighbours),
        "network": network,
        "key": key,
        "deviations": rng.integers(0, 2**32, before.size if seed % 4 < 2 else 0, dtype=np.uint32),
    }


@pytest.mark.property
@settings(max_examples=120, derandomize=True)
@given(
    seed=st.integers(0, 2**32 - 1),
    sizes=st.lists(st.one_of(st.just(1), st.integers(0, 90)), min_size=1, max_size=5).filter(any),
    ring=st.integers(0, 5),
    q=st.integers(0, 4),
    network=st.sampled_from([RING, BLOCKS, FULL]),
    block=st.sampled_from([1, 7, 64, 1024]),
    day=st.integers(-30, 400),
)
def test_blocks_and_threads_change_no_bit_of_the_reference(seed, sizes, ring, q, network, block, day):
    """Any arguments: plain Python, blocks of any size and threads write the same words, sums and counts."""
    before, case = any_crowd(seed, sizes, ring, q, network)
    expected = day_of(before, day, readable.opinions_day, **case)
    for function in (opinions_day, opinions_day_threaded):
        for array, plain in zip(day_of(before, day, function, block=block, **case), expected, strict=True):
            assert np.array_equal(array, plain)


@pytest.mark.exact
@pytest.mark.parametrize(
    "function", [opinions_day, opinions_day_threaded, readable.opinions_day], ids=["plain", "threaded", "readable"]
)
def test_the_digest_of_thirty_days_is_the_committed_one(function):
    """Whole numbers only: 2048 rows, 30 days, the same bytes on every machine and after every change of the code."""
    n, key = 2048, 20220102
    bounds = np.array([0, 500, 750, n])
    case = {
        "bounds": bounds,
        "links": link_rows(key, bounds, 2, 1288490189),
        "homophily": 1288490189,
        "aims": words(np.arange(12).reshape(3, LANES) * 300 - 1600),
        "peers": 1720,
        "innate": 1638,
        "rate": 6554,
        "ring": 3,
        "network": FULL,
        "key": key,
    }
    now = words(np.zeros((n, LANES)))
    for day in range(30):
        now, totals, favourable = day_of(now, day, function, **case)
    assert sha256(now.tobytes() + totals.tobytes() + favourable.tobytes()).hexdigest() == DIGEST


DIGEST = "bb66f71f9f9011361eefac36e05027fe5cf99bbbba7892da7bbd653c722d0aa1"


@pytest.mark.exact
@pytest.mark.parametrize("neighbours", range(1, 61))
def test_the_sum_over_any_number_of_neighbours_fits_and_weighs_its_share(neighbours):
    """Shifted alignments at the limit sum to at most 16 bits; the weight is the share to a part in two thousand."""
    up, down = scale_of(neighbours)
    assert neighbours * (int(LIMIT) << up >> down) < 2**15
    for share in (0.05, 0.42, 0.5):
        peer_sum = neighbours * (2000 << up >> down)
        assert peer_sum * peer_weight(share, neighbours) / 65536 / 2000 == pytest.approx(share, rel=2e-3)


@pytest.mark.exact
def test_citizens_settle_where_the_linear_equation_says():
    """Friedkin-Johnsen on ring and long links: 120 rows against the solution of the linear system, to 3 units of 2^-12
    in the mean over the last forty days [FriedkinJohnsen1999].
    """
    n, ring, q, share, key = 120, 2, 2, 0.42, 5
    bounds = np.array([0, 70, n])
    links = link_rows(key, bounds, q, CERTAIN // 3)
    aims, innate = np.array([[0.2, -0.3, 0.1, 0.5], [-0.2, 0.0, 0.3, -0.5]]), 1638
    weights = np.zeros((n, n))
    for i in range(n):
        for j in [(i + d) % n for d in (-2, -1, 1, 2)] + links[:, i].tolist():
            weights[i, j] += 1 / (2 * ring + q)
    deviation_words = np.empty(n, dtype=np.uint32)
    innate_lanes(key, 0, n, deviation_words)
    deviation = deviation_words.view(np.int8).reshape(n, LANES) / 256 * innate * UNITS
    target = np.repeat(aims, np.diff(bounds), axis=0) + deviation
    solution = np.linalg.solve(np.eye(n) - share * weights, target)
    now, mean = words(np.zeros((n, LANES))), 0.0
    case = {"bounds": bounds, "links": links, "aims": words(np.rint(aims * UNIT) + 1), "innate": innate, "key": key}
    neighbours = 2 * ring + q
    for day in range(200):
        now, _, _ = day_of(now, day, rate=6554, ring=ring, peers=peer_weight(share, neighbours), network=FULL,
                           scale=scale_of(neighbours), **case)  # fmt: skip
        mean = mean + lanes(now) / 40 if day >= 160 else mean
    assert np.abs(mean - solution).max() < 3 * UNITS


@pytest.mark.exact
def test_the_three_circles_hear_whom_they_say():
    """Nothing but neighbours counts and one row differs: who moves is who hears it."""
    n, key = 4 * SHARED, 3
    links = link_rows(key, np.array([0, n]), 1, 0)
    lone = int(links[0, 2 * SHARED]) + 5  # 5 after the end that rows 2 x 64 to 3 x 64 - 1 share
    before = np.zeros((n, LANES))
    before[lone % n] = LIMIT
    for network, expected in (
        (RING, set()),
        (FULL, {i for i in range(n) if links[0, i] == lone % n}),
        (BLOCKS, {s + (lone - int(links[0, s])) % n for s in range(0, n, SHARED) if (lone - int(links[0, s])) % n < SHARED}),
    ):  # fmt: skip
        after, _, _ = day_of(
            words(before), links=links, ring=1, peers=20_000, rate=32767, network=network, key=key, scale=(0, 0)
        )
        moved = set((lanes(after)[:, 0] > 0.1).nonzero()[0].tolist()) - {lone % n}
        assert moved == expected | {(lone - 1) % n, (lone + 1) % n}


@pytest.mark.exact
def test_those_too_far_away_are_not_heard():
    """Two camps 0.8 apart with a bound of 0.5 stay; without a bound they meet [HegselmannKrause2002]."""
    before = np.zeros((200, LANES))
    before[:100], before[100:] = -0.4 * UNIT, 0.4 * UNIT
    apart, together = words(before), words(before)
    case = {"ring": 3, "peers": 32767 // 3, "scale": scale_of(6), "rate": 32767}
    for day in range(300):
        apart, _, _ = day_of(apart, day, bound=UNIT // 2, aims=words(np.zeros((1, LANES))), **case)
        together, _, _ = day_of(together, day, **case)
    assert (np.sign(lanes(apart)[:100]) <= 0).all() and (np.sign(lanes(apart)[100:]) >= 0).all()
    assert np.abs(np.diff(lanes(apart)[[99, 100]], axis=0)).min() > 0
    assert np.abs(lanes(together)[98:102]).max() < np.abs(lanes(apart)[98:102]).min() + 1e-9


@pytest.mark.statistical
def test_innate_positions_are_even_and_unrelated_between_patrons_and_rows():
    """Mean, variance and correlations of 10^6 rows within 4.5 standard errors; 24 comparisons, false alarm 1.6e-4."""
    n = 10**6
    deviations = np.empty(n, dtype=np.uint32)
    innate_lanes(11, 0, n, deviations)
    x = (deviations.view(np.int8).reshape(n, LANES) + 0.5) / 128
    assert (np.abs(x.mean(axis=0)) < 4.5 * (1 / 3 / n) ** 0.5).all()
    assert (np.abs((x**2).mean(axis=0) - 1 / 3) < 4.5 * (4 / 45 / n) ** 0.5 + 1e-5).all()
    for a in range(LANES):
        for b in range(LANES):
            other = x[1:, b] if a <= b else x[:-1, b]  # the next row's, and other lanes of the same row
            assert abs((x[:-1, a] * other).mean()) < 4.5 * (1 / 9 / n) ** 0.5


# --- in a world -----------------------------------------------------------------------------------------------------


def followed(spec_overrides) -> InfluenceModel:
    return InfluenceModel(sim.load(["citizens=2000", *spec_overrides]))


@pytest.mark.exact
@pytest.mark.parametrize("circle", ["ring", "blocks", "full"])
def test_without_an_event_the_public_stays_where_the_indicators_put_it(circle):
    """A year without an event: public alignments leave the indicators by less than 0.001 (2,000 rows, fixed point)."""
    records = sim.simulate(
        sim.load(
            ["scenario=no_outside_act", "citizens=2000", "scenario.events={}", f"mechanisms.opinions.circle={circle}"]
        )
    )
    public = records["public_alignment"]
    assert np.abs(public - public[0]).max() < 1e-3


@pytest.mark.exact
def test_switched_off_the_segments_move_alone():
    """No rows hold alignments, and nothing is recorded of them."""
    model = followed(["mechanisms.opinions.enabled=false", "days=5"])
    assert model.world.opinions.size == 0 and model.world.fixed.focal_patrons.size == 0
    model.step()
    assert model.records["favourable"].shape == (2, 0)


@pytest.mark.exact
def test_the_public_is_the_mean_of_its_citizens():
    """Segments of the host stand at the mean of their rows, corrected for the chance of who they are; counts fit."""
    model = followed(["scenario=csto_intervention", "days=20"])
    for _ in range(20):
        model.step()
    world = model.world
    for index, population in enumerate(model.governments[world.fixed.host].populations):
        low, high = world.fixed.inhabitant_bounds[index], world.fixed.inhabitant_bounds[index + 1]
        alignments = population.citizen_alignments
        assert alignments.shape == (high - low, world.fixed.focal_patrons.size)
        mean = alignments.astype(float).mean(axis=0) + world.chance_lean[index]
        assert np.allclose(population.alignment[world.fixed.focal_patrons], mean, atol=1e-12)
    everybody = lanes(world.opinions)[:, : world.fixed.focal_patrons.size]
    share = 100 * (everybody >= 0).mean(axis=0)
    assert np.allclose(model.records["favourable"][20], share)
