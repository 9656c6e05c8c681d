"""Checks of files that somebody else may have written: no links, no devices, no endless texts, no foreign resolvers.

The user may name a folder or file by a link; inside a folder no link is followed. Texts are read as plain data. A text that
nests too deeply, or unfolds without end, counts as damaged.
"""

import errno
import json
import os
import re
import stat
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml

from sim.core.faults import ConfigError, describe_fault

LARGEST_TEXT = 1 << 28  # bytes of a file of text
DEEPEST = 100  # levels of a tree; ours have eight
MOST_NODES = 5_000_000  # of a tree whose aliases are written out
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
    """Text of a regular file. Raises OSError and UnicodeDecodeError."""
    return read_bytes(path).decode("utf-8").replace("\r\n", "\n")


def file_digest(path: str | Path) -> str:
    """SHA-256 of a file, whatever its size. Raises OSError."""
    check_file(path)
    digest = sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def parse_json(text: str | bytes) -> Any:
    """Plain data. Raises ValueError."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("it nests too deeply") from None


def parse_yaml(text: str) -> Any:
    """Plain data: no tags of Python, no alias that unfolds without end. Raises ValueError and yaml.YAMLError."""
    scalars(text)
    return yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def scalars(text: str) -> list[str]:
    """Every key and value of a YAML text that is safe to build. Raises ValueError and yaml.YAMLError.

    The C builder would end the process for a text that nests too deeply; counting events does not.
    """
    values, sizes, anchors, names = [], [0], {}, []
    for event in yaml.parse(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        if isinstance(event, yaml.CollectionStartEvent):
            sizes.append(1)
            names.append(event.anchor)
            if len(names) > DEEPEST:
                raise ValueError("it nests too deeply")
        elif isinstance(event, yaml.CollectionEndEvent):
            size = sizes.pop()
            anchors[names.pop()] = size
            sizes[-1] += size
        elif isinstance(event, yaml.AliasEvent):
            if event.anchor in names:
                raise ValueError(f"the alias *{event.anchor} contains itself")
            sizes[-1] += anchors.get(event.anchor, 1)
        elif isinstance(event, yaml.ScalarEvent):
            values.append(event.value)
            anchors[event.anchor] = 1
            sizes[-1] += 1
        if sizes[-1] > MOST_NODES:
            raise ValueError("its aliases unfold without end")
    return values


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

    A file that is no YAML is the fault of the command that uses it.
    """
    home = folder.resolve()
    for place, folders, files in os.walk(home):
        for name in (*folders, *files):
            path = Path(place, name)
            linked = path.is_symlink() and (path.suffix == ".yaml" or path.is_dir())
            if linked and not path.resolve().is_relative_to(home):
                raise ConfigError(describe_fault(key, path, "is a link that leads out of the folder", ()))
        for name in files:
            if name.endswith(".yaml"):
                path = Path(place, name)
                about = path.stat()
                _check_source(path, about.st_mtime_ns, about.st_size)


@lru_cache(maxsize=4096)
def _check_source(path: Path, changed: int, size: int) -> None:
    """One file, looked at once until it changes: a comparison composes many times."""
    try:
        texts = scalars(read_text(path))
    except (yaml.YAMLError, UnicodeDecodeError):
        return
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ConfigError(describe_fault("file", path, f"cannot be read ({reason})", ())) from None
    for text in texts:
        check_plain(str(path), text)
        if re.search(r"(^|[/@])\.\.(/|$)", text):
            raise ConfigError(describe_fault(str(path), text, "leads out of the folder; name the file alone", ()))
