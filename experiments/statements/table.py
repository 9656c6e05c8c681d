"""The table of statements, and the facts of a result that they rest on."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from experiments.language import Words
from sim.schema import Spec

TERMINAL, REPORT = "terminal", "report"
DATA = {"run": "metrics.json", "compare": "summary.json", "twin": "twin.json"}  # kind of result -> its data
MODELLED = ("run", "compare", "twin", "sweep")  # kinds of result that hold worlds
WORDS = Words()


@dataclass(frozen=True)
class Facts:
    """What is known of a result: its kind, manifest.json, its data, and its specifications by arm where they are at hand."""

    kind: str  # run, compare, twin, sweep, sensitivity, discover, tip, backtest, calibrate
    manifest: dict
    data: dict = field(default_factory=dict)
    specs: dict[str, Spec] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path, kind: str) -> "Facts":
        """Of a finished folder, without its specifications."""
        files = (folder / name for name in ("manifest.json", DATA[kind]))
        return cls(kind, *(json.loads(path.read_text(encoding="utf-8")) for path in files))

    @cached_property
    def spec(self) -> Spec:
        """Of the first arm; host and settings of the run are those of all."""
        return next(iter(self.specs.values()))

    @property
    def settings(self) -> dict[str, str]:
        """How figures and parameters were used: they are the same in all arms."""
        known = self.data if self.kind == "compare" else {}
        return {key: known.get(key) or getattr(self.spec, key) for key in ("figures", "parameters")}


Values = Callable[[Facts], Iterable[dict]]


@dataclass(frozen=True)
class Statement:
    """A sentence of the language files, where it may stand, and when it is made, with which values."""

    key: str
    places: tuple[str, ...]
    values: Values

    @property
    def condition(self) -> str:
        """In words."""
        return " ".join((self.values.__doc__ or "").split())


STATEMENTS: dict[str, Statement] = {}


def statement(key: str, *places: str) -> Callable[[Values], Values]:
    """Enter the decorated generator under the key of its sentence; without places it may stand in terminal and report."""

    def enter(values: Values) -> Values:
        STATEMENTS[key] = Statement(key, places or (TERMINAL, REPORT), values)
        return values

    return enter


def sentences(facts: Facts, *keys: str, say: Words = WORDS) -> list[str]:
    """The sentences of these statements that are to be made of a result, in this order."""
    return [say(key, **values) for key in keys for values in STATEMENTS[key].values(facts)]
