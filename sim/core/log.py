"""The log of a world: events and acts, each with its day."""

from dataclasses import dataclass


@dataclass(frozen=True)
class LogEntry:
    """Who did what to whom, on which day, and how much of it."""

    day: int
    actor: str
    kind: str
    target: str = ""
    size: float = 0.0
    unit: str = ""
