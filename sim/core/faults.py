"""Faults of an input: their exceptions, and the one line that describes a fault."""

import re
import unicodedata
from difflib import get_close_matches
from pathlib import Path
from typing import Any

INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # Unicode categories that steer a terminal or reorder a text
JOINERS = "\u200c\u200d"  # Persian and the Indic scripts write with them
SHORT = 60  # letters of a value in a message
LONG = 1000  # letters of a path in a message


class InvalidSpec(ValueError):
    """A configuration whose parts do not fit together: key, value and the allowed values."""

    def __init__(self, key: str, value: Any, allowed: str, valid: tuple[str, ...] = ()):
        super().__init__(f"{key}={value}: {allowed}")
        self.key, self.value, self.allowed, self.valid = key, value, allowed, tuple(valid)


class ConfigError(ValueError):
    """Report the faults of a configuration.

    The message has one line per fault: key, value, what is allowed, and the nearest valid name.

    Examples
    --------
    >>> import sim
    >>> try:
    ...     sim.load(["citizens=-5"])
    ... except sim.ConfigError as error:
    ...     print(str(error).partition(":")[0])
    citizens=-5
    """


def require_one_of(key: str, value: str, valid: tuple[str, ...], noun: str) -> None:
    """Raise InvalidSpec unless the value is one of the valid ones. noun: for the message, 'must be NOUN'."""
    if value not in valid:
        raise InvalidSpec(key, value, f"must be {noun}", valid)


def normal(text: str) -> str:
    """A spelling without case, accents and punctuation."""
    letters = (c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", " ", "".join(letters).casefold()).strip()


def describe_fault(
    key: str, value: Any, allowed: str, valid: tuple[str, ...] | dict[str, str], sought: str | None = None
) -> str:
    """One line: key, value, the allowed values, and the nearest valid name.

    valid: names, or `normal` spellings -> the text to print for each.
    """
    text = str(value)
    most = LONG if isinstance(value, Path) else SHORT
    short = text if len(text) <= most else text[: most - 3] + "..."
    sought = text[:1000] if sought is None else sought
    if isinstance(valid, dict):
        near = [valid[name] for name in get_close_matches(normal(sought), valid, n=1, cutoff=0.5)]
    else:
        near = [f"'{name}'" for name in get_close_matches(sought, valid, n=1, cutoff=0.5)]
    line = f"{key}={short}: {allowed}" + (f"; did you mean {near[0]}?" if near else "")
    return printable(line, keep="")


def steers(character: str) -> bool:
    """True for an invisible character that changes the text around it: an escape, a change of direction, half a character."""
    return unicodedata.category(character) in INVISIBLE and character not in JOINERS


def printable(text: str, keep: str = "\n\t") -> str:
    """The text with every steering character written as its code, like \\x1b; only those of `keep` stay."""
    if text.isprintable():
        return text
    return "".join(c.encode("unicode_escape").decode() if c not in keep and steers(c) else c for c in text)


def first_line(error: Exception) -> str:
    """The first two lines of an exception's text, as one."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return "; ".join(lines[:2])
