"""Instruments: they take effect, stay in force, and end (equations 11 and 13).

An act changes a flow, a message or a level that a mechanism reads, never an outcome.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from sim.actors.charter import Charter
from sim.core.axes import CHANNELS, ECONOMIC, LEVELS, NEVER
from sim.core.mechanism import Mechanism
from sim.core.parameters import parameter
from sim.core.state import Declaration, array, value
from sim.core.world import World


@dataclass
class InstrumentInForce:
    """One use of an instrument, whose levels and flows last until its end."""

    end: int  # first day on which it is over, -1 = until it is withdrawn
    organisation: int
    state: int
    instrument: str
    intensity: float


class Instruments(Mechanism):
    uses: ClassVar[tuple[str, ...]] = (
        "alignment",
        "events",
        "integration",
        "legitimacy",
        "logistics",
        "rescue",
        "succession",
    )

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

    class State:
        instruments: Declaration = value(list[InstrumentInForce], "instruments in force", start=[])
        instruments_active: Declaration = value(bool, "instruments in force raise levels or cost upkeep", start=False)
        next_expiry: Declaration = value(int, "day on which the next instrument in force ends", start=NEVER)
        instrument_levels: Declaration = array(
            "VS", "sum of the levels that instruments in force raise in a state", unit="level"
        )
        upkeep: Declaration = array(
            "S", "spent by each state on instruments in force", unit="million USD a day", low=0.0
        )
        truce: Declaration = array("S", "part of an attack on the state that rests", unit="0 to 1", low=0.0, high=1.0)
        reconciled: Declaration = array("SS", "part of a rupture that is healed", unit="0 to 1", low=0.0, high=1.0)
        volume: Declaration = array(
            "CSS", "flow volumes, by channel, patron and state", unit="channel's unit", low=0.0,
            start=lambda _, fixed: fixed.volume0,
        )  # fmt: skip

    def step(self, world: World) -> None:
        """Instruments in force act today, or end."""
        if not world.mechanisms.events.enabled:
            world.mechanisms.events.calm_down(world)
        if not world.instruments:
            return
        for organisation, instrument, state in world.missions_over:
            self.withdraw(world, state, organisation, instrument)
        if world.day >= world.next_expiry:
            self.remove_expired(world)
        if world.instruments_active:
            world.mechanisms.logistics.spend_each(world, world.upkeep)
            world.mechanisms.events.add_instruments(world)

    def remove_expired(self, world: World) -> None:
        """Remove the instruments whose last day was yesterday."""
        for m in world.instruments:
            if 0 <= m.end <= world.day:
                charter = world.fixed.charters[m.organisation]
                world.record(charter.name, f"end of {m.instrument}", world.fixed.names.states[m.state])
        world.instruments = [m for m in world.instruments if not 0 <= m.end <= world.day]
        self.count(world)

    def take(self, world: World, charter: Charter, name: str, state: int, intensity: float) -> None:
        """An act takes effect today. state: the target; for an instrument of the host its addressee, or itself."""
        if not self.enabled:
            return
        tool = charter.instruments[name]
        if intensity == 0.0:
            self.withdraw(world, state, charter.row, name)
            return
        k, s = parties(charter, tool, state)
        world.mechanisms.logistics.spend(world, charter.leader, tool.cost_musd)
        world.record(charter.name, name, world.fixed.names.states[state], tool.cost_musd, "million USD")
        credibility = intensity * self.credibility(world, charter)
        if world.incumbent[s] and world.in_crisis[s]:
            world.mechanisms.legitimacy.raise_level(world, s, tool.legitimacy * credibility)
        world.mechanisms.alignment.persuade(world, s, k, tool.public * credibility, tool.elites * credibility)
        world.mechanisms.rescue.scale_capacity(world, s, 1.0 + tool.capacity * intensity)
        if tool.successor:
            world.mechanisms.succession.move_successor(world, s, k, tool.successor * intensity)
        if tool.joint and not charter.alone:
            world.mechanisms.integration.join(world, charter)
        if tool.troops_k > 0.0 and intensity > 0.0:
            world.mechanisms.logistics.send(world, charter, s, charter.mission(name))
        if tool.withdraws:
            self.turn_away(world, k, s)
        if tool.lasts:
            self.add(world, charter, name, state, intensity)
            self.count(world)

    def add(self, world: World, charter: Charter, name: str, state: int, intensity: float) -> None:
        """Add one use in force; if too many would hold side by side, it replaces the oldest."""
        tool = charter.instruments[name]
        end = -1 if tool.duration is None else world.day + tool.duration
        same = [m for m in world.instruments if (m.organisation, m.state, m.instrument) == (charter.row, state, name)]
        if len(same) >= tool.at_once:
            world.instruments.remove(same[0])
        world.instruments.append(InstrumentInForce(end, charter.row, state, name, intensity))

    def credibility(self, world: World, charter: Charter) -> float:
        """Weight of the actor's word."""
        if charter.alone:
            return self.bilateral_credibility
        return world.mechanisms.integration.index(world.joint_acts[charter.row])

    def withdraw(self, world: World, state: int, organisation: int, instrument: str | None = None) -> None:
        """End an organisation's instruments towards a state today: all of them, or one."""
        for m in world.instruments:
            if m.state == state and m.organisation == organisation and instrument in (None, m.instrument):
                m.end = world.next_expiry = world.day

    def turn_away(self, world: World, k: int, s: int) -> None:
        """The government of s ends the instruments of k there and sends its soldiers home."""
        for charter in world.fixed.charters:
            if charter.leader == k:
                self.withdraw(world, s, charter.row)
        world.mechanisms.logistics.end_commitments(world, s, k)

    def count(self, world: World) -> None:
        """Recompute levels and flows from all instruments in force: an expired one leaves no trace."""
        world.instrument_levels.fill(0.0)
        world.upkeep.fill(0.0)
        for m in world.instruments:
            charter = world.fixed.charters[m.organisation]
            tool = charter.instruments[m.instrument]
            _, s = parties(charter, tool, m.state)
            world.upkeep[charter.leader] += tool.upkeep_musd * abs(m.intensity)
            for row, name in enumerate(LEVELS):
                world.instrument_levels[row, s] += getattr(tool, name) * m.intensity
        self.flow(world)
        world.instruments_active = bool(world.instrument_levels.any() or world.upkeep.any())
        world.next_expiry = min((m.end for m in world.instruments if m.end >= 0), default=NEVER)
        world.truce = np.clip(world.instrument_levels[LEVELS.index("truce")], 0.0, 1.0)
        world.reconciled = np.maximum(world.truce[:, None], world.truce)  # between a state under truce and any other

    def flow(self, world: World) -> None:
        """Recompute the flows: those of the first day times their growth, and those that deals have opened."""
        first = np.array([self.first_trade, self.first_arms, self.first_contact])[:, None, None]
        new, grown = world.fixed.ties.openable & (world.fixed.volume0 == 0.0), np.ones_like(world.fixed.volume0)
        world.volume[...] = np.where(new, first, world.fixed.volume0)
        for m in world.instruments:
            charter = world.fixed.charters[m.organisation]
            tool = charter.instruments[m.instrument]
            k, s = parties(charter, tool, m.state)
            for c, channel in enumerate(CHANNELS):
                factor = 1.0 + getattr(tool, channel) * m.intensity
                flows = grown if new[c, k, s] and factor > 1.0 else world.volume
                flows[c, k, s] *= factor
            world.volume[ECONOMIC, :, s] *= 1.0 - tool.isolation * abs(m.intensity)
        world.volume[new] *= grown[new] - 1.0


def parties(charter: Charter, tool: Any, state: int) -> tuple[int, int]:
    """Patron and receiving state of an act: an instrument of the host is addressed to a patron, or to itself."""
    return (state, charter.leader) if tool.by == "host" else (charter.leader, state)
