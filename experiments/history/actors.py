"""Actors in a file of crises: every field that names one holds its code afterwards; who is unknown is refused."""

import re
from functools import cache

import yaml

from sim.actor_codes import ACTOR, STATE, ActorCodes, AmbiguousActor, listed
from sim.caches import configs
from sim.faults import describe_fault

NOBODY = "none"
PRIVATE = re.compile(r"AA[A-Z]|Q[M-Z][A-Z]|X[A-Z][A-Z]|ZZ[A-Z]")  # codes that ISO 3166 leaves to its users
MAPPINGS = (  # by code
    ("ex_ante", "dependence"), ("ex_ante", "patron_relation"), ("ex_ante", "patron_distracted"), ("outcome", "alignment_shift"),
)  # fmt: skip
LISTS = (  # of codes
    ("ex_ante", "foreign_troops_in_host"), ("outcome", "help_requested_from"), ("outcome", "help_declined_by"),
    ("outcome", "military_intervention_by"), ("outcome", "material_aid_by"), ("outcome", "diplomacy_by"),
)  # fmt: skip


@cache
def powers() -> dict:
    """configs/case/patrons.yaml."""
    return yaml.safe_load((configs() / "case" / "patrons.yaml").read_text(encoding="utf-8"))


@cache
def case_codes() -> ActorCodes:
    """The states of the world, and the organisations and groups of states that cases name."""
    bodies = {code for codes in powers()["classes"].values() for code in codes} - set(listed())
    return ActorCodes({code: () for code in listed()}, {code: () for code in bodies})


def with_codes(entry: dict, name: str) -> list[str]:
    """Put codes in the place of names in an entry of the file; one line per fault. name: of the case."""
    faults: list[str] = []
    parts = {part: entry[part] for part in ("ex_ante", "outcome") if isinstance(entry.get(part), dict)}
    between_states = entry.get("kind") == "interstate"
    _put(entry, "host", STATE, name, faults)
    if "ex_ante" in parts:
        facts, where = parts["ex_ante"], f"{name}.ex_ante"
        _put(facts, "primary_patron", ACTOR, where, faults)
        # an insurgency may be called anything, like IS; only a state has a code of two letters
        if between_states or len(str(facts.get("adversary"))) > 2:
            _put(facts, "adversary", STATE, where, faults, must=between_states)
    for part, field in LISTS:
        several = parts.get(part, {}).get(field)
        for place in range(len(several)) if isinstance(several, list) else ():
            _put(several, place, ACTOR, f"{name}.{part}.{field}", faults)
    for part, field in MAPPINGS:
        mapping = parts.get(part, {}).get(field)
        if isinstance(mapping, dict):
            try:
                parts[part][field] = case_codes().keys(mapping)
            except AmbiguousActor as fault:
                faults.append(f"{name}.{part}.{field}: {fault}")
    return faults


def _put(holder: dict | list, key, kind: str, where: str, faults: list[str], must: bool = True) -> None:
    """Put the code in the place of a name; a fault if it names nobody and must."""
    text = holder.get(key) if isinstance(holder, dict) else holder[key]
    if not isinstance(text, str) or text == NOBODY:
        return
    codes = case_codes()
    try:
        holder[key] = code = codes.code(text, kind)
    except AmbiguousActor as fault:
        faults.append(f"{where}.{key}: {fault}")
        return
    if must and not codes.has(code, kind) and not PRIVATE.fullmatch(code):
        what = "a state" if kind == STATE else "a state or organisation"
        allowed = f"must be the name or code of {what}; one without a code takes XAA to XZZ"
        faults.append(describe_fault(f"{where}.{key}", text, allowed, codes.spellings(codes.all(kind))))
