"""Logistics: soldiers abroad are committed in public, land, stay and leave (model step 3)."""

from typing import ClassVar

import numpy as np

from sim.actors.charter import ON_REQUEST, Charter
from sim.actors.choices import option_code
from sim.actors.views import contested
from sim.core.agenda import Task
from sim.core.arithmetic import order_free_total
from sim.core.mechanism import Mechanism
from sim.core.parameters import parameter
from sim.core.state import Declaration, array, value
from sim.core.streams import between
from sim.core.world import World


class Logistics(Mechanism):
    uses: ClassVar[tuple[str, ...]] = ("rescue",)

    build_up_days: int = parameter(
        3, 1, 30, unit="days", source="[TASS2022]", text="days over which a granted contingent lands"
    )
    troop_day_cost: float = parameter(
        200.0,
        20.0,
        1000.0,
        unit="USD per soldier and day",
        source="[assumed]",
        text="cost of one soldier abroad for one day",
    )

    class State:
        forces_abroad: Declaration = value(
            bool, "soldiers may be promised or present somewhere; if not, there are none", start=True
        )
        soldiers: Declaration = array("OMS", "soldiers present, by mission", unit="persons", low=0.0)
        commitments: Declaration = array(
            "OMS", "credible public commitment, by mission", unit="yes or no", dtype=np.bool_
        )
        commitment_day: Declaration = array("OMS", "day of the last commitment", unit="day", low=0, dtype=np.int64)
        troop_days: Declaration = array("OS", "soldier-days since day 0", unit="soldier-days", low=0.0)
        cost: Declaration = array("S", "spent abroad by each state as a patron", unit="million USD", low=0.0)
        missions_over: Declaration = value(
            list[tuple[int, str, int]], "organisation, instrument and state of missions that ended today", start=[]
        )

    def step(self, world: World) -> None:
        world.missions_over = []
        if world.forces_abroad:
            engaged = (world.soldiers > 0) | world.commitments
            world.forces_abroad = bool(engaged.any())
            for charter in world.fixed.by_draw_key:
                for s, mission in np.argwhere(engaged[charter.row].T).tolist():
                    self.stay_or_leave(world, charter, s, mission)

    def spend(self, world: World, state: int, amount: float) -> None:
        """A patron spends abroad. amount: million USD."""
        world.cost[state] += amount

    def spend_each(self, world: World, amounts: np.ndarray) -> None:
        """Each patron spends abroad. amounts: (S,) million USD."""
        world.cost += amounts

    def arrive(self, world: World, charter: Charter, task: Task) -> None:
        """A part of the contingent lands, unless the requesting government has fallen."""
        index = charter.row, charter.mission(task.instrument), task.state
        if not world.commitments[index]:
            return
        if world.soldiers[index] == 0:
            world.record(charter.name, "arrival", world.fixed.names.states[task.state], task.size, "soldiers")
        world.soldiers[index] += task.size

    def stay_or_leave(self, world: World, charter: Charter, s: int, mission: int = ON_REQUEST) -> None:
        """Count the soldiers of the day; they leave in equal parts after lasting calm without fighting, the end of the term, or a fall."""
        index, terms = (charter.row, mission, s), charter.missions[mission]
        present, committed = world.soldiers[index], world.commitments[index]
        world.troop_days[charter.row, s] += present
        world.cost[charter.leader] += present * self.troop_day_cost / 1e6
        in_mandate = world.day - world.commitment_day[index] < terms.mandate_days
        calm = world.calm_days[s] >= terms.calm_days and not contested(world, s)
        if committed and in_mandate and not calm:
            return
        if committed:
            world.commitments[index] = False
            world.record(charter.name, "withdrawal", world.fixed.names.states[s], present, "soldiers")
        remaining = max(0.0, present - np.ceil(charter.contingent(mission) / charter.exit_days))
        world.soldiers[index] = remaining
        if remaining == 0:
            world.record(charter.name, "withdrawn", world.fixed.names.states[s])
            world.missions_over.append((charter.row, terms.instrument, s))

    def end_commitments(self, world: World, state: int, patron: int | None = None) -> None:
        """All commitments to a state end, or those of organisations that one patron leads."""
        for charter in world.fixed.charters:
            if patron is None or charter.leader == patron:
                world.commitments[charter.row, :, state] = False

    def send(self, world: World, charter: Charter, state: int, mission: int = ON_REQUEST) -> None:
        """Commit soldiers in public and schedule the landing of those still missing from the mission."""
        index, name = (charter.row, mission, state), charter.missions[mission].instrument
        world.commitments[index], world.commitment_day[index], world.forces_abroad = True, world.day, True
        same = "arrival", charter.row, state, name
        under_way = order_free_total(
            t.size for t in world.agenda if (t.kind, t.organisation, t.state, t.instrument) == same
        )
        missing = charter.sends(world.strength, mission) - world.soldiers.item(*index) - under_way
        self.schedule_arrivals(world, charter, state, max(0.0, missing), name)
        if world.in_crisis[state]:
            world.mechanisms.rescue.lose_capacity(world, state)

    def schedule_arrivals(self, world: World, charter: Charter, state: int, soldiers: float, sent_by: str = "") -> None:
        """Spread a landing over the days of build-up, the first one after the deployment lag. sent_by: an instrument."""
        crisis, option = int(world.crisis[state]), option_code("deploy")
        first = world.day + 1 + between(*charter.deploy_lag, world.fixed.key, charter.draw_key, option, crisis)
        parts = np.diff(np.round(np.linspace(0.0, soldiers, self.build_up_days + 1)))
        world.agenda.schedule(
            *(Task(first + d, "arrival", charter.row, state, float(n), sent_by) for d, n in enumerate(parts) if n > 0)
        )
