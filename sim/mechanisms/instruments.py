"""Instruments take effect, hold while they are in force, and end (equations 11 and 13).

An act is a change of a flow, a message, a level of what moves a government or its citizens, never of an outcome.
"""

import numpy as np

from sim.core.parameters import Mechanism, parameter
from sim.core.world import CHANNELS, ECONOMIC, LEVELS, NEVER, Measure, rows_where
from sim.mechanisms.events import set_back


class Instruments(Mechanism):
    bilateral_credibility: float = parameter(
        1.0,
        0.0,
        1.0,
        unit="1",
        source="[assumed]",
        text="weight of what a state says and does alone; an organisation's is its integration",
    )
    first_trade: float = parameter(
        85.0,
        0.0,
        1000.0,
        unit="million USD",
        source="[assumed]",
        text="trade that deals of growth one open between two states without any; about the lower quartile of the stage",
    )
    first_arms: float = parameter(
        16.0,
        0.0,
        200.0,
        unit="million TIV",
        source="[assumed]",
        text="arms that deals of growth one open between two states without any; about the lower quartile of the stage",
    )
    first_contact: float = parameter(
        1850.0,
        0.0,
        20000.0,
        unit="students and emigrants",
        source="[assumed]",
        text="contact that deals of growth one open between two states without any; about the lower quartile of the stage",
    )

    def step(self, world, model) -> None:
        """What is in force holds today, or has ended."""
        if not world.rules.events.enabled:
            set_back(world)
        if not world.measures:
            return
        if world.day >= world.first_end:
            self.end(world)
        if world.holding:
            self.hold(world)

    def end(self, world) -> None:
        """What has had its last day is over."""
        for m in world.measures:
            if 0 <= m.end <= world.day:
                charter = world.charters[m.organisation]
                world.log(charter.name, f"end of {m.instrument}", world.names.states[m.state])
        world.measures = [m for m in world.measures if not 0 <= m.end <= world.day]
        self.count(world)

    def hold(self, world) -> None:
        """Levels on top of those of the day's events, and the upkeep of what is in force."""
        world.stirred = True  # tomorrow begins with calm levels again
        world.cost += world.upkeep
        level = dict(zip(LEVELS, world.levels, strict=True))
        world.pressure += level["grievance"][world.host]
        world.armed += level["challenge"]
        np.maximum(world.armed, 0.0, out=world.armed)
        world.armed *= 1.0 - world.truce
        world.discredit -= level["resting_legitimacy"]
        for s in rows_where(level["rents"]):
            world.rent_loss[world.factions_of(s)] -= level["rents"][s]
        for s in rows_where(level["security_rents"]):
            world.rent_loss[world.security_faction[s]] -= level["security_rents"][s]

    def take(self, world, charter, name: str, state: int, intensity: float) -> None:
        """An act takes effect today. state: the target; for a government's own instrument its addressee, or itself."""
        if not self.enabled:
            return
        tool = charter.instruments[name]
        if intensity == 0.0:
            self.withdraw(world, state, lambda m: m.organisation == charter.row and m.instrument == name)
            return
        k, s = parties(charter, tool, state)
        world.cost[charter.leader] += tool.cost_musd
        world.log(charter.name, name, world.names.states[state], tool.cost_musd, "million USD")
        credibility = intensity * self.credibility(world, charter)
        if world.incumbent[s] and world.in_crisis[s]:
            world.legitimacy[s] = min(1.0, max(0.0, world.legitimacy[s] + tool.legitimacy * credibility))
        world.rules.alignment.persuade(world, s, k, tool.public * credibility, tool.elites * credibility)
        world.capacity[s] *= 1.0 + tool.capacity * intensity
        if tool.successor:
            world.successor[s, k] = min(1.0, max(-1.0, world.successor[s, k] + tool.successor * intensity))
        if tool.joint and not charter.alone:
            world.rules.logistics.join(world, charter, name)
        if tool.troops_k > 0.0 and intensity > 0.0:
            world.rules.logistics.send(world, charter, s, charter.mission(name))
        if tool.withdraws:
            self.turn_away(world, k, s)
        if tool.lasts:
            self.add(world, charter, name, state, intensity)
            self.count(world)

    def add(self, world, charter, name: str, state: int, intensity: float) -> None:
        """One more use is in force; beyond those that hold side by side it takes the place of the oldest."""
        tool = charter.instruments[name]
        end = -1 if tool.duration is None else world.day + tool.duration
        same = [m for m in world.measures if (m.organisation, m.state, m.instrument) == (charter.row, state, name)]
        if len(same) >= tool.at_once:
            world.measures.remove(same[0])
        world.measures.append(Measure(end, charter.row, state, name, intensity))

    def credibility(self, world, charter) -> float:
        """Weight of the actor's word."""
        if charter.alone:
            return self.bilateral_credibility
        return world.rules.integration.index(world.joint_acts[charter.row])

    def withdraw(self, world, state: int, meant) -> None:
        """Uses towards a state that are meant, a predicate, end today."""
        for m in world.measures:
            if m.state == state and meant(m):
                m.end = world.first_end = world.day

    def turn_away(self, world, k: int, s: int) -> None:
        """The government of s ends what k has in force there and sends its soldiers home."""
        self.withdraw(world, s, lambda m: world.charters[m.organisation].leader == k)
        for charter in world.charters:
            if charter.leader == k:
                world.pledged[charter.row, :, s] = False

    def count(self, world) -> None:
        """Levels and flows of all that is in force, from nothing: what has ended leaves no trace."""
        world.levels.fill(0.0)
        world.upkeep.fill(0.0)
        for m in world.measures:
            charter = world.charters[m.organisation]
            tool = charter.instruments[m.instrument]
            _, s = parties(charter, tool, m.state)
            world.upkeep[charter.leader] += tool.upkeep_musd * abs(m.level)
            for row, name in enumerate(LEVELS):
                world.levels[row, s] += getattr(tool, name) * m.level
        self.flow(world)
        world.holding = bool(world.levels.any() or world.upkeep.any())
        world.first_end = min((m.end for m in world.measures if m.end >= 0), default=NEVER)
        world.truce = np.clip(world.levels[LEVELS.index("truce")], 0.0, 1.0)
        world.reconciled = np.maximum(world.truce[:, None], world.truce)  # between a state under truce and any other

    def flow(self, world) -> None:
        """Flows with all that is in force: those of the first day times their growth, and those that deals have opened."""
        first = np.array([self.first_trade, self.first_arms, self.first_contact])[:, None, None]
        new, grown = world.ties.openable & (world.volume0 == 0.0), np.ones_like(world.volume0)
        world.volume[...] = np.where(new, first, world.volume0)
        for m in world.measures:
            charter = world.charters[m.organisation]
            tool = charter.instruments[m.instrument]
            k, s = parties(charter, tool, m.state)
            for c, channel in enumerate(CHANNELS):
                factor = 1.0 + getattr(tool, channel) * m.level
                flows = grown if new[c, k, s] and factor > 1.0 else world.volume
                flows[c, k, s] *= factor
            world.volume[ECONOMIC, :, s] *= 1.0 - tool.isolation * abs(m.level)
        world.volume[new] *= grown[new] - 1.0


def parties(charter, tool, state: int) -> tuple[int, int]:
    """Patron and receiving state of an act: a government's own instrument is addressed to a patron, or to itself."""
    return (state, charter.leader) if tool.by == "host" else (charter.leader, state)
