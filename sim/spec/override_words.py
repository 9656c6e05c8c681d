"""Words of a command line before they are parsed: their limits, short forms of keys, and paths as they are typed."""

import re

from sim.core.faults import ConfigError, describe_fault

LONGEST_WORD = 50_000  # characters
SHOWN_KEY = 80  # characters of a key in a message
LONGEST_KEY = 200  # characters; a key is looked for among files, whose names take 255
DEEPEST_VALUE = 20  # brackets inside each other; ours need four
LONGEST_NUMBER = 300  # digits; a double ends at 308
SHORT_FORMS = {"host": "scenario.host"}
PLAIN = ("out", "decimal")  # every character counts, as in `out=Results (2)`
PATHS = (
    "cases",
    "config",
    "start",
    "engine.ca_file",
    "engine.cert_file",
    "engine.key_file",
)  # the same, but several may be listed
_BEFORE_QUOTE = re.compile(r"(\\*)('|$)")
_QUOTED = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\"""")


def prepared(word: str) -> str:
    """The word with the full key, and with quotes about a path. Raises ConfigError if a word is beyond the limits."""
    check_word(word)
    key, equals, value = word.partition("=")
    key = SHORT_FORMS.get(key, key)
    if equals and (key in PLAIN or (key in PATHS and "," not in value)) and value != "null":
        return f"{key}={quoted(unquoted(value))}"
    return key + equals + value


def check_word(word: str) -> None:
    """Refuse a word that is too long, nests too deeply, or is no text. Raises ConfigError."""
    key, _, value = word.partition("=")
    if len(word) > LONGEST_WORD:
        _refuse(key, value, f"has {len(word):,} characters, and a word of a command takes at most {LONGEST_WORD:,}")
    if len(key) > LONGEST_KEY:
        _refuse(key, value, "there is no such key")
    if any("\ud800" <= character <= "\udfff" for character in word):
        _refuse(key, value, "is not UTF-8 text")
    bare = _QUOTED.sub("", word)
    if _depth(bare) > DEEPEST_VALUE:
        _refuse(key, value, f"nests more than {DEEPEST_VALUE} brackets")
    if re.search(rf"\d{{{LONGEST_NUMBER}}}", bare):
        _refuse(key, value, f"holds a number of more than {LONGEST_NUMBER} digits")


def _depth(text: str) -> int:
    deepest = depth = 0
    for character in text:
        depth += (character in "([{") - (character in ")]}")
        deepest = max(deepest, depth)
    return deepest


def _refuse(key: str, value: str, allowed: str) -> None:
    short = key if len(key) <= SHOWN_KEY else f"{key[:SHOWN_KEY]}..."
    raise ConfigError(describe_fault(short, value, allowed, ()))


def unquoted(value: str) -> str:
    """The text between the quotes, if there are any about the whole value."""
    if not _QUOTED.fullmatch(value):
        return value
    quote = value[0]
    return re.sub(rf"(\\+)(?={quote}|$)", lambda match: match[1][: len(match[1]) // 2], value[1:-1])


def quoted(text: str) -> str:
    """The text in quotes, as Hydra's grammar reads it."""
    return f"'{_BEFORE_QUOTE.sub(_escaped, text)}'"


def _escaped(match: re.Match) -> str:
    """Backslashes before a quote or the end are doubled, and the quote has one more."""
    return match[1] * 2 + ("\\'" if match[2] else "")
