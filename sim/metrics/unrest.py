"""Metrics of protest, of its human cost, and of territory lost in war."""

import numpy as np

from sim.core.ranges import AMOUNT, DAYS, PERCENT, SHARE, Range
from sim.metrics.registry import metric
from sim.records.records import Records

NOTABLE = 0.05  # percent of population


@metric("Protest peak", "percent of population", within=PERCENT)
def protest_peak(records: Records) -> float | None:
    """Largest share of the population protesting on one day."""
    return records["protest"].max()


@metric("Day of the protest peak", "days from onset", within=DAYS)
def protest_peak_day(records: Records) -> float | None:
    """Day of the largest protest."""
    return max(0, int(np.argmax(records["protest"])) - 1)


@metric("Duration of protest", "days", within=Range(0.0, 1.0, high_days=1.0))
def protest_duration(records: Records) -> float | None:
    """Days on which more than 0.05 percent of the population protest."""
    return (records["protest"] > NOTABLE).sum()


@metric("Protester-days", "thousand person-days", within=AMOUNT)
def protester_days(records: Records) -> float | None:
    """Protesters summed over days with notable protest."""
    return records["protesters"][records["protest"] > NOTABLE].sum() / 1e3


@metric("Territory lost at the horizon", "0 to 1", within=SHARE)
def territory_lost(records: Records) -> float | None:
    """Share of the host's territory that an attacker holds."""
    return records["territory_lost"][-1]


@metric("Deaths", "persons", within=AMOUNT)
def deaths(records: Records) -> float | None:
    """People killed in clashes up to the horizon."""
    return records["deaths"][-1]


@metric("Detained", "persons", within=AMOUNT)
def detained(records: Records) -> float | None:
    """People detained during the crisis up to the horizon."""
    return records["detained"][-1]
