"""Kernels against published models, closed forms and plain reference code."""

from hashlib import sha256
from itertools import pairwise
from math import exp, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit
from scipy.stats import chi2, poisson

from sim.core.arithmetic import FIXED_POINT
from sim.core.streams import Stream, accept, between, bits, mix, random_utility, uniform, world_key
from sim.kernels import readable
from sim.kernels.alignment import influence_step
from sim.kernels.citizens import (
    ONE,
    citizens_day,
    citizens_day_threaded,
    day_draw,
    draw_traits,
    noise_table,
)
from sim.kernels.means import weighted_means
from sim.kernels.neighbours import CERTAIN, link_rows
from sim.stage.network import attention

NEVER_WILLING = 4 * ONE  # threshold that no grievance reaches
ROUNDING = 5e-12  # alignments are summed in units of 2^-40


def day_of(act, day=0, **given) -> tuple[np.ndarray, np.ndarray]:
    """Tomorrow's actions and the counts, from `act` and the arguments that matter; the others are neutral."""
    n = act.size
    out = np.empty(n, dtype=np.uint8)
    call = {
        "traits": np.zeros((2, n), dtype=np.uint16),
        "links": np.empty((0, n), dtype=np.uint32),
        "bounds": np.array([0, n]),
        "homophily": 0,
        "grievance": np.zeros(1, dtype=np.int64),
        "noise": np.zeros(4096, dtype=np.int32),
        "national": 0,
        "arrest_risk": 0,
        "threshold": 0,
        "redecide": CERTAIN,
        "arrest": 0,
        "detention_days": 15,
        "ring": 0,
        "key": 1,
    }
    function = given.pop("function", citizens_day)
    call |= given
    neighbours = 2 * call["ring"] + len(call["links"])
    call.setdefault("exposure", np.zeros(neighbours + 1, dtype=np.int32))
    counts = np.zeros((call["bounds"].size - 1, 2), dtype=np.int64)
    function(act, out, day=day, counts=counts, **call)
    return out, counts


def town(n=240, seed=7) -> dict:
    """A small crowd in which every branch of the rule is taken: ring, links, segments, noise, arrest, detention."""
    rng = np.random.default_rng(seed)
    bounds = np.array([0, n // 3, n // 3, n // 2, n])  # one segment is empty
    return {
        "act": rng.choice(np.array([0, 1, 1, 2, 3, 9], dtype=np.uint8), n),
        "traits": draw_traits(seed, n),
        "links": link_rows(-seed, bounds, 2, CERTAIN // 3),
        "bounds": bounds,
        "homophily": CERTAIN // 3,
        "grievance": np.array([20000, 40000, 45000, 30000]),
        "exposure": np.arange(9, dtype=np.int32) * 1500,
        "noise": noise_table(0.05),
        "national": 3000,
        "arrest_risk": 20000,
        "threshold": 15000,
        "redecide": CERTAIN // 2,
        "arrest": ONE // 4,
        "ring": 3,
        "key": -seed,
    }


# --- the daily pass -------------------------------------------------------------------------------------------------


@pytest.mark.exact
def test_compiled_citizens_equal_the_reference():
    """Machine code and plain Python agree bit for bit over a week, detained rows included."""
    case = town()
    act = case.pop("act")
    for day in range(7):
        compiled, counts = day_of(act, day, **case)
        plain, plain_counts = day_of(act, day, function=readable.citizens_day, **case)
        assert np.array_equal(compiled, plain)
        assert np.array_equal(counts, plain_counts)
        act = compiled
    assert (act > 1).any() and (act == 1).any()


def any_town(seed: int, sizes: list[int], ring: int, q: int, tau: float) -> dict:
    """Arguments drawn from their whole ranges, the ends included; segments of any size, empty ones too."""
    rng = np.random.default_rng(seed)
    bounds = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    n = int(bounds[-1])
    homophily = int(rng.choice([0, CERTAIN // 3, CERTAIN]))
    key = int(rng.integers(-(2**63), 2**63))
    stored = link_rows(key, bounds, q, homophily)
    return {
        "act": rng.choice(np.array([0, 0, 1, 1, 2, 3, 17, 201, 255], dtype=np.uint8), n),
        "traits": rng.choice([0, 1, ONE - 1], (2, n)).astype(np.uint16) if seed % 5 == 0 else draw_traits(seed, n),
        "links": stored if seed % 2 else stored[:, :0],
        "bounds": bounds,
        "homophily": homophily,
        "grievance": rng.choice([0, 20_000, 60_000, ONE, 7 * ONE + 3, (1 << 29) - 1], len(sizes), p=[0.1, 0.3, 0.2, 0.1, 0.2, 0.1]),
        "exposure": rng.integers(-20_000, 20_000, 2 * ring + q + 1).astype(np.int32),
        "noise": noise_table(tau),
        "national": int(rng.integers(0, 20_000)),
        "arrest_risk": int(rng.choice([0, 20_000, ONE])),
        "threshold": int(rng.integers(0, 40_000)),
        "redecide": int(rng.choice([0, 1, CERTAIN // 3, CERTAIN - 1, CERTAIN])),
        "arrest": int(rng.choice([0, 1, ONE // 4, ONE])),
        "detention_days": int(rng.choice([1, 2, 15, 200])),
        "ring": ring,
        "key": key,
    }  # fmt: skip


@pytest.mark.property
@settings(max_examples=150, derandomize=True)
@given(
    seed=st.integers(0, 2**32 - 1),
    sizes=st.lists(st.one_of(st.just(1), st.integers(0, 90)), min_size=1, max_size=6).filter(any),
    ring=st.integers(0, 5),
    q=st.integers(0, 4),
    tau=st.sampled_from([0.0, 0.035, 0.08]),
    block=st.sampled_from([1, 7, 64, 1024]),
    day=st.integers(0, 400),
)
def test_blocks_and_threads_change_no_bit_of_the_reference(seed, sizes, ring, q, tau, block, day):
    """Any arguments, segments of one row, a ring that goes round a tiny crowd several times: reference, blocks of any
    size and threads write the same states and counts.
    """
    case = any_town(seed, sizes, ring, q, tau)
    act = case.pop("act")
    expected, expected_counts = day_of(act, day, function=readable.citizens_day, **case)
    for function in (citizens_day, citizens_day_threaded):
        out, counts = day_of(act, day, function=function, block=block, **case)
        assert np.array_equal(out, expected)
        assert np.array_equal(counts, expected_counts)


@pytest.mark.exact
def test_rows_that_cannot_protest_are_left_alone():
    """Rows beyond the last segment, with one row per inhabitant, are neither read nor written."""
    case = town()
    act = case.pop("act")
    alone, counts = day_of(act, **case)
    for function in (citizens_day, citizens_day_threaded):
        out = np.full(act.size + 50, 77, dtype=np.uint8)
        again = np.empty_like(counts)
        crowd = np.concatenate([act, np.ones(50, dtype=np.uint8)])
        function(crowd, out, day=0, counts=again, detention_days=15, **case)
        assert np.array_equal(out[: act.size], alone) and (out[act.size :] == 77).all()
        assert np.array_equal(again, counts)


def decide_alone(i, act, segment, day, case):
    """The rule for one row, written again from its description."""
    if act[i] > 1:
        return act[i] - 1 if act[i] > 2 else 0
    day_key = bits(case["key"], Stream.PROTEST, day, 0, 0)
    draw = int(mix(np.uint64((day_key + i * 0x9E3779B97F4A7C15) % 2**64)))
    if act[i] == 1 and (draw >> 32) % 2**16 < case["arrest"]:
        return 16
    if draw % 2**32 >= case["redecide"]:
        return act[i]
    around = [(i + d) % act.size for d in range(-case["ring"], case["ring"] + 1) if d] + case["links"][:, i].tolist()
    n_active = sum(act[j] == 1 for j in around)
    hardship, aversion = (int(x) for x in case["traits"][:, i])
    pull = (hardship * int(case["grievance"][segment]) >> 16) + int(case["exposure"][n_active]) + case["national"]
    hold = (aversion * case["arrest_risk"] >> 16) + case["threshold"]
    return int(pull - hold > case["noise"][draw >> 52])


@pytest.mark.exact
def test_rows_may_be_decided_in_any_order():
    """A reference that decides one row at a time, last row first, gives the same day: nobody sees today's actions."""
    case = town()
    act = case.pop("act")
    out, counts = day_of(act, 3, **case)
    segment = np.searchsorted(case["bounds"], np.arange(act.size), side="right") - 1
    backwards = [decide_alone(i, act, segment[i], 3, case) for i in reversed(range(act.size))]
    assert out.tolist() == backwards[::-1]
    assert counts[:, 0].tolist() == [int((out[segment == g] == 1).sum()) for g in range(4)]
    assert counts[:, 1].tolist() == [int(((out == 16) & (segment == g)).sum()) for g in range(4)]


@pytest.mark.exact
def test_yesterday_is_read_and_today_is_written():
    """The pass leaves `act` as it was and takes nothing from what stood in `out`."""
    case = town()
    act = case.pop("act")
    before = act.copy()
    clean, _ = day_of(act, **case)
    assert np.array_equal(act, before)
    for rubbish in (0, 1, 255):
        out = np.full(act.size, rubbish, dtype=np.uint8)
        citizens_day(act, out, day=0, counts=np.empty((4, 2), dtype=np.int64), detention_days=15, **case)
        assert np.array_equal(out, clean)


@pytest.mark.exact
@pytest.mark.parametrize(
    "function", [citizens_day, citizens_day_threaded, readable.citizens_day], ids=["plain", "threaded", "readable"]
)
def test_the_digest_of_fifty_days_is_the_committed_one(function):
    """Whole numbers only: 4096 rows, 50 days, the same bytes on every machine and after every change of the code."""
    n, key = 4096, 20220102
    bounds = np.array([0, 1000, 1500, 4000, n])
    case = {
        "traits": draw_traits(key, n),
        "links": link_rows(key, bounds, 2, 1288490189),
        "bounds": bounds,
        "homophily": 1288490189,
        "grievance": np.array([30000, 45000, 38000, 52000]),
        "exposure": np.arange(9, dtype=np.int32) * 1229,
        "noise": (np.arange(4096, dtype=np.int32) - 2048) * 4,
        "arrest_risk": 30000,
        "threshold": 16000,
        "redecide": 2576980378,
        "arrest": 1500,
        "ring": 3,
        "key": key,
    }
    act, counts_by_day = np.zeros(n, dtype=np.uint8), []
    for day in range(50):
        act, counts = day_of(act, day, function=function, national=9830 * int((act == 1).sum()) // n, **case)
        counts_by_day.append(int(counts[:, 0].sum()))
    assert len(set(counts_by_day)) > 10 and 0 < (act == 1).sum() < n  # it moved, and did not saturate
    assert sha256(act.tobytes()).hexdigest() == "dcc319647088f87b56048e60257b0b5e38d1bf8d8ab0f2a7f0fc5dd4b93fad97"


@pytest.mark.exact
@pytest.mark.parametrize("days", [1, 15, 200])
def test_detention_lasts_its_number_of_days(days):
    """An arrested row is out for exactly `detention_days` days, then quiet, and cannot act meanwhile."""
    act = np.array([1], dtype=np.uint8)
    act, counts = day_of(act, arrest=ONE, detention_days=days, threshold=-NEVER_WILLING)
    assert counts.tolist() == [[0, 1]]
    detained = 0
    while act[0] > 1:
        detained += 1
        act, counts = day_of(act, detained, arrest=ONE, detention_days=days, threshold=-NEVER_WILLING)
        assert counts.tolist() == [[0, 0]]
    assert detained == days
    assert act[0] == 0


def outcome_of_thresholds(thresholds, unit: int) -> int:
    """People acting in the end if each joins once `thresholds` of them are seen to act; the rule is 'at least as many'.

    Hardship carries the threshold and the news carries the count; one step of 2^-16 turns 'more than' into 'at least'.
    """
    n = len(thresholds)
    top = max(thresholds)
    traits = np.zeros((2, n), dtype=np.uint16)
    traits[0] = [(top - t) * unit for t in thresholds]
    act = np.zeros(n, dtype=np.uint8)
    for day in range(n + 1):
        act, _ = day_of(
            act,
            day,
            traits=traits,
            grievance=np.array([ONE]),
            national=int(act.sum()) * unit,
            threshold=top * unit - 1,
        )
    return int(act.sum())


@pytest.mark.exact
def test_one_threshold_decides_between_a_riot_of_a_hundred_and_of_one():
    """Thresholds 0..99: all hundred act; with the '1' changed to a '2', one does [Granovetter1978]."""
    thresholds = list(range(100))
    assert outcome_of_thresholds(thresholds, 600) == 100
    thresholds[1] = 2
    assert outcome_of_thresholds(thresholds, 600) == 1


@pytest.mark.exact
@pytest.mark.parametrize(
    ("percent", "acting"),
    [
        ([0, 20, 20, 30, 40, 50, 60, 70, 80, 100], 1),
        ([0, 10, 20, 30, 40, 50, 60, 70, 80, 100], 9),
        ([0, 20, 30, 30, 40, 50, 60, 70, 80, 100], 1),
        ([0, 10, 30, 30, 40, 50, 60, 70, 80, 100], 2),
    ],
)
def test_a_small_change_of_one_person_turns_silence_into_revolt(percent, acting):
    """Ten persons with thresholds in percent [Kuran1991]."""
    assert outcome_of_thresholds([p // 10 for p in percent], 6000) == acting


@pytest.mark.exact
@pytest.mark.parametrize(("threshold", "speed"), [(0.125, 4), (0.25, 3), (0.375, 2), (0.5, 1), (0.51, 0)])
def test_contagion_on_the_ring_moves_at_its_known_speed(threshold, speed):
    """A block of active rows spreads floor(k + 1 - 2 k th) rows a day to each side, k = 4 [Morris2000]."""
    k, n, block = 4, 400, slice(180, 220)
    traits = np.zeros((2, n), dtype=np.uint16)
    traits[0, block] = ONE - 1  # the seed acts whatever it sees
    exposure = np.array([ONE if n >= threshold * 2 * k else 0 for n in range(2 * k + 1)], dtype=np.int32)
    act = np.zeros(n, dtype=np.uint8)
    act[block] = 1
    for day in range(1, 31):
        act, _ = day_of(
            act, day, traits=traits, grievance=np.array([ONE]), exposure=exposure, threshold=ONE // 2, ring=k
        )
        assert act.nonzero()[0].tolist() == list(range(180 - speed * day, 220 + speed * day))


@pytest.mark.exact
def test_the_ring_closes():
    """The first row and the last are neighbours."""
    act = np.array([0, 0, 0, 0, 0, 0, 0, 1], dtype=np.uint8)
    exposure = np.array([0, ONE, ONE, ONE, ONE], dtype=np.int32)
    out, _ = day_of(act, exposure=exposure, threshold=ONE // 2, ring=2)
    assert out.nonzero()[0].tolist() == [0, 1, 5, 6]


@pytest.mark.statistical
@pytest.mark.parametrize(("risk", "share"), [(1.0, 0.017778), (0.5, 0.035556), (0.05, 0.305556), (0.0, 0.444444)])
def test_independent_citizens_protest_at_the_mean_field_share(risk, share):
    """Hardship and risk aversion uniform, no noise, no exposure: the closed form, here at L = .82 and T = .1
    [Epstein2002]; 4 standard errors of 10^6 rows, false alarm 6e-5 per case.
    """
    n, g, threshold = 10**6, 0.18, 0.1
    closed = (g - threshold) ** 2 / (2 * g * risk) if risk >= g - threshold else 1 - threshold / g - risk / (2 * g)
    assert closed == pytest.approx(share, abs=1e-6)
    _, counts = day_of(
        np.zeros(n, dtype=np.uint8),
        traits=draw_traits(14, n),
        grievance=np.array([round(g * ONE)]),
        arrest_risk=round(risk * ONE),
        threshold=round(threshold * ONE),
    )
    assert abs(counts[0, 0] / n - closed) < 4 * sqrt(closed * (1 - closed) / n) + 2 / ONE


@pytest.mark.statistical
@pytest.mark.parametrize("utility", [-0.1, -0.02, 0.0, 0.03, 0.1])
def test_noise_makes_the_decision_a_logit_choice(utility):
    """Share acting = logistic(u / tau) [McFadden1974]; 4 standard errors, false alarm 6e-5 per case."""
    n, tau = 10**6, 0.035
    _, counts = day_of(np.zeros(n, dtype=np.uint8), noise=noise_table(tau), threshold=-round(utility * ONE), key=5)
    expected = 1 / (1 + exp(-utility / tau))
    assert abs(counts[0, 0] / n - expected) < 4 * sqrt(expected * (1 - expected) / n) + 1 / 8192


@pytest.mark.exact
def test_without_noise_the_threshold_is_hard():
    """tau = 0 leaves no noise: one step of 2^-16 below nobody acts, above everybody."""
    assert not noise_table(0.0).any()
    act = np.zeros(100, dtype=np.uint8)
    assert day_of(act, noise=noise_table(0.0), threshold=0)[1][0, 0] == 0
    assert day_of(act, noise=noise_table(0.0), threshold=-1)[1][0, 0] == 100


@pytest.mark.statistical
def test_arrest_and_review_have_their_rates_and_do_not_depend_on_each_other():
    """Of active rows .3 are arrested, of the rest .6 review; 4 standard errors, false alarm 1.2e-4."""
    n = 10**6
    act, counts = day_of(
        np.ones(n, dtype=np.uint8),
        arrest=round(0.3 * ONE),
        redecide=round(0.6 * CERTAIN),
        threshold=NEVER_WILLING,
    )
    assert abs(counts[0, 1] / n - 0.3) < 4 * sqrt(0.21 / n) + 1 / ONE
    at_large = (act <= 1).sum()
    assert abs((act == 0).sum() / at_large - 0.6) < 4 * sqrt(0.24 / at_large)


@pytest.mark.statistical
def test_days_and_neighbours_draw_independently():
    """At utility 0 half the rows act; agreement of two days, and of two neighbours, is one half.
    4 standard errors, false alarm 1.2e-4.
    """
    n = 10**6
    today, tomorrow = (day_of(np.zeros(n, dtype=np.uint8), day, noise=noise_table(0.05))[0] for day in (0, 1))
    for a, b in ((today, tomorrow), (today[1:], today[:-1])):
        assert abs((a == b).mean() - 0.5) < 4 * sqrt(0.25 / n)


# --- the citizens' network and traits -------------------------------------------------------------------------------


@pytest.mark.statistical
def test_long_links_are_a_random_graph():
    """In-degree is Poisson(2): mean exactly 2, variance 2, none e^-2; 4 standard errors and a tail of 4e-6 for
    links to oneself (2 expected), false alarm 1.3e-4.
    """
    n, q = 10**6, 2
    links = link_rows(22, np.array([0, n]), q, 0)
    degree = np.bincount(links.ravel(), minlength=n)
    assert degree.size == n and degree.mean() == q
    assert abs(degree.var() - q) < 4 * sqrt((q + 2 * q**2) / n)
    assert abs((degree == 0).mean() - exp(-q)) < 4 * sqrt(exp(-q) * (1 - exp(-q)) / n)
    assert (links == np.arange(n)).sum() <= poisson.ppf(1 - 4e-6, q)


@pytest.mark.statistical
def test_homophily_is_the_share_of_links_that_stay_in_the_segment():
    """Share inside = h + (1 - h) x size of the segment; all of them at h = 1. 4 standard errors, false alarm 1.2e-4."""
    n, h = 200_000, 0.3
    bounds = np.array([0, n // 5, n])
    inside = link_rows(3, bounds, 2, CERTAIN)
    assert (inside[:, : n // 5] < n // 5).all() and (inside[:, n // 5 :] >= n // 5).all()
    links = link_rows(3, bounds, 2, round(h * CERTAIN))
    for rows, size in ((links[:, : n // 5] < n // 5, 0.2), (links[:, n // 5 :] >= n // 5, 0.8)):
        p = h + (1 - h) * size
        assert abs(rows.mean() - p) < 4 * sqrt(p * (1 - p) / rows.size)


@pytest.mark.exact
def test_a_citizen_keeps_traits_and_links_when_rows_are_added():
    """Draws belong to the row: a larger crowd has the same first rows, and the same long links up to its scale."""
    assert np.array_equal(draw_traits(9, 1000), draw_traits(9, 5000)[:, :1000])
    small, large = (link_rows(9, np.array([0, n]), 2, 0)[:, :1000].astype(np.int64) for n in (1000, 5000))
    assert np.array_equal(small, large // 5)


@pytest.mark.statistical
def test_hardship_and_risk_aversion_are_uniform_and_independent():
    """Chi-square over 16 x 16 cells, false alarm 1e-4."""
    traits = draw_traits(4, 10**6) >> 12
    assert _chi_square_p(traits[0].astype(np.int64) * 16 + traits[1], 256) > 1e-4


# --- random streams -------------------------------------------------------------------------------------------------


@njit
def _uniforms(addresses):
    out = np.empty(addresses.shape[0])
    for i in range(out.size):
        a = addresses[i]
        out[i] = uniform(a[0], a[1], a[2], a[3], a[4])
    return out


@njit
def _accepted(probability, key, n):
    return np.array([accept(probability, key, 1, i, 0, 0) for i in range(n)])


def _chi_square_p(cells: np.ndarray, n_cells: int) -> float:
    """Chance of cells at least as uneven as these if all are equally likely."""
    expected = cells.size / n_cells
    statistic = ((np.bincount(cells, minlength=n_cells) - expected) ** 2 / expected).sum()
    return float(chi2.sf(statistic, n_cells - 1))


@pytest.mark.exact
def test_mix_is_the_published_generator():
    """First outputs of SplitMix64 seeded with 0 [Steele2014]."""
    published = [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F, 0xF88BB8A8724C81EC]
    assert [mix(np.uint64(n * 0x9E3779B97F4A7C15 % 2**64)) for n in range(1, 5)] == published


@pytest.mark.statistical
@pytest.mark.parametrize("axis", ["key", "stream", "unit", "day", "draw"])
def test_draws_are_uniform_and_independent_along_every_axis(axis):
    """10^5 successive addresses along one axis: 64 cells, and 16 x 16 cells of successive pairs.
    Chi-square, false alarm 2e-4 per axis.
    """
    column = ["key", "stream", "unit", "day", "draw"].index(axis)
    addresses = np.tile(np.array([11, Stream.CHOICE, 5, 3, 2]), (100_000, 1))
    addresses[:, column] = np.arange(100_000)
    u = _uniforms(addresses)
    assert u.min() > 0.0 and u.max() < 1.0
    assert _chi_square_p((u * 64).astype(np.int64), 64) > 1e-4
    coarse = (u * 16).astype(np.int64)
    assert _chi_square_p(coarse[0::2] * 16 + coarse[1::2], 256) > 1e-4


@njit
def _draws_of_days(key, days, n):
    """The 64-bit draws of the pass, (days, rows)."""
    out = np.empty((days, n), dtype=np.uint64)
    for day in range(days):
        start = bits(key, 5, day, 0, 0)
        for i in range(n):
            out[day, i] = day_draw(start, i)
    return out


@pytest.mark.statistical
def test_draws_of_the_pass_are_even_and_unrelated():
    """A scaled version of experiments/studies/random_volume.py, 8 days of 250,000 rows: fields even and unrelated to one another,
    rows to their neighbours, days to the next, draws to traits. 10 chi-square tests, false alarm 1e-3 together.
    """
    z = _draws_of_days(world_key(20220102, 0), 8, 250_000)
    review, arrest, noise = z & 0xFFFFFFFF, (z >> 32) & 0xFFFF, z >> 52
    top = {"review": review >> 28, "arrest": arrest >> 12, "noise": noise >> 8}
    traits = draw_traits(world_key(20220102, 0), 250_000)[0] >> 12
    pairs = [
        (top["review"], top["noise"]),
        (top["review"], top["arrest"]),
        (top["arrest"], top["noise"]),
        *((top[f][:, 1:], top[f][:, :-1]) for f in ("review", "noise")),
        *((top[f][1:], top[f][:-1]) for f in ("review", "noise")),
        (top["review"][0], traits),
    ]
    cells = [a.astype(np.int64).ravel() * 16 + b.astype(np.int64).ravel() for a, b in pairs]
    p = [_chi_square_p(c, 256) for c in cells]
    p += [
        _chi_square_p(noise.astype(np.int64).ravel(), 4096),
        _chi_square_p((review >> 20).astype(np.int64).ravel(), 4096),
    ]
    assert min(p) > 1e-4


@pytest.mark.statistical
def test_draws_of_the_pass_repeat_as_often_as_chance():
    """Two million draws: never the same 64 bits; the 32 bits of the review repeat n^2 / 2^33 = 466 times, as they
    would not in a permutation. 4 standard errors, false alarm 6e-5.
    """
    z = _draws_of_days(world_key(20220102, 0), 2, 1_000_000).ravel()
    assert np.unique(z).size == z.size
    expected = z.size**2 / 2**33
    repeats = z.size - np.unique(z & 0xFFFFFFFF).size
    assert abs(repeats - expected) < 4 * sqrt(expected)


@pytest.mark.exact
def test_no_two_addresses_share_a_draw():
    """Streams, units, days and draws are not interchangeable: 400,000 addresses, 400,000 different numbers."""
    axes = np.meshgrid([7], np.arange(1, 11), np.arange(40), np.arange(40), np.arange(25), indexing="ij")
    addresses = np.stack([a.ravel() for a in axes], axis=1)
    assert np.unique(_uniforms(addresses)).size == len(addresses) == 400_000


@pytest.mark.statistical
@pytest.mark.parametrize("p", [0.001, 0.3, 0.97])
def test_accept_has_its_probability(p):
    """4 standard errors of 4 x 10^5 draws, false alarm 6e-5 per case."""
    n = 400_000
    assert abs(_accepted(p, 2, n).mean() - p) < 4 * sqrt(p * (1 - p) / n)


@pytest.mark.exact
def test_accept_is_sure_at_the_ends_and_blind_to_the_last_bit():
    """0 never, 1 and more always; neighbouring floats decide alike; who accepts at p accepts at every higher p."""
    assert not _accepted(0.0, 2, 10_000).any() and not _accepted(-0.5, 2, 10_000).any()
    assert _accepted(1.0, 2, 10_000).all() and _accepted(1.5, 2, 10_000).all()
    third = _accepted(1 / 3, 2, 10_000)
    assert np.array_equal(third, _accepted(np.nextafter(1 / 3, 1), 2, 10_000))
    assert (third <= _accepted(0.5, 2, 10_000)).all()


@pytest.mark.exact
def test_a_world_key_depends_on_seed_and_replication_only():
    """Different seeds and replications give different keys, the same pair always the same."""
    keys = {world_key(seed, replication) for seed in range(50) for replication in range(50)}
    assert len(keys) == 2500
    assert all(-(2**63) <= key < 2**63 for key in keys)
    assert world_key(3, 4) == world_key(3, 4) != world_key(4, 3)


@pytest.mark.statistical
def test_random_utilities_and_lags_have_their_distributions():
    """random_utility: share below log(p / (1 - p)) is p. between: every whole day of [2, 6] is equally likely.
    4 standard errors and chi-square, false alarm 3e-4.
    """
    n = 40_000
    drawn = np.array([random_utility(key, 1, 2, 3) for key in range(n)])
    for p in (0.1, 0.5, 0.9):
        assert abs((drawn < np.log(p / (1 - p))).mean() - p) < 4 * sqrt(p * (1 - p) / n)
    days = np.array([between(2, 6, key, 1, 2, 3) for key in range(n)])
    assert days.min() == 2 and days.max() == 6
    assert _chi_square_p(days - 2, 5) > 1e-4
    assert between(3, 3, 1, 1, 2, 3) == 3


# --- alignment ------------------------------------------------------------------------------------------------------


def ties_of(weights) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Rows of a matrix as starts, sources, weights and their sums, zeros left out."""
    shares = np.asarray(weights, dtype=float)
    rows, sources = shares.nonzero()
    starts, weights = np.searchsorted(rows, np.arange(len(shares) + 1)), shares[rows, sources] * FIXED_POINT
    return starts.astype(np.uint32), sources.astype(np.uint32), weights, attention(starts, weights)


def relax(x, ties, s=1.0, share=0.0, message=None, innate=None, rate=1.0, bound=2.0) -> np.ndarray:
    """One step from x, innate given as (1 - s) x innate position."""
    x = np.ascontiguousarray(x, dtype=float)
    zero = np.zeros_like(x)
    out, previous = x.copy(), np.full_like(x, np.inf)
    susceptibility = np.broadcast_to(np.asarray(s, dtype=float), (len(x),)).copy()
    influence_step(
        out, previous, np.empty_like(x), *ties, susceptibility, share, zero if message is None else message,
        zero if innate is None else innate, zero, rate, bound, 0, 0.0, zero[:0],
    )  # fmt: skip
    return out


@pytest.mark.exact
@pytest.mark.parametrize(
    ("trust", "weights"),
    [
        ([[1 / 3, 1 / 3, 1 / 3], [1 / 2, 1 / 2, 0], [0, 1 / 4, 3 / 4]], [3 / 11, 4 / 11, 4 / 11]),
        ([[0.5, 0.5], [0.25, 0.75]], [1 / 3, 2 / 3]),
    ],
)
def test_open_minds_agree_on_the_weighted_mean(trust, weights):
    """Nobody stubborn: consensus with the published weights, read off the unit vectors [DeGroot1974, Jackson2008]."""
    x = np.eye(len(trust))
    for _ in range(200):
        x = relax(x, ties_of(trust))
    assert np.abs(x - weights).max() < ROUNDING


@pytest.mark.exact
def test_disagreement_shrinks_at_the_second_eigenvalue():
    """Two agents: the error is a quarter of yesterday's, every day [Jackson2008]."""
    x = np.array([[1.0], [-1.0]])
    for _ in range(15):
        before, x = x[0, 0] - x[1, 0], relax(x, ties_of([[0.5, 0.5], [0.25, 0.75]]))
        assert x[0, 0] - x[1, 0] == pytest.approx(before / 4, abs=ROUNDING)


PANEL = np.array([[0.22, 0.12, 0.36, 0.30], [0.147, 0.215, 0.344, 0.294], [0, 0, 1, 0], [0.09, 0.178, 0.446, 0.286]])
PANEL_START = np.array([[25, 25], [25, 15], [75, -50], [85, 5]]) / 100


@pytest.mark.exact
@pytest.mark.parametrize("rate", [1.0, 0.1])
def test_stubborn_agents_settle_at_the_published_positions(rate):
    """Four persons, two issues without coupling, susceptibility 1 - w_ii [FriedkinJohnsen1999, Parsegov2017]."""
    s = 1 - np.diag(PANEL)
    innate = (1 - s)[:, None] * PANEL_START
    x = PANEL_START
    for _ in range(round(120 / rate)):
        x = relax(x, ties_of(PANEL), s=s, innate=innate, rate=rate)
    assert np.abs(100 * x[:, 0] - [60.0208, 59.9840, 75, 74.9862]).max() < 1e-4
    assert np.abs(100 * x[:, 1] - [-19.290, -21.483, -50, -23.199]).max() < 1e-3
    closed = np.linalg.solve(np.eye(4) - s[:, None] * PANEL, innate)
    assert np.abs(x - closed).max() < ROUNDING


@pytest.mark.exact
def test_a_message_is_one_more_voice():
    """x* = .4 x .2 + .6 (.5 x* + .5 x .8) = .457142857."""
    x, message, innate = np.array([[0.0]]), np.array([[0.8]]), np.array([[0.4 * 0.2]])
    for _ in range(100):
        x = relax(x, ties_of([[1.0]]), s=0.6, share=0.5, message=message, innate=innate)
    assert x[0, 0] == pytest.approx(16 / 35, abs=ROUNDING)


@pytest.mark.statistical
@pytest.mark.parametrize(("bound", "consensus"), [(0.26, True), (0.16, False)])
def test_bounded_confidence_splits_below_its_threshold(bound, consensus):
    """1000 agents on [0, 1], here scaled to [-1, 1]: one opinion at .26, several at .16 [HegselmannKrause2002,
    Fortunato2005]. Five fixed profiles; the published frequencies are 1 and 0.
    """
    n = 1000
    ties = ties_of(np.full((n, n), 1 / n))
    for seed in range(5):
        x = np.random.default_rng(seed).uniform(-1, 1, (n, 1))
        for _ in range(60):
            x = relax(x, ties, bound=2 * bound)
        assert (np.ptp(x) < 1e-6) == consensus


@pytest.mark.exact
def test_a_tie_beyond_the_bound_is_not_heard():
    """Exactly at the bound it counts; beyond it the listener keeps its own opinion."""
    x = np.array([[-0.5], [0.5]])
    assert relax(x, ties_of([[0, 1], [1, 0]]), bound=1.0).tolist() == [[0.5], [-0.5]]
    assert relax(x, ties_of([[0, 1], [1, 0]]), bound=0.99).tolist() == x.tolist()


def random_society(seed: int, n: int, k: int) -> dict:
    """Entities, sparse ties, messages and innate positions; some rows listen to nobody."""
    rng = np.random.default_rng(seed)
    weights = rng.uniform(0, 1, (n, n)) * (rng.uniform(0, 1, (n, n)) < 0.6)
    total = weights.sum(axis=1, keepdims=True)
    s = rng.uniform(0, 1, n)
    return {
        "x": rng.uniform(-1, 1, (n, k)),
        "weights": weights / np.where(total > 0, total, 1),
        "s": s,
        "share": float(rng.uniform(0, 1)),
        "message": rng.uniform(-1, 1, (n, k)),
        "innate": (1 - s)[:, None] * rng.uniform(-1, 1, (n, k)),
        "rate": float(rng.uniform(0.01, 1)),
        "bound": float(rng.choice([2.0, 0.5, 1.0])),
    }


societies = {"seed": st.integers(0, 2**32 - 1), "n": st.integers(1, 9), "k": st.integers(1, 4)}


@pytest.mark.property
@settings(max_examples=60, derandomize=True)
@given(**societies)
def test_the_order_of_entities_and_ties_changes_no_bit(seed, n, k):
    """Renumbering entities, shuffling the ties of a row and reordering patrons permute the result."""
    society = random_society(seed, n, k)
    x, weights = society.pop("x"), society.pop("weights")
    rng = np.random.default_rng(seed + 1)
    order, patrons = rng.permutation(n), rng.permutation(k)
    out = relax(x, ties_of(weights), **society)

    starts, sources, values, sums = ties_of(weights[np.ix_(order, order)])
    for i in range(n):
        rows = np.arange(starts[i], starts[i + 1])
        shuffled = rng.permutation(rows)
        sources[rows], values[rows] = sources[shuffled], values[shuffled]
    moved = {name: society[name][order][:, patrons] for name in ("message", "innate")}
    renamed = relax(
        x[order][:, patrons],
        (starts, sources, values, sums),
        **society | {"s": society["s"][order]} | {k: np.ascontiguousarray(v) for k, v in moved.items()},
    )
    assert np.array_equal(renamed, out[order][:, patrons])


@pytest.mark.property
@settings(max_examples=60, derandomize=True)
@given(**societies)
def test_nobody_leaves_the_range_of_the_voices(seed, n, k):
    """A step is a mean of the entity's, peers', messages' and innate positions; pushed further it is held within [-1, 1]."""
    society = random_society(seed, n, k)
    x, ties = society.pop("x"), ties_of(society.pop("weights"))
    out = relax(x, ties, **society)
    voices = np.concatenate([x, society["message"], society["innate"] / np.maximum(1 - society["s"], 1e-12)[:, None]])
    assert (out >= voices.min(axis=0) - ROUNDING).all() and (out <= voices.max(axis=0) + ROUNDING).all()
    pushed = relax(x, ties, **society | {"innate": 50.0 * np.sign(society["innate"]), "rate": 1.0})
    assert (np.abs(pushed) <= 1.0).all() and np.isin(pushed, (-1.0, 1.0)).all()


@pytest.mark.property
@settings(max_examples=60, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1), sizes=st.lists(st.integers(0, 6), min_size=1, max_size=5))
def test_weighted_means_do_not_depend_on_the_order_of_rows(seed, sizes):
    """Equal to the textbook mean, 0 where nothing weighs, and the same bits after shuffling the rows of a group."""
    rng = np.random.default_rng(seed)
    starts = np.concatenate([[0], np.cumsum(sizes)])
    n = int(starts[-1])
    values, weights = rng.uniform(-1, 1, (n, 3)), rng.uniform(0, 1, n) * (rng.uniform(0, 1, n) < 0.7)
    out, again = np.full((len(sizes), 3), np.nan), np.full((len(sizes), 3), np.nan)
    weighted_means(values, weights, starts, out)
    order = np.concatenate([a + rng.permutation(b - a) for a, b in pairwise(starts)]).astype(int)
    weighted_means(values[order], weights[order], starts, again)
    assert np.array_equal(out, again)
    for g, (a, b) in enumerate(pairwise(starts)):
        heavy = weights[a:b].sum() > 0
        expected = np.average(values[a:b], axis=0, weights=weights[a:b]) if heavy else np.zeros(3)
        assert np.abs(out[g] - expected).max() < 1e-9 / (weights[a:b].sum() if heavy else 1)
