"""The table of statements, and the facts of a result that they rest on."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from experiments.language import Words
from sim.spec.schema import Spec

TERMINAL, REPORT = "terminal", "report"
DATA = {
    "run": "metrics.json",
    "compare": "summary.json",
    "paired_view": "paired_view.json",
}  # kind of result -> its data
MODELLED = ("run", "compare", "paired_view", "sweep")  # kinds of result that hold worlds
WORDS = Words()


@dataclass(frozen=True)
class Part:
    """Points of a sweep that statements may tell apart from others: by which values, and their specifications by arm."""

    values: dict[str, str]  # path -> value
    specs: dict[str, Spec]


@dataclass(frozen=True)
class Facts:
    """What is known of a result: its kind, manifest.json, its data, and its specifications by arm where they are at hand."""

    kind: str  # run, compare, paired_view, sweep, sensitivity, discover, tip, backtest, calibrate
    manifest: dict
    data: dict = field(default_factory=dict)
    specs: dict[str, Spec] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()  # of a sweep
    varied: dict[str, str] = field(default_factory=dict)  # path of an axis of a sweep -> its values

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
        """How indicators and parameters were used: they are the same in all arms."""
        known = self.data if self.kind == "compare" else {}
        return {key: known.get(key) or getattr(self.spec, key) for key in ("indicators", "parameters")}


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
    return [text for key in keys for text in _texts(facts, key, say)]


def _texts(facts: Facts, key: str, say: Words) -> list[str]:
    """Those of one statement; what is true of some points of a sweep alone says of which."""
    if not facts.parts:
        return [say(key, **values) for values in STATEMENTS[key].values(facts)]
    by_part = [_texts(replace(facts, specs=part.specs, parts=()), key, say) for part in facts.parts]
    found = []
    for text in dict.fromkeys(text for texts in by_part for text in texts):
        chosen, others = (
            [part.values for part, texts in zip(facts.parts, by_part, strict=True) if (text in texts) == wanted]
            for wanted in (True, False)
        )
        found.append(say("sweep.where", where=_where(chosen, others), text=text) if others else text)
    return found


def _where(chosen: list[dict[str, str]], others: list[dict[str, str]]) -> str:
    """What tells some parts from the others: the values of one setting if they do, else those of all."""
    for path in chosen[0]:
        values = dict.fromkeys(part[path] for part in chosen)
        if not any(part[path] in values for part in others):
            return f"{path}={' or '.join(values)}"
    return "; ".join(", ".join(f"{path}={value}" for path, value in part.items()) for part in chosen)
