"""Libraries that only some commands need: each belongs to an extra, which a command that lacks it names."""

from importlib.util import find_spec

from sim.core.faults import ConfigError


def needs(library: str, extra: str) -> None:
    """Refuse to go on without a library. Raises ConfigError that names the extra."""
    try:
        there = find_spec(library) is not None
    except ValueError:  # something stands in its place without a specification
        there = False
    if not there:
        raise ConfigError(f"{library} is missing; install it with:  pip install 'suasion[{extra}]'")
