"""Optional libraries: each belongs to an extra, and a command without it names the extra."""

from importlib.util import find_spec

from sim.core.faults import ConfigError


def needs(extra: str, *libraries: str) -> None:
    """Require the libraries of an extra. Raises ConfigError that names both."""
    missing = [library for library in libraries if not _is_installed(library)]
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        raise ConfigError(f"{', '.join(missing)} {verb} missing; install with:  pip install 'suasion[{extra}]'")


def _is_installed(library: str) -> bool:
    try:
        return find_spec(library) is not None
    except ValueError:  # a module of this name without a specification
        return False
