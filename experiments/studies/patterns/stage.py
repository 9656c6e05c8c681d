"""Patterns of the shipped scenarios on the full stage: acts of the powers in each replication, and signs."""

from dataclasses import dataclass
from typing import Any

import numpy as np

import sim
from experiments.compare.statistics import estimate
from experiments.history.backtest.distributions import SHIFT
from experiments.history.backtest.simulate_cases import COLUMNS, outcome
from experiments.history.cases.patrons import address_class
from experiments.studies.patterns.checks import ABSENT, APPEARS, UNDECIDED
from sim.records.records import Records
from sim.spec.config_files import names_in
from sim.spec.schema import Spec

OF_FORCE = ("decision", "arrival", "withdrawal", "withdrawn", "refusal")  # kinds of events about soldiers
ACTS = ("acts:RUS", "acts:TUR", "acts:WEST", "materiel:TUR", "change:RUS", "change:CHN")
MATERIEL = ("materiel", "arms", "aid", "loan", "blockade", "troops", "covert")  # more than words
CENSURE = "belarus_2020 under censure"  # the scenario with a West that ties trade to restraint
FREE_HOME = ("belarus_2020", "kyrgyzstan_2005", "kyrgyzstan_2010", "kyrgyzstan_2020", "armenia_2018", "kazakhstan_2022")
OF_USSR = (*FREE_HOME, "armenia_2022", "karabakh_2020", "ukraine_2013")


def specifications() -> dict[str, Spec]:
    """Every shipped scenario over one year with the posterior, and one crisis with Western censure."""
    settings = ["citizens=1000", "indicators=drawn", "parameters=posterior", "days=365"]
    specs = {name: sim.load([f"scenario={name}", *settings]) for name in names_in("scenario")}
    west = "+scenario.policies={USA: conditional_west, EUU: conditional_west}"
    return specs | {CENSURE: sim.load(["scenario=belarus_2020", west, *settings])}


def look(records: Records, groups: dict[str, str]) -> tuple[list[float]]:
    """One row of COLUMNS and ACTS of a replication; acts are those of powers and their organisations, short of force."""
    acts = [e for e in records.events if e.kind not in OF_FORCE and not e.kind.startswith("end of ")]
    acts = [(address_class(e.actor), e.kind) for e in acts if e.actor != records.host and e.target == records.host]
    of = [float(sum(power == p for p, _ in acts)) for power in ("RUS", "TUR", "WEST")]
    material = float(sum(power == "TUR" and kind in MATERIEL for power, kind in acts))
    change = [float(np.diff(records.alignment("elite", p)[[0, -1]])[0]) for p in ("RUS", "CHN")]
    return ([*outcome(records, groups), *of, material, *change],)


def table(replications: dict[str, list[Any]]) -> dict[str, dict[str, np.ndarray]]:
    """Scenario -> column -> (replications,)."""
    names = (*COLUMNS, *ACTS)
    return {n: dict(zip(names, np.array([row for (row,) in rows]).T, strict=True)) for n, rows in replications.items()}


@dataclass(frozen=True)
class Sign:
    """A pattern as the sign of a mean over replications: above zero if the pattern appears."""

    pattern: int
    text: str
    values: np.ndarray  # (replications,)

    def verdict(self) -> tuple[float, float, float, str]:
        """Mean, its 95 % interval, and the verdict; the rate of false alarm is 2.5 %."""
        interval = estimate(self.values, 0.95)
        mean, low, high = interval["mean"], interval["low"], interval["high"]
        if np.ptp(self.values) == 0.0:
            return mean, low, high, APPEARS if mean > 0.0 else ABSENT
        return mean, low, high, APPEARS if low > 0.0 else ABSENT if high < 0.0 else UNDECIDED


def signs(replications: dict[str, dict[str, np.ndarray]]) -> list[Sign]:
    """Signs of the record's patterns on powers at home and abroad, in replications of scenarios."""

    def of(names: tuple[str, ...], column: str) -> np.ndarray:
        return np.concatenate([replications[name][column] for name in names])

    came = np.isfinite(of(FREE_HOME, "help_day"))
    rescue, alone = replications["csto_intervention"], replications["no_outside_act"]
    distracted, free = replications["distracted_russia"], replications["kazakhstan_2022"]
    censured, uncensured = replications[CENSURE], replications["belarus_2020"]
    rise = [np.maximum(w["change:RUS"], w["change:CHN"]) for w in (censured, uncensured)]
    return [
        Sign(6, "home crises of clients: replications with words or money of Russia or the CSTO minus replications with soldiers",
             (of(FREE_HOME, "acts:RUS") > 0).astype(float) - came),
        Sign(7, "force for Kazakhstan: kazakhstan_2022 minus distracted_russia", free["helped"] - distracted["helped"]),
        Sign(8, "crises in the former Soviet Union: replications with money or arms of Turkey or the OTS minus replications with "
             "soldiers on their request", (of(OF_USSR, "materiel:TUR") > 0) - _soldiers_of_turkey(replications)),
        Sign(9, f"after the rescue: alignment with Russia rises by less than {SHIFT} in a year", SHIFT - rescue["change:RUS"]),
        Sign(9, "the same beside no outside act", SHIFT - (rescue["change:RUS"] - alone["change:RUS"])),
        Sign(10, "belarus_2020: rise with Russia or China under Western censure minus without", rise[0] - rise[1]),
    ]  # fmt: skip


def _soldiers_of_turkey(replications: dict[str, dict[str, np.ndarray]]) -> np.ndarray:
    return np.concatenate(
        [
            ((replications[n]["request_group"] == 1.0) & np.isfinite(replications[n]["help_day"])).astype(float)
            for n in OF_USSR
        ]
    )
