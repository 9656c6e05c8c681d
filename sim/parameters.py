"""Declaring a parameter once: default, range, unit, source and one line of text."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


def parameter(
    default: Any,
    low: float,
    high: float,
    *,
    unit: str,
    source: str,
    text: str,
    claim: bool = False,
) -> Any:
    """A pydantic field whose allowed range is also its prior.

    `claim=True` marks a coefficient that carries a contested claim: its range must hold zero and both signs,
    so that no result about the claim holds by construction.
    """
    return Field(
        default,
        ge=low,
        le=high,
        allow_inf_nan=False,
        description=text,
        json_schema_extra={"unit": unit, "source": source, "low": low, "high": high, "claim": claim},
    )


class Checked(BaseModel):
    """Base of everything that is configured: unknown keys are refused, values never change after the door."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Mechanism(Checked):
    """One process of the model: its parameters and its `step`, which reads and writes the world's arrays."""

    enabled: bool = Field(True, description="take part in the day; switched off, the mechanism changes nothing")

    def step(self, world) -> None:
        raise NotImplementedError
