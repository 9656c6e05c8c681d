"""The loops over few numbers that stand for NumPy calls: the same bits as the calls, and stages that share their survey."""

import gc
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from sim.core.arithmetic import FIXED_POINT, add_within, order_free_sum
from sim.core.fixed import FIXED_FIELDS
from sim.core.streams import Stream, uniform, uniform_each
from sim.core.world import World
from sim.kernels.alignment import align_with_home, fade, influence_step, standing_messages
from sim.kernels.means import independence_left, largest_means, state_means, weighted_means
from sim.kernels.opinions import LANES, UNIT
from sim.kernels.publics import aim_words, favourable_percent, row_means, speak
from sim.kernels.states import unsettled, whole_units
from sim.kernels.stocks import adjust_stocks, shares
from sim.model import InfluenceModel
from sim.stage.build import Stage
from sim.stage.network import attention

seeds = given(seed=st.integers(0, 2**32 - 1))
often = settings(max_examples=40, derandomize=True)


def fixed(x) -> np.ndarray:
    """Whole units of 2^-40, as 64-bit integers."""
    return np.rint(np.asarray(x) * FIXED_POINT).astype(np.int64)


@pytest.mark.property
@often
@seeds
def test_sums_in_floats_are_those_of_whole_numbers(seed):
    """Weighted means, their largest, and one step of influence over ties equal sums of 64-bit integers, bit for bit."""
    rng = np.random.default_rng(seed)
    n, k = rng.integers(1, 30), rng.integers(1, 25)
    values, weights = rng.uniform(-1, 1, (n, k)), rng.uniform(0, 1, n) * (rng.uniform(size=n) < 0.8)
    starts = np.concatenate([[0], np.sort(rng.integers(0, n + 1, 4)), [n]])
    means, largest = np.empty((5, k)), np.empty(5)
    weighted_means(values, weights, starts, means)
    largest_means(values, weights, starts, largest)
    for s in range(5):
        rows = slice(starts[s], starts[s + 1])
        weight = fixed(weights[rows]).sum()
        total = np.rint(weights[rows, None] * values[rows] * FIXED_POINT).astype(np.int64).sum(axis=0)
        expected = total / np.float64(weight) if weight else np.zeros(k)
        assert np.array_equal(means[s], expected) and largest[s] == max(0.0, expected.max())


@pytest.mark.property
@often
@seeds
def test_states_are_measured_by_the_means_of_their_factions_and_segments(seed):
    """Disloyal factions do not speak for the elite; what is left of independence follows from the largest gratitude."""
    rng = np.random.default_rng(seed)
    n_states, k = rng.integers(1, 8), rng.integers(1, 25)
    faction_starts = np.concatenate([[0], np.cumsum(rng.integers(0, 5, n_states))])
    segment_starts = np.concatenate([[0], np.cumsum(rng.integers(0, 5, n_states))])
    f = faction_starts[-1]
    n = f + segment_starts[-1]
    values, weight, loyal = rng.uniform(-1, 1, (n, k)), rng.uniform(0, 1, n), rng.uniform(size=f) < 0.7
    elites, publics, expected = np.empty((3, n_states, k))
    state_means(values, weight, loyal, faction_starts, segment_starts, elites, publics)
    weighted_means(values[:f], weight[:f] * loyal, faction_starts, expected)
    assert np.array_equal(elites, expected)
    weighted_means(values[f:], weight[f:], segment_starts, expected)
    assert np.array_equal(publics, expected)
    independence, out, gratitude = rng.uniform(0, 1, n_states), np.empty(n_states), np.empty(n_states)
    independence_left(values, weight, faction_starts, independence, 0.7, out)
    largest_means(values[:f], weight[:f], faction_starts, gratitude)
    assert np.array_equal(out, np.clip(independence - 0.7 * gratitude, 0.0, 1.0))


def ordered(values, axis: int) -> np.ndarray:
    """Sum along an axis in whole units of 2^-40."""
    return fixed(values).sum(axis=axis) / FIXED_POINT


@pytest.mark.property
@often
@seeds
def test_stocks_of_influence_move_as_in_numpy(seed):
    """Sums along any axis, stocks after a month, shares of patrons, and what they say through standing ties."""
    rng = np.random.default_rng(seed)
    s, e, f = rng.integers(1, 9), 11, 4
    bandwidth0, dependence0 = rng.uniform(0, 1, (2, 3, s, s)) * (rng.uniform(size=(3, s, s)) < 0.8)
    bandwidth, dependence, gained = rng.uniform(0, 1, (3, 3, s, s))
    volume, volume0 = rng.uniform(0, 1e5, (2, 3, s, s)) * (rng.uniform(size=(2, 3, s, s)) < 0.5)
    for axis in range(3):
        assert np.array_equal(order_free_sum(volume, axis), ordered(volume, axis))

    tied = bandwidth0 > 0.0
    contact = np.clip(bandwidth0 + gained, 0.0, 1.0) * tied
    part, part0 = (v / np.maximum(ordered(v, 1), 1e-12)[:, None, :] for v in (volume, volume0))
    reliance = np.clip(dependence0 + (part - part0) * ordered(dependence0, 1)[:, None, :], 0.0, 1.0) * tied
    later = bandwidth + 0.3 * (contact - bandwidth), dependence + 0.3 * (reliance - dependence)
    adjust_stocks(bandwidth, dependence, bandwidth0, dependence0, gained, volume, volume0, 0.3)
    assert np.array_equal(bandwidth, later[0]) and np.array_equal(dependence, later[1])

    channel = bandwidth0 * dependence0
    influence, share = shares(channel)
    total = ordered(ordered(channel, 1), 0)
    assert np.array_equal(influence, channel.sum(axis=0))
    assert np.array_equal(share, channel / np.where(total > 0, total, 1.0))

    exposure, state_of, gain = rng.uniform(0, 2, (3, s, e)), rng.integers(0, s, e), rng.uniform(0, 3, s)
    messages = (channel[:, :, state_of] * exposure).sum(axis=0)
    messages[:, :f] *= gain[state_of[:f]]
    assert np.array_equal(standing_messages(channel, exposure, state_of, f, gain), np.clip(messages.T, -1.0, 1.0))


def society(rng, bound: float) -> tuple[np.ndarray, tuple]:
    """Alignments, and the arguments of `influence_step` from the ties on: everybody is open to peers alone."""
    n, k = rng.integers(2, 20), rng.integers(1, 25)
    x, degrees = rng.uniform(-1, 1, (n, k)), rng.integers(0, 9, n)
    starts = np.concatenate([[0], np.cumsum(degrees)]).astype(np.uint32)
    sources = rng.integers(0, n, starts[-1], dtype=np.uint32)
    weights = np.concatenate([np.empty(0), *(rng.dirichlet(np.ones(d)) for d in degrees if d)]) * FIXED_POINT
    zero = np.zeros((n, k))
    ties = starts, sources, weights, attention(starts, weights)
    return x, (*ties, np.ones(n), 0.0, zero, zero, zero, 1.0, bound, 0, 0.0, zero[:0])


@pytest.mark.property
@often
@given(seed=st.integers(0, 2**32 - 1), bound=st.sampled_from([0.1, 0.7, 2.0]))
def test_influence_over_ties_equals_sums_of_whole_numbers(seed, bound):
    """All ties, or those within the confidence bound; entities without ties, or with none near enough, hear themselves."""
    x, given = society(np.random.default_rng(seed), bound)
    out, previous = x.copy(), np.full_like(x, np.inf)
    influence_step(out, previous, np.empty_like(x), *given)
    assert np.array_equal(previous, x)
    starts, sources, weights = given[:3]
    for i in range(len(x)):
        ties = slice(starts[i], starts[i + 1])
        voices, weight = x[sources[ties]], weights[ties, None]
        near = np.abs(voices - x[i]) <= bound
        total = np.where(near, np.rint(weight * voices).astype(np.int64), 0).sum(axis=0)
        previous = np.where(near, np.rint(weight).astype(np.int64), 0).sum(axis=0)
        peers = np.where(previous == 0, x[i], total / np.maximum(previous, 1))
        assert np.array_equal(out[i], np.clip(x[i] + (peers - x[i]), -1.0, 1.0))


@pytest.mark.property
@often
@given(seed=st.integers(0, 2**32 - 1), bound=st.sampled_from([0.7, 2.0]))
def test_what_was_heard_yesterday_changes_no_bit(seed, bound):
    """Whatever moved since, one entity with a few patrons or everybody with all, as if nobody had been heard before."""
    rng = np.random.default_rng(seed)
    x, given = society(rng, bound)
    resumed, afresh = x.copy(), x.copy()
    previous, peers = np.full_like(x, np.inf), np.empty_like(x)
    for _ in range(6):
        influence_step(resumed, previous, peers, *given)
        influence_step(afresh, np.full_like(x, np.inf), np.empty_like(x), *given)
        assert np.array_equal(resumed, afresh)
        moved = rng.random(x.shape) < rng.choice([0.0, 0.05, 1.0])
        at_rest = rng.random(x.shape[1]) < 0.6
        resumed[:] = np.where(moved, -resumed, resumed)
        resumed[:, at_rest] = previous[:, at_rest]
        afresh[:] = resumed


@pytest.mark.property
@often
@seeds
def test_segments_and_their_rows_hear_each_other_as_in_numpy(seed):
    """Aims, means, what segments say, and the share of favourable rows."""
    rng = np.random.default_rng(seed)
    n_segments, k, n_followed = rng.integers(1, 12), 9, rng.integers(1, LANES + 1)
    drawn, followed = rng.uniform(-4, 4, (n_segments, k)), rng.permutation(k)[:n_followed]
    lanes = np.zeros((n_segments, LANES), dtype=np.int16)
    lanes[:, :n_followed] = np.rint(np.clip(drawn[:, followed], -3.0, 3.0) * UNIT + 1.25)
    assert np.array_equal(aim_words(drawn, followed, 1.25), lanes.view(np.uint64)[:, 0])

    peopled = np.flatnonzero(rng.uniform(size=n_segments) < 0.8)
    rows = rng.integers(1, 10_000, peopled.size)
    totals = rng.integers(-(10**9), 10**9, (n_segments, LANES))
    lean, alignment = rng.uniform(-0.1, 0.1, (peopled.size, n_followed)), rng.uniform(-1, 1, (n_segments + 2, k))
    means = totals[peopled, :n_followed] / (rows[:, None] * UNIT)
    assert np.array_equal(row_means(totals, rows, peopled, n_followed), means)
    expected = alignment.copy()
    expected[np.ix_(2 + peopled, followed)] = np.clip(means + lean, -1.0, 1.0)
    weight, public, mean = rng.uniform(0, 1, n_segments + 2), np.full(k, 7.0), np.empty((1, k))
    speak(totals, rows, peopled, followed, lean, 2, weight, alignment, public)
    assert np.array_equal(alignment, expected)
    weighted_means(expected[2:], weight[2:], np.array([0, n_segments]), mean)
    assert np.array_equal(public, np.where(np.isin(np.arange(k), followed), mean[0], 7.0))

    favourable, percent = rng.integers(0, 1000, (n_segments, LANES)), np.empty(n_followed)
    favourable_percent(favourable, 12_345, percent)
    assert np.array_equal(percent, favourable.sum(axis=0)[:n_followed] * (100.0 / 12_345))


@pytest.mark.property
@often
@seeds
def test_loops_over_states_and_entities_equal_numpy(seed):
    """Rows that something happens in, bounds, whole units, fading, own alignments, and draws of many units at once."""
    rng = np.random.default_rng(seed)
    n = rng.integers(1, 25)
    crisis, active = rng.uniform(size=n) < 0.1, rng.uniform(size=n) * (rng.uniform(size=n) < 0.2)
    level = np.where(rng.uniform(size=n) < 0.2, rng.uniform(size=n), 1.0)
    assert np.array_equal(unsettled(crisis, active, level), np.flatnonzero(crisis | (active > 0) | (level < 1.0)))
    values, change = rng.uniform(-2, 2, (2, n))
    expected = np.clip(values + change, 0.0, 1.0)
    add_within(values, change, 0.0, 1.0)
    assert np.array_equal(values, expected)
    pressure = rng.uniform(-1, 1, n)
    units = np.maximum(np.rint((0.3 + pressure) * 65536).astype(np.int64), 0)
    assert np.array_equal(whole_units(0.3, pressure, 65536), units)
    disposition, first = rng.uniform(-1, 1, (n, 4)), int(rng.integers(0, n + 1))
    expected = np.concatenate([disposition[:first] * 0.99, disposition[first:] * 0.9])
    fade(disposition, first, 0.99, 0.9)
    assert np.array_equal(disposition, expected)
    owner, alignment = rng.integers(0, 4, n), rng.uniform(-1, 1, (n, 4))
    expected = alignment.copy()
    expected[np.arange(n), owner] = 1.0
    align_with_home(alignment, owner)
    assert np.array_equal(alignment, expected)
    units = rng.integers(0, 2**40, (n, 3))
    each = [uniform(seed, Stream.INDICATORS, int(u), 4, 5) for u in units.flat]
    assert np.array_equal(uniform_each(seed, Stream.INDICATORS, units, 4, 5).ravel(), each)


def assert_same_world(a: World, b: World) -> None:
    """Every fixed field and every piece of state, the arrays bit for bit."""
    assert a.mechanisms == b.mechanisms
    names = [declaration.name for declaration in a.declarations]
    assert names == [declaration.name for declaration in b.declarations]
    pairs = {name: (getattr(a.fixed, name), getattr(b.fixed, name)) for name in FIXED_FIELDS}
    pairs |= {name: (getattr(a, name), getattr(b, name)) for name in ("day", "log", "agenda", "choices", *names)}
    for name, (x, y) in pairs.items():
        if isinstance(x, np.ndarray):
            assert x.dtype == y.dtype and np.array_equal(x, y), name
        elif name == "ties":
            assert all(np.array_equal(getattr(x, t.name), getattr(y, t.name)) for t in fields(x))
        elif name == "events":
            assert repr(x) == repr(y)
        else:
            assert x == y, name


@pytest.mark.exact
@pytest.mark.parametrize(
    "overrides",
    [
        ["mechanisms.alignment.rule=degroot", "mechanisms.contention.threshold=0.25"],
        ["scenario=both", "parameters=prior"],
        ["scenario=csto_intervention", "indicators=drawn", "parameters=prior"],
        ["scenario=turkic_diplomacy", "scenario.split.depth=0.7", "mechanisms.opinions.enabled=false", "seed=9"],
    ],
)
def test_a_stage_like_another_builds_the_same_worlds(load, overrides):
    """Scenario, mechanisms, parameters and draws may differ: every world is that of a stage built from nothing."""
    short = ("citizens=300", "days=20")
    base, spec = Stage(load(*short)), load(*overrides, *short)
    swept = spec.model_copy(update={part: getattr(base.spec, part) for part in ("states", "sources")})
    for like in (Stage(spec, like=base), Stage(swept, like=base), Stage(swept, like=Stage(spec, like=base))):
        assert like.ties is base.ties and like.graph is base.graph
        for replication in (0, 3):
            assert_same_world(like.world(spec.seed, replication), Stage(spec).world(spec.seed, replication))


@pytest.mark.exact
@pytest.mark.parametrize(
    "override", ["network.cut=[RUS->KAZ]", "network.cross_border=0.1", "states.KAZ.draw_key=77", "stage=eurasia_2022"]
)
def test_a_stage_is_like_one_with_the_same_actors_and_network(load, override):
    """Others are refused; a stage of the same configuration is not, though it was loaded apart."""
    base = Stage(load("citizens=300"))
    spec = sim.load(["citizens=300", override.replace("[", "['").replace("]", "']")])
    if override.startswith("stage"):
        assert Stage(spec, like=base).ties is base.ties
        other = spec.model_copy(update={"states": dict(reversed(spec.states.items()))})  # equal, but in other rows
    else:
        other = spec
    with pytest.raises(
        ValueError, match="the same sources, states, organisations, host_rules, network, in the same order, and host"
    ):
        Stage(other, like=base)
    with pytest.raises(ValueError, match="the other's graph"):
        Stage(base.spec, base.graph, like=base)


def models_alive() -> list:
    """Models and worlds that something still refers to."""
    gc.collect()
    return [o for o in gc.get_objects() if type(o) in (InfluenceModel, World)]


@pytest.mark.exact
def test_no_model_survives_a_run(load):
    """Nothing keeps the models of a sweep, though its records are kept: neither Mesa nor this package."""
    spec = load("citizens=300", "days=2")
    stage, before = Stage(spec), models_alive()
    records = [sim.simulate(stage, replication=r) for r in range(3)]
    survivors = [o for o in models_alive() if not any(o is other for other in before)]
    assert len(records) == 3 and not survivors
