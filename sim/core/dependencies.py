"""Dependencies of a compiled function: the files and the constants that its machine code contains.

Numba compiles the functions that a function calls, and the constants that it reads, into its code, but looks at one file
alone when it decides whether kept code is up to date.
"""

from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

import numpy as np

_compilable: set[FunctionType] = set()
PLAIN = (bool, int, float, complex, str, bytes, np.generic, np.dtype)  # constants that compiled code contains


def compilable(function):
    """Note that compiled code may contain this plain function; returns it."""
    _compilable.add(function)
    return function


def digest(function) -> str:
    """Digest of all that the machine code of a function depends on.

    Parameters
    ----------
    function : function
        Plain function as its module defines it.

    Returns
    -------
    str
        Hexadecimal digest. It changes when the file of a compilable function changes that this one calls, directly or
        through others, or a constant that one of them reads.
    """
    met: dict[FunctionType, list[str]] = {}
    _collect(function, met)
    return sha256("\n".join(sorted(line for lines in met.values() for line in lines)).encode()).hexdigest()


def _collect(function, met: dict[FunctionType, list[str]]) -> None:
    """Add a function and its callees to `met`: function -> lines that describe its dependencies."""
    if function in met:
        return
    lines = met[function] = [
        f"{function.__module__}.{function.__qualname__} {_file_digest(function.__code__.co_filename)}"
    ]
    for name, value in _globals_read(function):
        plain = getattr(value, "py_func", value)  # of a compiled function
        if isinstance(plain, FunctionType):
            if plain in _compilable:
                _collect(plain, met)
        else:
            lines.append(f"{function.__module__}.{name} = {_constant(value)}")


def _globals_read(function) -> Iterator[tuple[str, object]]:
    """Names and values that a function reads from its module, from modules that it names, and from its closure."""
    names = set(_names(function.__code__))
    for name in names & function.__globals__.keys():
        value = function.__globals__[name]
        if isinstance(value, ModuleType):
            yield from ((f"{name}.{attribute}", vars(value)[attribute]) for attribute in names & vars(value).keys())
        else:
            yield name, value
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        yield name, cell.cell_contents


def _names(code: CodeType) -> Iterator[str]:
    """Names in a function's code and in that of the functions inside it."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def _constant(value) -> str:
    """A text that differs where the constant differs; empty for values that compiled code does not contain."""
    if isinstance(value, np.ndarray):
        return f"{value.dtype} {value.shape} {sha256(np.ascontiguousarray(value).tobytes()).hexdigest()}"
    if isinstance(value, tuple):
        return f"({', '.join(map(_constant, value))})"
    return repr(value) if isinstance(value, PLAIN) else ""


@cache
def _file_digest(path: str) -> str:
    """Digest of a source file."""
    return sha256(Path(path).read_bytes()).hexdigest()
