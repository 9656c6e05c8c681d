"""Draws of parameters from priors or from the posterior: one draw per replication, the same in every arm."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, cast

import numpy as np

from sim.core.caches import configs
from sim.core.draw_names import draw_unit, name_of
from sim.core.faults import InvalidSpec
from sim.core.streams import Stream, uniform_each
from sim.mechanisms import Mechanisms
from sim.spec.schema import Spec, parameter_paths

WEIGHT = "weight:"  # prefix of a column of weights; then the host that is left out, or nothing
CALIBRATED = ("posterior", "posterior_centre")  # kinds of parameters that read the posterior
GOLDEN = 0.6180339887498949  # multiples of it, modulo 1, fill the unit interval evenly at every length


class Uncertain(NamedTuple):
    """A parameter with a prior: path, bounds, unit of the draw, and whether it carries a contested claim."""

    path: str
    low: float
    high: float
    unit: int
    claim: bool


@cache
def _uncertain() -> tuple[Uncertain, ...]:
    """Every parameter with a prior."""
    return tuple(
        Uncertain(
            f"mechanisms.{name}.{parameter}", prior[0], prior[1], draw_unit(f"{name}.{parameter}"), extra["claim"]
        )
        for name, standard in Mechanisms()
        for parameter, declared in type(standard).model_fields.items()
        if (prior := (extra := cast(dict[str, Any], declared.json_schema_extra or {})).get("prior"))
    )


@cache
def _open_claims() -> tuple[Uncertain, ...]:
    """Coefficients with a claim that were not calibrated: with the posterior they come from their priors."""
    calibrated = posterior()[0]
    return tuple(u for u in _uncertain() if u.claim and u.path not in calibrated)


@cache
def _defaults() -> dict[str, object]:
    """Path of every parameter -> its default."""
    return {path: value_at(Mechanisms(), path) for path in parameter_paths()}


class Draws:
    """The parameters of a specification that are drawn, and the mechanisms with their values in each world.

    A parameter that the user fixed is never drawn. Fixed are the paths in `Spec.fixed`, and parameters whose value differs
    from the default, as after a change in Python.
    """

    def __init__(self, mechanisms: Mechanisms, kind: str, without: str = "", fixed: Iterable[str] = ()):
        """kind: that of `Spec.parameters`. without: host whose crises are left out. Raises InvalidSpec."""
        self._mechanisms, self._kind, self._without = mechanisms, kind, without
        free = {path for path in _defaults() if value_at(mechanisms, path) == _defaults()[path]} - set(fixed)
        uncertain = _uncertain() if kind == "prior" else _open_claims() if kind == "posterior" else ()
        uncertain = [u for u in uncertain if u.path in free]
        self._unit = np.array([u.unit for u in uncertain], dtype=np.int64)
        self._low, self._high = (np.array([getattr(u, end) for u in uncertain]) for end in ("low", "high"))
        calibrated = posterior()[0] if kind in CALIBRATED else ()
        self._column = [i for i, path in enumerate(calibrated) if path in free]
        self.paths = (*(u.path for u in uncertain), *(calibrated[i] for i in self._column))
        if kind in CALIBRATED:
            check_host(without)
        self._latest: tuple[tuple[int, int], Mechanisms] | None = None

    @classmethod
    def of(cls, spec: Spec) -> "Draws":
        """The draws of a specification. Raises InvalidSpec if the posterior does not know the host that is left out."""
        return cls(spec.mechanisms, spec.parameters, spec.posterior_without, spec.fixed)

    def mechanisms(self, key: int, replication: int) -> Mechanisms:
        """The mechanisms of one replication: the same object if the call repeats.

        A draw of the posterior belongs to the replication alone, so that it is the same in every arm and for every seed.
        """
        if not self.paths:
            return self._mechanisms
        if self._latest is None or self._latest[0] != (key, replication):
            self._latest = (key, replication), _with(self._mechanisms, self._values(key, replication))
        return self._latest[1]

    def _values(self, key: int, replication: int) -> dict[str, float]:
        u = uniform_each(key, Stream.PARAMETERS, self._unit, 0, 0)
        values = (self._low + (self._high - self._low) * u).tolist()
        if self._kind in CALIBRATED:
            vector = self._vector(replication)
            values += [vector[i] for i in self._column]
        return dict(zip(self.paths, values, strict=True))

    def _vector(self, replication: int) -> list[float]:
        centre = self._kind == "posterior_centre"
        row = _central_row(self._without) if centre else posterior_rows(np.array([replication]), self._without)[0]
        return posterior()[1][row].tolist()


def value_at(mechanisms: Mechanisms, path: str) -> Any:
    """Value of a parameter at its path, like mechanisms.contention.threshold."""
    _, name, parameter = path.split(".")
    return getattr(getattr(mechanisms, name), parameter)


def recorded(specs: Iterable[Any], more: Iterable[str] = ()) -> tuple[str, ...]:
    """Paths of all parameters that a user fixed or that are drawn in any of these specifications, and more, in order."""
    paths = {path for spec in specs for listed in record_of(spec).values() for path in listed} | set(more)
    return tuple(path for path in _defaults() if path in paths)


def plain_value(mechanisms: Mechanisms, path: str) -> bool | int | float | str:
    """Value of a parameter as a table holds it: a number, a truth value or a word."""
    value = value_at(mechanisms, path)
    return str(value) if isinstance(value, str) else value


def record_of(spec: Spec, varied: Iterable[str] = ()) -> dict[str, list[str]]:
    """The fixed and the drawn parameters of a specification, for a manifest.

    varied: paths that an experiment varies; they count as neither.
    """
    varied = set(varied)
    named = {
        path for path, value in _defaults().items() if path in spec.fixed or value_at(spec.mechanisms, path) != value
    }
    drawn = set(Draws.of(spec).paths)
    return {"fixed": [path for path in _defaults() if path in named - varied]} | {
        "drawn": [path for path in _defaults() if path in drawn - varied]
    }


def check_host(without: str) -> None:
    """Raises InvalidSpec if the posterior has no weights for a host that is left out."""
    hosts = posterior()[2]
    if without not in hosts:
        valid = tuple(sorted(host for host in hosts if host))
        allowed = f"the posterior knows no such host; it knows {', '.join(valid)}"
        raise InvalidSpec("posterior_without", without, allowed, valid)


def posterior_rows(replications: np.ndarray, without: str = "") -> np.ndarray:
    """Row of the posterior that each replication draws. Raises InvalidSpec if the posterior knows no such host."""
    check_host(without)
    weights = posterior()[2]
    u = (0.5 + replications * GOLDEN) % 1.0
    return np.minimum(np.searchsorted(weights[without], u), len(weights[without]) - 1)


@cache
def _central_row(without: str) -> int:
    """Row of the vector that is nearest the posterior's mean."""
    _, vectors, weights = posterior()
    share = np.diff(weights[without], prepend=0.0)
    mean = share @ vectors
    spread = np.sqrt(share @ (vectors - mean) ** 2)
    distance = (((vectors - mean) / spread) ** 2).sum(axis=1)
    return int(distance.argmin())


def _with(mechanisms: Mechanisms, values: dict[str, float]) -> Mechanisms:
    """The mechanisms with values by path."""
    changed: dict[str, dict[str, float]] = {}
    for path, value in values.items():
        _, name, parameter = path.split(".")
        changed.setdefault(name, {})[parameter] = value
    return mechanisms.model_copy(
        update={name: getattr(mechanisms, name).model_copy(update=new) for name, new in changed.items()}
    )


@cache
def posterior() -> tuple[tuple[str, ...], np.ndarray, dict[str, np.ndarray]]:
    """Paths of the calibrated parameters, vectors (V, P), and cumulative weights by host left out ('' = none)."""
    from pyarrow.parquet import read_table

    table = read_table(posterior_file())
    columns = {name: table[name].to_numpy().astype(float) for name in table.column_names}
    names = tuple(name for name in columns if not name.startswith(WEIGHT))
    weights = {
        name.removeprefix(WEIGHT): np.cumsum(w) / w.sum() for name, w in columns.items() if name.startswith(WEIGHT)
    }
    paths = tuple(f"mechanisms.{name_of(name)}" for name in names)
    return paths, np.stack([columns[name] for name in names], axis=1), weights


def posterior_file() -> Path:
    """The shipped posterior sample; `suasion calibrate` makes it."""
    return configs() / "posterior" / "history.parquet"
