"""Optional libraries: each belongs to an extra, and a command without it names the extra."""

from importlib.util import find_spec

from sim.core.faults import ConfigError


def needs(library: str, extra: str) -> None:
    """Require a library. Raises ConfigError that names the extra."""
    try:
        is_installed = find_spec(library) is not None
    except ValueError:  # a module of this name without a specification
        is_installed = False
    if not is_installed:
        raise ConfigError(f"{library} is missing; install it with:  pip install 'suasion[{extra}]'")
