"""Validation: plain data become typed models; each fault becomes one line."""

import re
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from sim.actors.actor_codes import ActorCodes
from sim.actors.policies import POLICY_KINDS
from sim.core.faults import ConfigError, describe_fault

Model = TypeVar("Model", bound=BaseModel)

# how pydantic names the members of a union
_UNION_MEMBER = re.compile(r"^((int|float|str)$|literal\[|function-|dict\[)")


def validated(model: type[Model], tree: Mapping[str, Any], codes: ActorCodes | None = None) -> Model:
    """The tree as a typed model, names of actors as their codes. Raises ConfigError with one line per fault."""
    try:
        return model.model_validate(tree, context={"codes": codes})
    except ValidationError as error:
        faults = error.errors()
        named_twice = [
            fault for fault in faults if fault["type"] == "ambiguous_actor"
        ]  # other members of a union complain too
        lines = dict.fromkeys(
            _fault_line(model, fault) for fault in named_twice or faults
        )  # a union says it once per member
        raise ConfigError("\n".join(lines)) from None


def _fault_line(model: type[BaseModel], error: ErrorDetails) -> str:
    fault: dict[str, Any] = {**error, "loc": tuple(part for part in error["loc"] if part not in POLICY_KINDS)}
    loc = tuple(part for part in fault["loc"] if not _UNION_MEMBER.match(str(part)))
    key = ".".join(str(part) for part in loc)
    if fault["type"] == "ambiguous_actor":
        return f"{key}: {fault['msg']}"
    if loc != fault["loc"]:
        _, field = field_at(model, loc)
        return describe_fault(
            key, fault["input"], f"is not allowed: {field.description if field else fault['msg']}", ()
        )
    if fault["type"] == "extra_forbidden":
        valid = tuple(field for field in _siblings(model, fault["loc"]))
        return describe_fault(key, fault["input"], "there is no such key", valid, str(fault["loc"][-1]))
    if fault["type"] == "out_of_range":
        inside = fault["ctx"]
        return describe_fault(f"{key}.{inside['where']}", inside["value"], inside["allowed"], ())
    if fault["type"] == "missing":
        return f"{key}: is missing, and nothing stands in for it; write {key}=VALUE"
    text = str(fault["ctx"]["error"]) if fault["type"] == "value_error" else fault["msg"]
    allowed = text[0].lower() + text[1:]
    bounds = _bounds(model, fault["loc"])
    return describe_fault(key, fault.get("input"), allowed + (f" (allowed: {bounds})" if bounds else ""), ())


def field_at(model: Any, loc: tuple[Any, ...]) -> tuple[Any, FieldInfo | None]:
    """The model and field at a location of the tree; containers keyed by name are looked through."""
    for i, part in enumerate(loc):
        fields = getattr(model, "model_fields", {})
        if part not in fields:
            return model, None
        field = fields[part]
        if i == len(loc) - 1:
            return model, field
        inner = field.annotation
        while getattr(inner, "__args__", None) and not hasattr(inner, "model_fields"):
            inner = next((a for a in reversed(inner.__args__) if hasattr(a, "model_fields")), inner.__args__[-1])
        if not hasattr(inner, "model_fields"):
            return model, None
        if inner is not field.annotation:  # dict[str, Model]: skip the name
            remaining = loc[i + 2 :]
            return field_at(inner, remaining) if remaining else (inner, None)
        model = inner
    return model, None


def _siblings(model: type[BaseModel], loc: tuple[Any, ...]) -> list[str]:
    owner, _ = field_at(model, loc)
    return list(getattr(owner, "model_fields", {}))


def _bounds(model: type[BaseModel], loc: tuple[Any, ...]) -> str:
    _, field = field_at(model, loc)
    extra = getattr(field, "json_schema_extra", None) or {}
    return f"{extra['low']} to {extra['high']}, {extra['unit']}" if "low" in extra else ""
