"""Text as HTML: escaped, with code, links and places to break."""

import re

from markupsafe import Markup, escape

from sim.core.faults import printable

LONG = 22  # letters; longer words may break
_WORDS = re.compile(r"(\s+)")
_PIECES = re.compile(r"[^._:/]{1,22}[._:/]?|[._:/]")
_ADDRESS = re.compile(r"\b(doi:10\.\S*\w|arXiv:\d{4}\.\d+)")


def keep_percent_together(value: object) -> object:
    """Keep a number and its percent sign on one line; show characters that reorder or hide text as codes."""
    if not isinstance(value, str):
        return value
    value = value.replace(" %", "\N{NO-BREAK SPACE}%")
    return Markup(printable(value)) if isinstance(value, Markup) else printable(value)


def breakable(text: str) -> Markup:
    """The text, escaped, with places where a long path or digest may break."""
    words = (
        Markup("<wbr>").join(_PIECES.findall(word)) if len(word) > LONG else escape(word) for word in _WORDS.split(text)
    )
    return Markup("").join(words)


def with_code(text: str) -> Markup:
    """The text, escaped; words in backquotes become code."""
    pieces = text.split("`")
    return Markup("").join(
        Markup("<code>{}</code>").format(piece) if i % 2 else escape(piece) for i, piece in enumerate(pieces)
    )


def with_links(text: str) -> Markup:
    """The text, escaped; DOIs and arXiv numbers become links."""
    markup = Markup()
    for i, piece in enumerate(_ADDRESS.split(text)):
        kind, _, name = piece.partition(":")
        host = "https://doi.org/" if kind == "doi" else "https://arxiv.org/abs/"
        markup += Markup('<a href="{}{}">{}</a>').format(host, name, piece) if i % 2 else escape(piece)
    return markup
