"""What has been decided arrives, stays and leaves after its lag: troops and diplomatic acts (model step 3)."""

from math import comb

import numpy as np

from sim.actors.charter import ON_REQUEST
from sim.actors.choices import option_code
from sim.core.arithmetic import order_free_total
from sim.core.parameters import Mechanism, parameter
from sim.core.streams import Stream, accept, between
from sim.core.world import Task
from sim.equations.choice import chance


class Logistics(Mechanism):
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
    participation_bias: float = parameter(
        0.5,
        -1.0,
        1.5,
        unit="1",
        source="[assumed]",
        text="readiness of a member at zero alignment with the leader to join a joint act",
    )

    def step(self, world, model) -> None:
        due = [task for task in world.agenda if task.day <= world.day and task.kind in ("arrival", "act")]
        for task in due:
            world.agenda.remove(task)
            charter = world.charters[task.organisation]
            if task.kind == "arrival":
                self.arrive(world, charter, task)
            else:
                world.rules.measures.take(world, charter, task.instrument, task.state, task.level)
        if world.abroad:
            engaged = (world.stationed > 0) | world.pledged
            world.abroad = bool(engaged.any())
            for charter in world.by_draw_key:
                for s, mission in np.argwhere(engaged[charter.row].T).tolist():
                    self.stay_or_leave(world, charter, s, mission)

    def arrive(self, world, charter, task) -> None:
        """A part of the contingent lands, unless the government that asked has fallen."""
        place = charter.row, charter.mission(task.instrument), task.state
        if not world.pledged[place]:
            return
        if world.stationed[place] == 0:
            world.log(charter.name, "arrival", world.names.states[task.state], task.size, "soldiers")
        world.stationed[place] += task.size

    def stay_or_leave(self, world, charter, s: int, mission: int = ON_REQUEST) -> None:
        """Count the soldiers of the day; leave in equal parts once calm has lasted and nobody fights, the term is over, or the government fell."""
        place, terms = (charter.row, mission, s), charter.missions[mission]
        present, backed = world.stationed[place], world.pledged[place]
        world.troop_days[charter.row, s] += present
        world.cost[charter.leader] += present * self.troop_day_cost / 1e6
        in_mandate = world.day - world.pledged_day[place] < terms.mandate_days
        calm = world.calm_days[s] >= terms.calm_days and not world.rules.succession.contested(world, s)
        if backed and in_mandate and not calm:
            return
        if backed:
            world.pledged[place] = False
            world.log(charter.name, "withdrawal", world.names.states[s], present, "soldiers")
        left = max(0.0, present - np.ceil(charter.contingent(mission) / charter.exit_days))
        world.stationed[place] = left
        if left == 0:
            world.log(charter.name, "withdrawn", world.names.states[s])
            came_with = charter.row, terms.instrument
            world.rules.measures.withdraw(world, s, lambda m: (m.organisation, m.instrument) == came_with)

    def join(self, world, charter, name: str) -> None:
        """Members take part by their alignment with the leader; the act counts for the pairs that did."""
        taking_part = 0
        for m in charter.members:
            willing = self.willingness(world, charter, m)
            unit = int(world.draw_key[m]) * 1000 + charter.draw_key
            taking_part += accept(willing, world.key, Stream.PARTICIPATION, unit, world.day, 0)
        world.joint_acts[charter.row] += taking_part * (taking_part - 1) / 2 / self.pairs(charter)

    def willingness(self, world, charter, m: int) -> float:
        """Chance that a member takes part in a joint act."""
        if m == charter.leader:
            return 1.0
        willing = world.elite_alignment.item(m, charter.leader) + self.participation_bias
        return chance(willing, world.rules.assistance.precision)

    @staticmethod
    def pairs(charter) -> int:
        """Pairs of members, on stage or not."""
        return max(1, comb(len(charter.members) + charter.absent_members, 2))

    def willing_pairs(self, world, charter) -> float:
        """Expected share of all pairs of members that take part in a joint act today."""
        chances = [self.willingness(world, charter, m) for m in charter.members]
        both = order_free_total(chances) ** 2 - order_free_total(c * c for c in chances)
        return both / 2.0 / self.pairs(charter)

    def send(self, world, charter, state: int, mission: int = ON_REQUEST) -> None:
        """Commit soldiers in public and schedule the landing of those of the mission that are not there yet."""
        place, name = (charter.row, mission, state), charter.missions[mission].instrument
        world.pledged[place], world.pledged_day[place], world.abroad = True, world.day, True
        same = "arrival", charter.row, state, name
        under_way = sum(t.size for t in world.agenda if (t.kind, t.organisation, t.state, t.instrument) == same)
        wanted = charter.sends(world.strength, mission) - world.stationed.item(*place) - under_way
        self.schedule_arrivals(world, charter, state, max(0.0, wanted), name)
        if world.in_crisis[state]:
            world.rules.rescue.backed(world, state)

    def schedule_arrivals(self, world, charter, state: int, soldiers: float, sent_by: str = "") -> None:
        """Spread a landing over the days of build-up, the first one after the deployment lag. sent_by: an instrument."""
        crisis, option = int(world.crisis[state]), option_code("deploy")
        first = world.day + 1 + between(*charter.deploy_lag, world.key, charter.draw_key, option, crisis)
        parts = np.diff(np.round(np.linspace(0.0, soldiers, self.build_up_days + 1)))
        world.agenda += [
            Task(first + d, "arrival", charter.row, state, float(n), sent_by) for d, n in enumerate(parts) if n > 0
        ]
