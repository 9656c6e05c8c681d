"""Parameters drawn from their priors, one draw per world and the same in every arm."""

from zlib import crc32

from sim.mechanisms import Mechanisms
from sim.streams import Stream, uniform


def drawn(rules: Mechanisms, key: int) -> Mechanisms:
    """The mechanisms with every uncertain parameter drawn for this world; what the user has set stays as set."""
    changed = {}
    for name, field in Mechanisms.model_fields.items():
        mechanism, standard = getattr(rules, name), field.get_default()
        values = {}
        for parameter, declared in type(mechanism).model_fields.items():
            prior = (declared.json_schema_extra or {}).get("prior")
            if prior and getattr(mechanism, parameter) == getattr(standard, parameter):
                low, high = prior
                u = uniform(key, Stream.PARAMETERS, crc32(f"{name}.{parameter}".encode()), 0, 0)
                values[parameter] = low + (high - low) * u
        changed[name] = mechanism.model_copy(update=values)
    return rules.model_copy(update=changed)
