"""`suasion describe day`: the parts of one simulated day in order, and the Mesa agents that decide in them."""

from importlib import import_module

from sim.core.mechanism import DecidingMechanism, Mechanism
from sim.day import day_of
from sim.mechanisms import Mechanisms

HINT = "`suasion describe NAME` explains a mechanism and lists its parameters."


def day_lines(mechanisms: Mechanisms) -> list[str]:
    """Each mechanism with its summary, and below it the decision that it asks of Mesa agents."""
    parts = day_of(mechanisms, {})
    width = max(len(part.name) for part in parts)
    lines = ["day: the parts of one simulated day, in order", ""]
    for number, part in enumerate(parts, 1):
        lines.append(f"{number:>2}  {part.name:<{width}}  {summary(part.mechanism)}")
        if isinstance(part.mechanism, DecidingMechanism):
            lines.append(" " * (width + 6) + f"decided by {part.decided_by} (Mesa agent): {_question(part.mechanism)}")
    active = {part.name for part in parts}
    inactive = [name for name in Mechanisms.model_fields if name not in active]
    return [*lines, *([f"    Switched off: {', '.join(inactive)}"] if inactive else []), "", HINT]


def summary(mechanism: Mechanism) -> str:
    """First line of a mechanism's module."""
    return (import_module(type(mechanism).__module__).__doc__ or "").strip().split("\n")[0]


def _question(mechanism: DecidingMechanism) -> str:
    return (type(mechanism).questions.__doc__ or "").strip().split("\n")[0]
