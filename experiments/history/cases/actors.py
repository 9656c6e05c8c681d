"""Actors in a file of crises: codes replace names, and unknown actors are refused."""

import re
from functools import cache
from typing import Any

import yaml

from sim.actors.actor_codes import ACTOR, STATE, ActorCodes, AmbiguousActor, code_text, listed
from sim.core.caches import configs
from sim.core.faults import describe_fault, normal
from sim.core.parameters import LINE_ALLOWED, is_line

NOBODY = "none"
INSURGENCIES = {"IS"}  # names that are codes of states, too
PRIVATE = re.compile(r"AA[A-Z]|Q[M-Z][A-Z]|X[A-Z][A-Z]|ZZ[A-Z]")  # codes that ISO 3166 leaves to its users
MAPPINGS = (  # by code
    ("ex_ante", "dependence"), ("ex_ante", "patron_relation"), ("ex_ante", "patron_distracted"), ("outcome", "alignment_shift"),
)  # fmt: skip
LISTS = (  # of codes
    ("ex_ante", "foreign_troops_in_host"), ("outcome", "help_requested_from"), ("outcome", "help_declined_by"),
    ("outcome", "military_intervention_by"), ("outcome", "material_aid_by"), ("outcome", "diplomacy_by"),
)  # fmt: skip


@cache
def powers() -> dict[Any, Any]:
    """configs/case/patrons.yaml, a shipped file with dates."""
    return yaml.safe_load((configs() / "case" / "patrons.yaml").read_text(encoding="utf-8"))


@cache
def case_codes() -> ActorCodes:
    """Codes of all states, and of the organisations and groups of states in the cases."""
    bodies = {code for codes in powers()["classes"].values() for code in codes} - set(listed())
    return ActorCodes({code: () for code in listed()}, {code: () for code in bodies})


def with_codes(entry: dict[Any, Any], name: str) -> list[str]:
    """Replace names by codes in an entry of the file; return one line per fault. name: of the case."""
    faults: list[str] = []
    parts = {part: entry[part] for part in ("ex_ante", "outcome") if isinstance(entry.get(part), dict)}
    _put(entry, "host", STATE, name, faults)
    if "ex_ante" in parts:
        facts, where = parts["ex_ante"], f"{name}.ex_ante"
        _put(facts, "primary_patron", ACTOR, where, faults, nobody=True)
        _put_adversary(facts, entry.get("kind") == "interstate", where, faults)
        faults += _same_twice(entry.get("host"), facts, where)
    for part, field in LISTS:
        names = parts.get(part, {}).get(field)
        for index in range(len(names)) if isinstance(names, list) else ():
            _put(names, index, ACTOR, f"{name}.{part}.{field}", faults)
    for part, field in MAPPINGS:
        mapping = parts.get(part, {}).get(field)
        if isinstance(mapping, dict):
            try:
                parts[part][field] = case_codes().keys(mapping)
            except AmbiguousActor as fault:
                faults.append(f"{name}.{part}.{field}: {fault}")
    return faults


def _put_adversary(facts: dict[Any, Any], between_states: bool, where: str, faults: list[str]) -> None:
    """Replace the adversary: a state in a war between states; else any name of one line, or nobody."""
    text = facts.get("adversary")
    if between_states or not isinstance(text, str):
        _put(facts, "adversary", STATE, where, faults, nobody=not between_states)
    elif not is_line(text) or not normal(text):
        allowed = LINE_ALLOWED if normal(text) else f"must be a name, or {NOBODY}"
        faults.append(describe_fault(f"{where}.adversary", text, allowed, ()))
    elif text not in INSURGENCIES:
        _put(facts, "adversary", STATE, where, faults, nobody=True, anybody=True)


def _same_twice(host: object, facts: dict[Any, Any], where: str) -> list[str]:
    """A fault for each role of an adversary or patron that the host itself has."""
    parts = [part for part in ("adversary", "primary_patron") if host is not None and facts.get(part) == host]
    return [describe_fault(f"{where}.{part}", host, "must be another than the host", ()) for part in parts]


def _put(
    holder: Any,  # dict or list
    key: Any,
    kind: str,
    where: str,
    faults: list[str],
    nobody: bool = False,
    anybody: bool = False,
) -> None:
    """Replace a name by its code. nobody: none is allowed; anybody: a name without a code is allowed."""
    text = holder.get(key) if isinstance(holder, dict) else holder[key]
    text = text if nobody else code_text(text)  # where none is allowed, False may mean none
    if not isinstance(text, str):
        return
    if nobody and normal(text) == NOBODY:
        holder[key] = NOBODY
        return
    codes = case_codes()
    try:
        holder[key] = code = codes.code(text, kind)
    except AmbiguousActor as fault:
        faults.append(f"{where}.{key}: {fault}")
        return
    if not anybody and not codes.has(code, kind) and not PRIVATE.fullmatch(code):
        what = "a state" if kind == STATE else "a state or organisation"
        allowed = f"must be the name or code of {what}; one without a code takes XAA to XZZ"
        valid = () if normal(text) == NOBODY else codes.spellings(codes.all(kind))
        faults.append(describe_fault(f"{where}.{key}", text, allowed, valid))
