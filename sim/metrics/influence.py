"""Metrics of influence: alignment of elites and public, their gap, influence shares, autonomy, integration."""

from sim.core.ranges import ALIGNMENT, ANY, PERCENT, SHARE, change
from sim.metrics.registry import metric
from sim.records.records import Records


def _change(records: Records, who: str, patron: str, day: int) -> float | None:
    if records.days < day:
        return None
    series = records.alignment(who, patron)
    return series[day] - series[0]


@metric("Elite alignment, change after 30 days", "points on the scale -1 to 1", "patron", within=change(ALIGNMENT))
def elite_change_30d(records: Records, patron: str) -> float | None:
    """Change of the power-weighted alignment of the host's loyal factions with the patron."""
    return _change(records, "elite", patron, 30)


@metric("Elite alignment, change after 180 days", "points on the scale -1 to 1", "patron", within=change(ALIGNMENT))
def elite_change_180d(records: Records, patron: str) -> float | None:
    """Change of the power-weighted alignment of the host's loyal factions with the patron."""
    return _change(records, "elite", patron, 180)


@metric("Elite alignment, change after 365 days", "points on the scale -1 to 1", "patron", within=change(ALIGNMENT))
def elite_change_365d(records: Records, patron: str) -> float | None:
    """Change of the power-weighted alignment of the host's loyal factions with the patron."""
    return _change(records, "elite", patron, 365)


@metric("Public alignment, change after 30 days", "points on the scale -1 to 1", "patron", within=change(ALIGNMENT))
def public_change_30d(records: Records, patron: str) -> float | None:
    """Change of the population-weighted alignment of the host's segments with the patron."""
    return _change(records, "public", patron, 30)


@metric("Public alignment, change after 180 days", "points on the scale -1 to 1", "patron", within=change(ALIGNMENT))
def public_change_180d(records: Records, patron: str) -> float | None:
    """Change of the population-weighted alignment of the host's segments with the patron."""
    return _change(records, "public", patron, 180)


@metric("Public alignment, change after 365 days", "points on the scale -1 to 1", "patron", within=change(ALIGNMENT))
def public_change_365d(records: Records, patron: str) -> float | None:
    """Change of the population-weighted alignment of the host's segments with the patron."""
    return _change(records, "public", patron, 365)


@metric("Favourable citizens, change after 30 days", "points", "patron", within=change(PERCENT))
def favourable_change_30d(records: Records, patron: str) -> float | None:
    """Change of the share of the host's citizens whose alignment with the patron is not negative, in percentage points."""
    if records.days < 30 or patron not in records.followed:
        return None
    series = records["favourable"][:, records.followed.index(patron)]
    return series[30] - series[0]


@metric(
    "Elite-public gap, change after 30 days", "points on the scale -1 to 1", "patron", within=change(change(ALIGNMENT))
)
def gap_change_30d(records: Records, patron: str) -> float | None:
    """Change of the difference between elite and public alignment with the patron."""
    elite, public = _change(records, "elite", patron, 30), _change(records, "public", patron, 30)
    return None if elite is None or public is None else elite - public


@metric("Share of influence on the host at the horizon", "0 to 1", "channel", "patron", within=SHARE)
def influence_share(records: Records, channel: str, patron: str) -> float | None:
    """Share of the patron and this channel in all influence on the host."""
    share = records["influence_share"][-1]
    return share[records.axis("channel").index(channel), records.names.states.index(patron)]


@metric("Autonomy of the host at the horizon", "0 to 1", within=SHARE)
def autonomy(records: Records) -> float | None:
    """1 - concentration of dependence - debts to one patron."""
    return records["autonomy"][-1, records.names.states.index(records.host)]


@metric("Demand for autonomy at the horizon", "index", within=ANY)
def autonomy_demand(records: Records) -> float | None:
    """Demand of the host for autonomy."""
    return records["autonomy_demand"][-1, records.names.states.index(records.host)]


@metric("Integration at the horizon", "0 to 1", "organisation", within=SHARE)
def integration(records: Records, organisation: str) -> float | None:
    """Joint acts per pair of members over two years, as an index."""
    return records["integration"][-1, records.names.organisations.index(organisation)]
