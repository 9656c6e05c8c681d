"""Facts and outcomes of the coded crises as arrays, on record or in one replay of all of them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from experiments.history.backtest.distributions import SHIFT, direction
from experiments.history.backtest.forecast import days_to_fall, delay
from experiments.history.backtest.simulate_cases import COLUMNS, PATRONS
from experiments.history.cases.cases import Case
from experiments.history.cases.facts import day_zero
from experiments.history.posterior.likelihood import first_addressee

# the former Soviet Union, with its states of little or no recognition
FORMER_USSR = frozenset(
    ("ABK", "ARM", "AZE", "BLR", "EST", "GEO", "KAZ", "KGZ", "LTU", "LVA", "MDA", "RUS", "TJK", "TKM", "UKR", "UZB")
)
CSTO_AT_WORK = date(2002, 10, 7)  # its charter was signed, recalled


@dataclass(frozen=True)
class Facts:
    """(C,) booleans on each crisis, from beforehand or from its first week."""

    domestic: np.ndarray
    interstate: np.ndarray
    csto: np.ndarray  # the host is a member, and the organisation exists
    client: np.ndarray  # of Russia
    former_ussr: np.ndarray
    at_war: np.ndarray  # Russia, in its war since February 2022
    loyal: np.ndarray  # security forces
    closed: np.ndarray  # polyarchy of at most .30
    divided: np.ndarray  # hybrid regime with a deep split of the elites


def facts(cases: list[Case]) -> Facts:
    """Facts of the coded cases."""

    def each(read: Callable[[Case], bool]) -> np.ndarray:
        return np.array([read(c) for c in cases], dtype=bool)

    member = each(lambda c: c.facts["csto_member"])
    return Facts(
        domestic=each(lambda c: c.kind == "domestic"),
        interstate=each(lambda c: c.kind == "interstate"),
        csto=member & each(lambda c: c.start >= CSTO_AT_WORK),
        client=(member | each(lambda c: c.facts["primary_patron"] == "RUS")) & each(lambda c: c.host != "RUS"),
        former_ussr=each(lambda c: c.host in FORMER_USSR),
        at_war=each(lambda c: c.start >= date(2022, 2, 24)),
        loyal=each(lambda c: c.facts.get("security_forces") == "loyal"),
        closed=each(lambda c: day_zero(c).polyarchy <= 0.30),
        divided=each(lambda c: c.facts["host_regime"] == "hybrid" and c.facts.get("elite_split") == "deep"),
    )


@dataclass(frozen=True)
class Outcomes:
    """(C,) numbers, NaN if an outcome is not coded or did not happen."""

    requested: np.ndarray  # 1 if anybody was asked for security help
    group: np.ndarray  # index in GROUPS of the first addressee
    helped: np.ndarray  # 1 if force came to the government's side
    delay: np.ndarray  # days from request to arrival
    fell: np.ndarray  # 1 if within 90 days
    fall_day: np.ndarray  # of those that fell within 90 days
    peak: np.ndarray  # percent of population
    deaths: np.ndarray
    shift: np.ndarray  # (C, P) -1 down, 0 flat, 1 up: alignment with the patrons a year on

    def where_coded(self, record: "Outcomes") -> "Outcomes":
        """These outcomes without the ones that the record does not code."""
        is_coded = {name: np.isfinite(getattr(record, name)) for name in ("fell", "peak", "deaths", "shift")}
        return replace(self, **{name: np.where(k, getattr(self, name), np.nan) for name, k in is_coded.items()})


def coded_outcomes(cases: list[Case]) -> Outcomes:
    """Outcomes on record."""

    def each(read: Callable[[Case], float | None]) -> np.ndarray:
        return np.array([np.nan if (value := read(c)) is None else value for c in cases], dtype=float)

    fell = 1.0 - each(lambda c: c.survived(90))
    return Outcomes(
        requested=each(lambda c: c.requested),
        group=each(first_addressee),
        helped=each(lambda c: c.helped),
        delay=each(delay),
        fell=fell,
        fall_day=np.where(fell == 1.0, each(days_to_fall), np.nan),
        peak=each(lambda c: c.outcome.get("peak_protest_pct")),
        deaths=each(lambda c: c.outcome.get("fatalities")),
        shift=np.array([[_turn(direction(c, p)) for p in PATRONS] for c in cases]),
    )


def _turn(direction: int | None) -> float:
    return np.nan if direction is None else direction - 1.0


def replay_outcomes(rows: np.ndarray) -> Outcomes:
    """Outcomes of a replay: one replication of each crisis, rows (C, COLUMNS)."""
    value = dict(zip(COLUMNS, rows.T, strict=True))
    change = np.stack([value[f"alignment:{p}"] for p in PATRONS], axis=1)
    early = np.nan_to_num(value["fall_day"], nan=np.inf) < 90
    return Outcomes(
        requested=value["requested"],
        group=value["request_group"],
        helped=value["helped"],
        delay=value["help_day"] - value["request_day"],
        fell=early.astype(float),
        fall_day=np.where(early, value["fall_day"], np.nan),
        peak=value["peak_protest"],
        deaths=value["deaths"],
        shift=np.where(np.isnan(change), np.nan, np.sign(change) * (np.abs(change) > SHIFT)),
    )
