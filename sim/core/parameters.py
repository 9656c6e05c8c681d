"""Declaring a parameter once: default, range, unit, source and one line of text."""

import unicodedata
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from sim.core.faults import printable

LONGEST_NAME = 60  # letters; a file name built from it stays below what file systems take
LONGEST_LABEL = 200
NAME_ALLOWED = f"must be a name of 1 to {LONGEST_NAME} letters, digits, _ and -"
LINE_ALLOWED = "must be one line of text without control characters"


def is_name(text: str) -> bool:
    """True for letters and digits of any script, `_` and `-`: such a text may be part of a file's name."""
    return 0 < len(text) <= LONGEST_NAME and all(c in "_-" or unicodedata.category(c)[0] in "LMN" for c in text)


def is_line(text: str) -> bool:
    """True for text that stays on its line and steers no terminal."""
    return printable(text, keep="") == text


def _name(text: str) -> str:
    if not is_name(text):
        raise ValueError(NAME_ALLOWED)
    return text


def _line(text: str) -> str:
    if not is_line(text):
        raise ValueError(LINE_ALLOWED)
    return text


def _prose(text: str) -> str:
    if printable(text) != text:
        raise ValueError("must be text without control characters")
    return text


def _label(text: str) -> str:
    if len(text) > LONGEST_LABEL:
        raise ValueError(f"must have at most {LONGEST_LABEL} characters, because every figure shows it")
    return _line(text)


Name = Annotated[str, AfterValidator(_name)]
Line = Annotated[str, AfterValidator(_line)]  # of a label or a title
Label = Annotated[str, AfterValidator(_label)]  # of a figure's legend
Prose = Annotated[str, AfterValidator(_prose)]

# a name by language; plain text counts as English
Labels = Annotated[dict[str, Line], BeforeValidator(lambda raw: {"en": raw} if isinstance(raw, str) else raw)]


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
    bounds: Any = (low, high) if claim or prior is True else prior or None
    return Field(
        default=default,
        ge=low,
        le=high,
        allow_inf_nan=False,
        description=text,
        json_schema_extra={"unit": unit, "source": source, "low": low, "high": high, "claim": claim, "prior": bounds},
    )


class Checked(BaseModel):
    """Base of all configuration: unknown keys are refused, and values never change after validation."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", frozen=True)
