"""Mesa agents: one actor each, a view on one row of the world's arrays, with `decide()` for its choices."""

from collections.abc import Iterator
from itertools import count
from typing import Any, cast
from weakref import WeakKeyDictionary

import mesa
import numpy as np

from sim.actors.charter import Charter
from sim.actors.choices import FREE, NEVER, chooses, directive, is_directed, requests_made
from sim.actors.orders import Option, Order, directed_orders
from sim.actors.views import troops
from sim.core.agenda import Task
from sim.core.streams import Stream, accept
from sim.core.world import World
from sim.kernels.opinions import LANES, UNIT
from sim.mechanisms.assistance import Assistance
from sim.mechanisms.defection import Defection
from sim.mechanisms.response import Response
from sim.mechanisms.statecraft import Statecraft


class _Counters(WeakKeyDictionary):
    """Model -> counter of its agents; the entry disappears with the model."""

    def __getitem__(self, model: mesa.Model) -> Iterator[int]:
        return super().setdefault(model, count(1))


class Actor(mesa.Agent):
    """An agent that is one row of the world's arrays."""

    _ids = _Counters()  # replaces Mesa's dictionary, which keeps every model of a process alive

    model: Any  # the InfluenceModel, which is built on these agents

    def __init__(self, model: mesa.Model, row: int, name: str):
        super().__init__(model)
        self.row = row
        self.name = name

    @property
    def world(self) -> World:
        """The arrays."""
        return self.model.world

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name})"

    def decide(self, mechanism: Any, question: Any) -> Any:
        """What the actor chooses; states, elites and organisations do."""
        raise NotImplementedError(f"{type(self).__name__} decides nothing")


class State(Actor):
    """A state: its government decides in a crisis."""

    @property
    def legitimacy(self) -> float:
        """In [0, 1]."""
        return float(self.world.legitimacy[self.row])

    @property
    def in_office(self) -> bool:
        """True while the government of day 0 is in office."""
        return bool(self.world.incumbent[self.row])

    @property
    def elites(self) -> list["Elite"]:
        """Its factions."""
        rows = self.world.fixed.factions_of(self.row)
        return self.model.elites[rows]

    @property
    def populations(self) -> list["Population"]:
        """Its segments."""
        starts = self.world.fixed.segment_starts
        return self.model.populations[starts[self.row] : starts[self.row + 1]]

    def influence_of(self, patron: str) -> float:
        """Influence of a patron on this state, bandwidth x dependence over the channels."""
        return float(self.world.influence[self.world.fixed.names.states.index(patron), self.row])

    def decide(self, mechanism: Response | Statecraft, question: int | Charter) -> list[Option] | list[Order]:
        """A government's options at home (Response), or its orders abroad (Statecraft)."""
        if isinstance(question, Charter):
            return self.orders(question)
        response = cast(Response, mechanism)
        return self.options_taken(response, response.alarmed(self.world, self.row))

    def options_taken(self, response: Response, alarmed: bool) -> list[Option]:
        """Options that the government takes today; at most one request of force is under way.

        alarmed: the day calls for a decision; on other days of a crisis a government only follows its directives.
        """
        world, chosen = self.world, []
        draw_key, crisis = world.fixed.draw_key.item(self.row), world.crisis.item(self.row)
        if not alarmed and not is_directed(world, draw_key):
            return chosen
        request_pending = any(task.kind in ("decision", "held up") and task.state == self.row for task in world.agenda)
        request_pending = request_pending or bool(world.commitments[:, :, self.row].any())
        request_pending = request_pending or requests_made(world, self.row) >= response.most_requests
        options = response.options(world, self.row)
        for option in sorted(options, key=lambda o: -o.utility):
            rule = directive(world, draw_key, option.name)
            if rule == FREE and not alarmed:
                continue
            if option.kind == "request":
                prescribed = rule not in (FREE, NEVER)
                if request_pending or (prescribed and option.charter is not None and option.charter.pool_rapid <= 0.0):
                    continue  # an intervention that is prescribed needs a force to send
            if chooses(world, draw_key, option.name, crisis, self.row, option.utility, response.precision):
                request_pending = request_pending or option.kind == "request"
                chosen.append(option)
        return chosen

    def orders(self, charter: Charter) -> list[Order]:
        """Orders of directives and of the government's policy today, under its charter of one."""
        policy = self.world.fixed.policies.get(self.row)
        return [*directed_orders(self.world, charter), *(policy.orders(self.world, charter) if policy else ())]


class Elite(Actor):
    """An elite faction of a state."""

    @property
    def loyal(self) -> bool:
        """Stands by the government."""
        return bool(self.world.loyal[self.row])

    @property
    def weight(self) -> float:
        """Power weight; those of a state sum to 1."""
        return float(self.world.fixed.weight[self.row])

    @property
    def alignment(self) -> np.ndarray:
        """Alignment with every patron, (S,) view."""
        return self.world.alignment[self.row]

    def decide(self, mechanism: Defection, question: int) -> float:
        """Share that stands by the government from today: units of the security forces each decide, a faction as one."""
        world, share = self.world, mechanism.share_loyal(self.world, self.row)
        leaves, returns = mechanism.chances(world, self.row)
        if self.row == world.fixed.security_faction[world.fixed.state_of[self.row]]:
            return share - leaves * share + returns * (1.0 - share)
        chance, unit = leaves if share else returns, world.fixed.faction_key.item(self.row)
        return abs(share - accept(chance, world.fixed.key, Stream.LOYALTY, unit, world.day, 0))


class Population(Actor):
    """A population segment; its citizens, if it belongs to the host, are a slice of the citizen rows."""

    @property
    def entity(self) -> int:
        """Row among the entities that hold alignments."""
        return self.world.fixed.rent_ratio.size + self.row

    @property
    def share(self) -> float:
        """Share of the state's population."""
        return float(self.world.fixed.weight[self.entity])

    @property
    def alignment(self) -> np.ndarray:
        """Alignment with every patron, (S,) view."""
        return self.world.alignment[self.entity]

    @property
    def citizens(self) -> np.ndarray:
        """Action of each mobilisable row today, a view; empty for states other than the host."""
        world = self.world
        first = world.fixed.segment_starts[world.fixed.host]
        g = self.row - first
        if not 0 <= g < world.fixed.row_bounds.size - 1:
            return world.activity[:0]
        return world.activity[world.fixed.row_bounds[g] : world.fixed.row_bounds[g + 1]]

    @property
    def citizen_alignments(self) -> np.ndarray:
        """Alignment of each row today with `world.fixed.focal_patrons`, (rows, P); without rows outside the host."""
        world = self.world
        g, bounds = self.row - world.fixed.segment_starts[world.fixed.host], world.fixed.inhabitant_bounds
        low, high = (
            (bounds[g], bounds[g + 1]) if 0 <= g < bounds.size - 1 and world.fixed.focal_patrons.size else (0, 0)
        )
        return world.opinions[low:high].view(np.int16).reshape(-1, LANES)[:, : world.fixed.focal_patrons.size] / UNIT


class Organisation(Actor):
    """An organisation that acts by its charter."""

    @property
    def charter(self) -> Charter:
        """Clauses, pools, decision rule, lags, instruments."""
        return self.world.fixed.charters[self.row]

    @property
    def troops(self) -> np.ndarray:
        """Soldiers by state, (S,)."""
        return troops(self.world)[self.row]

    def decide(self, mechanism: Assistance, question: Task) -> bool:
        """Answer a request for force, or use an instrument on its initiative."""
        if question.kind == "initiative":
            return mechanism.initiative(self.world, self.charter, question)
        return mechanism.consent(self.world, self.charter, question.state)
