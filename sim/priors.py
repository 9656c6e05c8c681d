"""Parameters drawn from their priors, one draw per world and the same in every arm."""

from functools import cache
from zlib import crc32

from sim.mechanisms import Mechanisms
from sim.streams import Stream, uniform


@cache
def _uncertain() -> tuple[tuple[str, str, float, float, float, int], ...]:
    """Mechanism, parameter, default, bounds of the prior, and unit of the draw."""
    return tuple(
        (name, parameter, getattr(standard, parameter), *prior, crc32(f"{name}.{parameter}".encode()))
        for name, standard in Mechanisms()
        for parameter, declared in type(standard).model_fields.items()
        if (prior := (declared.json_schema_extra or {}).get("prior"))
    )


def drawn(rules: Mechanisms, key: int) -> Mechanisms:
    """The mechanisms with every uncertain parameter drawn for this world; what the user has set stays as set."""
    values = {}
    for name, parameter, default, low, high, unit in _uncertain():
        if getattr(getattr(rules, name), parameter) == default:
            u = uniform(key, Stream.PARAMETERS, unit, 0, 0)
            values.setdefault(name, {})[parameter] = low + (high - low) * u
    return rules.model_copy(update={name: getattr(rules, name).model_copy(update=new) for name, new in values.items()})
