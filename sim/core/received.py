"""Checks of files that somebody else may have written: no links, no devices, no endless texts, no foreign resolvers.

The user may name a folder or file by a link; inside a folder no link is followed. Texts are read as plain data. A text that
nests too deeply, or unfolds without end, counts as damaged.
"""

import errno
import json
import math
import os
import re
import stat
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from sim.core.faults import ConfigError, describe_fault
from sim.core.strict_yaml import parse_yaml, scalars

LARGEST_TEXT = 1 << 28  # bytes of a file of text
_KEY = re.compile(r"\$\{\.*[\w-]+(?:\.[\w-]+|\[[\w-]+\])*\}")  # the value of another key


def check_folder(key: str, folder: Path) -> None:
    """Refuse a folder that holds a link or a device at any depth. Raises ConfigError."""
    pending = [folder]
    while pending:
        try:
            entries = list(os.scandir(pending.pop()))
        except OSError as error:
            raise ConfigError(describe_fault(key, folder, f"cannot be read ({error.strerror or error})", ())) from None
        for entry in entries:
            if entry.is_dir(follow_symlinks=False) and not _junction(entry):
                pending.append(Path(entry.path))
            elif not entry.is_file(follow_symlinks=False):
                allowed = "is a link or a device; in a results folder there are files and folders alone, remove it"
                raise ConfigError(describe_fault(key, entry.path, allowed, ()))


def _junction(entry: os.DirEntry) -> bool:
    """True for a folder of Windows that leads elsewhere; Python knows them from 3.12 on."""
    return bool(getattr(entry, "is_junction", lambda: False)())


def inside(key: str, folder: Path, name: str) -> Path:
    """The file of that name in the folder, where the name is data. Raises ConfigError if it leads elsewhere."""
    if not isinstance(name, str) or name in ("", ".", "..") or re.search(r"[/\\:\0]", name):
        raise ConfigError(describe_fault(key, name, f"must be the name of a file in {folder}", ()))
    return folder / name


def check_file(path: str | Path) -> None:
    """Raise OSError unless the path is a regular file: a pipe would block, and some devices have no end."""
    if not stat.S_ISREG(os.stat(path).st_mode):
        folder = os.path.isdir(path)
        raise OSError(errno.EISDIR if folder else errno.EINVAL, "a folder" if folder else "a device, not a file")


def read_bytes(path: Path, most: int = LARGEST_TEXT) -> bytes:
    """Content of a regular file. Raises OSError, also for a device and for a file larger than `most`."""
    check_file(path)
    with open(path, "rb") as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise OSError(errno.EFBIG, f"larger than {most >> 20} MiB")
    return content


def read_text(path: Path) -> str:
    """Text of a regular file in UTF-8, with or without a byte order mark. Raises OSError, and ValueError with the line."""
    content = read_bytes(path)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ValueError("is written in UTF-16; save it as UTF-8")
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line, byte = content.count(b"\n", 0, error.start) + 1, content[error.start]
        raise ValueError(f"line {line}: the byte 0x{byte:02x} is no UTF-8; save the file as UTF-8") from None


def read_yaml(path: Path) -> Any:
    """Plain data of a YAML file. Raises OSError, and ValueError with the line."""
    return parse_yaml(read_text(path))


def read_json(path: Path) -> Any:
    """Plain data of a JSON file. Raises OSError and ValueError."""
    return parse_json(read_text(path))


def read_fault(key: str, path: str | Path, error: Exception) -> ConfigError:
    """The error for a file that cannot be read or is not what it should be: key, path and reason in one line."""
    reason = reason_of(error)
    allowed = reason if re.match(r"line \d|is |must ", reason) else f"cannot be read ({reason})"
    return ConfigError(describe_fault(key, Path(path), allowed, ()))


def reason_of(error: BaseException) -> str:
    """The reason of an error in one line, without its number and path."""
    return " ".join(str(getattr(error, "strerror", None) or error).split())[:200] or type(error).__name__


def file_digest(path: str | Path) -> str:
    """SHA-256 of a file, whatever its size. Raises OSError."""
    check_file(path)
    digest = sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def parse_json(text: str | bytes) -> Any:
    """Plain data; no key stands twice, and numbers are finite. Raises ValueError."""
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_finite, parse_float=_finite)
    except RecursionError:
        raise ValueError("it nests too deeply") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"the key {next(name for name in names if names.count(name) > 1)} stands twice")
    return data


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is no finite number")
    return number


def check_plain(key: str, text: str) -> None:
    """Refuse `${...}` that does more than take the value of another key. Raises ConfigError; quotes the text, no value."""
    if "${" in _KEY.sub("", text) or "${hydra" in text:
        allowed = "only ${path.of.a.key} is resolved; no resolver reads the environment or anything else"
        raise ConfigError(describe_fault(key, text, allowed, ()))


def check_tree(key: str, tree: Any) -> None:
    """`check_plain` of every key and text of plain data."""
    pending = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, str):
            check_plain(key, node)
        elif isinstance(node, dict):
            pending += [*node.keys(), *node.values()]
        elif isinstance(node, (list, tuple)):
            pending += node


def check_sources(key: str, folder: Path) -> None:
    """Refuse a folder of configuration that leads out of itself or asks for a resolver. Raises ConfigError.

    A file that cannot be read, or is no YAML, is the fault of the command that uses it.
    """
    home = folder.resolve()
    for place, folders, files in os.walk(home):
        for name in (*folders, *files):
            path = Path(place, name)
            linked = path.is_symlink() and (path.suffix == ".yaml" or path.is_dir())
            if linked and not _leads_inside(path, home):
                raise ConfigError(describe_fault(key, path, "is a link that leads out of the folder", ()))
        for path in (Path(place, name) for name in files if name.endswith(".yaml")):
            if path.is_file():
                about = path.stat()
                _check_source(path, about.st_mtime_ns, about.st_size)


def _leads_inside(path: Path, home: Path) -> bool:
    """True for a link whose end lies in the folder, and for one that leads in a circle: it leads nowhere."""
    return Path(os.path.realpath(path)).is_relative_to(home)


@lru_cache(maxsize=4096)
def _check_source(path: Path, changed: int, size: int) -> None:
    """One file, looked at once until it changes: a comparison composes many times."""
    try:
        texts = scalars(read_text(path))
    except (OSError, ValueError):
        return
    for text in texts:
        check_plain(str(path), text)
        if re.search(r"(^|[/@])\.\.(/|$)", text):
            raise ConfigError(describe_fault(str(path), text, "leads out of the folder; name the file alone", ()))
