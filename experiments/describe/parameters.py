"""Every declared parameter with its default, range, unit and source."""

from dataclasses import dataclass
from typing import Any, cast

from pydantic.fields import FieldInfo

from sim.actors.payoffs import Payoffs
from sim.mechanisms import Mechanisms
from sim.spec.schema import HostRules, Network, Spec


@dataclass(frozen=True)
class Parameter:
    """One parameter as declared in the schema."""

    path: str
    text: str
    default: object
    allowed: str  # range in words, or nothing
    unit: str
    source: str  # keys of the reference list in brackets
    claim: bool  # carries a contested claim


def parameters() -> list[Parameter]:
    """Every parameter of the run, the rules for hosts, the network, the payoffs and the mechanisms, in order."""
    declared = [_parameter(name, f) for name, f in Spec.model_fields.items() if f.description and not f.is_required()]
    for part, model in (("host_rules", HostRules), ("network", Network), ("payoffs", Payoffs)):
        declared += [_parameter(f"{part}.{name}", f) for name, f in model.model_fields.items()]
    for mechanism, field in Mechanisms.model_fields.items():
        fields = cast(Any, field.annotation).model_fields.items()
        declared += [_parameter(f"mechanisms.{mechanism}.{name}", f) for name, f in fields]
    return declared


def _parameter(path: str, field: FieldInfo) -> Parameter:
    extra = cast(dict[str, Any], field.json_schema_extra or {})
    return Parameter(
        path,
        field.description or "",
        field.get_default(call_default_factory=True),
        f"{extra['low']:g} to {extra['high']:g}" if "low" in extra else "",
        extra.get("unit", ""),
        extra.get("source", ""),
        extra.get("claim", False),
    )


def short(value: object) -> str:
    """A default value as text."""
    return f"{value:g}" if isinstance(value, float) else str(value)
