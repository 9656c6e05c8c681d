"""The pass in Mesa: one agent per citizen, two rounds a day (decide, then advance), a collector of daily counts.

Two habits of Mesa, one rule: `Crowd` has citizens that hold their neighbours in a list; `CellCrowd` has them on the cells of
a `mesa.discrete_space.Network`, as Mesa's own examples of networks do. Draws come from the model as plain numbers, which is
faster than `self.random` and gives the bits of the kernel.
"""

import mesa
import networkx as nx
import numpy as np
from mesa.discrete_space import FixedAgent, Network

from benchmarks.twins.numpy_twin import day_draws
from sim.kernels.citizens import ACTIVE, QUIET


class Citizen(mesa.Agent):
    """A mobilisable adult."""

    def __init__(self, model, row: int, segment: int, hardship: int, aversion: int):
        super().__init__(model)
        self.row, self.segment, self.hardship, self.aversion = row, segment, hardship, aversion
        self.state = self.planned = QUIET
        self.neighbours: list[Citizen] = []

    def active_neighbours(self) -> int:
        """How many protest, links that lead to the same citizen counted each."""
        return [other.state for other in self.neighbours].count(ACTIVE)

    def decide(self) -> None:
        """Plan today's state from yesterday's."""
        state, model = self.state, self.model
        if state > ACTIVE:
            self.planned = state - 1 if state > 2 else QUIET
            return
        draw = model.draws[self.row]
        if state == ACTIVE and (draw >> 32) & 0xFFFF < model.arrest:
            self.planned = model.sentence
        elif draw & 0xFFFFFFFF >= model.redecide:
            self.planned = state
        else:
            pull = (self.hardship * model.grievance[self.segment] >> 16) - (self.aversion * model.arrest_risk >> 16)
            utility = pull + model.exposure[self.active_neighbours()] + model.base
            self.planned = ACTIVE if utility > model.noise[draw >> 52] else QUIET

    def advance(self) -> None:
        """The plan comes true."""
        if self.planned == ACTIVE:
            self.model.active[self.segment] += 1
        elif self.planned > ACTIVE and self.state == ACTIVE:
            self.model.detained[self.segment] += 1
        self.state = self.planned


class CellCitizen(Citizen, FixedAgent):
    """A mobilisable adult at a node of the network."""

    def active_neighbours(self) -> int:
        """As the parent, found through the cells."""
        return sum(cell.agents[0].state == ACTIVE for cell in self.cell.connections.values())


class Crowd(mesa.Model):
    """case: the arguments of the pass, as `benchmarks.kernel.crowd` gives them."""

    citizen = Citizen

    def __init__(self, case: dict):
        super().__init__(rng=0)  # Mesa's own generator is not used
        self.key, self.arrest, self.redecide = case["key"], case["arrest"], case["redecide"]
        self.base, self.arrest_risk = case["national"] - case["threshold"], case["arrest_risk"]
        self.sentence = case["detention_days"] + 1
        self.grievance, self.exposure, self.noise = (case[name].tolist() for name in ("grievance", "exposure", "noise"))
        segments = np.repeat(np.arange(len(self.grievance)), np.diff(case["bounds"])).tolist()
        self.n_rows = len(segments)
        citizens = list(
            self.citizen.create_agents(self, self.n_rows, list(range(self.n_rows)), segments, *case["traits"].tolist())
        )
        self.connect(citizens, neighbours(case["links"], case["ring"]).tolist())
        self.active, self.detained = [0] * len(self.grievance), [0] * len(self.grievance)
        self.datacollector = mesa.DataCollector(
            {"active": lambda m: sum(m.active), "detained": lambda m: sum(m.detained)}
        )

    def connect(self, citizens: list[Citizen], around: list[list[int]]) -> None:
        """Give everybody the neighbours."""
        for citizen, rows in zip(citizens, around, strict=True):
            citizen.neighbours = [citizens[row] for row in rows]

    def step(self) -> None:
        """One day."""
        self.draws = day_draws(self.key, self.steps - 1, 0, self.n_rows).tolist()
        self.active, self.detained = [0] * len(self.grievance), [0] * len(self.grievance)
        self.agents.do("decide")
        self.agents.do("advance")
        self.datacollector.collect(self)

    def outcome(self) -> tuple[np.ndarray, np.ndarray]:
        """States of the rows, uint8 (rows,), and yesterday's counts, int64 (segments, 2)."""
        states = np.array(self.agents.get("state"), dtype=np.uint8)
        return states, np.array([self.active, self.detained], dtype=np.int64).T

    def close(self) -> None:
        """Let go of the agents: Mesa 3.3 keeps every model of a process alive otherwise."""
        self.remove_all_agents()
        mesa.Agent._ids.pop(self, None)


class CellCrowd(Crowd):
    """A crowd on the cells of a network."""

    citizen = CellCitizen

    def connect(self, citizens: list[CellCitizen], around: list[list[int]]) -> None:
        """A cell for everybody; the key of a connection is its number, so that a link may repeat a neighbour."""
        self.grid = Network(nx.empty_graph(self.n_rows), capacity=1, random=self.random)
        cells = list(self.grid.all_cells)
        for citizen, cell, rows in zip(citizens, cells, around, strict=True):
            citizen.cell = cell
            for number, row in enumerate(rows):
                cell.connect(cells[row], number)


def neighbours(links: np.ndarray, ring: int) -> np.ndarray:
    """Rows around each row: on the ring, then over the long links; int64 (rows, 2 ring + q)."""
    rows = np.arange(links.shape[1])
    around = [(rows + step) % rows.size for step in range(-ring, ring + 1) if step]
    return np.stack([*around, *links], axis=1)
