"""Snapshots: one world on one day, from which a run goes on bit for bit as if it had never stopped.

A snapshot holds what changes from day to day and the records so far; all else is built again from the specification. So
parameters, events, splits and directives may be others from its day on. What the numbers in it are counted in may not:
who is on stage, their indicators and ties, the citizens, and the key of the world's random draws.
"""

import json
import lzma
import os
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
from sim.core.world import World
from sim.mechanisms import Mechanisms, declared_state
from sim.records.records import SHARES, VARIABLES, rows
from sim.spec.schema import Spec

FREE = (
    "days",
    "parameters",
    "fixed",
    "mechanisms",
    "network",
    "scenario",
)  # may differ; parts of the last three are looked at
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
    """The state of one world at the end of a day, 0 being the day before the first, and its records so far.

    `InfluenceModel.snapshot` makes one; `InfluenceModel(spec, start=...)` and `sim.simulate(spec, start=...)` go on from it.

    Parameters
    ----------
    owner : dict of str to str
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

    owner: dict[str, str]  # what a specification must agree in to go on from here
    state: dict[str, Any]  # the fields of World that change
    series: dict[str, np.ndarray]  # (day + 1, ...) each, monthly ones `sim.records.rows`

    @property
    def day(self) -> int:
        """Days simulated so far."""
        return self.state["day"]

    @classmethod
    def of(cls, spec: Spec, world: World, series: dict[str, np.ndarray]) -> "Snapshot":
        """The snapshot of a world today. series: those of `Recorder`, recorded up to today."""
        if world.day > spec.days:
            raise ValueError(f"day {world.day} is beyond the {spec.days} days that are recorded")
        state = deepcopy({name: getattr(world, name) for name in STATE})
        return cls(
            _owner(spec, world), state, {name: data[: rows(name, world.day)].copy() for name, data in series.items()}
        )

    def resumed(self, spec: Spec, world: World) -> World:
        """A freshly built world of the specification in the state of this snapshot. Raises InvalidSpec."""
        if spec.days < self.day:
            raise InvalidSpec("days", spec.days, f"must be at least {self.day}, the day of the snapshot")
        for part, here in _owner(spec, world).items():
            if here != self.owner[part]:
                raise InvalidSpec(
                    part, here, f"must be {self.owner[part]}, as in the snapshot that the run starts from"
                )
        for name in ARRAYS:
            mine, fresh = self.state[name], getattr(world, name)
            if (mine.shape, mine.dtype) != (fresh.shape, fresh.dtype):
                raise InvalidSpec("start", f"{name} {mine.shape}", f"must be {fresh.shape}; the snapshot does not fit")
        return world.restored(self.state)

    def save(self, path: str | Path) -> None:
        """Write one file of arrays and JSON; it appears under its name when it is complete."""
        path = Path(path)
        arrays: dict[str, Any] = {f"state.{name}": self.state[name] for name in ARRAYS}
        arrays |= {f"series.{name}": data for name, data in self.series.items()}
        if any(data.dtype.hasobject for data in arrays.values()):
            raise TypeError("a snapshot holds numbers, no objects")
        plain = {name: adapter.dump_python(self.state[name], mode="json") for name, adapter in PLAIN.items()}
        header = json.dumps({"suasion": product_version(), "owner": self.owner, "state": plain})
        partial = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            with partial.open("wb") as file:
                np.savez_compressed(file, header=np.frombuffer(header.encode(), dtype=np.uint8), **arrays)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)

    @classmethod
    def load(cls, path: str | Path) -> "Snapshot":
        """Read a file that `save` wrote; no code in it is run. Raises InvalidSpec if it is damaged or of another version."""
        try:
            check_file(path)
            with open(path, "rb") as opened, np.load(opened, allow_pickle=False) as file:
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
            return cls(TypeAdapter(dict[str, str]).validate_python(header["owner"]), state, series)
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


def _owner(spec: Spec, world: World) -> dict[str, str]:
    """What a snapshot's numbers are counted in, by the key that says it; long parts as digests."""
    parts = {name: getattr(spec, name) for name in Spec.model_fields if name not in FREE}
    ties = b"".join(getattr(world.fixed.ties, f.name).tobytes() for f in fields(world.fixed.ties))
    return {name: _short(value) for name, value in parts.items()} | {
        "scenario.host": spec.scenario.host,
        "scenario.start_date": str(spec.scenario.start_date),
        "network": sha256(ties).hexdigest()[:16],
        "persons per citizen row": repr(world.fixed.people_per_row),
    }


def _short(value) -> str:
    """A plain value as it is, a tree as the digest of its JSON."""
    if not isinstance(value, (dict, BaseModel)):
        return str(value)
    text = TypeAdapter(type(value)).dump_json(value) if isinstance(value, dict) else value.model_dump_json().encode()
    return sha256(text).hexdigest()[:16]
