"""Compiled functions: Numba's `njit`, whose cache is checked before it is used and made anew where it is damaged.

What a cache holds is code, so each file begins with the digest of the rest. A file that was cut, emptied or overwritten is
no entry, and the function is compiled again.
"""

import pickle
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from typing import Any

import numba
from numba.core import config
from numba.core.caching import FunctionCache, IndexDataCacheFile

MARK = b"suasion 1\n"  # of the layout below
HEAD = len(MARK) + sha256().digest_size


def njit(*, cache: bool = True, **options: Any) -> Callable[[Callable], Any]:
    """`numba.njit` with a cache that survives damage."""

    def compiled(function: Callable) -> Any:
        dispatcher: Any = numba.njit(**options)(function)
        if cache and not config.DISABLE_JIT:  # pyright: ignore[reportAttributeAccessIssue]  # set at run time
            dispatcher._cache = CheckedCache(function)
        return dispatcher

    return compiled


class CheckedFile(IndexDataCacheFile):
    """Index and code of one function, each file behind the digest of its content."""

    def _load_index(self) -> dict:
        content = self._read(self._index_path)
        if content is None:
            return {}
        version, stamp, overloads = pickle.loads(content)
        return overloads if (version, stamp) == (self._version, self._source_stamp) else {}

    def _save_index(self, overloads: dict) -> None:
        self._write(self._index_path, (self._version, self._source_stamp, overloads))

    def _load_data(self, name: str):
        content = self._read(self._data_path(name))
        return None if content is None else pickle.loads(content)

    def _save_data(self, name: str, data) -> None:
        self._write(self._data_path(name), data)

    def _read(self, path: str) -> bytes | None:
        """Content of a file, None if there is none or it is not what was written."""
        try:
            with open(path, "rb") as file:
                head, content = file.read(HEAD), file.read()
        except OSError:
            return None
        return content if head == MARK + sha256(content).digest() else None

    def _write(self, path: str, data) -> None:
        content = self._dump(data)
        with self._open_for_write(path) as file:
            file.write(MARK + sha256(content).digest() + content)


class CheckedCache(FunctionCache):
    """The cache of one function."""

    def __init__(self, function):
        super().__init__(function)
        self._cache_file = CheckedFile(
            self._cache_path, self._impl.filename_base, self._impl.locator.get_source_stamp()
        )

    def save_overload(self, sig, data) -> None:
        """Keep what was compiled; where it cannot be written, the next start compiles again."""
        with suppress(OSError):
            super().save_overload(sig, data)
