"""What has been decided arrives, stays and leaves after its lag: troops and diplomatic acts (model step 3)."""

from math import comb

import numpy as np

from sim.arithmetic import logistic
from sim.parameters import Mechanism, parameter
from sim.streams import Stream, accept
from sim.world import Task, rows_where


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
                self.act(world, charter, task)
        engaged = (world.troops > 0) | world.committed
        for charter in world.by_draw_key:
            for s in rows_where(engaged[charter.row]):
                self.stay_or_leave(world, charter, s)

    def arrive(self, world, charter, task) -> None:
        """A part of the contingent lands, unless the government that asked has fallen."""
        if not world.committed[charter.row, task.state]:
            return
        if world.troops[charter.row, task.state] == 0:
            world.log(charter.name, "arrival", world.names.states[task.state], task.size, "soldiers")
        world.troops[charter.row, task.state] += task.size

    def stay_or_leave(self, world, charter, s: int) -> None:
        """Count the soldiers of the day; leave in equal parts once calm has lasted and nobody fights, or the government has fallen."""
        present = world.troops[charter.row, s]
        world.troop_days[charter.row, s] += present
        world.cost[charter.leader] += present * self.troop_day_cost / 1e6
        backed = world.committed[charter.row, s]
        in_mandate = world.day - world.committed_day[charter.row, s] < charter.mandate_days
        calm = world.calm_days[s] >= charter.calm_days and not world.rules.succession.contested(world, s)
        if backed and in_mandate and not calm:
            return
        if backed:
            world.committed[charter.row, s] = False
            world.log(charter.name, "withdrawal", world.names.states[s], present, "soldiers")
        left = max(0.0, present - np.ceil(charter.contingent / charter.exit_days))
        world.troops[charter.row, s] = left
        if left == 0:
            world.log(charter.name, "withdrawn", world.names.states[s])

    def act(self, world, charter, task) -> None:
        """A diplomatic, economic or cultural act takes effect: flows, persuasion, legitimacy, joint acts."""
        tool = charter.instrument(task.instrument)
        s, k = task.state, charter.leader
        credibility = world.rules.integration.index(world.joint_acts[charter.row])
        world.cost[k] += tool.cost
        if tool.channel >= 0:
            world.volume[tool.channel, k, s] *= 1.0 + tool.growth
        if world.incumbent[s] and world.in_crisis[s]:
            world.legitimacy[s] = min(1.0, world.legitimacy[s] + tool.legitimacy * credibility)
        world.rules.alignment.persuade(world, s, k, tool.public * credibility, tool.elites * credibility)
        world.log(charter.name, tool.name, world.names.states[s], tool.cost, "million USD")
        if tool.joint:
            self.join(world, charter, tool.name)

    def join(self, world, charter, name: str) -> None:
        """Members take part by their alignment with the leader; the act counts for the pairs that did."""
        taking_part = 0
        for m in charter.members:
            willing = world.elite_alignment[m, charter.leader] + self.participation_bias
            chance = 1.0 if m == charter.leader else logistic(world.rules.assistance.rationality * willing)
            unit = int(world.draw_key[m]) * 1000 + charter.draw_key
            taking_part += accept(chance, world.key, Stream.PARTICIPATION, unit, world.day, 0)
        pairs = max(1, comb(len(charter.members) + charter.absent_members, 2))
        world.joint_acts[charter.row] += taking_part * (taking_part - 1) / 2 / pairs

    def schedule_arrivals(self, world, charter, state: int) -> None:
        """Spread the landing of a contingent over the days of build-up, first landing after the deployment lag."""
        first = world.day + 1 + charter.deploy_lag
        parts = np.diff(np.round(np.linspace(0.0, charter.contingent, self.build_up_days + 1)))
        world.agenda += [Task(first + d, "arrival", charter.row, state, float(n)) for d, n in enumerate(parts) if n > 0]
