"""Snapshots: the state of one replication on one day; a run continues from it bit for bit.

A snapshot holds the state and the records so far; all fixed data are built again from the specification. So parameters,
events, splits and directives may differ from its day on. The actors on stage, their indicators and ties, the citizens and the
key of the random draws may not.
"""

import json
import lzma
import struct
import zlib
from copy import deepcopy
from dataclasses import dataclass, fields
from hashlib import sha256
from pathlib import Path
from typing import Any, cast
from zipfile import BadZipFile, ZipFile

import numpy as np
import psutil
from pydantic import BaseModel, TypeAdapter

from sim.core.agenda import Task
from sim.core.faults import InvalidSpec
from sim.core.log import LogEntry
from sim.core.received import check_file, parse_json
from sim.core.version import product_version
from sim.core.whole_file import whole_file
from sim.core.world import World
from sim.mechanisms import Mechanisms, declared_state
from sim.records.variables import SHARES, VARIABLES, series_rows
from sim.spec.schema import Spec

# parts of a specification that may differ; of the last three, some parts are compared all the same
FREE = ("days", "parameters", "fixed", "mechanisms", "network", "scenario")
DECLARED = tuple(declaration for _, declaration in declared_state(Mechanisms()) if declaration.snapshot)
ARRAYS = tuple(declaration.name for declaration in DECLARED if declaration.is_array)
RECORDED = {v.name for v in (*VARIABLES, SHARES)}
PLAIN = {
    "day": TypeAdapter(int),
    "log": TypeAdapter(list[LogEntry]),
    "agenda": TypeAdapter(list[Task]),
    "choices": TypeAdapter(set[tuple[int, str, int]]),
} | {d.name: TypeAdapter(d.type) for d in DECLARED if not d.is_array}
STATE = (*PLAIN, *ARRAYS)
_DAMAGED = (
    ValueError, KeyError, TypeError, EOFError, AttributeError, NotImplementedError, BadZipFile, MemoryError, struct.error,
    zlib.error, lzma.LZMAError,
)  # fmt: skip


@dataclass(frozen=True)
class Snapshot:
    """The state at the end of a day (0 = before the first), the records so far, and the identity of the run.

    `InfluenceModel.snapshot` makes one; `InfluenceModel(spec, start=...)` and `sim.simulate(spec, start=...)` go on from it.

    Parameters
    ----------
    identity : dict of str to str
        What a specification must agree in to go on from here.
    state : dict of str to object
        The fields of the world that change.
    series : dict of str to numpy.ndarray
        Records so far, (day + 1, ...) each; monthly ones have the rows of `sim.records.rows`.

    Examples
    --------
    >>> import sim
    >>> spec = sim.load(["citizens=1000", "days=4"])
    >>> model = sim.InfluenceModel(spec)
    >>> model.step()
    >>> snapshot = model.snapshot()
    >>> snapshot.day
    1
    >>> sim.simulate(spec, start=snapshot)["protest"].shape
    (5,)
    """

    identity: dict[str, str]  # a specification must agree in these parts to continue
    state: dict[str, Any]  # name -> state of `World`
    series: dict[str, np.ndarray]  # (day + 1, ...) each, monthly ones fewer rows

    @property
    def day(self) -> int:
        """Days simulated so far."""
        return self.state["day"]

    @classmethod
    def of(cls, spec: Spec, world: World, series: dict[str, np.ndarray]) -> "Snapshot":
        """The snapshot of a world today. series: those of `Recorder` up to today."""
        if world.day > spec.days:
            raise ValueError(f"day {world.day} is beyond the {spec.days} days that are recorded")
        state = deepcopy({name: getattr(world, name) for name in STATE})
        return cls(
            _identity(spec, world),
            state,
            {name: data[: series_rows(name, world.day)].copy() for name, data in series.items()},
        )

    def resumed(self, spec: Spec, world: World) -> World:
        """The new world of a specification, in the state of this snapshot. Raises InvalidSpec."""
        if spec.days < self.day:
            raise InvalidSpec("days", spec.days, f"must be at least {self.day}, the day of the snapshot")
        for part, present in _identity(spec, world).items():
            if present != self.identity[part]:
                raise InvalidSpec(
                    part, present, f"must be {self.identity[part]}, as in the snapshot that the run starts from"
                )
        for name in ARRAYS:
            stored, fresh = self.state[name], getattr(world, name)
            if (stored.shape, stored.dtype) != (fresh.shape, fresh.dtype):
                raise InvalidSpec(
                    "start", f"{name} {stored.shape}", f"must be {fresh.shape}; the snapshot does not fit"
                )
        return world.restored(self.state)

    def save(self, path: str | Path) -> None:
        """Write one file of arrays and JSON; it gets its name when it is complete."""
        path = Path(path)
        arrays: dict[str, Any] = {f"state.{name}": self.state[name] for name in ARRAYS}
        arrays |= {f"series.{name}": data for name, data in self.series.items()}
        if any(data.dtype.hasobject for data in arrays.values()):
            raise TypeError("a snapshot holds numbers, no objects")
        plain = {name: adapter.dump_python(self.state[name], mode="json") for name, adapter in PLAIN.items()}
        header = json.dumps({"suasion": product_version(), "identity": self.identity, "state": plain})
        with whole_file(path) as partial, partial.open("wb") as file:
            np.savez_compressed(file, header=np.frombuffer(header.encode(), dtype=np.uint8), **arrays)

    @classmethod
    def load(cls, path: str | Path) -> "Snapshot":
        """Read a file of `save` without running code from it. Raises InvalidSpec if it is damaged or of another version."""
        try:
            check_file(path)
            with open(path, "rb") as stream, np.load(stream, allow_pickle=False) as file:
                _check_size(file)
                header = parse_json(file["header"].tobytes())
                if header["suasion"] != product_version():
                    allowed = f"was written by suasion {header['suasion']}, this is {product_version()}"
                    raise InvalidSpec("start", path, allowed)
                arrays = {name: file[name] for name in file.files if name != "header"}
            state = {name: adapter.validate_python(header["state"][name]) for name, adapter in PLAIN.items()}
            state |= {name: arrays[f"state.{name}"] for name in ARRAYS}
            series = {name[7:]: data for name, data in arrays.items() if name.startswith("series.")}
            if series.keys() != RECORDED:
                raise InvalidSpec("start", path, "holds other series than this version records")
            return cls(TypeAdapter(dict[str, str]).validate_python(header["identity"]), state, series)
        except InvalidSpec:
            raise
        except OSError as error:
            raise InvalidSpec("start", path, f"cannot be read ({error.strerror or error})") from None
        except _DAMAGED:
            raise InvalidSpec("start", path, "is no snapshot, or a damaged one") from None


def _check_size(file: np.lib.npyio.NpzFile) -> None:
    """Raises ValueError if the arrays do not fit into memory: a small file may unfold to a large one."""
    if sum(entry.file_size for entry in cast(ZipFile, file.zip).infolist()) > psutil.virtual_memory().available:
        raise ValueError("larger than the memory")


def _identity(spec: Spec, world: World) -> dict[str, str]:
    """The identity of a run by key; long values as digests."""
    parts = {name: getattr(spec, name) for name in Spec.model_fields if name not in FREE}
    ties = b"".join(getattr(world.fixed.ties, f.name).tobytes() for f in fields(world.fixed.ties))
    return {name: _short(value) for name, value in parts.items()} | {
        "scenario.host": spec.scenario.host,
        "scenario.start_date": str(spec.scenario.start_date),
        "network": sha256(ties).hexdigest()[:16],
        "persons per citizen row": repr(world.fixed.people_per_row),
    }


def _short(value: Any) -> str:
    """A plain value as it is, a tree as the digest of its JSON."""
    if not isinstance(value, (dict, BaseModel)):
        return str(value)
    text = TypeAdapter(type(value)).dump_json(value) if isinstance(value, dict) else value.model_dump_json().encode()
    return sha256(text).hexdigest()[:16]
