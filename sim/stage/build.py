"""From a Spec to a World: draw the uncertain indicators, derive ties and resting positions, resolve names to rows."""

from dataclasses import replace
from functools import cached_property

import networkx as nx
import numpy as np
import psutil

from sim.core.streams import Stream, uniform_each, world_key
from sim.core.world import CHANNELS, LEVELS, Ties, World
from sim.kernels.alignment import align_with_own
from sim.kernels.citizens import draw_traits
from sim.kernels.neighbours import link_rows
from sim.kernels.opinions import LANES, innate_lanes
from sim.mechanisms.alignment import average_alignments
from sim.records.records import host_columns
from sim.spec.derived_indicators import complete
from sim.spec.priors import Draws
from sim.spec.schema import Spec
from sim.stage.build_charters import charters, policies
from sim.stage.coded_facts import impose
from sim.stage.edge_list import adjacency_of
from sim.stage.entities import Cast
from sim.stage.event_rows import resolved_events
from sim.stage.indicators import IndicatorTables, stocks
from sim.stage.network import build_graph, compile_ties, cut, openings
from sim.stage.resolve import InvalidSpec, check, check_sources, directives, names

# rows; beyond, long links and innate deviations are hashed anew each day, which takes no memory
STORED_ROWS = 2_000_000

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
        rules = self.draws.mechanisms(key, replication)
        if spec.indicators == "drawn":
            state, tie = self.indicators.draw(key)
            bandwidth0, dependence0, volume, ceiling = stocks(state, tie)
            intact, ties = self._scaled_ties(bandwidth0, dependence0)
        else:
            state, tie = self.indicators.centre()
            volume, ceiling = self.central[2:]
            intact, ties = self.intact, self.ties
        world = self._static(key, rules, state, ties, volume, ceiling)
        self._populate(world)
        if spec.scenario.facts is not None:
            impose(world, spec.scenario.facts)
        self._rest(world, tie, intact)
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

    def _static(self, key: int, rules, state: dict, ties: Ties, volume: np.ndarray, ceiling: np.ndarray) -> World:
        spec, cast, n_states = self.whole, self.cast, len(self.row)
        population = state["population_m"] * 1e6
        adults = population * rules.contention.adult_share
        host = self.row[spec.scenario.host]
        mobilisable = adults[host] * rules.contention.mobilisable_share
        everybody = spec.citizens == "all"
        bounds = self._bounds(round(mobilisable) if everybody else spec.citizens)
        links = self._links(key, bounds, rules.contention)
        inhabitant_bounds = self._bounds(round(population[host])) if everybody else bounds
        followed, peopled = self._followed(rules.opinions.enabled), np.diff(inhabitant_bounds).nonzero()[0]
        return World(
            names=self.names,
            key=key,
            payoffs=spec.payoffs,
            rules=rules,
            host=host,
            ties=ties,
            charters=self.charters,
            by_draw_key=tuple(sorted(self.charters, key=lambda c: c.draw_key)),
            alone=tuple(sorted((c for c in self.charters if c.alone), key=lambda c: c.draw_key)),
            shocks=resolved_events(spec, self.row, {name: f for f, name in enumerate(self.names.factions)}),
            directives=directives(spec),
            draw_key=self.draw_key,
            population=population,
            adults=adults,
            corruption=1.0 - state["corruption_cpi"] / 100.0,
            polyarchy=state["polyarchy"],
            legitimacy0=state["legitimacy"],
            security=state["security_personnel_k"] * 1e3 / adults * self._steadiness(),
            volume0=volume,
            volume_ceiling=ceiling,
            owner=cast.owner,
            faction_starts=cast.faction_starts,
            segment_starts=cast.segment_starts,
            weight=cast.weight,
            susceptibility=np.full(cast.owner.size, rules.alignment.openness),
            identity=cast.identity,
            security_faction=cast.security_faction,
            faction_key=cast.faction_key,
            strain=np.zeros(n_states),
            outsider=np.zeros(n_states, dtype=bool),
            rent_ratio=state["rent_ratio"][cast.owner[: cast.rent_factor.size]] * cast.rent_factor * cast.cohesion,
            borders=self.borders,
            kin=self.indicators.centre()[1]["kinship"].T > 0.0,
            policies=self.policies,
            people_per_row=mobilisable / bounds[-1],
            row_bounds=bounds,
            traits=draw_traits(key, int(bounds[-1])),
            links=links,
            edges=self.edges,
            followed=followed,
            hearing=rules.opinions.hearing(rules.alignment, rules.contention),
            inhabitant_bounds=inhabitant_bounds,
            peopled=peopled,
            rows_per_segment=np.diff(inhabitant_bounds)[peopled],
            inhabitant_links=self._links(key, inhabitant_bounds, rules.contention) if everybody else links,
            deviations=stored_deviations(key, int(inhabitant_bounds[-1])),
        )

    @staticmethod
    def _links(key: int, bounds: np.ndarray, contention) -> np.ndarray:
        """Long links of the rows, or no room for them where there are too many to store."""
        if bounds[-1] > STORED_ROWS:
            return np.empty((contention.long_links, 0), dtype=np.uint32)
        return link_rows(key, bounds, contention.long_links, contention.own_chance)

    @cached_property
    def borders(self) -> np.ndarray:
        """(S, S) bool: who borders on whom."""
        states = self.spec.states
        return np.array([[b in a.borders or name in states[b].borders for b in states] for name, a in states.items()])

    def _steadiness(self) -> np.ndarray:
        """(S,) share of the security forces that can be relied on: a split through the host's own reduces it."""
        steady = np.ones(len(self.row))
        split, host = self.spec.scenario.split, self.spec.scenario.host
        if any(f.old_guard for role, f in self.spec.states[host].factions.items() if role == "security"):
            steady[self.row[host]] = 1.0 - split.wavering * split.depth
        return steady

    def _bounds(self, n_rows: int) -> np.ndarray:
        """First row of each host segment, by largest remainder."""
        config = self.whole.states[self.whole.scenario.host]
        sizes = np.array([g.population_k.value for g in config.segments.values()])
        exact = sizes / sizes.sum() * n_rows
        counts = np.floor(exact).astype(np.int64)
        counts[np.argsort(counts - exact, kind="stable")[: n_rows - counts.sum()]] += 1
        return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of `Records.table` of its runs, but for the day."""
        followed = self._followed(self.spec.mechanisms.opinions.enabled)
        scenario, states = self.spec.scenario, self.names.states
        return tuple(
            host_columns(self.names, scenario.host, scenario.outside_patrons, tuple(states[k] for k in followed))
        )

    def _followed(self, any_at_all: bool) -> np.ndarray:
        """Rows of the first patrons of the scenario, in the order of their draw keys: never of names or rows."""
        patrons = self.spec.scenario.outside_patrons[:LANES] if any_at_all else ()
        rows = [self.row[p] for p in patrons if p != self.spec.scenario.host]
        return np.array(sorted(rows, key=lambda k: self.draw_key[k]), dtype=np.int64)

    def _populate(self, world: World) -> None:
        """Initial values of everything that changes."""
        n_states, n_orgs, n_entities = len(self.row), len(world.charters), world.owner.size
        for name in (
            "attack",
            "armed",
            "own_war",
            "effort",
            "truce",
            "aim",
            "territory_lost",
            "territory_change",
            "discredit",
            "wavering",
            "sites",
            "active_share",
            "framing",
            "autonomy_demand",
            "deaths_today",
            "deaths",
            "detained",
            "cost",
            "payoff_before",
            "upkeep",
        ):
            setattr(world, name, np.zeros(n_states))
        for name in ("calm_days", "crisis", "crisis_day"):
            setattr(world, name, np.zeros(n_states, dtype=np.int64))
        world.legitimacy = world.legitimacy0.copy()
        world.levels = np.zeros((len(LEVELS), n_states))
        world.effort_payoff = np.zeros((len(CHANNELS), n_states))
        world.effort_channel = np.zeros(n_states, dtype=np.int64)
        world.pressure = np.zeros(world.row_bounds.size - 1)
        world.capacity = np.ones(n_states)
        world.strength = np.array([self.spec.scenario.strength.get(code, 1.0) for code in self.row])
        world.rent_loss, world.flow_left = np.zeros(world.rent_ratio.size), np.ones_like(world.volume0)
        world.rift, world.reconciled = np.zeros((n_states, n_states)), np.zeros((n_states, n_states))
        world.attacker = np.full(n_states, -1)
        world.in_crisis = np.zeros(n_states, dtype=bool)
        world.arrest_risk, world.clash_risk, world.survival = np.ones(n_states), np.ones(n_states), np.ones(n_states)
        world.violence = np.full(n_states, world.rules.response.usual_violence)
        world.incumbent = np.ones(n_states, dtype=bool)
        world.fell_day = np.full(n_states, -1)
        world.loyal = np.ones(world.rent_ratio.size, dtype=bool)
        world.disposition, world.standing = np.zeros((n_entities, n_states)), np.zeros((n_entities, n_states))
        world.volume = world.volume0.copy()
        world.bandwidth, world.dependence = world.ties.bandwidth.copy(), world.ties.dependence.copy()
        world.autonomy, world.independence = np.ones(n_states), np.ones(n_states)
        world.elite_alignment, world.public_alignment = np.zeros((n_states, n_states)), np.zeros((n_states, n_states))
        places = (n_orgs, max((len(c.missions) for c in world.charters), default=0), n_states)
        world.stationed, world.troop_days = np.zeros(places), np.zeros((n_orgs, n_states))
        world.pledged, world.pledged_day = np.zeros(places, dtype=bool), np.zeros(places, dtype=np.int64)
        world.joint_acts = np.zeros(n_orgs)
        founded = zip(self.spec.organisations.values(), world.charters, strict=False)
        world.joint_acts[: len(self.spec.organisations)] = [o.joint_acts if c.members else 0.0 for o, c in founded]
        n_rows, n_segments = int(world.row_bounds[-1]), world.row_bounds.size - 1
        world.act, world.act_next = np.zeros(n_rows, dtype=np.uint8), np.zeros(n_rows, dtype=np.uint8)
        world.counts = np.zeros((n_segments, 2), dtype=np.int64)
        world.drawn = np.zeros((n_segments, n_states))
        world.opinions = world.opinions_next = np.empty(0, dtype=np.uint64)
        world.opinion_totals = np.zeros((n_segments, LANES), dtype=np.int64)
        world.favourable_rows = np.zeros((n_segments, LANES), dtype=np.int64)
        world.favourable = np.zeros(world.followed.size)
        world.chance_lean = np.zeros((world.peopled.size, world.followed.size))

    def _rest(self, world: World, tie: dict, intact: Ties) -> None:
        """Alignments start at the indicators; innate positions are set so that the intact network is at rest there.

        With x the alignments and m the standing messages, the innate term is x - s [(1 - w) W x + w m]: the observed
        alignments are read as the resting state of the observed ties. A tie that is cut later shows as movement.
        """
        rules = world.rules
        n_factions = world.rent_ratio.size
        world.alignment = np.concatenate(
            [tie["elite_alignment"].T[world.owner[:n_factions]], tie["public_alignment"].T[world.owner[n_factions:]]]
        )
        align_with_own(world.alignment, world.owner)
        channel = rules.influence.products(intact.bandwidth, intact.dependence)
        message = rules.alignment.standing_message(channel, intact.exposure, world)
        world.innate = rules.alignment.resting_innate(world, intact, message)
        indicators = world.alignment.copy()
        world.heard, world.peers = np.full_like(indicators, np.inf), np.empty_like(indicators)
        rules.alignment.move(world, intact, message)  # at rest nobody moves; where citizens are drawn to is found
        world.alignment[:], world.heard[:] = indicators, np.inf  # ties that are cut are heard no more
        if world.followed.size:
            rules.opinions.settle(world)
        rules.influence.refresh(world)
        average_alignments(world)
        self._successors(world)
        world.acts_rate = rules.integration.rates(world)
        rules.autonomy.concentration(world)
        world.autonomy = np.clip(world.independence, 0.0, 1.0)
        world.autonomy_demand = rules.autonomy.resting_demand(world)

    def _successors(self, world: World) -> None:
        """Alignment of likely successors: the public's, and in drawn worlds up to 0.6 to either side of it.

        Nobody coded it before the events; the width is that of U(-.5, .7), about the public's mean.
        """
        world.successor = world.public_alignment.copy()
        if self.spec.indicators == "drawn":
            units = (self.draw_key[:, None] << 10) + self.draw_key
            world.successor += 0.6 * (2.0 * uniform_each(world.key, Stream.SUCCESSOR, units, 0, 0) - 1.0)
            np.clip(world.successor, -1.0, 1.0, out=world.successor)


def stored_deviations(key: int, n_rows: int) -> np.ndarray:
    """Innate deviations of the rows, uint32 (rows,), or (0,) where there are too many to store."""
    deviations = np.empty(n_rows if n_rows <= STORED_ROWS else 0, dtype=np.uint32)
    innate_lanes(key, 0, deviations.size, deviations)
    return deviations


def _scaled(ties: Ties, bandwidth: np.ndarray, dependence: np.ndarray) -> Ties:
    """Ties with their stocks multiplied, each stock at most 1."""
    factors = {"bandwidth": bandwidth, "dependence": dependence, "dormant": dependence}
    scaled = {name: np.clip(getattr(ties, name) * factor, 0.0, 1.0) for name, factor in factors.items()}
    return replace(ties, **scaled)
