"""Metrics of survival of the government of day 0; beyond the horizon nothing is observed."""

from sim.core.ranges import DAYS, SHARE
from sim.metrics.registry import metric
from sim.records.records import Records


def _survived(records: Records, horizon: int) -> float | None:
    if records.days < horizon:
        return None  # also of a government that fell: a share over the fallen alone would be zero
    return float(not 0 <= records.fall_day < horizon)


@metric("Government in office after 30 days", "share of replications", within=SHARE)
def survived_30d(records: Records) -> float | None:
    """1 if the government of day 0 did not fall within 30 days."""
    return _survived(records, 30)


@metric("Government in office after 90 days", "share of replications", within=SHARE)
def survived_90d(records: Records) -> float | None:
    """1 if the government of day 0 did not fall within 90 days."""
    return _survived(records, 90)


@metric("Government in office after 365 days", "share of replications", within=SHARE)
def survived_365d(records: Records) -> float | None:
    """1 if the government of day 0 did not fall within 365 days."""
    return _survived(records, 365)


@metric("Government in office at the horizon", "share of replications", within=SHARE)
def in_office(records: Records) -> float | None:
    """1 if the government of day 0 is in office on the last day."""
    return float(records.fall_day < 0)


@metric("Day of the fall", "days from onset", within=DAYS)
def fall_day(records: Records) -> float | None:
    """Day on which the government fell; not observed if it did not."""
    return records.fall_day if records.fall_day >= 0 else None


@metric("Slow fall of the government", "share of replications", within=SHARE)
def slow_fall(records: Records) -> float | None:
    """1 if the government fell to the strain of events, with or without protest."""
    return float(records.slow_fall)
