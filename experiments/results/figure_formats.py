"""Settings of figures: the formats in which a command writes them."""

from typing import Literal

from pydantic import Field, field_validator

from sim.core.parameters import Checked


class FigureOptions(Checked):
    """Settings of the figures of a command."""

    format: list[Literal["png", "svg", "pdf"]] = Field(
        default=["png"],
        min_length=1,
        description="formats of the figures, a list of png, svg and pdf; PNG is always written",
    )

    @field_validator("format", mode="before")
    @classmethod
    def _several(cls, raw: object) -> object:
        """One format, several with commas, or a list."""
        return [part.strip() for part in raw.split(",")] if isinstance(raw, str) else raw
