"""Historical crises from a YAML file, checked one by one, so that a faulty case does not stop the others."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from experiments.history.cases.actors import with_codes
from sim.core.caches import configs
from sim.core.faults import ConfigError, describe_fault
from sim.core.parameters import LINE_ALLOWED, NAME_ALLOWED, is_line, is_name
from sim.core.received import read_fault, read_text
from sim.core.strict_yaml import parse_yaml
from sim.core.yaml_places import place_of, places_in, with_place

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

FIRST_WEEK = ("elite_split", "security_forces", "armed_challenge", "key_sites_lost_week1", "initial_protest_pct")
SECURITY = ("troops", "treaty", "materiel")  # kinds of request that ask for security help


@dataclass(frozen=True)
class Case:
    """One crisis: facts from beforehand, and outcomes."""

    id: str
    host: str
    kind: str  # domestic | insurgency | interstate
    start: date
    facts: dict[Any, Any]
    outcome: dict[Any, Any]
    event: str  # cases of one event count once
    title: str = ""

    @property
    def requested(self) -> float | None:
        """1 if the host asked anybody for security help, else 0; None if it is not coded."""
        kind = self.outcome.get("help_request_kind")
        return None if kind is None else float(kind in SECURITY)

    @property
    def helped(self) -> float | None:
        """1 if force came to the host's side, else 0; None if it is not coded."""
        side = self.outcome.get("intervention_side")
        return None if side is None else float(side == "with_host")

    def survived(self, days: int) -> float | None:
        """1 if the government was in office after so many days (90 or 365), else 0; None if it is not coded."""
        flag = self.outcome.get(f"incumbent_survived_{days}d")
        return None if flag is None else float(flag)


@cache
def _validator() -> "Draft202012Validator":
    from jsonschema import Draft202012Validator, FormatChecker

    schema = json.loads((configs() / "case" / "schema.json").read_text(encoding="utf-8"))
    return Draft202012Validator(schema["items"], format_checker=FormatChecker())


def load_cases(path: str | Path | None = None) -> tuple[list[Case], list[str]]:
    """Cases of a file (by default the shipped fit set), and one line per fault of the excluded cases.

    Raises ConfigError if the file as a whole cannot be read.
    """
    path = configs() / "case" / "crises.yaml" if path is None else Path(path)
    try:
        text = read_text(path)
        raw = parse_yaml(text)
    except (OSError, ValueError) as error:
        raise read_fault("cases", path, error) from None
    if not isinstance(raw, list) or not raw:
        raise ConfigError(describe_fault("cases", path, "must hold a list of cases", ()))
    cases: list[Case] = []
    faults: list[tuple[int, str, list[str]]] = []
    n_of_name: Counter[Any] = Counter()
    for number, entry in enumerate(raw):
        case_faults = with_codes(entry, case_name(entry, number)) if isinstance(entry, dict) else []
        case_faults += _faults(entry, number, n_of_name)
        if case_faults:
            faults.append((number, case_name(entry, number), case_faults))
        else:
            cases.append(_case(entry))
    return cases, _placed(path, text, faults) if faults else []


def _placed(path: Path, text: str, faults: list[tuple[int, str, list[str]]]) -> list[str]:
    """The faults of cases with file and line; faults: number and name of a case, and its lines."""
    places, lines = places_in(text), []
    for number, name, case_faults in faults:
        first = place_of(f"{number}: ", places)
        for line in case_faults:
            inner = place_of(f"{number}{line.removeprefix(name)}", places)
            lines.append(with_place(line, path, first if inner is None else inner))
    return lines


def _faults(entry: object, number: int, n_of_name: Counter[Any]) -> list[str]:
    """One line per fault: case, field, value, what is allowed, nearest valid name."""
    name = case_name(entry, number)
    faults = [_line(name, error) for error in _validator().iter_errors(cast(Any, entry))]
    for key, fits, allowed in (
        ("id", is_name, NAME_ALLOWED),
        ("same_event_as", is_name, NAME_ALLOWED),
        ("title", is_line, LINE_ALLOWED),
    ):
        text = entry.get(key) if isinstance(entry, dict) else None
        if isinstance(text, str) and not fits(text):
            faults.append(describe_fault(f"{name}.{key}", text, allowed, ()))
    n_of_name[name] += 1
    if n_of_name[name] > 1:
        faults.append(describe_fault(f"{name}.id", name, "must be unique", ()))
    return faults


def case_name(entry: object, number: int) -> str:
    """The id of an entry of the file, or its number if it has no valid id."""
    name = entry.get("id") if isinstance(entry, dict) else None
    return name if isinstance(name, str) and is_name(name) else f"case {number + 1}"


def _line(name: str, error: Any) -> str:
    key = ".".join([name, *map(str, error.absolute_path)])
    allowed, valid, typed = error.message, (), None
    value = error.instance
    if error.validator == "enum":
        valid = tuple(str(v) for v in error.validator_value if v is not None)
        allowed = f"must be one of {', '.join(valid)}"
    elif error.validator == "required":
        missing = next(k for k in error.validator_value if error.message.startswith(repr(k)))  # one fault per field
        key, value, allowed = f"{key}.{missing}", "absent", "this field is needed"
    elif error.validator == "additionalProperties":
        names = tuple(error.schema["properties"])
        extra = next(k for k in error.instance if k not in names)
        key, value, allowed, valid, typed = f"{key}.{extra}", error.instance[extra], "no such field", names, extra
    elif error.validator == "type":
        kinds = error.validator_value
        allowed = f"must be {' or '.join([kinds] if isinstance(kinds, str) else kinds)}"
        allowed += "; YAML reads no and NO as False: put the text in quotes" if value is False else ""
    elif error.validator in ("minimum", "maximum"):
        allowed = f"must be {'at least' if error.validator == 'minimum' else 'at most'} {error.validator_value:g}"
    elif error.validator == "format":
        allowed = "must be a date like 2022-01-02"
    return describe_fault(key, value, allowed, valid, typed)


def _case(entry: dict[Any, Any]) -> Case:
    return Case(
        id=entry["id"],
        host=entry["host"],
        kind=entry["kind"],
        start=date.fromisoformat(entry["start_date"]),
        facts=entry["ex_ante"],
        outcome=entry.get("outcome") or {},
        event=entry.get("same_event_as") or entry["id"],
        title=entry.get("title", ""),
    )
