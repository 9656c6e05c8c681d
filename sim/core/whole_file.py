"""Writing of a file: the whole content under its name, or nothing."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile

from sim.core.faults import ConfigError, describe_fault
from sim.core.received import reason_of


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Yield another name in the same folder. What the block writes there gets the name `path` when the block ends well.

    The content is on the disk before it gets its name. After any fault nothing is left, and an OSError names `path`.
    """
    partial = path.with_name(f".{path.name[:100]}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield partial
        with open(partial, "rb+") as file:
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        raise named(error, path) from None
    finally:
        with suppress(OSError):  # there is none, or the folder is gone
            partial.unlink()


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file, whole or not at all. Raises OSError with the path."""
    with whole_file(path) as partial:
        partial.write_bytes(data)


def named(error: OSError, path: Path) -> OSError:
    """The error with a path and a reason: libraries leave out one or the other."""
    return OSError(error.errno, error.strerror or " ".join(str(error).split()), str(path))


def check_writable(folder: Path, target: Path) -> None:
    """Refuse, before anything is computed, a target in a folder where nothing can be written. Raises ConfigError."""
    try:
        TemporaryFile(dir=folder).close()
    except OSError as error:
        raise unwritable(target, error) from None


def unwritable(target: Path, error: OSError) -> ConfigError:
    """The refusal of a target that cannot be written."""
    return ConfigError(describe_fault("out", target, f"cannot be written ({reason_of(error)})", ()))
