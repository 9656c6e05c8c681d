"""Declarations of the world's state: axes, unit, bounds, start, daily reset and one line of text.

A mechanism, or a policy that remembers, declares its state in a nested class `State`, next to its parameters. Allocation,
copies, snapshots, the bounds test, the table in docs/state.md and the stub that type checkers read follow from these
declarations. Only the owner writes what it declares.
"""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from math import inf
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Declaration:
    """One piece of state.

    `start` is a constant, or a function of the owner and the fixed data of a world. `daily` is the value to which the
    owner resets an array at the start of its step; None: it never does. `snapshot=False` marks state that follows
    from other state. `type` is the type of a value that is no array.
    """

    text: str
    unit: str = ""
    axes: str = ""
    dtype: type = np.float64
    low: float = -inf
    high: float = inf
    start: Any = 0.0
    daily: float | None = None
    snapshot: bool = True
    type: Any = np.ndarray
    name: str = ""
    owner: str = ""

    @property
    def is_array(self) -> bool:
        """True for arrays, False for plain values."""
        return self.type is np.ndarray

    def initial(self, owner: Any, fixed: Any) -> Any:
        """The value on day 0, a fresh object."""
        value = self.start(owner, fixed) if callable(self.start) else self.start
        if not self.is_array:
            return deepcopy(value)
        shape = tuple(fixed.sizes[axis] for axis in self.axes)
        if isinstance(value, np.ndarray):
            return value.astype(self.dtype)
        return np.full(shape, value, dtype=self.dtype)


def array(
    axes: str,
    text: str,
    *,
    unit: str,
    low: float = -inf,
    high: float = inf,
    start: float | Callable[[Any, Any], np.ndarray] = 0.0,
    daily: float | None = None,
    dtype: type = np.float64,
    snapshot: bool = True,
) -> Declaration:
    """Declare an array; `axes` are letters of `sim.core.axes.AXES`, bounds are inclusive."""
    return Declaration(text, unit, axes, dtype, low, high, start, daily, snapshot)


def value(type_: Any, text: str, *, start: Any) -> Declaration:
    """Declare a plain value: a flag, a number, a list."""
    return Declaration(text, start=start, type=type_)


def declared_by(owner: type, name: str) -> Iterator[Declaration]:
    """The declarations in the nested class `State` of an owner, with their names."""
    for key, declaration in vars(getattr(owner, "State", object)).items():
        if isinstance(declaration, Declaration):
            yield replace(declaration, name=key, owner=name)
