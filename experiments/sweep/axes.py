"""Axes of a sweep: a configuration path with a role, and the values or the distribution it takes."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, get_args

import numpy as np

from sim.core.faults import ConfigError, describe_fault
from sim.spec.renamed_keys import refuse_path
from sim.spec.schema import Spec
from sim.spec.validate import field_at

GROUPS = ("scenario", "stage")  # choices of files, composed once per value; so is every path with an @
ROLES = ("levers", "uncertainties", "rules")
BASE = None  # value of a case that leaves the base as it is
TAIL = 0.01  # where the ends of an unbounded distribution are looked at
# own names of the usual distributions -> arguments of scipy.stats
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
    """A path that is varied: `values` if it is discrete, else `said`, its distribution as the user said it."""

    path: str
    role: str  # lever, uncertainty or rule
    values: tuple | None = None
    said: Any = None  # a dict where there are no values
    whole: bool = False  # takes whole numbers only
    inside: tuple[float, float] = (-np.inf, np.inf)  # the declared range; nothing beyond is drawn

    @property
    def composed(self) -> bool:
        """A choice of files: the configuration is composed once per value."""
        return self.path in GROUPS or "@" in self.path

    @cached_property
    def _law(self):
        """Frozen distribution, and the probabilities that the declared range and the user's bounds leave."""
        from scipy import stats

        name, parameters = _law(self.path, self.said)
        law = getattr(stats, name)(**parameters)
        low = max(self.inside[0], self.said.get("low", -np.inf))
        high = min(self.inside[1], self.said.get("high", np.inf))
        return law, float(law.cdf(low)), float(law.cdf(high))

    def at(self, u: np.ndarray) -> list:
        """Values at probabilities u (n,) in [0, 1]: the inverse of the distribution function, or the values in equal parts."""
        u = np.asarray(u, dtype=float)
        if self.values is not None:
            return [self.values[i] for i in np.minimum((u * len(self.values)).astype(int), len(self.values) - 1)]
        if set(self.said) <= {"low", "high"}:
            low, high = self.said["low"], self.said["high"]
            if self.whole:
                return [int(v) for v in np.minimum(low + np.floor(u * (high - low + 1)), high)]
            return np.clip(low + u * (high - low), low, high).tolist()  # rounding may step over the end
        law, first, last = self._law
        drawn = law.ppf(first + u * (last - first))
        return [round(v) for v in drawn] if self.whole else drawn.tolist()

    def ends(self) -> tuple:
        """The lowest and the highest value, of an unbounded distribution those at 1 and 99 percent; all values if discrete."""
        if self.values is not None:
            return self.values
        return tuple(self.at(np.array([0.0, 1.0]) if self._bounded else np.array([TAIL, 1.0 - TAIL])))

    def steps(self, n: int) -> tuple:
        """n values at equal steps of probability, ends included; the values themselves if discrete."""
        if self.values is not None:
            return self.values
        edge = 0.0 if self._bounded else TAIL
        return tuple(dict.fromkeys(self.at(np.linspace(edge, 1.0 - edge, n))))

    @property
    def _bounded(self) -> bool:
        return bool(np.all(np.isfinite(self.at(np.array([0.0, 1.0])))))

    def as_json(self) -> dict:
        """What axes.json says of it."""
        kind = (
            "values" if self.values is not None else "bounds" if set(self.said) <= {"low", "high"} else "distribution"
        )
        what = {"values": list(self.values)} if self.values is not None else {kind: self.said}
        return {"path": self.path, "role": self.role, "kind": kind, **what, "whole": self.whole}

    @classmethod
    def from_json(cls, entry: dict) -> "Axis":
        """The axis that `as_json` described."""
        said = entry.get("bounds") or entry.get("distribution")
        values = tuple(entry["values"]) if entry["kind"] == "values" else None
        return cls(entry["path"], entry["role"], values, said, entry["whole"], _declared(entry["path"])[1])


def _law(path: str, said: dict) -> tuple[str, dict]:
    """Name in scipy.stats and its arguments. Raises ConfigError."""
    from scipy import stats

    name = said.get("distribution", "uniform")
    given = {k: v for k, v in said.items() if k != "distribution"}
    if name in USUAL:
        needed, translate = USUAL[name]
        if not needed <= set(given) <= needed | {"low", "high"}:
            allowed = f"{name} takes {', '.join(sorted(needed))}, and low and high to cut it off"
            raise ConfigError(describe_fault(path, said, allowed, ()))
        return translate(given)
    if not isinstance(getattr(stats, str(name), None), stats.rv_continuous):
        known = tuple(USUAL) + tuple(n for n in dir(stats) if isinstance(getattr(stats, n), stats.rv_continuous))
        allowed = f"must be {', '.join(USUAL)} or a continuous distribution of scipy.stats"
        raise ConfigError(describe_fault(f"{path}.distribution", name, allowed, known))
    return name, {k: v for k, v in given.items() if k not in ("low", "high")}


def read_axes(swept: dict, tables: dict[str, dict]) -> tuple[Axis, ...]:
    """Axes of the command line (path -> values or bounds) and of the tables levers, uncertainties and rules.

    Raises ConfigError.
    """
    for path, said in [*swept.items(), *(axis for table in tables.values() for axis in table.items())]:
        refuse_path(path, said)
    found = [_axis(path, _role(path, said), said) for path, said in swept.items()]
    for table in ROLES:
        role = {"levers": "lever", "uncertainties": "uncertainty", "rules": "rule"}[table]
        found += [_axis(path, role, said) for path, said in tables.get(table, {}).items()]
    paths = [axis.path for axis in found]
    for path in paths:
        if paths.count(path) > 1:
            raise ConfigError(f"{path}: the axis is given twice")
    return tuple(found)


def _role(path: str, said) -> str:
    """What an axis of the command line is: an interval is uncertain, a choice of a mechanism's rule is a rule."""
    if isinstance(said, dict):
        return "uncertainty"
    field, _ = _declared(path)
    choice = field is not None and path.startswith("mechanisms.") and field.annotation not in (int, float)
    return "rule" if choice else "lever"


def _axis(path: str, role: str, said) -> Axis:
    field, inside = _declared(path)
    whole = field is not None and int in (get_args(field.annotation) or (field.annotation,))  # also int or a word
    if said == "prior":
        prior = (getattr(field, "json_schema_extra", None) or {}).get("prior")
        if not prior:
            raise ConfigError(describe_fault(path, said, "the parameter declares no prior; give {low, high}", ()))
        said = {"low": prior[0], "high": prior[1]}
    if isinstance(said, dict) and set(said) == {"values"}:
        said = said["values"]
    if isinstance(said, dict):
        return _continuous(Axis(path, role, None, said, whole, inside))
    values = tuple(said) if isinstance(said, list) else (said,)
    if not values:
        raise ConfigError(describe_fault(path, said, "an axis needs at least one value", ()))
    if len({repr(v) for v in values}) < len(values):
        raise ConfigError(describe_fault(path, said, "a value stands there twice", ()))
    return Axis(path, role, values, None, whole, inside)


def _continuous(axis: Axis) -> Axis:
    """The axis with its numbers checked."""
    said = axis.said
    numbers = {k: v for k, v in said.items() if k != "distribution"}
    for name, value in numbers.items():
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not np.isfinite(value):
            raise ConfigError(describe_fault(f"{axis.path}.{name}", value, "must be a finite number", ()))
    if "distribution" not in said and set(said) != {"low", "high"}:
        raise ConfigError(
            describe_fault(axis.path, said, "give {low, high}, {values}, {distribution, ...} or prior", ())
        )
    if "low" in said and "high" in said and not said["low"] < said["high"]:
        raise ConfigError(describe_fault(axis.path, said, "low must be below high", ()))
    if axis.composed:
        raise ConfigError(describe_fault(axis.path, said, "is a choice of names and takes values only", ()))
    if "distribution" in said:
        _drawable(axis)
    return axis


def _drawable(axis: Axis) -> None:
    """Refuse arguments that make no distribution, and one that lies outside of the declared range."""
    try:
        drawn = axis.at(np.array([TAIL, 0.5, 1.0 - TAIL]))
    except ConfigError:
        raise
    except (TypeError, ValueError, ZeroDivisionError) as error:
        raise ConfigError(describe_fault(axis.path, axis.said, f"is no distribution ({error})", ())) from None
    _, first, last = axis._law
    if not np.all(np.isfinite(drawn)) or first >= last:
        allowed = f"must be a distribution with values between {axis.inside[0]:g} and {axis.inside[1]:g}"
        raise ConfigError(describe_fault(axis.path, axis.said, allowed, ()))


def _declared(path: str):
    """Field of the schema at the path, if it can be told, and the range it declares."""
    owner, field = field_at(Spec, tuple(path.split(".")))
    extra = getattr(field, "json_schema_extra", None) or {} if owner is not None else {}
    return field, (extra.get("low", -np.inf), extra.get("high", np.inf))
