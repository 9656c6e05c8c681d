"""What is kept between starts: compiled code, and data that take long to derive. Losing any of it costs only time.

Compiled code runs as it is read, so nothing is read from or written to a folder that another user could write to.
"""

import atexit
import json
import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path

KEPT = 20  # entries of each kind; older ones make room

_met: dict[tuple[str, str], str] = {}  # texts of this process


def configs() -> Path:
    """The folder of shipped YAML: in a checkout beside the package, in a wheel inside it."""
    package = Path(__file__).parents[1]
    inside = package / "configs"
    return inside if inside.is_dir() else package.parent / "configs"


def settle_compiler() -> None:
    """Settings of the compiler, made before it is imported; what the user has set stays as set.

    Compiled code is kept beside the source. Where that cannot be written, the user's own folder takes it.
    """
    # threads that have finished sleep until the next day; spinning, they take the processor from those that have not
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    if not os.environ.get("NUMBA_CACHE_DIR") and not _writable(Path(__file__).parents[1]):
        os.environ["NUMBA_CACHE_DIR"] = str(folder() / "compiled")  # worker processes inherit it
    with away_from(".numba_config.yaml"):
        from numba.core import config

        config._config_fname = ""  # which is looked for again at every compilation
        config.reload_config()


@contextmanager
def away_from(settings: str) -> Iterator[None]:
    """Within the block the current folder is ours, if there is a file of that name in the user's.

    Some libraries take settings from the current folder as they are imported, and that may be a folder that somebody sent.
    """
    here = Path.cwd() if os.path.lexists(settings) else None
    if here is not None:
        os.chdir(configs())
    try:
        yield
    finally:
        if here is not None:
            os.chdir(here)


@cache
def folder() -> Path:
    """A folder that this user alone can write to: the usual one for caches, or one among the temporary files."""
    from platformdirs import user_cache_path

    user = os.getuid() if hasattr(os, "getuid") else ""
    for place in (user_cache_path("suasion", appauthor=False), Path(tempfile.gettempdir()) / f"suasion-{user}"):
        if _private(place) and _writable(place):
            return place
    place = Path(tempfile.mkdtemp(prefix="suasion-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    return place


def _private(place: Path) -> bool:
    """True if the folder is there, or could be made, and belongs to this user alone; links are not followed."""
    if not place.is_absolute():  # a user without a home
        return False
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = place.lstat()
    except OSError:
        return False
    if not hasattr(os, "getuid"):
        return True  # Windows gives every user folders of their own
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o022


def _writable(place: Path) -> bool:
    try:
        tempfile.TemporaryFile(dir=place).close()
    except OSError:
        return False
    return True


def kept(kind: str, key: str, make: Callable[[], object]):
    """`make()`, or the same from an earlier start: plain data that survive JSON unchanged.

    key: a digest of everything that the result depends on. A damaged entry is made again.
    """
    if (kind, key) in _met:
        return json.loads(_met[kind, key])
    data = _read(folder() / f"{kind}-{key}.json")
    if data is None:
        data = make()
        text = json.dumps(data)
        if json.loads(text) != data:
            return data
        _write(folder() / f"{kind}-{key}.json", text)
    _met[kind, key] = json.dumps(data)
    return data


def _read(path: Path):
    """The data of an entry, None if there is none or it is not as it was written under this name."""
    try:
        digest, _, text = path.read_text(encoding="utf-8").partition("\n")
        return json.loads(text) if digest == _seal(path, text) else None
    except (OSError, ValueError, RecursionError):
        return None


def _seal(path: Path, text: str) -> str:
    return sha256(f"{path.name}\n{text}".encode()).hexdigest()


def _write(path: Path, text: str) -> None:
    """Write an entry under another name first, so that nobody reads half of it; on a full disk nothing is kept."""
    new = path.with_suffix(f".{os.getpid()}")
    try:
        new.write_text(f"{_seal(path, text)}\n{text}", encoding="utf-8")
        new.replace(path)
        entries = path.parent.glob(f"{path.name.partition('-')[0]}-*.json")
        for old in sorted(entries, key=lambda p: p.stat().st_mtime)[:-KEPT]:
            old.unlink()
    except OSError:
        new.unlink(missing_ok=True)
