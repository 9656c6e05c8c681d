"""One world: its fixed data, its mechanisms, and the state that changes from day to day."""

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import replace
from typing import Any

import numpy as np

from sim.core.agenda import Agenda
from sim.core.fixed import Fixed
from sim.core.log import LogEntry
from sim.core.state import Declaration


class World:
    """The state of one world. Its arrays are those that mechanisms and policies declare, see docs/state.md.

    Day, log, agenda and the choices taken belong to no mechanism: the model moves the day, `record` writes the log,
    `sim.core.agenda` the agenda and `sim.actors.choices` the choices.

    Type checkers read the arrays in `world.pyi`, which `python -m tools.state` writes.
    """

    def __init__(self, fixed: Fixed, mechanisms: Any, declarations: Iterable[tuple[Any, Declaration]]):
        """declarations: each with its owner, whose parameters its start may read."""
        self.fixed = fixed
        self.mechanisms = mechanisms
        self.declarations: tuple[Declaration, ...] = tuple(declaration for _, declaration in declarations)
        self.day: int = 0
        self.log: list[LogEntry] = []
        self.agenda = Agenda()
        self.choices: set[tuple[int, str, int]] = set()  # (actor key, option, crisis)
        for owner, declaration in declarations:
            setattr(self, declaration.name, declaration.initial(owner, fixed))

    def record(self, actor: str, kind: str, target: str = "", size: float = 0.0, unit: str = "") -> None:
        """Add an entry of today to the log."""
        self.log.append(LogEntry(self.day, actor, kind, target, float(size), unit))

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        """Name -> array of all declared arrays."""
        return {d.name: getattr(self, d.name) for d in self.declarations if d.is_array}

    def __getstate__(self) -> dict[str, Any]:
        """The state for pickle. Start values may be functions that pickle cannot name, and are needed on day 0 only."""
        return vars(self) | {"declarations": tuple(replace(d, start=None) for d in self.declarations)}

    def copy(self) -> "World":
        """An independent world in the same state; it shares the fixed data and the mechanisms."""
        other = object.__new__(World)
        shared = {"fixed", "mechanisms", "declarations"}
        vars(other).update({k: v if k in shared else deepcopy(v) for k, v in vars(self).items()})
        return other

    __copy__ = copy

    def restored(self, state: dict[str, Any]) -> "World":
        """This world with pieces of state from a snapshot, by name."""
        other = self.copy()
        for name, piece in deepcopy(state).items():
            setattr(other, name, Agenda(piece) if name == "agenda" else piece)
        return other
