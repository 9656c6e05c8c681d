"""Caches between starts: compiled code, and data that take long to derive. A loss costs only time.

Compiled code runs as it is read. So no cache lies in a folder that another user could write to.
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
from typing import Any

MOST_ENTRIES = 20  # of each kind; the oldest make room

_texts: dict[tuple[str, str], str] = {}  # (kind, key) -> text of the entry, of this process


def configs() -> Path:
    """The folder of shipped YAML: in a checkout beside the package, in a wheel inside it."""
    package = Path(__file__).parents[1]
    inside = package / "configs"
    return inside if inside.is_dir() else package.parent / "configs"


def settle_compiler() -> None:
    """Configure the compiler before its import; settings of the user stay.

    Compiled code lies beside the source, or in the user's cache folder if the source cannot be written.
    """
    # idle threads sleep until the next day; spinning, they take the processor from the busy ones
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    if not os.environ.get("NUMBA_CACHE_DIR") and not _writable(Path(__file__).parents[1]):
        os.environ["NUMBA_CACHE_DIR"] = str(folder() / "compiled")  # worker processes inherit it
    with away_from(".numba_config.yaml"):
        from numba.core import config

        config._config_fname = ""  # the compiler would look for it again at every compilation
        config.reload_config()


@contextmanager
def away_from(settings: str) -> Iterator[None]:
    """Within the block our folder is the current one, if the user's holds a file of that name.

    Some libraries read settings from the current folder at import, and that folder may come from somebody else.
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
    """A folder that only this user can write to: the usual one for caches, or one among the temporary files."""
    from platformdirs import user_cache_path

    user = os.getuid() if hasattr(os, "getuid") else ""
    for path in (user_cache_path("suasion", appauthor=False), Path(tempfile.gettempdir()) / f"suasion-{user}"):
        if _private(path) and _writable(path):
            return path
    path = Path(tempfile.mkdtemp(prefix="suasion-"))
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


def _private(path: Path) -> bool:
    """True if the folder exists or could be made, and belongs to this user alone. Links are not followed."""
    if not path.is_absolute():  # a user without a home
        return False
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = path.lstat()
    except OSError:
        return False
    if not hasattr(os, "getuid"):
        return True  # on Windows every user has separate folders
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid() and not status.st_mode & 0o022


def _writable(path: Path) -> bool:
    try:
        tempfile.TemporaryFile(dir=path).close()
    except OSError:
        return False
    return True


def load_or_make(kind: str, key: str, make: Callable[[], Any]) -> Any:
    """Return `make()`, or its result of an earlier start: plain data that survive JSON unchanged.

    key: a digest of everything that the result depends on. A damaged entry is made anew.
    """
    if (kind, key) in _texts:
        return json.loads(_texts[kind, key])
    data = _read(folder() / f"{kind}-{key}.json")
    if data is None:
        data = make()
        text = json.dumps(data)
        if json.loads(text) != data:
            return data
        _write(folder() / f"{kind}-{key}.json", text)
    _texts[kind, key] = json.dumps(data)
    return data


def _read(path: Path) -> Any:
    """The data of an entry; None if it is missing or damaged, or lies under another name."""
    try:
        digest, _, text = path.read_text(encoding="utf-8").partition("\n")
        return json.loads(text) if digest == _seal(path, text) else None
    except (OSError, ValueError, RecursionError):
        return None


def _seal(path: Path, text: str) -> str:
    return sha256(f"{path.name}\n{text}".encode()).hexdigest()


def _write(path: Path, text: str) -> None:
    """Write an entry under another name first, so that nobody reads half of it. A full disk keeps nothing."""
    new = path.with_suffix(f".{os.getpid()}")
    try:
        new.write_text(f"{_seal(path, text)}\n{text}", encoding="utf-8")
        new.replace(path)
        entries = path.parent.glob(f"{path.name.partition('-')[0]}-*.json")
        for old in sorted(entries, key=lambda p: p.stat().st_mtime)[:-MOST_ENTRIES]:
            old.unlink()
    except OSError:
        new.unlink(missing_ok=True)
