"""Specification of a coded case: host, patrons, adversary, and the arrangements between them."""

from datetime import date
from typing import Any

from experiments.history.cases.cases import Case
from experiments.history.cases.facts import DayZero, FirstWeek, day_zero
from experiments.history.cases.patrons import Patron
from experiments.history.cases.staging import (
    ADULT_SHARE,
    ARMED_HALF_LIFE,
    ATTACK_HALF_LIFE,
    CONTINGENT,
    FAST,
    LEGITIMACY,
    OUTSIDE_GRIEVANCE,
    PEOPLE_PER_OFFICER,
    RAMP,
    SLOW,
    SLOW_SHARE,
    SUCCESSOR_MEAN,
)
from sim.core.world import World
from sim.spec.schema import Spec
from sim.spec.schema.actors import DEFAULT_WEIGHTS

SOURCE = "coded_case"
FOREVER = 36500.0  # days
FULL_TIE = 1000.0  # volume of a channel at the highest level; only the ratio of logarithms is read
MANDATE = 365
ADVERSARY = "ADVERSARY"  # code of the attacking state in the specification of a case


def _f(value: float) -> dict[Any, Any]:
    return {SOURCE: value}


def specification(case: Case, weeks: list[tuple[FirstWeek, float]], **settings: Any) -> Spec:
    """The case as a Spec. weeks: first-week facts with their chances; settings: seed, days, citizens, parameters ..."""
    day0 = day_zero(case)
    adversary = ADVERSARY if day0.state else None
    states = {case.host: _host(case, day0)}
    for number, patron in enumerate(day0.patrons):
        states[patron.code] = _power(number + 2, patron.tie if adversary else 0.0, adversary)
    if adversary:
        states[adversary] = _power(900, 0.0, None)
    sources = {SOURCE: _source()}
    organisations = {
        organisation_name(p): _arrangement(101 + n, case, p) for n, p in enumerate(day0.patrons) if p.soldiers > 0.0
    }
    tree: dict[str, Any] = {"sources": sources, "states": states, "organisations": organisations}
    tree |= {"scenario": _scenario(case, day0, weeks, adversary), "indicators": "drawn"}
    return Spec(**tree, **settings)


def arrangement_rows(day0: DayZero, world: World) -> list[tuple[Patron, int]]:
    """The powers with soldiers to send, and their rows in the world of a specification."""
    return [(p, world.fixed.names.states.index(p.code)) for p in day0.patrons if p.soldiers > 0.0]


def organisation_name(patron: Patron) -> str:
    """Name of the arrangement, different from the names of states."""
    return patron.organisation.replace(" ", "_")


def _source() -> dict[Any, Any]:
    return {
        "title": "Historical crises, coded from public accounts",
        "year": "as of the crisis",
        "quality": "approx",
        "width": 0.0,
        "licence": "own work",
    }


# the facts of a case weigh on rents (`Defection.coded_rents`); derived rents would count them twice
FACTIONS = {role: {"weight": weight, "rent_factor": 1.0} for role, weight in DEFAULT_WEIGHTS.items()}


def coded_indicators(day0: DayZero) -> dict[str, float]:
    """Indicators of the host, on which the coefficients of coded facts were calibrated."""
    return {
        "population_m": day0.population_m,
        "security_personnel_k": day0.population_m * 1e3 * ADULT_SHARE * day0.income / PEOPLE_PER_OFFICER,
        "polyarchy": day0.polyarchy,
        "legitimacy": LEGITIMACY,
        "rent_ratio": 1.0,
    }


def _host(case: Case, day0: DayZero) -> dict[Any, Any]:
    ties: dict[Any, Any] = {name: {} for name in (
        "imports_musd", "aid_pct_gdp", "arms_tiv", "alliance", "base", "language", "media", "kinship", "students",
        "elite_alignment", "public_alignment",
    )}  # fmt: skip
    for p in day0.patrons:
        economic, military, cultural = p.dependence
        ties["imports_musd"][p.code] = FULL_TIE * economic
        ties["aid_pct_gdp"][p.code] = 100.0 * economic
        ties["arms_tiv"][p.code] = FULL_TIE * military
        ties["alliance"][p.code] = ties["base"][p.code] = military
        ties["language"][p.code] = ties["media"][p.code] = ties["kinship"][p.code] = cultural
        ties["students"][p.code] = FULL_TIE * cultural
        ties["elite_alignment"][p.code] = p.alignment
        ties["public_alignment"][p.code] = SUCCESSOR_MEAN
    indicators = coded_indicators(day0) | {
        "gdp_busd": 1e5,  # so large that trade adds nothing to the coded dependence
        "exports_busd": 1.0,
        "imports_busd": 1.0,
        "corruption_cpi": 50.0,
        "resource_rents_pct_gdp": 40.0 * day0.oil,
        "arms_tiv_total": FULL_TIE,
    }
    half = day0.population_m * 500.0
    segment = {"language": "home", "population_k": {"value": half, "source": SOURCE}}
    return {
        "name": {"en": case.host},
        "draw_key": 1,
        "indicators": {name: _f(value) for name, value in indicators.items()},
        "ties": {name: {SOURCE: values} for name, values in ties.items()},
        "factions": FACTIONS,
        "segments": {
            "capital": {"region": "capital", "macro_region": "capital", **segment},
            "provinces": {"region": "provinces", "macro_region": "provinces", **segment},
        },
    }


def _power(draw_key: int, tie: float, adversary: str | None) -> dict[Any, Any]:
    """An outside power or an adversary; the case file has only its tie with the adversary."""
    indicators = {
        "population_m": 50.0, "gdp_busd": 1e5, "exports_busd": 1.0, "imports_busd": 1.0, "security_personnel_k": 100.0,
        "corruption_cpi": 50.0, "polyarchy": 0.5, "resource_rents_pct_gdp": 0.0, "legitimacy": LEGITIMACY,
        "rent_ratio": 1.0, "arms_tiv_total": FULL_TIE,
    }  # fmt: skip
    ties = {}
    if adversary and tie > 0.0:
        ties = {name: {SOURCE: {adversary: tie}} for name in ("alliance", "base", "language", "media", "kinship")}
        ties |= {name: {SOURCE: {adversary: FULL_TIE * tie}} for name in ("arms_tiv", "students", "imports_musd")}
        ties |= {"aid_pct_gdp": {SOURCE: {adversary: 100.0 * tie}}}
    segment = {"region": "all", "macro_region": "all", "language": "other"}
    return {
        "name": {},
        "draw_key": draw_key,
        "bloc": True,
        "indicators": {name: _f(value) for name, value in indicators.items()},
        "ties": ties,
        "segments": {"all": {**segment, "population_k": {"value": 50_000.0, "source": SOURCE}}},
    }


def _arrangement(draw_key: int, case: Case, patron: Patron) -> dict[Any, Any]:
    """The organisation or bilateral arrangement through which a power answers; its leader decides."""
    long_ago = date(1900, 1, 1)
    clause = {"signed": long_ago, "in_force": long_ago}
    return {
        "name": {"en": organisation_name(patron)},
        "draw_key": draw_key,
        "leader": patron.code,
        "members": {patron.code: {"since": long_ago}, case.host: {"since": long_ago}},
        "clauses": {"external": clause if patron.external else None, "internal": clause if patron.internal else None},
        "pools": {"rapid": patron.soldiers * 1e3},
        "contingent_share": CONTINGENT,
        "decision_rule": "leader",
        "lags": {"decide": 0, "deploy": [day - 1 for day in patron.lag], "calm": 14, "exit": 14, "mandate": MANDATE},
        "force": True,
        "joint_acts": 3.0,
    }


def _scenario(case: Case, day0: DayZero, weeks: list[tuple[FirstWeek, float]], adversary: str | None) -> dict[Any, Any]:
    return {
        "name": case.id.replace("-", "_"),
        "label": case.title or case.id,
        "summary": case.title or case.id,
        "host": case.host,
        "patrons": [p.code for p in day0.patrons] or [case.host],
        "start_date": case.start,
        "events": coded_events(case.host, day0, adversary),
        "facts": coded_facts(day0, weeks),
    }


def coded_facts(day0: DayZero, weeks: list[tuple[FirstWeek, float]]) -> dict[Any, Any]:
    """The coded facts of a scenario, which parameters weigh; weeks: first-week facts with their chances."""
    return {
        "autocracy": day0.autocracy, "democracy": day0.democracy, "tenure": day0.tenure, "oil": day0.oil,
        "event_size": day0.event_size, "outsider": day0.outsider, "state": day0.state,
        "first_week": [
            {"weight": w, "split": week.split, "forces": week.forces, "armed": week.armed, "sites": week.sites_lost, "crowd": week.crowd}
            for week, w in weeks
        ],
    }  # fmt: skip


def coded_events(host: str, day0: DayZero, adversary: str | None) -> dict[Any, Any]:
    """The event of a coded case, and the engagements of the powers elsewhere."""
    events: dict[Any, Any] = {}
    if not day0.state:
        scale = day0.event_size * (OUTSIDE_GRIEVANCE if day0.outsider else 1.0)
        common = {"kind": "grievance", "state": host, "ramp": RAMP, "coded": True}
        events["grievance"] = common | {"size": (1.0 - SLOW_SHARE) * scale, "half_life": FAST}
        events["lasting_grievance"] = common | {"size": SLOW_SHARE * scale, "half_life": SLOW}
        events["armed_challenge"] = {
            "kind": "armed", "state": host, "size": 1.0, "ramp": 1, "half_life": ARMED_HALF_LIFE, "coded": True,
        }  # fmt: skip
    else:
        events["attack"] = {
            "kind": "attack", "state": host, "attacker": adversary, "size": day0.event_size, "ramp": 1,
            "half_life": ATTACK_HALF_LIFE,
        }  # fmt: skip
    for p in day0.patrons:
        if p.committed > 0.0:
            events[f"engaged_{p.code}"] = {
                "kind": "distraction", "state": p.code, "size": p.committed, "ramp": 1, "half_life": FOREVER,
            }  # fmt: skip
    return events
