"""Coded facts of a case as numbers of the model; only facts from before the outcome enter."""

from dataclasses import dataclass
from math import log, log10
from typing import Any

from experiments.history.cases.cases import FIRST_WEEK, Case
from experiments.history.cases.patrons import Patron, patrons
from sim.equations.coded_facts import POLYARCHY_STEP, openness

OIL = {"low": 0.0, "mid": 0.5, "high": 1.0}
EVENT_SIZE = {"small": 1 / 3, "medium": 2 / 3, "large": 1.0}
REGIME = {"autocracy": 0.2, "hybrid": 0.4, "democracy": 0.65}  # polyarchy where it is not coded
SPLIT = {"none": 0.0, "moderate": 0.5, "deep": 1.0}
FORCES = {"loyal": 0.0, "wavering": 0.5, "disloyal": 1.0}
ARMED = {"none": 0.0, "low": 0.3, "high": 1.0}
USUAL_PROTEST = 0.4  # percent of population, the middle case


@dataclass(frozen=True)
class FirstWeek:
    """Facts of the first week, unknown on day 0."""

    split: float  # of the elites, 0 to 1
    forces: float  # disloyalty of the security forces, 0 to 1
    armed: float  # armed challenge, 0 to 1
    sites_lost: float  # key sites lost, 0 or 1
    crowd: float  # log10 of early protest relative to the middle case, -1.5 to 1.5


@dataclass(frozen=True)
class DayZero:
    """Facts of day 0."""

    polyarchy: float
    autocracy: float
    democracy: float
    tenure: float
    oil: float
    income: float
    event_size: float  # 1/3, 2/3, 1
    outsider: bool  # the adversary comes from outside
    state: bool  # and is a state
    population_m: float
    gdp_pc: float
    patrons: tuple[Patron, ...]


def first_week(case: Case) -> FirstWeek | None:
    """The first-week facts, or None if one of them is not coded; only early protest may be missing."""
    values: list[Any] = [case.facts.get(name) for name in FIRST_WEEK]
    if any(v is None for v in values[:4]):
        return None
    split, forces, armed, sites_lost, protest = values
    return FirstWeek(SPLIT[split], FORCES[forces], ARMED[armed], float(sites_lost), _crowd(protest))


def _crowd(percent: float | None) -> float:
    if percent is None:
        return 0.0
    return min(1.5, max(-1.5, log10(max(percent, 1e-3) / USUAL_PROTEST)))


def day_zero(case: Case) -> DayZero:
    """The facts of day 0 as numbers."""
    e = case.facts
    v = e.get("polyarchy")
    v = REGIME[e["host_regime"]] if v is None else v
    return DayZero(
        polyarchy=v,
        autocracy=max(0.0, -openness(v)),
        democracy=max(0.0, openness(v)),
        tenure=log(1.0 + max(0.0, e["leader_tenure_years"])) / log(11.0) - 0.6,
        oil=OIL[e["oil_rents"]],
        income=(max(100.0, e["gdp_pc_usd"]) / 3000.0) ** 0.2,
        event_size=EVENT_SIZE[e["shock_size"]],
        outsider=case.kind != "domestic",
        state=case.kind == "interstate",
        population_m=max(0.02, e["population_m"]),
        gdp_pc=max(100.0, e["gdp_pc_usd"]),
        patrons=tuple(patrons(case)),
    )


def similarity(day0: DayZero, other: DayZero) -> float:
    """Weight of another crisis as donor of unknown first-week facts."""
    steps = abs(day0.event_size - other.event_size) * 3.0
    from_regime = abs(day0.polyarchy - other.polyarchy) / POLYARCHY_STEP
    return 0.2**steps * 2.718281828459045**-from_regime


def donors(case: Case, cases: list[Case]) -> list[tuple[FirstWeek, float]]:
    """First-week facts with chances, given day 0: those of other hosts in crises of the same kind, by similarity.

    Raises ValueError if there is no other host.
    """
    day0 = day_zero(case)
    others = [c for c in cases if c.host != case.host and c.event != case.event]
    coded = [(c, week) for c in others if (week := first_week(c)) is not None]
    same = [(c, week) for c, week in coded if c.kind == case.kind] or coded
    if not same:
        raise ValueError(f"{case.id}: no other host to draw first-week facts from")
    weights = [similarity(day0, day_zero(c)) for c, _ in same]
    total = sum(weights)
    return [(week, w / total) for (_, week), w in zip(same, weights, strict=True)]
