"""The passes in Mesa: one agent per citizen, two rounds a day (decide, then advance), a collector of daily counts.

Two styles of Mesa, one rule: citizens of `Crowd` have their neighbours in a list; those of `CellCrowd` stand on the cells of a
`mesa.discrete_space.Network`, as in Mesa's examples of networks. Draws come from the model as plain numbers, which is
faster than `self.random` and gives the bits of the kernel.
"""

import mesa
import networkx as nx
import numpy as np
from mesa.discrete_space import Cell, FixedAgent, Network

from benchmarks.crowd import Case
from benchmarks.ports import Outcome
from benchmarks.ports.numpy_port import day_draws
from sim.core.streams import Stream, bits
from sim.kernels.citizens import ACTIVE, QUIET
from sim.kernels.opinions import LANES, LIMIT

LEAST, MOST = -int(LIMIT), int(LIMIT)  # plain numbers, which Python compares faster


class Citizen(mesa.Agent):
    """A mobilisable adult, with LANES alignments in units of 2^-12."""

    def __init__(
        self, model: "Crowd", row: int, segment: int, hardship: int, aversion: int, deviations: list, alignments: list
    ):
        super().__init__(model)
        self.row, self.segment, self.hardship, self.aversion = row, segment, hardship, aversion
        self.state = self.planned = QUIET
        self.alignments = self.intended = alignments
        self.born = [(d << 8) * model.innate >> 16 for d in deviations]
        self.rounding = [(d << 8) & 0xFFFF for d in deviations]
        self.neighbours: list[Citizen] = []

    def around(self) -> list["Citizen"]:
        """The neighbours, first those whose opinions count; a neighbour over several links occurs several times."""
        return self.neighbours

    def decide(self) -> None:
        """Plan today from yesterday."""
        around = self.around()
        self.consider(around[: self.model.n_heard])
        self.protest(around)

    def consider(self, neighbours: list["Citizen"]) -> None:
        """New alignments: towards neighbours, the segment's aim and the innate position, rounded by a pattern."""
        model, intended = self.model, []
        peers, rate, offset = model.peers, model.rate, model.offset
        first = second = third = fourth = 0
        for other in neighbours:
            a, b, c, d = other.alignments
            first += a
            second += b
            third += c
            fourth += d
        sums, aims = (first, second, third, fourth), model.aims[self.segment]
        for total, alignment, aim, born, rounding in zip(
            sums, self.alignments, aims, self.born, self.rounding, strict=True
        ):
            alignment += ((total * peers >> 16) + aim + born - alignment) * rate + (rounding + offset & 0xFFFF) >> 16
            intended.append(alignment if LEAST <= alignment <= MOST else MOST if alignment > 0 else LEAST)
        self.intended = intended

    def protest(self, around: list["Citizen"]) -> None:
        """New state of protest."""
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
            utility = pull + model.exposure[[other.state for other in around].count(ACTIVE)] + model.base
            self.planned = ACTIVE if utility > model.noise[draw >> 52] else QUIET

    def advance(self) -> None:
        """Put the plan into effect."""
        if self.planned == ACTIVE:
            self.model.active[self.segment] += 1
        elif self.planned > ACTIVE and self.state == ACTIVE:
            self.model.detained[self.segment] += 1
        self.state, self.alignments = self.planned, self.intended


class CellCitizen(Citizen, FixedAgent):
    """A mobilisable adult at a node of the network."""

    met_again: list[Citizen] = []  # neighbours over a further link, as a cell is in a neighbourhood only once

    def around(self) -> list[Citizen]:
        """The neighbours, by their cells."""
        return [*self.cell.neighborhood.agents, *self.met_again]


class Crowd(mesa.Model):
    """A crowd of citizens under the default rule."""

    citizen = Citizen

    def __init__(self, case: Case):
        super().__init__(rng=0)  # Mesa's own generator is not used
        protest, alignment = case.protest, case.alignment
        self.n_heard = case.n_heard
        self.key, self.arrest, self.redecide = protest["key"], protest["arrest"], protest["redecide"]
        self.base, self.arrest_risk = protest["national"] - protest["threshold"], protest["arrest_risk"]
        self.sentence = protest["detention_days"] + 1
        self.grievance, self.exposure, self.noise = (protest[n].tolist() for n in ("grievance", "exposure", "noise"))
        self.peers, self.innate, self.rate = alignment["peers"], alignment["innate"], alignment["rate"]
        self.aims = alignment["aims"].view(np.int16).reshape(-1, LANES).tolist()
        self.n_rows = case.n_rows
        columns = (
            list(range(case.n_rows)), case.segments.tolist(), *protest["traits"].tolist(), case.deviations.tolist(),
            case.start.view(np.int16).reshape(-1, LANES).tolist(),
        )  # fmt: skip
        citizens = list(self.citizen.create_agents(self, case.n_rows, *columns))
        self.connect(citizens, case.neighbours.tolist())
        self.active, self.detained = [0] * case.n_segments, [0] * case.n_segments
        self.datacollector = mesa.DataCollector(
            {"active": lambda m: sum(m.active), "detained": lambda m: sum(m.detained)}
        )

    def connect(self, citizens: list[Citizen], around: list[list[int]]) -> None:
        """Give every citizen its neighbours."""
        for citizen, rows in zip(citizens, around, strict=True):
            citizen.neighbours = [citizens[row] for row in rows]

    def step(self) -> None:
        """One day."""
        day = self.steps - 1
        self.draws = day_draws(self.key, day, 0, self.n_rows).tolist()
        self.offset = int(bits(self.key, Stream.ROUNDING, day, 0, 0)) & 0xFFFF
        self.active, self.detained = [0] * len(self.grievance), [0] * len(self.grievance)
        self.agents.do("decide")
        self.agents.do("advance")
        self.datacollector.collect(self)

    def outcome(self) -> Outcome:
        """Rows and sums after the last day."""
        states = np.array(self.agents.get("state"), dtype=np.uint8)
        alignments = np.array(self.agents.get("alignments"), dtype=np.int16)
        segments, n_segments = np.array(self.agents.get("segment")), len(self.grievance)
        totals, favourable = (np.zeros((n_segments, LANES), dtype=np.int64) for _ in range(2))
        np.add.at(totals, segments, alignments)
        np.add.at(favourable, segments, alignments >= 0)
        return Outcome(states, alignments, np.array([self.active, self.detained], dtype=np.int64).T, totals, favourable)

    def close(self) -> None:
        """Release the agents: otherwise Mesa 3.3 keeps every model of a process alive."""
        self.remove_all_agents()
        getattr(mesa.Agent, "_ids", {}).pop(self, None)


class CellCrowd(Crowd):
    """A crowd on the cells of a network."""

    citizen = CellCitizen

    def connect(self, citizens: list[CellCitizen], around: list[list[int]]) -> None:
        """Give every citizen a cell, and connect the cells of neighbours."""
        self.grid = Network(nx.empty_graph(self.n_rows), capacity=1, random=self.random)
        cells = list(self.grid.all_cells)
        for citizen, cell, rows in zip(citizens, cells, around, strict=True):
            citizen.cell = cell
            for row in rows:
                cell.connect(cells[row])
            if len(cell.connections) < len(rows):
                citizen.met_again = [citizens[row] for n, row in enumerate(rows) if row in rows[:n]]

    def close(self) -> None:
        """Release the agents and the neighbourhoods of cells, which Mesa 3.3 keeps."""
        super().close()
        Cell.get_neighborhood.cache_clear()
        Cell._neighborhood.cache_clear()
