"""Names of axes, values and conditions in sentences and figures."""

import operator
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.actors.actor_codes import AmbiguousActor, metric_key, metric_spellings
from sim.core.faults import ConfigError, describe_fault
from sim.metrics import describe_key
from sim.spec.schema import Spec
from sim.spec.validate import field_at

SIGNS = {
    "<=": operator.le, ">=": operator.ge, "==": operator.eq, "!=": operator.ne, "<": operator.lt, ">": operator.gt,
}  # fmt: skip
CONDITION = re.compile(r"\s*([A-Za-z_][\w:]*)\s*(<=|>=|==|!=|<|>)\s*(\S+)\s*")


def axis_name(path: str) -> str:
    """'contention threshold' for mechanisms.contention.threshold, 'KAZ gdp' for states.KAZ.gdp.value."""
    group, *parts = path.split("@")[0].removesuffix(".value").split(".")
    named = group in ("states", "organisations") and parts
    return " ".join(parts if named else [group, *parts][-2:]).replace("_", " ")


def axis_unit(path: str) -> str:
    """Unit of a numeric parameter, to follow a number; empty for a pure number."""
    field = field_at(Spec, tuple(path.split(".")))[1]
    unit = (getattr(field, "json_schema_extra", None) or {}).get("unit", "")
    return "" if unit in ("1", "choice") else re.sub(r"^1(/| per )", "per ", unit)


def axis_meaning(path: str) -> str:
    """Description of a setting in the schema, or its path without one."""
    field = field_at(Spec, tuple(path.split(".")))[1]
    return getattr(field, "description", None) or path


def number(value: float, digits: int = 3) -> str:
    """A number with significant digits and without an exponent."""
    if value is None or not np.isfinite(value):
        return "not known"
    if abs(value) < 1e-9:
        return "0"
    text = f"{value:,.0f}" if abs(value) >= 10**digits else f"{value:.{digits}g}"
    return text


def check_outcomes(names: list[str], outcomes: Sequence[str], key: str = "outcome") -> list[str]:
    """The names with codes of actors; each must be an outcome. Raises ConfigError."""
    try:
        names = [metric_key(name, outcomes) for name in names]
    except AmbiguousActor as fault:
        raise ConfigError(f"{key}: {fault}") from None
    for name in names:
        if name not in outcomes:
            raise ConfigError(describe_fault(key, name, "is no outcome of this sweep", metric_spellings(outcomes)))
    return names


@dataclass(frozen=True)
class Condition:
    """Comparisons of outcomes with numbers, joined by 'and'."""

    terms: tuple[tuple[str, str, float], ...]

    @classmethod
    def read(cls, text: str, outcomes: list[str]) -> "Condition":
        """The condition of a text like 'survived_90d == 0 and deaths > 100'. Raises ConfigError."""
        terms = []
        for part in re.split(r"\s+and\s+", text.strip()):
            match = CONDITION.fullmatch(part)
            if match is None or not _is_number(match[3]):
                signs = ", ".join(SIGNS)
                allowed = (
                    f"write OUTCOME SIGN NUMBER, like 'survived_90d == 0'; signs are {signs}, parts are joined by 'and'"
                )
                raise ConfigError(describe_fault("where", text, allowed, ()))
            terms.append((*check_outcomes([match[1]], outcomes, "where"), match[2], float(match[3])))
        return cls(tuple(terms))

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Outcomes in the comparisons."""
        return tuple(dict.fromkeys(name for name, _, _ in self.terms))

    def holds(self, values: dict[str, np.ndarray]) -> np.ndarray:
        """True, elementwise, where all comparisons hold."""
        return np.all([SIGNS[sign](values[name], limit) for name, sign, limit in self.terms], axis=0)

    def __str__(self) -> str:
        return " and ".join(_term(*term) for term in self.terms)


def _term(name: str, sign: str, limit: float) -> str:
    label, unit = describe_key(name)
    if unit == "share of replications" and sign in ("==", "!=") and limit in (0.0, 1.0):
        holds = (limit == 1.0) == (sign == "==")
        return f"\N{LEFT DOUBLE QUOTATION MARK}{label}\N{RIGHT DOUBLE QUOTATION MARK} {'holds' if holds else 'does not hold'}"
    return f"\N{LEFT DOUBLE QUOTATION MARK}{label}\N{RIGHT DOUBLE QUOTATION MARK} {sign} {limit:g}"


def _is_number(text: str) -> bool:
    try:
        return np.isfinite(float(text))
    except ValueError:
        return False
