"""Formats of figures: the setting of a command, and the drawings beside the PNG."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field, field_validator

from sim.core.parameters import Checked

if TYPE_CHECKING:
    from matplotlib.figure import Figure


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


def save_drawing(path: Path, figure: "Figure", creator: str) -> None:
    """An SVG or a PDF with its title, without a date, so that the same figure gives the same file."""
    from matplotlib import rc_context

    date = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}[path.suffix[1:]]
    title = str(figure.get_label()).partition("\n")[0]
    with rc_context({"svg.hashsalt": "suasion"}):
        figure.savefig(path, metadata={"Title": title, "Creator": creator} | date)
