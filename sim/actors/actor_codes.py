"""Codes of actors: a name, an ISO code or another spelling becomes a code here, and nowhere else.

A code, an ISO 3166 code of two or three letters, a name in any language that the actor's file gives, and the names of
`configs/sources/actors.csv` all name an actor, whatever their case and accents. An exact code stands for its
actor; any other spelling must name one actor only. A text that names nobody stays as it is, for the checks to refuse.
"""

import csv
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import product
from typing import Annotated, Any

from pydantic import BeforeValidator, ValidationInfo
from pydantic_core import PydanticCustomError

from sim.core.caches import configs
from sim.core.faults import normal

STATE, ORGANISATION, ACTOR = "state", "organisation", "actor"
HOST = "HOST"  # in directives, policies and events: whichever state is the host
# parts of the configuration whose keys are actors; * is any key
KEYED = {
    "states": STATE, "states.*.ties.*": STATE, "states.*.ties.*.*": STATE,  # with and without the source of an indicator
    "organisations": ORGANISATION, "organisations.*.members": STATE, "organisations.*.observers": STATE,
    "organisations.*.partners": STATE, "organisations.*.absent": STATE, "organisations.*.pools.shares": STATE,
    "scenario.directives": ACTOR, "scenario.directives.*.*": ACTOR, "scenario.policies": STATE, "scenario.strength": STATE,
}  # fmt: skip


def kind_below(path: Sequence[str]) -> str | None:
    """The kind of the actors that are the keys at a path; None if its keys are no actors."""
    for pattern, kind in KEYED.items():
        names = pattern.split(".")
        if len(names) == len(path) and all(name in ("*", part) for name, part in zip(names, path, strict=True)):
            return kind
    return None


class AmbiguousActor(ValueError):
    """A spelling that names several actors."""


@cache
def listed() -> dict[str, tuple[str, ...]]:
    """Code -> ISO code of two letters and English names, of the states of the world."""
    with (configs() / "sources" / "actors.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {r["code"]: tuple(filter(None, (r["iso2"], r["name"], *r["other_names"].split("; ")))) for r in rows}


class ActorCodes:
    """The actors that may be named, with all their spellings."""

    def __init__(self, states: Mapping[str, Iterable[str]], organisations: Mapping[str, Iterable[str]]):
        """Code -> names, of the states and of the organisations."""
        self._names = {code: (*names, *listed().get(code, ())) for code, names in states.items()}
        self._names |= {code: (*self._names.get(code, ()), *names) for code, names in organisations.items()}
        self._codes = {STATE: set(states), ORGANISATION: set(organisations), ACTOR: set(states) | set(organisations)}
        self._spelled: dict[str, list[str]] = {}
        for code, names in self._names.items():
            for spelling in {normal(name) for name in (code, *names)} - {""}:
                self._spelled.setdefault(spelling, []).append(code)

    @classmethod
    def of_tree(cls, tree: dict[Any, Any]) -> "ActorCodes":
        """The actors of a composed tree that is not validated yet."""
        return cls(*(_names_in(tree.get(group)) for group in ("states", "organisations")))

    @classmethod
    def of(cls, spec: Any) -> "ActorCodes":
        """The actors on the stage of a specification; the points of a sweep share them."""
        for states, organisations, codes in tuple(_recent):
            if states is spec.states and organisations is spec.organisations:
                return codes
        parts = (
            {code: tuple(a.name.values()) for code, a in part.items()} for part in (spec.states, spec.organisations)
        )
        codes = cls(*parts)
        _recent.append((spec.states, spec.organisations, codes))
        return codes

    def code(self, text: str, kind: str = ACTOR) -> str:
        """The code of the actor that a text names, HOST in any case, or the text itself. Raises AmbiguousActor."""
        if text in self._codes[kind]:
            return text
        codes = [code for code in self._spelled.get(normal(text), ()) if code in self._codes[kind]]
        if len(codes) > 1:
            names = " and ".join(self._label(code) for code in codes)
            raise AmbiguousActor(f"'{text}' names both {names}; write the code")
        return codes[0] if codes else HOST if normal(text) == normal(HOST) else text

    def has(self, code: str, kind: str = ACTOR) -> bool:
        """True if a code is that of an actor."""
        return code in self._codes[kind]

    def all(self, kind: str = ACTOR) -> list[str]:
        """All codes, in alphabetical order."""
        return sorted(self._codes[kind])

    def keys(self, mapping: dict[Any, Any], kind: str = ACTOR) -> dict[Any, Any]:
        """The mapping with codes as keys. Raises AmbiguousActor if two of its keys name one actor."""
        by_code: dict[Any, Any] = {}
        pairs = [(code_text(key), value) for key, value in mapping.items()]
        for key, value in pairs:
            code = self.code(key, kind) if isinstance(key, str) else key
            if code in by_code:
                first = next(k for k, _ in pairs if isinstance(k, str) and self.code(k, kind) == code)
                raise AmbiguousActor(f"'{first}' and '{key}' are two names of {self._label(code)}; write one of them")
            by_code[code] = value
        return by_code

    def path(self, key: str) -> str:
        """A configuration path with codes for the names of actors in it. Raises AmbiguousActor."""
        parts = key.split(".")
        for depth in range(1, len(parts)):
            kind = kind_below(parts[:depth])
            if kind is not None:
                parts[depth] = self.code(parts[depth], kind)
        return ".".join(parts)

    def check(self) -> None:
        """Raises AmbiguousActor if the code of one actor is another spelling of the code of another one of its kind."""
        for kind in (STATE, ORGANISATION):
            for code in sorted(self._codes[kind]):
                for other in self._spelled.get(normal(code), ()):
                    if other != code and other in self._codes[kind]:
                        raise AmbiguousActor(f"{code} and {other} are two names of one {kind}")

    def spellings(self, codes: Iterable[str]) -> dict[str, str]:
        """Spelling -> name of the actor in a message, for these codes; a code of no actor stands for itself."""
        labels: dict[str, str] = {}
        for code in codes:
            labels[normal(code)] = f"'{code}'"
            for name in self._names.get(code, ()):
                labels.setdefault(normal(name), f"'{code}' ({name})" if len(name) > 2 else f"'{code}'")
        return labels

    def _label(self, code: str) -> str:
        name = next((name for name in self._names.get(code, ()) if len(name) > 2), None)  # no ISO code
        return f"{code} ({name})" if name else code


_recent: deque[tuple[Any, ...]] = deque(maxlen=8)  # of this process: states, organisations, and their codes


def metric_key(key: str, keys: Iterable[str]) -> str:
    """A key like elite_change_30d:RUS with codes for the names of its actors; unchanged if the result is no key.

    keys: those of all metrics. Raises AmbiguousActor.
    """
    keys = set(keys)
    if key in keys or ":" not in key:
        return key
    codes = _labels(keys)
    name, *labels = key.split(":")
    coded = ":".join((name, *(codes.code(label, STATE) for label in labels)))
    return coded if coded in keys else key


def metric_spellings(keys: Iterable[str]) -> dict[str, str]:
    """Spelling -> name of the metric in a message, for every name of the actors in its key."""
    keys = list(keys)
    codes, by_spelling = _labels(keys), {}
    for key in keys:
        name, *actors = key.split(":")
        for spellings in product(*(codes.spellings([label]).items() for label in actors)):
            names = [label.partition(" ")[2] for _, label in spellings]
            label = " ".join((f"'{key}'", *filter(None, names)))
            by_spelling.setdefault(" ".join((normal(name), *(spelling for spelling, _ in spellings))), label)
    return by_spelling


def _labels(keys: Iterable[str]) -> ActorCodes:
    """The labels of metrics as codes: actors, and channels, which have one name only."""
    return ActorCodes({label: () for key in keys for label in key.split(":")[1:]}, {})


def _names_in(actors: Any) -> dict[str, tuple[str, ...]]:
    """Code -> names of the actors of a composed tree."""
    if not isinstance(actors, dict):
        return {}
    names_by_code = {}
    for code, actor in actors.items():
        names = actor.get("name") if isinstance(actor, dict) else None
        names = names.values() if isinstance(names, dict) else [names]
        names_by_code[str(code)] = tuple(name for name in names if isinstance(name, str))
    return names_by_code


def code_text(value: Any) -> Any:
    """A code as text: YAML reads the code of Norway, NO, as False."""
    return "NO" if value is False else value


def resolved(value: Any, info: ValidationInfo, kind: str) -> Any:
    """Resolve a code, a list of codes or the keys of a mapping, if the validation context has the names of the stage."""
    codes = info.context.get("codes") if info.context else None
    if codes is None:
        return value
    value = [code_text(v) for v in value] if isinstance(value, list) else code_text(value)
    try:
        if isinstance(value, str):
            return codes.code(value, kind)
        if isinstance(value, list) and all(isinstance(v, str) for v in value):
            codes.keys(dict.fromkeys(value), kind)
            return [codes.code(v, kind) for v in value]
        return codes.keys(value, kind) if isinstance(value, dict) else value
    except AmbiguousActor as fault:
        raise PydanticCustomError("ambiguous_actor", "{fault}", {"fault": str(fault)}) from None


@cache
def world_codes() -> ActorCodes:
    """All states of the world, whether they are on a stage or not."""
    return ActorCodes({code: () for code in listed()}, {})


def _anywhere(value: Any, info: ValidationInfo) -> Any:
    """The code of a state that need not be on stage."""
    value = resolved(value, info, STATE)
    return world_codes().code(value, STATE) if isinstance(value, str) else value


def naming(kind: str) -> BeforeValidator:
    """A validator that resolves a field: a code, a list of codes or a mapping by codes."""
    return BeforeValidator(lambda value, info: resolved(value, info, kind))


StateCode = Annotated[str, naming(STATE)]
AnyStateCode = Annotated[str, BeforeValidator(_anywhere)]
StateCodes = Annotated[list[str], naming(STATE)]
by_state, by_actor, by_organisation = naming(STATE), naming(ACTOR), naming(ORGANISATION)
