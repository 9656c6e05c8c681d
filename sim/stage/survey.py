"""The data that all worlds of a specification share: rows, tables of indicators, the graph and its compiled ties."""

from functools import cached_property
from typing import Any

import networkx as nx
import numpy as np
import psutil

from sim.actors.charter import Charter
from sim.core.arithmetic import order_free_total
from sim.core.axes import LANES
from sim.core.faults import InvalidSpec
from sim.core.fixed import Names, Ties
from sim.kernels.edges import Adjacency
from sim.records.records import host_columns
from sim.spec.completed import completed
from sim.spec.derived_indicators import complete
from sim.spec.edge_list import adjacency_of
from sim.spec.schema import Spec
from sim.stage.build_charters import charters, policies
from sim.stage.entities import Entities
from sim.stage.indicators import IndicatorTables, stocks
from sim.stage.network import build_graph, compile_ties, cut, openings
from sim.stage.row_names import names

# parts of a specification from which indicators, graph and ties follow
SURVEYED = ("sources", "states", "organisations", "host_rules", "network")
ROW_BYTES, OPINION_BYTES = 6, 16  # of a citizen: state twice and traits; alignments twice
# with more rows, long links and innate deviations are hashed anew each day, which takes no memory
STORED_ROWS = 2_000_000


class Survey:
    """The data of a specification that no random draw changes.

    `spec` is the argument, `complete_spec` has the values that follow by rule. central: the stocks at the centre of the
    indicators. intact_graph, intact: the graph and its ties before any cut.
    """

    indicators: IndicatorTables
    central: tuple[np.ndarray, ...]
    intact_graph: nx.MultiDiGraph
    graph: nx.MultiDiGraph
    intact: Ties
    ties: Ties

    def __init__(self, spec: Spec, graph: nx.MultiDiGraph | None = None, like: "Survey | None" = None):
        self.spec = spec
        self.complete_spec: Spec = completed(spec, sources=like is None)
        spec = self.complete_spec
        self.names: Names = names(spec)
        self.row: dict[str, int] = {name: i for i, name in enumerate(self.names.states)}
        self._check_memory()
        self.charters: tuple[Charter, ...] = charters(spec, self.row)
        self.policies: dict[Any, Any] = policies(spec, self.row, self.charters)
        self.entities: Entities = Entities.of(spec, self.names)
        self.edges: Adjacency | None = adjacency_of(spec)
        if like is None:
            self._survey(graph)
        elif graph is None:
            self._share(like)
        else:
            raise ValueError("a stage like another has the other's graph")
        self.draw_key: np.ndarray = self.indicators.draw_key

    def __deepcopy__(self, memo: dict[Any, Any]) -> "Survey":
        """The same object: it never changes, and worlds share it."""
        return self

    def _share(self, like: "Survey") -> None:
        """Take indicators, graph and ties from another stage."""
        if not like.serves(self.spec):
            raise ValueError(f"a stage can be like one of the same {', '.join(SURVEYED)}, in the same order, and host")
        self.indicators, self.central = like.indicators, like.central
        self.intact_graph, self.graph, self.intact, self.ties = like.intact_graph, like.graph, like.intact, like.ties

    def _survey(self, graph: nx.MultiDiGraph | None) -> None:
        """Compute tables of indicators, the network at their centre, and its ties as arrays."""
        spec = self.complete_spec
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
        if spec.citizens == "all":
            people = host.indicators.population_m.value * 1e6
            rows = people * contention.adult_share * contention.mobilisable_share
        else:
            people = rows = spec.citizens
        hashes = order_free_total(4 * (contention.long_links + 1) * n for n in {people, rows} if n <= STORED_ROWS)
        needed = ROW_BYTES * rows + OPINION_BYTES * people * spec.mechanisms.opinions.enabled + hashes
        available = psutil.virtual_memory().available
        if needed > available:
            allowed = (
                f"needs {needed / 2**30:.1f} GiB for {people:,.0f} citizens, and {available / 2**30:.1f} GiB are free"
            )
            raise InvalidSpec("citizens", spec.citizens, allowed)

    def serves(self, spec: Spec) -> bool:
        """True if a stage of the spec can be made like this one."""
        surveyed = self.spec
        same = all(getattr(spec, part) == getattr(surveyed, part) for part in SURVEYED)
        same = same and spec.scenario.host == surveyed.scenario.host  # its public is divided by place
        return same and names(complete(spec)) == self.names  # equal dictionaries may list their actors in another order

    @cached_property
    def borders(self) -> np.ndarray:
        """(S, S) bool: neighbours."""
        states = self.spec.states
        return np.array([[b in a.borders or name in states[b].borders for b in states] for name, a in states.items()])

    @cached_property
    def kin(self) -> np.ndarray:
        """(S, S) bool: states that share a language group or family."""
        return self.indicators.centre()[1]["kinship"].T > 0.0

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
