"""The sentences of a report, one file per language."""

from datetime import date
from functools import cache
from pathlib import Path

import yaml


@cache
def catalogue(language: str) -> dict[str, str]:
    """Key -> sentence."""
    return yaml.safe_load((Path(__file__).parent / f"{language}.yaml").read_text(encoding="utf-8"))


class Words:
    """`say("verdict.heading", arm=..., baseline=...)`: a sentence with its values filled in."""

    def __init__(self, language: str = "en"):
        self.language, self.sentences = language, catalogue(language)

    def __call__(self, key: str, **values) -> str:
        return self.sentences[key].format(**values)

    def date(self, day: date) -> str:
        """'2 January 2022'."""
        return self("date", day=day.day, month=self(f"month.{day.month}"), year=day.year)

    def first(self, *keys: str, **values) -> str:
        """The first of the keys that there is a sentence for."""
        return self(next(key for key in keys if key in self.sentences), **values)
