"""Deals between two states without a flow open one; ties that are there, or that a user has cut, know nothing of it."""

from itertools import permutations
from math import log1p

import numpy as np
import pytest

import sim
from sim.core.axes import CHANNELS, CULTURAL, MILITARY
from sim.mechanisms.influence import FIRST_TIE_DEPENDENCE
from sim.mechanisms.instruments import InstrumentInForce
from sim.stage.build import Stage

pytestmark = pytest.mark.exact

K, S = "TUR", "KGZ"  # no arms between them on the first day
DEALS = "+scenario.directives.TUR={arms_sale: {KGZ: 900}, training: {KGZ: 900}, media: {KGZ: 900}}"
RUN = ("scenario=quiet_years", "citizens=200", "days=300", DEALS)


@pytest.fixture
def begun(load, vary):
    """`begun(changes, "+...")`: a model of quiet years in which the patron has instruments and does not use them by itself."""
    return lambda changes=None, *words: sim.InfluenceModel(vary(load(*RUN, *words), changes or {}))


def use(world, name: str, target: str = S) -> None:
    """The act of the patron, the last of those who act alone, takes effect today."""
    world.mechanisms.instruments.take(
        world, world.fixed.charters[-1], name, world.fixed.names.states.index(target), 1.0
    )


def pair(world, target: str = S) -> tuple[int, int]:
    """Rows of the patron and of a state."""
    return world.fixed.charters[-1].leader, world.fixed.names.states.index(target)


def after(model, days: int):
    """The world some days later."""
    for _ in range(days):
        model.step()
    return model.world


def test_a_first_deal_opens_a_flow_and_stocks_follow_it(begun):
    """V = V_first growth; after n months contact and dependence have closed 1 - (1 - rho)^n of the gap to what it sustains."""
    model = begun()
    world, (k, s) = model.world, pair(model.world)
    assert world.fixed.volume0[MILITARY, k, s] == world.bandwidth[MILITARY, k, s] == 0.0
    standing = world.message.copy()
    use(world, "arms_sale")
    volume = model.world.mechanisms.instruments.first_arms * world.fixed.charters[-1].instruments["arms_sale"].military
    assert world.volume[MILITARY, k, s] == pytest.approx(volume, rel=1e-12)
    after(model, 91)
    closed = 1.0 - (1.0 - model.world.mechanisms.influence.adjustment) ** 3
    total, depends = world.fixed.volume0[MILITARY, :, s].sum(), world.fixed.ties.dependence[MILITARY, :, s].sum()
    contact = log1p(volume) / log1p(world.fixed.volume_ceiling[MILITARY])
    assert world.bandwidth[MILITARY, k, s] == pytest.approx(closed * contact, rel=1e-9)
    assert world.dependence[MILITARY, k, s] == pytest.approx(closed * volume / (total + volume) * depends, rel=1e-9)
    factions = world.fixed.factions_of(s)
    assert (world.message[factions, k] > standing[factions, k]).all()  # they hear the patron through the new tie
    assert np.array_equal(np.argwhere(world.volume != world.fixed.volume0), [[MILITARY, k, s]])


def test_what_deals_have_opened_closes_with_them(begun):
    """The flow is gone with the last deal and the stocks fade by the rate of adjustment."""
    model = begun()
    world, (k, s) = model.world, pair(model.world)
    use(world, "arms_sale")
    after(model, 91)
    world.mechanisms.instruments.withdraw(world, s, world.fixed.charters[-1].row)
    before = world.bandwidth[MILITARY, k, s], world.dependence[MILITARY, k, s]
    after(model, 30)
    assert np.array_equal(world.volume, world.fixed.volume0)
    now = world.bandwidth[MILITARY, k, s], world.dependence[MILITARY, k, s]
    assert now == pytest.approx([(1.0 - model.world.mechanisms.influence.adjustment) * x for x in before], rel=1e-12)


def test_an_alliance_without_arms_counts_once_arms_are_sold(begun):
    """The third of dependence that the indicators give to an ally who has delivered nothing is dormant until then."""
    model = begun(None, "+scenario.directives.KAZ={arms_sale: {KGZ: 900}}")
    world, (k, s) = model.world, pair(model.world)
    assert world.fixed.names.states[k] == "KAZ" and world.fixed.ties.dormant[MILITARY, k, s] == pytest.approx(1 / 3)
    assert world.dependence[MILITARY, k, s] == 0.0
    use(world, "arms_sale")
    after(model, 31)
    part = world.volume[MILITARY, k, s] / world.volume[MILITARY, :, s].sum()
    gap = 1 / 3 + part * world.fixed.ties.dependence[MILITARY, :, s].sum()
    assert world.dependence[MILITARY, k, s] == pytest.approx(
        model.world.mechanisms.influence.adjustment * gap, rel=1e-9
    )


def test_a_state_that_got_arms_from_nobody_can_begin(begun):
    """All its arms from one seller: a third, as in the indicators."""
    model = begun(None, "+scenario.directives.TUR.arms_sale.MDA=900")
    world, (k, s) = model.world, pair(model.world, "MDA")
    assert not world.fixed.volume0[MILITARY, :, s].any() and not world.fixed.ties.dependence[MILITARY, :, s].any()
    use(world, "arms_sale", "MDA")
    after(model, 31)
    expected = model.world.mechanisms.influence.adjustment * (
        FIRST_TIE_DEPENDENCE[MILITARY] + world.fixed.ties.dormant[MILITARY, k, s]
    )
    assert world.dependence[MILITARY, k, s] == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("pattern", [f"{K}->{S}", "*:military", f"{K}->*"])
def test_a_tie_that_a_user_has_cut_is_not_opened(pattern, begun):
    """Whether or not there was anything to cut between the two."""
    model = begun({"network.cut": [pattern]})
    world, (k, s) = model.world, pair(model.world)
    use(world, "arms_sale")
    after(model, 61)
    assert world.volume[MILITARY, k, s] == world.bandwidth[MILITARY, k, s] == world.dependence[MILITARY, k, s] == 0.0


def test_without_a_first_volume_and_with_a_tie_all_is_as_it_was(begun, assert_same):
    """At zero no deal opens anything; on ties that are there the parameter has no effect, bit for bit."""
    none = {f"mechanisms.instruments.first_{what}": 0.0 for what in ("trade", "arms", "contact")}
    model = begun(none)
    world, (k, s) = model.world, pair(model.world)
    use(world, "arms_sale")
    after(model, 61)
    assert np.array_equal(world.bandwidth, world.fixed.ties.bandwidth) and not world.volume[MILITARY, k, s]
    runs = [begun(changes) for changes in (none, {})]
    for tied in runs:
        use(tied.world, "training", "KAZ")
        after(tied, 61)
    assert_same(runs[0].records, runs[1].records)
    assert np.array_equal(runs[0].world.bandwidth, runs[1].world.bandwidth)


def test_no_order_of_deals_matters_and_a_cut_shrinks_what_is_there(begun):
    """V = V_first (product of growths - 1) x product of cuts; a cut alone opens nothing."""
    world = begun().world
    charter, (k, s) = world.fixed.charters[-1], pair(world)
    tools, volumes = charter.instruments, set()
    tools["cut"] = tools["arms_sale"].model_copy(update={"military": -0.4})
    for order in permutations(("arms_sale", "training", "cut")):
        world.instruments = [InstrumentInForce(-1, charter.row, s, name, 1.0) for name in order]
        world.mechanisms.instruments.count(world)
        volumes.add(round(world.volume.item(MILITARY, k, s), 9))
    growth = (1.0 + tools["arms_sale"].military) * (1.0 + tools["training"].military) - 1.0
    assert volumes == {round(world.mechanisms.instruments.first_arms * growth * 0.6, 9)}
    world.instruments = [InstrumentInForce(-1, charter.row, s, "cut", 1.0)]
    world.mechanisms.instruments.count(world)
    assert np.array_equal(world.volume, world.fixed.volume0)


def test_a_flow_that_was_no_tie_becomes_one_when_a_deal_raises_it(begun):
    """Emigrants without a language, a school or kin in common: contact by the whole flow, dependence by what it has gained."""
    model = begun()
    world, k = model.world, model.world.fixed.charters[-1].leader
    s = int(np.flatnonzero(world.fixed.ties.openable[CULTURAL, k] & (world.fixed.volume0[CULTURAL, k] > 0.0))[0])
    use(world, "media", world.fixed.names.states[s])
    after(model, 31)
    rate, flow = model.world.mechanisms.influence.adjustment, world.volume[CULTURAL, k, s]
    assert flow > world.fixed.volume0[CULTURAL, k, s]
    contact = rate * log1p(flow) / log1p(world.fixed.volume_ceiling[CULTURAL])
    assert world.bandwidth[CULTURAL, k, s] == pytest.approx(contact, rel=1e-9)
    assert 0.0 < world.dependence[CULTURAL, k, s] < rate * 0.05


def test_the_exported_graph_shows_what_was_opened(begun):
    """An edge more, with the stocks of today, and one to everybody who hears the patron through it; read back they are the same."""
    model = begun()
    before = model.graph
    use(model.world, "arms_sale")
    after(model, 31)
    new = set(model.graph.edges(keys=True)) - set(before.edges(keys=True))
    k, s = pair(model.world)
    hearing = {target for _, target, _ in new if target != S}
    assert {(source, kind) for source, _, kind in new} == {(K, CHANNELS[MILITARY])} and all(
        e.startswith(S) for e in hearing
    )
    ties = Stage(model.spec, model.graph).ties
    assert (
        np.array_equal(ties.exposure[MILITARY, k], model.world.fixed.ties.exposure[MILITARY, k])
        and not ties.openable[MILITARY, k, s]
    )
    deaf = model.graph.copy()
    deaf.remove_edges_from([(K, target, CHANNELS[MILITARY]) for target in hearing])
    assert not Stage(model.spec, deaf).ties.exposure[MILITARY, k, model.world.fixed.state_of == s].any()
    assert model.graph.edges[K, S, CHANNELS[MILITARY]]["bandwidth"] == model.world.bandwidth[MILITARY, k, s] > 0.0
