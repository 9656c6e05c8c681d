"""The shipped scenarios on the full stage: what powers do in each of their worlds, and the patterns that only they show."""

from dataclasses import dataclass

import numpy as np

import sim
from experiments.compare.statistics import described
from experiments.history.backtest.distributions import MOVED
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
    """Every shipped scenario over one year with the posterior, and one crisis with a West that censures."""
    settings = ["citizens=1000", "indicators=drawn", "parameters=posterior", "days=365"]
    specs = {name: sim.load([f"scenario={name}", *settings]) for name in names_in("scenario")}
    west = "+scenario.policies={USA: conditional_west, EUU: conditional_west}"
    return specs | {CENSURE: sim.load(["scenario=belarus_2020", west, *settings])}


def look(records: Records, groups: dict[str, str]) -> tuple[list[float]]:
    """One row of COLUMNS and ACTS of a world; acts are those that powers and their organisations choose, short of force."""
    acts = [e for e in records.events if e.kind not in OF_FORCE and not e.kind.startswith("end of ")]
    acts = [(address_class(e.actor), e.kind) for e in acts if e.actor != records.host and e.target == records.host]
    of = [float(sum(power == p for p, _ in acts)) for power in ("RUS", "TUR", "WEST")]
    material = float(sum(power == "TUR" and kind in MATERIEL for power, kind in acts))
    change = [float(np.diff(records.alignment("elite", p)[[0, -1]])[0]) for p in ("RUS", "CHN")]
    return ([*outcome(records, groups), *of, material, *change],)


def table(worlds: dict[str, list]) -> dict[str, dict[str, np.ndarray]]:
    """Scenario -> column -> (worlds,)."""
    names = (*COLUMNS, *ACTS)
    return {n: dict(zip(names, np.array([row for (row,) in rows]).T, strict=True)) for n, rows in worlds.items()}


@dataclass(frozen=True)
class Sign:
    """A pattern as the sign of a mean over worlds: above zero where it holds."""

    pattern: int
    text: str
    values: np.ndarray  # (worlds,)

    def verdict(self) -> tuple[float, float, float, str]:
        """Mean, its 95 % interval, and what it says; the sign seems right by chance in 2.5 %."""
        found = described(self.values, 0.95)
        mean, low, high = found["mean"], found["low"], found["high"]
        if np.ptp(self.values) == 0.0:
            return mean, low, high, APPEARS if mean > 0.0 else ABSENT
        return mean, low, high, APPEARS if low > 0.0 else ABSENT if high < 0.0 else UNDECIDED


def signs(worlds: dict[str, dict[str, np.ndarray]]) -> list[Sign]:
    """What the record says of powers at home and abroad, in worlds of scenarios."""

    def of(names: tuple[str, ...], column: str) -> np.ndarray:
        return np.concatenate([worlds[name][column] for name in names])

    came = np.isfinite(of(FREE_HOME, "help_day"))
    rescue, alone = worlds["csto_intervention"], worlds["no_outside_act"]
    held, free = worlds["distracted_russia"], worlds["kazakhstan_2022"]
    censured, left = worlds[CENSURE], worlds["belarus_2020"]
    rise = [np.maximum(w["change:RUS"], w["change:CHN"]) for w in (censured, left)]
    return [
        Sign(6, "home crises of clients: worlds with words or money of Russia or the CSTO minus worlds with soldiers",
             (of(FREE_HOME, "acts:RUS") > 0).astype(float) - came),
        Sign(7, "force for Kazakhstan: kazakhstan_2022 minus distracted_russia", free["helped"] - held["helped"]),
        Sign(8, "crises in the former Soviet Union: worlds with money or arms of Turkey or the OTS minus worlds with "
             "soldiers on their request", (of(OF_USSR, "materiel:TUR") > 0) - _soldiers_of_turkey(worlds)),
        Sign(9, f"after the rescue: alignment with Russia rises by less than {MOVED} in a year", MOVED - rescue["change:RUS"]),
        Sign(9, "the same beside no outside act", MOVED - (rescue["change:RUS"] - alone["change:RUS"])),
        Sign(10, "belarus_2020: rise with Russia or China under Western censure minus without", rise[0] - rise[1]),
    ]  # fmt: skip


def _soldiers_of_turkey(worlds: dict[str, dict[str, np.ndarray]]) -> np.ndarray:
    return np.concatenate(
        [((worlds[n]["request_group"] == 1.0) & np.isfinite(worlds[n]["help_day"])).astype(float) for n in OF_USSR]
    )
