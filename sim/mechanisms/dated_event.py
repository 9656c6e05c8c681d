"""One dated event, resolved to rows: its rise and decay (equation 12), and the conditions under which it happens."""

from dataclasses import dataclass

import numpy as np

from sim.equations import events


@dataclass(frozen=True)
class Event:
    """One event resolved to rows. `exposure` (H,) weighs a grievance by host segment."""

    kind: str  # a key of EVENT_KINDS
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
    least_crowd: float | None = None  # share of the population that protests, below which it does not happen
    most_force: float | None = None  # own force, relative to the full one, above which it does not happen

    def intensity(self, day: int) -> float:
        """Size today: linear rise over `ramp` days, then exponential decay until it is spent or ends."""
        if self.until is not None and day >= self.until:
            return 0.0
        return events.intensity(self.size, day, self.start, self.ramp, self.half_life)
