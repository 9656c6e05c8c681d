"""Metrics of assistance: requests, arrivals, their days and costs."""

from sim.core.ranges import AMOUNT, DAYS, SHARE, change
from sim.metrics.registry import metric
from sim.records.records import Records


def _first_day(records: Records, kind: str, actor: str = "", target: str = "") -> int | None:
    return next(
        (e.day for e in records.events if e.kind == kind and actor in ("", e.actor) and target in ("", e.target)), None
    )


@metric("Force requested", "share of replications", "organisation", within=SHARE)
def requested(records: Records, organisation: str) -> float | None:
    """1 if the host asked the organisation for force."""
    return float(_first_day(records, "request", target=organisation) is not None)


@metric("Day of the request for force", "days from onset", within=DAYS)
def request_day(records: Records) -> float | None:
    """First day on which the host asked anybody for force."""
    return _first_day(records, "request")


@metric("Day of the decision to send force", "days from onset", within=DAYS)
def decision_day(records: Records) -> float | None:
    """Day of the first consent to a request."""
    return _first_day(records, "decision")


@metric("Day of the first arrival", "days from onset", within=DAYS)
def arrival_day(records: Records) -> float | None:
    """Day of the first landing of foreign soldiers."""
    return _first_day(records, "arrival")


@metric("Request to arrival", "days", within=DAYS)
def request_to_arrival(records: Records) -> float | None:
    """Days from the first request to the first landing."""
    request, arrival = _first_day(records, "request"), _first_day(records, "arrival")
    return None if request is None or arrival is None else arrival - request


@metric("Day on which the last foreign soldiers left", "days from onset", within=DAYS)
def withdrawal_day(records: Records) -> float | None:
    """Day of the first complete withdrawal."""
    return _first_day(records, "withdrawn")


@metric("First council act after the peak", "days after the protest peak", "organisation", within=change(DAYS))
def council_after_peak(records: Records, organisation: str) -> float | None:
    """Days from the protest peak to the organisation's first ministers' meeting; negative = before it."""
    day = _first_day(records, "ministers", actor=organisation)
    return None if day is None else day - max(0, int(records["protest"].argmax()) - 1)


@metric("First council act follows the peak", "share of replications", "organisation", within=SHARE)
def council_follows_peak(records: Records, organisation: str) -> float | None:
    """1 if the organisation's ministers first met after the protest peak; not observed if they did not meet."""
    days = council_after_peak(records, organisation)
    return None if days is None else float(days > 0)


@metric("Troop-days", "thousand soldier-days", "organisation", within=AMOUNT)
def troop_days(records: Records, organisation: str) -> float | None:
    """Soldiers of the organisation in the host, summed over days."""
    assert records.troop_days is not None  # every run has them
    return records.troop_days[records.names.organisations.index(organisation)] / 1e3


@metric("Cost", "million USD", "patron", within=AMOUNT)
def cost(records: Records, patron: str) -> float | None:
    """Money that the patron spent on troops and instruments up to the horizon."""
    return records["cost"][-1, records.names.states.index(patron)]
