"""The registry of statements, and the facts of a result that their conditions read."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from experiments.language import Language
from sim.spec.schema import Spec

TERMINAL, REPORT = "terminal", "report"
DATA = {
    "run": "metrics.json",
    "compare": "summary.json",
    "paired_view": "paired_view.json",
}  # kind of result -> its data
MODELLED = ("run", "compare", "paired_view", "sweep")  # kinds of result that hold replications
ENGLISH = Language()


@dataclass(frozen=True)
class Part:
    """Points of a sweep with one set of specifications. values: the settings that distinguish them."""

    values: dict[str, str]  # path -> value
    specs: dict[str, Spec]


@dataclass(frozen=True)
class Facts:
    """Data about a result: kind, manifest.json, data file, and specifications by arm."""

    kind: str  # run, compare, paired_view, sweep, sensitivity, discover, tip, backtest, calibrate
    manifest: dict[Any, Any]
    data: dict[Any, Any] = field(default_factory=dict)
    specs: dict[str, Spec] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()  # of a sweep
    axis_values: dict[str, str] = field(default_factory=dict)  # path of an axis of a sweep -> its values

    @classmethod
    def read(cls, folder: Path, kind: str) -> "Facts":
        """Facts of a finished folder, without its specifications."""
        files = (folder / name for name in ("manifest.json", DATA[kind]))
        return cls(kind, *(json.loads(path.read_text(encoding="utf-8")) for path in files))

    @cached_property
    def spec(self) -> Spec:
        """Specification of the first arm; host and settings of the run are equal in all arms."""
        return next(iter(self.specs.values()))

    @property
    def settings(self) -> dict[str, str]:
        """Values of `indicators` and `parameters`, which are equal in all arms."""
        data = self.data if self.kind == "compare" else {}
        return {key: data.get(key) or getattr(self.spec, key) for key in ("indicators", "parameters")}


Values = Callable[[Facts], Iterable[dict]]


@dataclass(frozen=True)
class Statement:
    """A sentence: its key, the outputs where it may stand, and the function that yields its values."""

    key: str
    places: tuple[str, ...]
    values: Values

    @property
    def condition(self) -> str:
        """The condition in words."""
        return " ".join((self.values.__doc__ or "").split())


STATEMENTS: dict[str, Statement] = {}


def statement(key: str, *places: str) -> Callable[[Values], Values]:
    """Register the decorated generator under the key of its sentence. Without places it may stand in terminal and report."""

    def enter(values: Values) -> Values:
        STATEMENTS[key] = Statement(key, places or (TERMINAL, REPORT), values)
        return values

    return enter


def sentences(facts: Facts, *keys: str, say: Language = ENGLISH) -> list[str]:
    """The sentences of these statements that are due for a result, in this order."""
    return [text for key in keys for text in _texts(facts, key, say)]


def _texts(facts: Facts, key: str, say: Language) -> list[str]:
    """The sentences of one statement. A sentence that is due for some points of a sweep alone names them."""
    if not facts.parts:
        return [say(key, **values) for values in STATEMENTS[key].values(facts)]
    by_part = [_texts(replace(facts, specs=part.specs, parts=()), key, say) for part in facts.parts]
    lines = []
    for text in dict.fromkeys(text for texts in by_part for text in texts):
        chosen, others = (
            [part.values for part, texts in zip(facts.parts, by_part, strict=True) if (text in texts) == wanted]
            for wanted in (True, False)
        )
        lines.append(say("sweep.where", where=_where(chosen, others), text=text) if others else text)
    return lines


def _where(chosen: list[dict[str, str]], others: list[dict[str, str]]) -> str:
    """Settings that distinguish some parts from the others: those of one axis if it suffices, else of all."""
    for path in chosen[0]:
        values = dict.fromkeys(part[path] for part in chosen)
        if not any(part[path] in values for part in others):
            return f"{path}={' or '.join(values)}"
    return "; ".join(", ".join(f"{path}={value}" for path, value in part.items()) for part in chosen)
