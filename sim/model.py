"""The Mesa model: one step is one day, the list of mechanisms in their order."""

from copy import deepcopy
from dataclasses import replace
from typing import NoReturn

import mesa
import networkx as nx

from sim.agents import Elite, Organisation, Population, State
from sim.day import day_of
from sim.records.recorder import Recorder
from sim.records.records import Records
from sim.records.variables import series_rows
from sim.snapshot import Snapshot
from sim.spec.schema import Spec
from sim.stage.build import Stage
from sim.stage.network import write_stocks

NO_BATCH = (
    "Mesa's batch runner is not supported, because its iterations would repeat one replication: call sim.simulate for "
    "specifications with replication=0, 1, ..., or use suasion sweep"
)


class InfluenceModel(mesa.Model):
    """States, elites, populations and organisations on a multiplex network.

    A crisis in the host plays out day by day. The agents are those of Mesa [Mesa]; the numbers stand in arrays, `world`.

    Parameters
    ----------
    spec : Spec or Stage
        What `sim.load` returns; or a stage, which spares most of the work where many worlds share it.
    graph : networkx.MultiDiGraph, optional
        A changed copy of `sim.network(spec)` to run on, for example with edges removed.
    start : Snapshot, optional
        The day to go on from; by default the first.
    seed : int, optional
        In the place of the specification's.
    replication : int, optional
        In the place of the specification's.
    days : int, optional
        In the place of the specification's.
    rng : None, optional
        Mesa's batch runner hands it over. A run draws by the key of its world and takes no generator.

    Raises
    ------
    InvalidSpec
        If the snapshot is not of this world.
    TypeError
        If `spec` does not come from `sim.load`, or a generator is given.
    ValueError
        If a stage comes together with a graph.

    Examples
    --------
    >>> import sim
    >>> model = sim.InfluenceModel(sim.load(["citizens=1000", "days=3"]))
    >>> model.step()
    >>> model.world.day, model.running
    (1, True)
    """

    def __init__(
        self,
        spec: Spec | Stage,
        graph: nx.MultiDiGraph | None = None,
        start: Snapshot | None = None,
        *,
        seed: int | None = None,
        replication: int | None = None,
        days: int | None = None,
        rng: None = None,
    ):
        if not isinstance(spec, (Spec, Stage)):
            raise TypeError(f"spec must come from sim.load, not be a {type(spec).__name__}; {NO_BATCH}")
        if isinstance(spec, Stage) and graph is not None:
            raise ValueError("a stage brings its graph: make a stage of specification and graph")
        if rng is not None:
            raise TypeError(f"a run draws by the key of its world and takes no generator; {NO_BATCH}")
        super().__init__(rng=0)  # Mesa's own generator is never used
        self.step = self._step_of_a_run  # in the place of Mesa's wrapper, which writes a line for a log each day
        self.stage = spec if isinstance(spec, Stage) else Stage(spec, graph)
        self.spec = spec = self.stage.spec.replicated(seed=seed, replication=replication, days=days)
        self.world = self.stage.world(spec.seed, spec.replication)
        if start is not None:
            self.world = start.resumed(spec, self.world)
            self.steps = self.world.day
        names = self.world.fixed.names
        self.governments = [State(self, i, n) for i, n in enumerate(names.states)]
        self.elites = [Elite(self, i, "/".join(n)) for i, n in enumerate(names.factions)]
        self.populations = [Population(self, i, "/".join(n)) for i, n in enumerate(names.segments)]
        self.organisations = [Organisation(self, i, n) for i, n in enumerate(names.organisations)]
        agents = {"State": self.governments, "Elite": self.elites, "Organisation": self.organisations}
        self.day = day_of(self.world.mechanisms, agents)
        self.recorder = Recorder(self.world, spec.days)
        series = self.recorder.series
        for name, data in () if start is None else start.series.items():
            series[name][: len(data)] = data
        self._record()

    def step(self) -> None:
        """One day: every mechanism in the order of `Mechanisms`, then the record.

        Raises RuntimeError beyond the last day; `run_model()` and Mesa's `running` end there.
        """
        world = self.world
        for part in self.day:
            part.run(world)
        world.day += 1
        self._record()

    def _step_of_a_run(self) -> None:
        """`step`, counted in Mesa's `steps`; refused after the last day."""
        if not self.running:
            raise RuntimeError(f"the run ended after its {self.spec.days} days; load a specification with more days")
        self.steps += 1
        self._user_step()

    def _record(self) -> None:
        world = self.world
        mechanisms = world.mechanisms
        coalition = mechanisms.defection.coalition(world, world.fixed.host)
        index = mechanisms.integration.index
        integration = [index(acts) for acts in world.joint_acts.tolist()]
        self.recorder.write(world.day, world, coalition, integration)
        self.running = world.day < self.spec.days

    def __copy__(self) -> "InfluenceModel":
        """An independent model in the same state; the two share no array."""
        return deepcopy(self)

    @property
    def datacollector(self) -> NoReturn:
        """Mesa's batch runner looks for one. Raises NotImplementedError, which names the alternatives."""
        raise NotImplementedError(f"a run keeps its records in model.records; {NO_BATCH}")

    @property
    def graph(self) -> nx.MultiDiGraph:
        """The network with today's stocks, for reading and export; changing it does not change the run."""
        return write_stocks(self.stage.graph, self.world)

    @property
    def records(self) -> Records:
        """The records so far, a copy that later steps do not change."""
        records = self._records()
        return replace(records, series={name: data.copy() for name, data in records.series.items()})

    def _records(self) -> Records:
        """The records as views on the arrays; later days write to them."""
        world, spec, days = self.world, self.spec, self.world.day
        return Records(
            names=world.fixed.names,
            host=spec.scenario.host,
            patrons=spec.scenario.outside_patrons,
            followed=tuple(world.fixed.names.states[k] for k in world.fixed.focal_patrons),
            scenario=spec.scenario.name,
            seed=spec.seed,
            replication=spec.replication,
            days=days,
            series={name: data[: series_rows(name, days)] for name, data in self.recorder.series.items()},
            events=list(world.log),
            payoffs=spec.payoffs,
            troop_days=world.troop_days[:, world.fixed.host].copy(),
            fall_day=int(world.fall_day[world.fixed.host]),
            slow_fall=bool(world.slow_fall[world.fixed.host]),
        )

    def snapshot(self) -> Snapshot:
        """The state of today; `InfluenceModel(spec, start=...)` continues it."""
        return Snapshot.of(self.spec, self.world, self.recorder.series)


def network(spec: Spec) -> nx.MultiDiGraph:
    """Build the multiplex network of a specification.

    Parameters
    ----------
    spec : Spec
        What `sim.load` returns.

    Returns
    -------
    networkx.MultiDiGraph
        A copy, free to change and to hand to `InfluenceModel(spec, graph=...)`. Nodes have a `kind`; edges between states
        have a channel as key and `bandwidth` and `dependence` in [0, 1].

    Raises
    ------
    InvalidSpec
        If the parts of the specification do not fit together.

    Examples
    --------
    >>> import sim
    >>> graph = sim.network(sim.load(["citizens=1000"]))
    >>> "state" in {data["kind"] for _, data in graph.nodes(data=True)}
    True
    """
    return Stage(spec).graph.copy()


def simulate(
    spec: Spec | Stage,
    start: Snapshot | None = None,
    *,
    seed: int | None = None,
    replication: int | None = None,
    days: int | None = None,
) -> Records:
    """Run one world to its last day.

    Parameters
    ----------
    spec : Spec or Stage
        What `sim.load` returns; or a stage, which spares most of the work where many worlds share it.
    start : Snapshot, optional
        The day to go on from; by default the first.
    seed : int, optional
        In the place of the specification's.
    replication : int, optional
        In the place of the specification's.
    days : int, optional
        In the place of the specification's.

    Returns
    -------
    Records
        Series of shape (days + 1, ...), whose row 0 is the state before the first day, and the events.

    Raises
    ------
    InvalidSpec
        If the parts of the specification do not fit together, or the snapshot is not of this world.

    Examples
    --------
    >>> import sim
    >>> records = sim.simulate(sim.load(["citizens=1000", "days=3"]))
    >>> records["legitimacy"].shape
    (4,)
    """
    model = InfluenceModel(spec, start=start, seed=seed, replication=replication, days=days)
    for _ in range(model.world.day, model.spec.days):
        model.step()
    records = model._records()
    del model.world, model.recorder  # frees the arrays now; Mesa's circular references wait for the collector
    return records
