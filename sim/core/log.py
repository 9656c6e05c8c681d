"""The log of a world: events and acts, each with its day."""

from dataclasses import dataclass


@dataclass(frozen=True)
class LogEntry:
    """One event or act: day, actor, kind, target and size."""

    day: int
    actor: str
    kind: str
    target: str = ""
    size: float = 0.0
    unit: str = ""
