"""The multiplex network is what the dynamics read: cutting a tie acts along its paths, and only there."""

from itertools import product

import networkx as nx
import numpy as np
import pytest

import sim
from sim.core.axes import CHANNELS
from sim.core.faults import InvalidSpec
from sim.spec.derived_indicators import complete
from sim.stage.network import cut
from sim.stage.row_names import names

pytestmark = pytest.mark.exact

X, Y, Z = "RUS", "KAZ", "KGZ"


def days_of(spec, graph, days: int) -> np.ndarray:
    """(days + 1, entities, patrons) alignments of a run on the graph."""
    model = sim.InfluenceModel(spec, graph, days=days)
    alignments = [model.world.alignment.copy()]
    for _ in range(days):
        model.step()
        alignments.append(model.world.alignment.copy())
    return np.array(alignments)


def entities(spec, code: str) -> list[int]:
    """Rows of the factions and segments of a state."""
    named = names(complete(spec))
    rows = named.factions + named.segments
    return [i for i, (c, _) in enumerate(rows) if c == code]


def first_difference(a: np.ndarray, b: np.ndarray) -> int:
    """First day on which two series differ."""
    return int(np.argmax((a != b).reshape(len(a), -1).any(axis=1)))


def test_every_kind_of_tie_is_there(spec):
    """Between states, state and elite, state and segment, elites at home and abroad, segments at home and abroad."""
    graph = sim.network(spec)
    kind, home = graph.nodes(data="kind"), graph.nodes(data="state")
    kinds = {(kind[u], kind[v], home[u] == home[v], key) for u, v, key in graph.edges(keys=True)}
    patron = set(product(["state"], ["state", "faction", "segment"], [False], CHANNELS))
    peers = {("faction", "faction", h, "elite") for h in (True, False)}
    peers |= {("segment", "segment", h, "public") for h in (True, False)}
    assert kinds == patron | peers


def test_the_intact_network_is_at_rest(quiet):
    """Without events the observed alignments stay where they are for 100 days."""
    series = days_of(quiet, None, 100)
    assert np.abs(series - series[0]).max() < 1e-12


@pytest.mark.parametrize("rule", ["degroot", "bounded_confidence"])
def test_the_intact_network_is_at_rest_under_other_rules(quiet, vary, rule):
    """The observed alignments are the resting state of the chosen rule, not of the default one."""
    for citizens, tolerance in ((False, 1e-12), (True, 1e-3)):  # citizens rest in fixed point
        spec = vary(quiet, {"mechanisms.alignment.rule": rule, "mechanisms.opinions.enabled": citizens})
        series = days_of(spec, None, 100)
        assert np.abs(series - series[0]).max() < tolerance


def test_a_cut_tie_moves_the_state_and_later_its_neighbour(quiet):
    """Without X -> Y the alignment of Y with X moves from the first day, that of a neighbour Z without any tie to X a
    day later: along the ties between Y and Z.
    """
    apart = cut(sim.network(quiet), [f"{X}->{Z}*", f"{X}/*->{Z}/*"])
    assert not any(graph_end.startswith(Z) for start in apart if start.startswith(X) for graph_end in apart[start])
    tied = days_of(quiet, apart, 30)
    loose = days_of(quiet, cut(apart, [f"{X}->{Y}"]), 30)
    x = list(quiet.states).index(X)
    y, z = entities(quiet, Y), entities(quiet, Z)
    assert np.array_equal(tied[0], loose[0])
    assert first_difference(tied[:, y, x], loose[:, y, x]) == 1
    assert first_difference(tied[:, z, x], loose[:, z, x]) == 2
    factions = y[: len(quiet.states[Y].factions)]
    gap = np.abs(tied - loose)[:, factions, x].mean(axis=1)
    assert (np.diff(gap[:15]) > 0).all()  # it grows over time
    others = np.delete(np.arange(len(quiet.states)), x)
    assert np.array_equal(tied[:, :, others], loose[:, :, others])  # nothing about other patrons


def test_without_its_ties_a_channel_has_no_share_anywhere(quiet, vary):
    """network.cut '*:economic': no economic influence in any state, on any day; the others share the whole where there are any."""
    model = sim.InfluenceModel(vary(quiet, {"network.cut": ["*:economic"]}))
    for _ in range(35):
        model.step()
        share = model.world.influence_share
        assert not share[CHANNELS.index("economic")].any()
        influenced = model.world.influence.sum(axis=0) > 0
        assert influenced.sum() > 15 and np.allclose(share.sum(axis=(0, 1)), influenced, atol=1e-9)
    intact = sim.InfluenceModel(quiet)
    assert (intact.world.influence_share[CHANNELS.index("economic")].sum(axis=0) > 0).all()


def test_a_faction_that_no_longer_hears_a_patron_passes_it_on_a_day_later(quiet):
    """The tie state -> faction: on day 1 only that faction differs, on day 2 exactly those who listen to it."""
    graph = sim.network(quiet)
    lost = cut(graph, [f"{X}->{Y}/security:military"])
    before, after = days_of(quiet, graph, 2), days_of(quiet, lost, 2)
    named = names(complete(quiet))
    entity = ["/".join(n) for n in named.factions + named.segments]
    moved = [{entity[i] for i in np.argwhere(before[d] != after[d])[:, 0]} for d in range(3)]
    listeners = set(graph.successors(f"{Y}/security")) - {f"{X}/security"}  # aligned with its home state by definition
    assert moved[0] == set()
    assert moved[1] == {f"{Y}/security"}
    assert moved[2] == {f"{Y}/security"} | listeners
    assert any(not name.startswith(Y) for name in listeners)


def test_cutting_by_name_and_cutting_the_graph_are_the_same(spec, vary, assert_same):
    """`network.cut` in a configuration equals edges removed by hand."""
    graph = sim.network(spec)
    graph.remove_edges_from([(u, v, k) for u, v, k in graph.edges(keys=True) if (u, v, k) == (X, Y, "military")])
    by_hand = sim.InfluenceModel(spec, graph=graph)
    by_name = sim.InfluenceModel(vary(spec, {"network.cut": [f"{X}->{Y}:military"]}))
    for model in (by_hand, by_name):
        for _ in range(spec.days):
            model.step()
    assert_same(by_hand.records, by_name.records)
    x, y = (list(spec.states).index(code) for code in (X, Y))
    assert by_name.world.bandwidth[CHANNELS.index("military"), x, y] == 0


@pytest.mark.parametrize("pattern", ["RUS->KAS", "RUS->KAZ:naval", "KAZ/core->KAZ/core", "rus->kaz"])
def test_a_pattern_that_matches_no_tie_is_refused(spec, vary, pattern):
    """A typo does not pass as an experiment without effect."""
    with pytest.raises(InvalidSpec, match=r"network\.cut"):
        sim.InfluenceModel(vary(spec, {"network.cut": ["*:economic", pattern]}))


def test_graphml_reads_back_and_the_run_does_not_notice(spec, tmp_path, assert_same):
    """Export in the middle of a run keeps nodes and edges; emptying the exported graph changes nothing."""
    model = sim.InfluenceModel(spec)
    for day in range(spec.days):
        if day == 30:
            exported = model.graph
            nx.write_graphml(exported, tmp_path / "network.graphml")
            read = nx.read_graphml(tmp_path / "network.graphml", force_multigraph=True)
            assert set(read.nodes) == set(exported.nodes)
            assert read.number_of_edges() == exported.number_of_edges() > 1000
            exported.clear()
        model.step()
    assert_same(model.records, sim.simulate(spec))


def test_a_run_on_the_network_itself_is_the_run(spec, assert_same):
    """Handing over an unchanged copy changes no bit."""
    model = sim.InfluenceModel(spec, graph=sim.network(spec))
    for _ in range(spec.days):
        model.step()
    assert_same(model.records, sim.simulate(spec))
