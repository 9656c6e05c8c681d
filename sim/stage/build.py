"""From a Spec to a World: draw the uncertain indicators, derive ties and resting positions, resolve names to rows."""

from dataclasses import replace
from functools import cached_property

import networkx as nx
import numpy as np
import psutil

from sim.core.axes import LANES
from sim.core.fixed import Ties
from sim.core.streams import world_key
from sim.core.world import World
from sim.mechanisms import declared_state
from sim.records.records import host_columns
from sim.spec.derived_indicators import complete
from sim.spec.priors import Draws
from sim.spec.schema import Spec
from sim.stage.build_charters import charters, policies
from sim.stage.coded_facts import with_facts
from sim.stage.edge_list import adjacency_of
from sim.stage.entities import Cast
from sim.stage.fixed_data import STORED_ROWS, fixed_data
from sim.stage.indicators import FigureTables, stocks
from sim.stage.network import build_graph, compile_ties, cut, openings
from sim.stage.resolve import InvalidSpec, check, check_sources, names
from sim.stage.start import start

# parts of a Spec that indicators, graph and ties are made of
SURVEYED = ("sources", "states", "organisations", "host_rules", "network")
ROW_BYTES, OPINION_BYTES = 6, 16  # of a citizen: state twice and traits; alignments twice


class Stage:
    """Everything of a Spec that its worlds share: rows, tables of indicators, the graph and its compiled ties.

    `spec` is the specification as it was given, `whole` with what follows from it by rule.

    graph: a changed copy of `network(spec)` to compile instead.
    like: a stage whose indicators, graph and ties serve for this one too, which spares most of the work. Its specification
    may differ in scenario, mechanisms, parameters and citizens, not in who is on stage, their indicators or their network,
    nor in who is the host.
    """

    def __init__(self, spec: Spec, graph: nx.MultiDiGraph | None = None, like: "Stage | None" = None):
        self.spec = spec
        self.whole = spec = complete(spec)
        self.names = names(spec)
        self.row = {name: i for i, name in enumerate(self.names.states)}
        check(spec, self.row)
        self._check_memory()
        self.charters = charters(spec, self.row)
        self.policies = policies(spec, self.row, self.charters)
        self.cast = Cast.of(spec, self.names)
        self.edges = adjacency_of(spec)
        if like is None:
            check_sources(spec, self.row)
            self._survey(graph)
        elif graph is None:
            self._share(like)
        else:
            raise ValueError("a stage like another has the other's graph")
        self.draw_key = self.indicators.draw_key

    def __deepcopy__(self, memo: dict) -> "Stage":
        """The stage itself: nothing of it changes, and worlds share it."""
        return self

    def _share(self, like: "Stage") -> None:
        """Take over what the specification has in common with that of another stage."""
        if not like.serves(self.spec):
            raise ValueError(f"a stage can be like one of the same {', '.join(SURVEYED)}, in the same order, and host")
        self.indicators, self.central = like.indicators, like.central
        self.intact_graph, self.graph, self.intact, self.ties = like.intact_graph, like.graph, like.intact, like.ties

    def _survey(self, graph: nx.MultiDiGraph | None) -> None:
        """Tables of indicators, the network at their centre, and what the dynamics read of it."""
        spec = self.whole
        self.indicators = IndicatorTables(spec)
        self.central = stocks(*self.indicators.centre())
        self.intact_graph = build_graph(spec, self.central[0], self.central[1])
        if graph is None:
            try:
                graph = cut(self.intact_graph, spec.network.cut) if spec.network.cut else self.intact_graph
            except ValueError as unmatched:
                raise InvalidSpec(
                    "network.cut", unmatched, "must match at least one tie, like 'RUS->KAZ:military'"
                ) from None
        self.graph = graph
        entities = tuple("/".join(n) for n in self.names.factions + self.names.segments)
        rows = self.names.states, entities, openings(spec, self.intact_graph, entities), self.central[1]
        self.intact = compile_ties(self.intact_graph, *rows)
        self.ties = self.intact if graph is self.intact_graph else compile_ties(graph, *rows)

    def _check_memory(self) -> None:
        """Refuse more citizens than memory holds, before anything is allocated."""
        spec = self.spec
        host, contention = spec.states[spec.scenario.host], spec.mechanisms.contention
        people = rows = spec.citizens
        if spec.citizens == "all":
            people = host.indicators.population_m.value * 1e6
            rows = people * contention.adult_share * contention.mobilisable_share
        hashes = sum(4 * (contention.long_links + 1) * n for n in {people, rows} if n <= STORED_ROWS)
        needed = ROW_BYTES * rows + OPINION_BYTES * people * spec.mechanisms.opinions.enabled + hashes
        there = psutil.virtual_memory().available
        if needed > there:
            allowed = f"needs {needed / 2**30:.1f} GiB for {people:,.0f} citizens, and {there / 2**30:.1f} GiB are free"
            raise InvalidSpec("citizens", spec.citizens, allowed)

    def serves(self, spec: Spec) -> bool:
        """True if a stage of the spec can be made like this one."""
        mine = self.spec
        same = all(getattr(spec, part) == getattr(mine, part) for part in SURVEYED)
        same = same and spec.scenario.host == mine.scenario.host  # whose public is laid out by place
        return same and names(complete(spec)) == self.names  # equal dictionaries may list their actors in another order

    def fits(self, spec: Spec) -> bool:
        """True if the spec differs from the stage's own in nothing but seed, replication, and days."""
        mine = self.spec
        return all(getattr(spec, part) is getattr(mine, part) for part in (*SURVEYED, "mechanisms")) and (
            (spec.citizens, spec.indicators, spec.parameters) == (mine.citizens, mine.indicators, mine.parameters)
            and (spec.posterior_without, spec.fixed) == (mine.posterior_without, mine.fixed)
            and spec.scenario == mine.scenario
        )

    def world(self, seed: int, replication: int) -> World:
        """The world of one (seed, replication), ready for its first day."""
        spec, key = self.spec, world_key(seed, replication)
        mechanisms = self.draws.mechanisms(key, replication)
        if spec.figures == "drawn":
            state, tie = self.figures.draw(key)
            bandwidth0, dependence0, volume, ceiling = stocks(state, tie)
            intact, ties = self._scaled_ties(bandwidth0, dependence0)
        else:
            state, tie = self.indicators.centre()
            volume, ceiling = self.central[2:]
            intact, ties = self.intact, self.ties
        fixed = fixed_data(self, key, mechanisms, state, ties, volume, ceiling)
        if spec.scenario.facts is not None:
            fixed = with_facts(fixed, mechanisms, spec.scenario.facts)
        world = World(fixed, mechanisms, declared_state(mechanisms))
        start(world, tie, intact, draw_successors=spec.figures == "drawn")
        return world

    @cached_property
    def draws(self) -> Draws:
        """The parameters that are drawn anew in each world."""
        return Draws.of(self.spec)

    def _scaled_ties(self, bandwidth: np.ndarray, dependence: np.ndarray) -> tuple[Ties, Ties]:
        """Intact and present ties: the graph says which there are and how strong at the central indicators; a draw scales them."""
        scale = [
            np.divide(drawn, central, out=np.ones_like(drawn), where=central > 0)
            for drawn, central in zip((bandwidth, dependence), self.central, strict=False)
        ]
        intact = _scaled(self.intact, *scale)
        return intact, intact if self.ties is self.intact else _scaled(self.ties, *scale)

    @cached_property
    def borders(self) -> np.ndarray:
        """(S, S) bool: neighbours."""
        states = self.spec.states
        return np.array([[b in a.borders or name in states[b].borders for b in states] for name, a in states.items()])

    @cached_property
    def kin(self) -> np.ndarray:
        """(S, S) bool: states that share a language group or family."""
        return self.figures.centre()[1]["kinship"].T > 0.0

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of `Records.table` of its runs, but for the day."""
        followed = self.focal_patrons(self.spec.mechanisms.opinions.enabled)
        scenario, states = self.spec.scenario, self.names.states
        return tuple(
            host_columns(self.names, scenario.host, scenario.outside_patrons, tuple(states[k] for k in followed))
        )

    def focal_patrons(self, any_at_all: bool) -> np.ndarray:
        """Rows of the first patrons of the scenario, in the order of their draw keys: never of names or rows."""
        patrons = self.spec.scenario.outside_patrons[:LANES] if any_at_all else ()
        rows = [self.row[p] for p in patrons if p != self.spec.scenario.host]
        return np.array(sorted(rows, key=lambda k: self.draw_key[k]), dtype=np.int64)


def _scaled(ties: Ties, bandwidth: np.ndarray, dependence: np.ndarray) -> Ties:
    """Ties with their stocks multiplied, each stock at most 1."""
    factors = {"bandwidth": bandwidth, "dependence": dependence, "dormant": dependence}
    scaled = {name: np.clip(getattr(ties, name) * factor, 0.0, 1.0) for name, factor in factors.items()}
    return replace(ties, **scaled)
