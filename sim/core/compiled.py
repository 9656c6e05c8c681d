"""Compiled functions: Numba's `njit`, whose cache is checked before use and made anew where it is damaged or out of date.

A cache holds code, so each file begins with the digest of the rest. A file that was cut, emptied or overwritten is no
entry, and the function is compiled again. It is compiled again too when a function or a constant of another file has
changed that is compiled into it (`sim.core.dependencies`).
"""

import pickle
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from hashlib import sha256
from typing import Any, TypeVar

import numba
from numba.core import config
from numba.core.caching import FunctionCache, IndexDataCacheFile
from numba.extending import register_jitable

from sim.core.dependencies import compilable, digest

Plain = TypeVar("Plain", bound=Callable)

MARK = b"suasion 1\n"  # of the layout below
HEAD = len(MARK) + sha256().digest_size


def njit(*, cache: bool = True, **options: Any) -> Callable[[Callable[..., Any]], Any]:
    """`numba.njit` with a cache that survives damage."""

    def compiled(function: Callable[..., Any]) -> Any:
        dispatcher: Any = numba.njit(**options)(compilable(function))
        if cache and not config.DISABLE_JIT:  # pyright: ignore[reportAttributeAccessIssue]  # set at run time
            dispatcher._cache = CheckedCache(function)
        return dispatcher

    return compiled


def equation(function: Plain) -> Plain:
    """Mark a plain function: Python calls it as it is, and a compiled function that calls it compiles it in."""
    return register_jitable(compilable(function))


class CheckedFile(IndexDataCacheFile):
    """Index and code of one function, each file behind the digest of its content."""

    def __init__(self, function, *place):
        super().__init__(*place)
        self._function = function

    @cached_property
    def _stamp(self) -> tuple[Any, ...]:
        """State of the sources: numba's stamp of the function's file, and the digest of all that is compiled in."""
        return self._source_stamp, digest(self._function)

    def _load_index(self) -> dict[Any, Any]:
        content = self._read(self._index_path)
        if content is None:
            return {}
        version, stamp, overloads = pickle.loads(content)
        return overloads if (version, stamp) == (self._version, self._stamp) else {}

    def _save_index(self, overloads: dict[Any, Any]) -> None:
        self._write(self._index_path, (self._version, self._stamp, overloads))

    def _load_data(self, name: str):
        content = self._read(self._data_path(name))
        return None if content is None else pickle.loads(content)

    def _save_data(self, name: str, data) -> None:
        self._write(self._data_path(name), data)

    def _read(self, path: str) -> bytes | None:
        """Content of a file; None if it is missing or damaged."""
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
        stamp = self._impl.locator.get_source_stamp()
        self._cache_file = CheckedFile(function, self._cache_path, self._impl.filename_base, stamp)

    def save_overload(self, sig, data) -> None:
        """Keep the compiled code; if it cannot be written, the next start compiles again."""
        with suppress(OSError):
            super().save_overload(sig, data)
