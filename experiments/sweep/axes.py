"""Axes of a sweep: a configuration path, its role, and its values or distribution."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
from pydantic.fields import FieldInfo

from sim.core.faults import ConfigError, describe_fault
from sim.spec.renamed_keys import refuse_path
from sim.spec.schema import Spec
from sim.spec.validate import field_at

if TYPE_CHECKING:
    from scipy.stats.distributions import rv_frozen

GROUPS = ("scenario", "stage")  # choices of files, composed once per value, like every path with an @
ROLES = ("levers", "uncertainties", "rules")
BASE = None  # value of a named point that leaves the base unchanged
TAIL = 0.01  # probability beyond either end of an unbounded distribution
# short names of the usual distributions -> arguments of scipy.stats
USUAL = {
    "uniform": ({"low", "high"}, lambda p: ("uniform", {"loc": p["low"], "scale": p["high"] - p["low"]})),
    "normal": ({"mean", "sd"}, lambda p: ("norm", {"loc": p["mean"], "scale": p["sd"]})),
    "lognormal": ({"median", "sigma"}, lambda p: ("lognorm", {"s": p["sigma"], "scale": p["median"]})),
    "triangular": (
        {"low", "mode", "high"},
        lambda p: (
            "triang",
            {"c": (p["mode"] - p["low"]) / (p["high"] - p["low"]), "loc": p["low"], "scale": p["high"] - p["low"]},
        ),
    ),
}


@dataclass(frozen=True)
class Axis:
    """A configuration path that a sweep varies.

    values: of a discrete axis; distribution: of a continuous one, as the user wrote it, either {low, high} or {distribution, ...}.
    """

    path: str
    role: str  # lever, uncertainty or rule
    values: tuple[Any, ...] | None = None
    distribution: Any = None  # a dict where there are no values
    integer: bool = False  # takes whole numbers only
    limits: tuple[float, float] = (-np.inf, np.inf)  # the declared range; no draw lies outside

    @property
    def chooses_files(self) -> bool:
        """True for a choice of files: the configuration is composed once per value."""
        return self.path in GROUPS or "@" in self.path

    @cached_property
    def _law(self) -> tuple["rv_frozen", float, float]:
        """Frozen distribution, and its distribution function at the two ends of the declared range and the user's bounds."""
        from scipy import stats

        name, parameters = _scipy_law(self.path, self.distribution)
        law = getattr(stats, name)(**parameters)
        low = max(self.limits[0], self.distribution.get("low", -np.inf))
        high = min(self.limits[1], self.distribution.get("high", np.inf))
        return law, float(law.cdf(low)), float(law.cdf(high))

    def at(self, u: np.ndarray) -> list[Any]:
        """Values at probabilities u (n,) in [0, 1], by the inverse distribution function; discrete values have equal shares."""
        u = np.asarray(u, dtype=float)
        if self.values is not None:
            return [self.values[i] for i in np.minimum((u * len(self.values)).astype(int), len(self.values) - 1)]
        if set(self.distribution) <= {"low", "high"}:
            low, high = self.distribution["low"], self.distribution["high"]
            if self.integer:
                return [int(v) for v in np.minimum(low + np.floor(u * (high - low + 1)), high)]
            return np.clip(low + u * (high - low), low, high).tolist()  # rounding may exceed the end
        law, first, last = self._law
        quantiles = law.ppf(first + u * (last - first))
        return [round(v) for v in quantiles] if self.integer else quantiles.tolist()

    def ends(self) -> tuple[Any, ...]:
        """Lowest and highest value; percentiles 1 and 99 of an unbounded distribution; all values of a discrete axis."""
        if self.values is not None:
            return self.values
        return tuple(self.at(np.array([0.0, 1.0]) if self._bounded else np.array([TAIL, 1.0 - TAIL])))

    def steps(self, n: int) -> tuple[Any, ...]:
        """n values at equal steps of probability, with both ends; all values of a discrete axis."""
        if self.values is not None:
            return self.values
        edge = 0.0 if self._bounded else TAIL
        return tuple(dict.fromkeys(self.at(np.linspace(edge, 1.0 - edge, n))))

    @property
    def _bounded(self) -> bool:
        return bool(np.all(np.isfinite(self.at(np.array([0.0, 1.0])))))

    def as_json(self) -> dict[Any, Any]:
        """Its entry in axes.json."""
        kind = (
            "values"
            if self.values is not None
            else "bounds"
            if set(self.distribution) <= {"low", "high"}
            else "distribution"
        )
        what = {"values": list(self.values)} if self.values is not None else {kind: self.distribution}
        return {"path": self.path, "role": self.role, "kind": kind, **what, "whole": self.integer}

    @classmethod
    def from_json(cls, entry: dict[Any, Any]) -> "Axis":
        """The axis of an entry that `as_json` made."""
        distribution = entry.get("bounds") or entry.get("distribution")
        values = tuple(entry["values"]) if entry["kind"] == "values" else None
        return cls(entry["path"], entry["role"], values, distribution, entry["whole"], _schema_field(entry["path"])[1])


def _scipy_law(path: str, distribution: dict[Any, Any]) -> tuple[str, dict[Any, Any]]:
    """Name of a distribution in scipy.stats, and its arguments. Raises ConfigError."""
    from scipy import stats

    name = distribution.get("distribution", "uniform")
    parameters = {k: v for k, v in distribution.items() if k != "distribution"}
    if name in USUAL:
        needed, translate = USUAL[name]
        if not needed <= set(parameters) <= needed | {"low", "high"}:
            allowed = f"{name} takes {', '.join(sorted(needed))}, and low and high to cut it off"
            raise ConfigError(describe_fault(path, distribution, allowed, ()))
        return translate(parameters)
    if not isinstance(getattr(stats, str(name), None), stats.rv_continuous):
        names = tuple(USUAL) + tuple(n for n in dir(stats) if isinstance(getattr(stats, n), stats.rv_continuous))
        allowed = f"must be {', '.join(USUAL)} or a continuous distribution of scipy.stats"
        raise ConfigError(describe_fault(f"{path}.distribution", name, allowed, names))
    return name, {k: v for k, v in parameters.items() if k not in ("low", "high")}


def read_axes(typed: dict[Any, Any], tables: dict[str, dict[Any, Any]]) -> tuple[Axis, ...]:
    """Axes of the command line and of the tables levers, uncertainties and rules.

    typed: path -> values or bounds, from the command line; tables: the same by role.

    Raises ConfigError.
    """
    for path, setting in [*typed.items(), *(axis for table in tables.values() for axis in table.items())]:
        refuse_path(path, setting)
    axes = [_read_axis(path, _role(path, setting), setting) for path, setting in typed.items()]
    for table in ROLES:
        role = {"levers": "lever", "uncertainties": "uncertainty", "rules": "rule"}[table]
        axes += [_read_axis(path, role, setting) for path, setting in tables.get(table, {}).items()]
    paths = [axis.path for axis in axes]
    for path in paths:
        if paths.count(path) > 1:
            raise ConfigError(f"{path}: the axis is given twice")
    return tuple(axes)


def _role(path: str, setting: object) -> str:
    """Role of an axis of the command line: uncertainty for an interval, rule for a choice in a mechanism, else lever."""
    if isinstance(setting, dict):
        return "uncertainty"
    field, _ = _schema_field(path)
    choice = field is not None and path.startswith("mechanisms.") and field.annotation not in (int, float)
    return "rule" if choice else "lever"


def _read_axis(path: str, role: str, setting: object) -> Axis:
    field, limits = _schema_field(path)
    integer = field is not None and int in (get_args(field.annotation) or (field.annotation,))  # also int or a word
    if setting == "prior":
        prior = (getattr(field, "json_schema_extra", None) or {}).get("prior")
        if not prior:
            raise ConfigError(describe_fault(path, setting, "the parameter declares no prior; give {low, high}", ()))
        setting = {"low": prior[0], "high": prior[1]}
    if isinstance(setting, dict) and set(setting) == {"values"}:
        setting = setting["values"]
    if isinstance(setting, dict):
        return check_numbers(Axis(path, role, None, setting, integer, limits))
    values = tuple(setting) if isinstance(setting, list) else (setting,)
    if not values:
        raise ConfigError(describe_fault(path, setting, "an axis needs at least one value", ()))
    if len({repr(v) for v in values}) < len(values):
        raise ConfigError(describe_fault(path, setting, "has a value twice", ()))
    return Axis(path, role, values, None, integer, limits)


def check_numbers(axis: Axis) -> Axis:
    """Check the numbers of a distribution, and return the axis. Raises ConfigError."""
    if axis.values is not None:
        return axis
    distribution = axis.distribution
    numbers = {k: v for k, v in distribution.items() if k != "distribution"}
    for name, value in numbers.items():
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not np.isfinite(value):
            raise ConfigError(describe_fault(f"{axis.path}.{name}", value, "must be a finite number", ()))
    if "distribution" not in distribution and set(distribution) != {"low", "high"}:
        raise ConfigError(
            describe_fault(axis.path, distribution, "give {low, high}, {values}, {distribution, ...} or prior", ())
        )
    if "low" in distribution and "high" in distribution and not distribution["low"] < distribution["high"]:
        raise ConfigError(describe_fault(axis.path, distribution, "low must be below high", ()))
    if axis.chooses_files:
        raise ConfigError(describe_fault(axis.path, distribution, "is a choice of names and takes values only", ()))
    if "distribution" in distribution:
        _check_distribution(axis)
    return axis


def _check_distribution(axis: Axis) -> None:
    """Refuse arguments without a distribution, and a distribution outside of the declared range. Raises ConfigError."""
    try:
        values = axis.at(np.array([TAIL, 0.5, 1.0 - TAIL]))
    except ConfigError:
        raise
    except (TypeError, ValueError, ZeroDivisionError) as error:
        raise ConfigError(describe_fault(axis.path, axis.distribution, f"is no distribution ({error})", ())) from None
    _, first, last = axis._law
    if not np.all(np.isfinite(values)) or first >= last:
        allowed = f"must be a distribution with values between {axis.limits[0]:g} and {axis.limits[1]:g}"
        raise ConfigError(describe_fault(axis.path, axis.distribution, allowed, ()))


def _schema_field(path: str) -> tuple[FieldInfo | None, tuple[float, float]]:
    """Field of the schema at the path (None if there is no single one), and its declared range."""
    owner, field = field_at(Spec, tuple(path.split(".")))
    extra = getattr(field, "json_schema_extra", None) or {} if owner is not None else {}
    return field, (extra.get("low", -np.inf), extra.get("high", np.inf))
