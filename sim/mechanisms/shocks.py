"""Dated exogenous events: grievances, interstate attacks, a patron's other commitments (model step 1, equation 12)."""

from dataclasses import dataclass, replace
from math import exp

import numpy as np

from sim.parameters import Mechanism, parameter

SPENT = 1e-3  # an event that has faded to this size is over


@dataclass(frozen=True)
class Shock:
    """One event resolved to rows. `exposure` (H,) weighs a grievance by host segment."""

    kind: str  # grievance | attack | armed | distraction
    name: str
    state: int
    start: int
    size: float
    ramp: int
    half_life: float
    exposure: np.ndarray | None = None
    attacker: int = -1
    coded: bool = False  # the size is a level that the parameters translate

    def intensity(self, day: int) -> float:
        """Size today: linear rise over `ramp` days, then exponential decay until it is spent."""
        if day < self.start:
            return 0.0
        risen = day - self.start + 1
        if risen <= self.ramp:
            return self.size * risen / self.ramp
        left = self.size * 2.0 ** (-(risen - self.ramp) / self.half_life)
        return left if left >= SPENT else 0.0


class Shocks(Mechanism):
    """Sets pressure on host segments, attacks and distraction; a grievance or an attack opens a crisis."""

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

    def translated(self, shock: Shock, week) -> Shock:
        """A coded event at the size that parameters and first-week facts give to its level."""
        if not shock.coded:
            return shock
        full = week.armed if shock.kind == "armed" else self.full_grievance * exp(self.first_days * week.crowd)
        return replace(shock, size=shock.size * full)

    def step(self, world, model) -> None:
        world.pressure.fill(0.0)
        world.attack.fill(0.0)
        world.attacker.fill(-1)
        world.own_war.fill(0.0)
        world.armed.fill(0.0)
        for shock in world.shocks:
            size = shock.intensity(world.day)
            if size > 0.0:
                self.strike(world, shock, size)
            if world.day == shock.start:
                world.log(world.names.states[shock.state], shock.kind, shock.name, shock.size)
                if shock.kind != "distraction" and shock.size > 0.0 and not world.in_crisis[shock.state]:
                    open_crisis(world, shock.state)

    def strike(self, world, shock: Shock, size: float) -> None:
        """An event at today's size."""
        s = shock.state
        if shock.kind == "grievance":
            world.pressure += size * shock.exposure
        elif shock.kind == "armed":
            world.armed[s] = max(world.armed[s], size)
        elif shock.kind == "attack":
            if size > world.attack[s]:
                world.attack[s], world.attacker[s] = size, shock.attacker
            at_war = [s, shock.attacker]
            world.own_war[at_war] = np.maximum(world.own_war[at_war], min(1.0, size))
        else:
            world.own_war[s] = max(world.own_war[s], min(1.0, size))


def open_crisis(world, state: int) -> None:
    """A new crisis of the state starts today: actors draw fresh shocks for it."""
    world.in_crisis[state] = True
    world.crisis[state] += 1
    world.crisis_day[state] = world.day
    world.calm_days[state] = 0
