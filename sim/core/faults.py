"""What is wrong with an input: the exceptions that say it, and the one line that describes it."""

import re
import unicodedata
from difflib import get_close_matches

UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # Unicode categories that steer a terminal or reorder what is read
JOINERS = "\u200c\u200d"  # which Persian and the Indic scripts write with
SHORT = 60  # letters of a value in a message


class InvalidSpec(ValueError):
    """A configuration whose parts do not fit together: key, value and what is allowed."""

    def __init__(self, key: str, value, allowed: str, valid: tuple[str, ...] = ()):
        super().__init__(f"{key}={value}: {allowed}")
        self.key, self.value, self.allowed, self.valid = key, value, allowed, tuple(valid)


class ConfigError(ValueError):
    """Tell what is wrong with a configuration.

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


def known(key: str, value: str, valid: tuple[str, ...], what: str) -> None:
    """Raises InvalidSpec unless the value is among the valid ones."""
    if value not in valid:
        raise InvalidSpec(key, value, f"must be {what}", valid)


def normal(text: str) -> str:
    """A spelling without case, accents and punctuation."""
    letters = (c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", " ", "".join(letters).casefold()).strip()


def describe_fault(
    key: str, value, allowed: str, valid: tuple[str, ...] | dict[str, str], sought: str | None = None
) -> str:
    """One line: key, value, what is allowed, and the nearest valid name.

    valid: names, or `normal` spellings -> how to show what they stand for.
    """
    text = str(value)
    short = text if len(text) <= SHORT else text[: SHORT - 3] + "..."
    sought = text[:1000] if sought is None else sought
    if isinstance(valid, dict):
        near = [valid[name] for name in get_close_matches(normal(sought), valid, n=1, cutoff=0.5)]
    else:
        near = [f"'{name}'" for name in get_close_matches(sought, valid, n=1, cutoff=0.5)]
    line = f"{key}={short}: {allowed}" + (f"; did you mean {near[0]}?" if near else "")
    return printable(line, keep="")


def steers(character: str) -> bool:
    """True for a character that is not seen but changes what is: an escape, a change of direction, half a character."""
    return unicodedata.category(character) in UNSEEN and character not in JOINERS


def printable(text: str, keep: str = "\n\t") -> str:
    """The text with every character that steers written as its code, like \\x1b; only those of `keep` stay."""
    if text.isprintable():
        return text
    return "".join(c.encode("unicode_escape").decode() if c not in keep and steers(c) else c for c in text)


def first_line(error: Exception) -> str:
    """The first two lines of what an exception says, as one."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return "; ".join(lines[:2])
