"""The multiplex network: built from the indicators, cut by the user, compiled into arrays.

Node kinds: state, faction ("KAZ/security"), segment ("KAZ/almaty_kk"). Edge keys: the three channels for ties of a patron
with states (bandwidth, dependence), factions and segments (exposure); "elite" and "public" for peer ties (weight). Each edge has
its key as the attribute `channel` too, for other programs.
An edge u -> v reads "u influences v".
"""

import fnmatch
from typing import Any

import networkx as nx
import numpy as np

from sim.core.arithmetic import FIXED_POINT, order_free_total
from sim.core.axes import CHANNELS, CULTURAL
from sim.core.faults import InvalidSpec
from sim.core.fixed import Ties
from sim.core.world import World
from sim.spec.schema import Spec
from sim.stage.exposure import exposures
from sim.stage.tie_key import add_tie


def build_graph(spec: Spec, bandwidth: np.ndarray, dependence: np.ndarray) -> nx.MultiDiGraph:
    """The whole network at the central indicators.

    bandwidth, dependence: (C, S patron, S state), rows in the order of spec.states.
    """
    graph = nx.MultiDiGraph()
    names = list(spec.states)
    for code, state in spec.states.items():
        graph.add_node(code, kind="state", label=state.name.get("en", code), state=code)
        for role, faction in state.factions.items():
            graph.add_node(f"{code}/{role}", kind="faction", state=code, role=role, weight=faction.weight)
        for key, segment in state.segments.items():
            graph.add_node(
                f"{code}/{key}", kind="segment", state=code, language=segment.language, region=segment.region
            )
    for k, patron in enumerate(names):
        for s, code in enumerate(names):
            if k != s:
                _patron_ties(graph, spec, patron, code, bandwidth[:, k, s], dependence[:, k, s])
    influence = (bandwidth * dependence).mean(axis=0)
    for s, code in enumerate(names):
        _elite_ties(graph, spec, names, code, influence[:, s])
        _public_ties(graph, spec, names, code, (bandwidth * dependence)[CULTURAL, :, s])
    return graph


def _patron_ties(
    graph: nx.MultiDiGraph, spec: Spec, patron: str, code: str, bandwidth: np.ndarray, dependence: np.ndarray
) -> None:
    """Ties of one patron with a state, its factions and its segments, one edge per channel that exists."""
    exposure_of = exposures(spec, patron, code)
    for c, channel in enumerate(CHANNELS):
        if bandwidth[c] <= 0.0 or dependence[c] <= 0.0:
            continue
        add_tie(graph, patron, code, channel, bandwidth=float(bandwidth[c]), dependence=float(dependence[c]))
        for node, exposure in exposure_of.items():
            add_tie(graph, patron, node, channel, exposure=exposure[c])


def _elite_ties(graph: nx.MultiDiGraph, spec: Spec, names: list[str], code: str, influence: np.ndarray) -> None:
    """Factions listen to the others at home by power weight, and to their counterparts abroad by influence."""
    factions = spec.states[code].factions
    for role in factions:
        for other, faction in factions.items():
            if other != role:
                add_tie(graph, f"{code}/{other}", f"{code}/{role}", "elite", weight=faction.weight)
        for k, foreign in enumerate(names):
            if foreign != code and role in spec.states[foreign].factions and influence[k] > 0.0:
                weight = spec.network.cross_border * float(influence[k])
                add_tie(graph, f"{foreign}/{role}", f"{code}/{role}", "elite", weight=weight)


def _public_ties(graph: nx.MultiDiGraph, spec: Spec, names: list[str], code: str, cultural: np.ndarray) -> None:
    """Segments listen to their region, to their language group near by, and to speakers of it abroad."""
    net, segments = spec.network, spec.states[code].segments
    regions = list(dict.fromkeys(seg.region for seg in segments.values()))
    index = {region: i for i, region in enumerate(regions)}
    for key, seg in segments.items():
        for other, peer in segments.items():
            if other == key:
                continue
            if peer.region == seg.region:
                weight = net.same_region
            elif peer.language != seg.language:
                continue
            elif abs(index[peer.region] - index[seg.region]) == 1:
                weight = net.next_region
            elif peer.macro_region == seg.macro_region:
                weight = net.same_macro_region
            else:
                continue
            if weight > 0.0:
                add_tie(graph, f"{code}/{other}", f"{code}/{key}", "public", weight=weight)
        for k, foreign in enumerate(names):
            if foreign == code or cultural[k] <= 0.0 or net.cross_border <= 0.0:
                continue
            foreign_segments = spec.states[foreign].segments
            kin = [name for name, peer in foreign_segments.items() if peer.language == seg.language] or list(
                foreign_segments
            )[:1]
            for name in kin:
                weight = net.cross_border * float(cultural[k]) / len(kin)
                add_tie(graph, f"{foreign}/{name}", f"{code}/{key}", "public", weight=weight)


def cut(graph: nx.MultiDiGraph, patterns: list[str]) -> nx.MultiDiGraph:
    """A copy without the named ties: 'RUS->KAZ', 'RUS->KAZ:military', '*->KAZ/*:elite', '*:economic'.

    Raises ValueError if a pattern matches nothing.
    """
    result = graph.copy()
    for pattern in patterns:
        matches = [edge for edge in result.edges(keys=True) if _named(pattern, *edge)]
        if not matches:
            raise ValueError(pattern)
        result.remove_edges_from(matches)
    return result


def _named(pattern: str, source: str, target: str, key: str) -> bool:
    """True if a pattern names the tie."""
    ends, _, kind = pattern.partition(":")
    start, arrow, end = ends.partition("->")
    wanted = (start, end if arrow else "*", kind or "*")
    return all(fnmatch.fnmatchcase(is_, like) for is_, like in zip((source, target, key), wanted, strict=True))


def openings(spec: Spec, graph: nx.MultiDiGraph, entities: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Ties that a deal can open, (C, S patron, S state) bool: absent from the intact graph and not named by `network.cut`; and the
    exposure of entities (node names) to each patron through them, (C, S patron, E).
    """
    names = list(spec.states)
    openable = np.array([[[k != s and not graph.has_edge(k, s, c) for s in names] for k in names] for c in CHANNELS])
    exposure_by_node = [{node: x for code in names for node, x in exposures(spec, k, code).items()} for k in names]
    exposure = np.array([[by_node[e] for e in entities] for by_node in exposure_by_node]).transpose(2, 0, 1)
    exposure = exposure * openable[:, :, [names.index(e.partition("/")[0]) for e in entities]]
    for pattern in spec.network.cut:
        for c, k, s in np.argwhere(openable):
            openable[c, k, s] = not _named(pattern, names[k], names[s], CHANNELS[c])
        for c, k, e in np.argwhere(exposure):
            exposure[c, k, e] *= not _named(pattern, names[k], entities[e], CHANNELS[c])
    return openable, exposure


def compile_ties(
    graph: nx.MultiDiGraph,
    states: tuple[Any, ...],
    entities: tuple[str, ...],
    openings: tuple[np.ndarray, np.ndarray],
    dependence0: np.ndarray,
) -> Ties:
    """The ties as arrays; entities are node names, factions first.

    openings: result of `openings`. dependence0: (C, S, S) by the indicators, with and without a tie.
    """
    row = {name: i for i, name in enumerate(states)}
    entity = {name: i for i, name in enumerate(entities)}
    bandwidth, dependence = np.zeros_like(dependence0), np.zeros_like(dependence0)
    exposure = np.zeros_like(openings[1])
    peers: list[dict[int, float]] = [{} for _ in entities]
    _check(graph, set(row), set(entity))
    for u, v, key, data in graph.edges(keys=True, data=True):
        if key in ("elite", "public"):
            peers[entity[v]][entity[u]] = data["weight"]
        elif v in row:
            bandwidth[CHANNELS.index(key), row[u], row[v]] = data["bandwidth"]
            dependence[CHANNELS.index(key), row[u], row[v]] = data["dependence"]
        else:
            exposure[CHANNELS.index(key), row[u], entity[v]] = data["exposure"]
    starts = np.cumsum([0] + [len(p) for p in peers], dtype=np.uint32)
    sources = np.array([j for p in peers for j in p], dtype=np.uint32)
    totals = [order_free_total(p.values()) for p in peers]
    weights = np.array([w / total * FIXED_POINT for p, total in zip(peers, totals, strict=True) for w in p.values()])
    openable = openings[0] & (bandwidth == 0.0)
    state_rows = [row[name.partition("/")[0]] for name in entities]
    all_exposure = np.where(openable[:, :, state_rows] & (exposure == 0.0), openings[1], exposure)
    peer_ties = starts, sources, weights, attention(starts, weights)
    return Ties(bandwidth, dependence, openable, dependence0 * openable, all_exposure, *peer_ties)


def attention(starts: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(entities,) sums of the whole weights of the ties in CSR rows."""
    cumulative = np.concatenate([[0], np.cumsum(np.rint(weights).astype(np.int64))])
    return np.diff(cumulative[starts]).astype(np.float64)


def _check(graph: nx.MultiDiGraph, states: set[str], entities: set[str]) -> None:
    """Every tie joins known nodes, has a known kind, and carries numbers in range. Raises InvalidSpec."""
    for u, v, key, data in graph.edges(keys=True, data=True):
        if key in ("elite", "public"):
            ends, numbers, top = u in entities and v in entities, ("weight",), np.inf
        else:
            ends = u in states and (v in states or v in entities) and key in CHANNELS
            numbers, top = (("bandwidth", "dependence"), 1.0) if v in states else (("exposure",), np.inf)
        if not ends or any(not 0.0 <= data.get(name, -1.0) <= top for name in numbers):
            allowed = (
                f"must join nodes of the stage by a known kind of tie with {' and '.join(numbers)} from 0 to {top:g}"
            )
            raise InvalidSpec("graph", f"{u}->{v}:{key} {data}", allowed)


def write_stocks(graph: nx.MultiDiGraph, world: World) -> nx.MultiDiGraph:
    """A copy of the graph with today's bandwidth and dependence on the ties of states, for export; ties that deals opened are added."""
    result = graph.copy()
    row = {name: i for i, name in enumerate(world.fixed.names.states)}
    for u, v, key, data in result.edges(keys=True, data=True):
        if key in CHANNELS and v in row:
            c = CHANNELS.index(key)
            data["bandwidth"] = float(world.bandwidth[c, row[u], row[v]])
            data["dependence"] = float(world.dependence[c, row[u], row[v]])
    for c, k, s in np.argwhere(world.fixed.ties.openable & (world.bandwidth > 0.0)):
        stocks = {"bandwidth": world.bandwidth.item(c, k, s), "dependence": world.dependence.item(c, k, s)}
        add_tie(result, world.fixed.names.states[k], world.fixed.names.states[s], CHANNELS[c], **stocks)
        for e in (world.fixed.state_of == s).nonzero()[0]:
            node = "/".join((world.fixed.names.factions + world.fixed.names.segments)[e])
            add_tie(
                result, world.fixed.names.states[k], node, CHANNELS[c], exposure=world.fixed.ties.exposure.item(c, k, e)
            )
    return result
