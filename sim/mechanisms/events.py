"""Dated exogenous events of today, and the crises that they open (model step 1). Effects: `sim.mechanisms.event_kinds`."""

from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from sim.core.axes import LEVELS, rows_where
from sim.core.mechanism import Mechanism
from sim.core.parameters import parameter
from sim.core.state import Declaration, array, value
from sim.core.world import World
from sim.equations.coded_facts import grievance_scale
from sim.mechanisms.dated_event import Event
from sim.mechanisms.event_kinds import EVENT_KINDS


class Events(Mechanism):
    """Sets the levels of today's events; most kinds open a crisis."""

    uses: ClassVar[tuple[str, ...]] = ("policing",)

    full_grievance: float = parameter(
        0.35,
        0.05,
        0.8,
        unit="1",
        source="[assumed]",
        text="grievance of a coded case at the highest level",
        prior=(0.1, 0.8),
    )
    first_days: float = parameter(
        0.15,
        -0.5,
        1.0,
        unit="1 per log10",
        source="[Lohmann1994]",
        text="what a larger crowd in the first days of a coded case says about the grievance",
        claim=True,
    )
    fraud_discredit: float = parameter(
        0.5,
        -0.5,
        1.5,
        unit="1",
        source="[Tucker2007]",
        text="fall of resting legitimacy per unit of an election fraud",
        claim=True,
    )
    succession_rents: float = parameter(
        0.7,
        -0.5,
        2.0,
        unit="log",
        source="[Hale2005]",
        text="log rent ratio that all factions lose while a ruler is about to leave",
        claim=True,
    )
    old_guard_rents: float = parameter(
        2.0,
        -1.0,
        4.0,
        unit="log",
        source="[Svolik2009]",
        text="log rent ratio that the old guard loses in a deep elite split",
        claim=True,
    )
    financial_trade: float = parameter(
        0.4,
        -0.3,
        0.9,
        unit="1",
        source="[assumed]",
        text="share of a state's economic flows lost in a full financial crisis",
        claim=True,
    )
    financial_hardship: float = parameter(
        0.3,
        -0.2,
        0.8,
        unit="1",
        source="[assumed]",
        text="grievance of the host's citizens in a full financial crisis",
        claim=True,
    )
    rupture_trade: float = parameter(
        0.3,
        -0.2,
        0.9,
        unit="1",
        source="[assumed]",
        text="share of the economic flows between two states lost in a full rupture",
        claim=True,
    )
    rupture_contact: float = parameter(
        0.6,
        -0.2,
        0.9,
        unit="1",
        source="[assumed]",
        text="share of the cultural flows between two states lost in a full rupture",
        claim=True,
    )

    class State:
        events_active: Declaration = value(
            bool,
            "events or instruments raised levels today, which tomorrow sets back; if not, all are calm",
            start=False,
        )
        averted: Declaration = value(list[str], "events that did not happen, as their trigger did not stand", start=[])
        pressure: Declaration = array("H", "exogenous grievance on the host's segments", unit="1", daily=0.0)
        attack: Declaration = array(
            "S", "intensity of an interstate attack", unit="0 to 1", low=0.0, high=1.0, daily=0.0
        )
        attacker: Declaration = array(
            "S", "state row of the attacker, -1 = none", unit="row", low=-1, start=-1, daily=-1, dtype=np.int64
        )
        territory_aim: Declaration = array(
            "S", "share of the territory at which the attacker aims", unit="share", low=0.0, high=1.0, daily=0.0
        )
        armed: Declaration = array(
            "S", "strength of an armed challenge at home, 1 = high", unit="1", low=0.0, daily=0.0
        )
        distraction: Declaration = array(
            "S", "distraction of a patron by a war or elsewhere", unit="0 to 1", low=0.0, high=1.0, daily=0.0
        )
        mobilisation: Declaration = array(
            "S", "share of its force that a state has at war", unit="share", low=0.0, high=1.0, daily=0.0
        )
        discredit: Declaration = array("S", "fall of resting legitimacy by events", unit="1", daily=0.0)
        rent_loss: Declaration = array("F", "fall of the log rent ratio by events", unit="log", daily=0.0)
        disloyalty: Declaration = array(
            "S", "disloyalty of the security forces by events, 1 = full", unit="0 to 1", low=0.0, high=1.0, daily=0.0
        )
        sites_lost: Declaration = array("S", "key sites lost, 1 = all", unit="share", low=0.0, high=1.0, daily=0.0)
        flow_left: Declaration = array(
            "CSS", "share of the flow volumes that events leave", unit="share", start=1.0, daily=1.0
        )
        rift: Declaration = array("SS", "rupture between two states", unit="0 to 1", low=0.0, high=1.0, daily=0.0)
        crisis: Declaration = array(
            "S", "number of the current or last crisis, 0 = none yet", unit="count", low=0, dtype=np.int64
        )
        in_crisis: Declaration = array("S", "a crisis is open", unit="yes or no", dtype=np.bool_)
        crisis_day: Declaration = array("S", "first day of the current crisis", unit="day", low=0, dtype=np.int64)
        calm_days: Declaration = array("S", "days in a row without notable protest", unit="days", low=0, dtype=np.int64)
        protest_days: Declaration = array(
            "S", "days of notable protest in the current crisis", unit="days", low=0, dtype=np.int64
        )
        grievance_left: Declaration = array(
            "S",
            "share of the grievance that concessions have left in the current crisis",
            unit="share",
            low=0.0,
            start=1.0,
        )

    def translated(self, event: Event, week: Any) -> Event:
        """A coded event at the size that parameters and first-week facts give to its level."""
        if not event.coded:
            return event
        armed = event.kind == "armed"
        full = week.armed if armed else grievance_scale(week.crowd, self.full_grievance, self.first_days)
        return replace(event, size=event.size * full)

    def step(self, world: World) -> None:
        self.calm_down(world)
        for event in world.fixed.events:
            if world.day == event.start and not self.is_triggered(world, event):
                world.averted.append(event.name)
            if event.name in world.averted:
                continue
            kind, size = EVENT_KINDS[event.kind], event.intensity(world.day)
            if size > 0.0:
                world.events_active = True
                kind.strike(world, event, size)
            if world.day == event.start:
                world.record(world.fixed.names.states[event.state], event.kind, event.name, event.size)
                opens = event.size > 0.0 and kind.opens_crisis(world, event.state)
                if opens and not world.in_crisis[event.state]:
                    self.open_crisis(world, event.state)

    def is_triggered(self, world: World, event: Event) -> bool:
        """Whether the conditions of an event stand on its first day; most events have none."""
        s = event.state
        if event.least_crowd is not None:
            protesters = world.active_share.item(s) * world.fixed.adults.item(s)
            if protesters < event.least_crowd * world.fixed.population.item(s):
                return False
        own_force = world.mechanisms.policing.own_force
        return event.most_force is None or own_force(world, s) <= event.most_force * world.fixed.security.item(s)

    def calm_down(self, world: World) -> None:
        """Set the levels of a day without events."""
        if world.events_active:
            self.reset(world)
            world.events_active = False

    def add_instruments(self, world: World) -> None:
        """Add the levels of instruments in force to those of the day's events."""
        world.events_active = True  # tomorrow begins with calm levels again
        level = dict(zip(LEVELS, world.instrument_levels, strict=True))
        world.pressure += level["grievance"][world.fixed.host]
        world.armed += level["challenge"]
        np.maximum(world.armed, 0.0, out=world.armed)
        world.armed *= 1.0 - world.truce
        world.discredit -= level["resting_legitimacy"]
        for s in rows_where(level["rents"]):
            world.rent_loss[world.fixed.factions_of(s)] -= level["rents"][s]
        for s in rows_where(level["security_rents"]):
            world.rent_loss[world.fixed.security_faction[s]] -= level["security_rents"][s]

    def open_crisis(self, world: World, state: int) -> None:
        """Start a new crisis of the state today: actors draw fresh random utilities for it."""
        world.in_crisis[state] = True
        world.crisis[state] += 1
        world.crisis_day[state] = world.day
        world.calm_days[state] = world.protest_days[state] = 0
        world.grievance_left[state] = 1.0

    def count_day(self, world: World, state: int, calm: bool) -> None:
        """Count a day of the crisis as calm, or as one of protest."""
        world.calm_days[state] = world.calm_days[state] + 1 if calm else 0
        world.protest_days[state] += not calm

    def relieve(self, world: World, state: int, share: float) -> None:
        """A concession ends a share of the grievance, or adds to it."""
        world.grievance_left[state] *= 1.0 - share

    def close_crisis(self, world: World, state: int) -> None:
        """End the crisis of the state."""
        world.in_crisis[state] = False
