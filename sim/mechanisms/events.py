"""Dated exogenous events: when each rises and fades (model step 1, equation 12). What they do: `sim.mechanisms.event_kinds`."""

from dataclasses import dataclass, replace

import numpy as np

from sim.core.parameters import Mechanism, parameter
from sim.equations import events
from sim.equations.coded_facts import grievance_scale
from sim.mechanisms.event_kinds import KINDS

# what events set anew every day, and what each level is on a day without events
CALM = {
    "pressure": 0.0, "attack": 0.0, "attacker": -1, "own_war": 0.0, "armed": 0.0, "discredit": 0.0, "rent_loss": 0.0,
    "wavering": 0.0, "sites": 0.0, "effort": 0.0, "aim": 0.0, "flow_left": 1.0, "rift": 0.0,
}  # fmt: skip


@dataclass(frozen=True)
class Shock:
    """One event resolved to rows. `exposure` (H,) weighs a grievance by host segment."""

    kind: str  # a key of KINDS
    name: str
    state: int
    start: int
    size: float
    ramp: int
    half_life: float
    exposure: np.ndarray | None = None
    other: int = -1  # attacker, or the other side of a rupture
    factions: tuple[int, ...] = ()  # rows of the factions that are struck
    territory: float = 0.0  # share of the state's territory that an attacker aims at
    until: int | None = None  # day on which it ends at once
    coded: bool = False  # the size is a level that the parameters translate

    def intensity(self, day: int) -> float:
        """Size today: linear rise over `ramp` days, then exponential decay until it is spent or ends."""
        if self.until is not None and day >= self.until:
            return 0.0
        return events.intensity(self.size, day, self.start, self.ramp, self.half_life)


class Shocks(Mechanism):
    """Sets the levels of today's events; most kinds open a crisis."""

    full_grievance: float = parameter(
        0.35,
        0.05,
        0.8,
        unit="1",
        source="[assumed]",
        text="grievance of a coded case at the highest level",
        prior=(0.1, 0.6),
    )
    first_days: float = parameter(
        0.15,
        -0.3,
        0.6,
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

    def translated(self, shock: Shock, week) -> Shock:
        """A coded event at the size that parameters and first-week facts give to its level."""
        if not shock.coded:
            return shock
        armed = shock.kind == "armed"
        full = week.armed if armed else grievance_scale(week.crowd, self.full_grievance, self.first_days)
        return replace(shock, size=shock.size * full)

    def step(self, world, model) -> None:
        set_back(world)
        for shock in world.shocks:
            kind, size = KINDS[shock.kind], shock.intensity(world.day)
            if size > 0.0:
                world.stirred = True
                kind.strike(world, shock, size)
            if world.day == shock.start:
                world.log(world.names.states[shock.state], shock.kind, shock.name, shock.size)
                opens = shock.size > 0.0 and kind.opens_crisis(world, shock.state)
                if opens and not world.in_crisis[shock.state]:
                    open_crisis(world, shock.state)


def set_back(world) -> None:
    """The levels of a day without events."""
    if world.stirred:
        for level, calm in CALM.items():
            getattr(world, level).fill(calm)
        world.stirred = False


def open_crisis(world, state: int) -> None:
    """A new crisis of the state starts today: actors draw fresh shocks for it."""
    world.in_crisis[state] = True
    world.crisis[state] += 1
    world.crisis_day[state] = world.day
    world.calm_days[state] = 0
