"""The sentences of outputs and reports, one file per language."""

from datetime import date
from functools import cache
from pathlib import Path

from sim.core.received import read_yaml


@cache
def load_sentences(language: str) -> dict[str, str]:
    """Key -> sentence of a language."""
    return read_yaml(Path(__file__).parent / f"{language}.yaml")


class Language:
    """Fills values into sentences: `say("verdict.heading", arm=..., baseline=...)`."""

    def __init__(self, language: str = "en") -> None:
        self.language, self.sentences = language, load_sentences(language)

    def __call__(self, key: str, **values: object) -> str:
        return self.sentences[key].format(**values)

    def date(self, day: date) -> str:
        """A date in words: '2 January 2022'."""
        return self("date", day=day.day, month=self(f"month.{day.month}"), year=day.year)

    def first(self, *keys: str, **values: object) -> str:
        """The sentence of the first key that exists."""
        return self(next(key for key in keys if key in self.sentences), **values)
