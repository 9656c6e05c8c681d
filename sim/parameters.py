"""Declaring a parameter once: default, range, unit, source and one line of text."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

# a name by language; plain text counts as English
Labels = Annotated[dict[str, str], BeforeValidator(lambda raw: {"en": raw} if isinstance(raw, str) else raw)]


def parameter(
    default: Any,
    low: float,
    high: float,
    *,
    unit: str,
    source: str,
    text: str,
    claim: bool = False,
    prior: bool | tuple[float, float] = False,
) -> Any:
    """A pydantic field with its allowed range.

    prior: the uniform distribution from which an uncertain parameter may be drawn: True for the allowed range, or bounds
    within it; False for a constant.
    `claim=True` marks a coefficient that carries a contested claim: it is uncertain over its whole range, which must
    hold zero and both signs, so that no result about the claim holds by construction.
    """
    bounds = (low, high) if claim or prior is True else prior or None
    return Field(
        default,
        ge=low,
        le=high,
        allow_inf_nan=False,
        description=text,
        json_schema_extra={"unit": unit, "source": source, "low": low, "high": high, "claim": claim, "prior": bounds},
    )


class Checked(BaseModel):
    """Base of everything that is configured: unknown keys are refused, values never change after the door."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Mechanism(Checked):
    """One process of the model: its parameters and its `step`, which reads and writes the world's arrays."""

    enabled: bool = Field(True, description="take part in the day; switched off, the mechanism changes nothing")

    def step(self, world) -> None:
        raise NotImplementedError
