"""Metrics of payoff for patrons and host, first day to horizon, by the configured weights (equation 18)."""

from sim.core.ranges import ANY
from sim.metrics.registry import metric
from sim.records.records import Records


@metric("Payoff of the patron, change to the horizon", "payoff", "patron", within=ANY)
def payoff(records: Records, patron: str) -> float | None:
    """Weighted influence, alignments, government on the patron's side and expense: the last day less the first."""
    k = records.names.states.index(patron)
    first, last = (
        records.payoffs.of_patron(
            records["reach"][day, k],
            records.alignment("elite", patron)[day],
            records.alignment("public", patron)[day],
            bool(records["incumbent"][day]),
            records["cost"][day, k],
        )
        for day in (0, -1)
    )
    return last - first


@metric("Payoff of the host, change to the horizon", "payoff", within=ANY)
def host_payoff(records: Records) -> float | None:
    """Weighted survival of the government, autonomy and expense: the last day less the first."""
    h = records.names.states.index(records.host)
    first, last = (
        records.payoffs.of_host(bool(records["incumbent"][d]), records["autonomy"][d, h], records["cost"][d, h])
        for d in (0, -1)
    )
    return last - first
