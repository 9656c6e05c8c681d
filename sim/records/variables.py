"""Recorded variables: the daily series of a run with name, label, unit, range and axes."""

from dataclasses import dataclass

from sim.core.axes import MONTH
from sim.core.ranges import ALIGNMENT, AMOUNT, ANY, PERCENT, SHARE, Range


@dataclass(frozen=True)
class Variable:
    """A recorded series."""

    name: str
    label: str
    unit: str
    within: Range
    axes: tuple[str, ...] = ()  # names of the axes after the day


VARIABLES = (
    Variable("protest", "Protest", "percent of population", PERCENT),
    Variable("protesters", "Protesters", "persons", AMOUNT),
    Variable("legitimacy", "Legitimacy", "0 to 1", SHARE),
    Variable("arrest_risk", "Perceived arrest risk", "0 to 1", SHARE),
    Variable("survival", "Perceived survival of the government", "0 to 1", SHARE),
    Variable("coalition", "Loyal coalition", "power weight", SHARE),
    Variable("incumbent", "Government of day 0 in office", "yes or no", SHARE),
    Variable("territory_lost", "Territory lost", "0 to 1", SHARE),
    Variable("deaths", "Deaths, cumulative", "persons", AMOUNT),
    Variable("detained", "Detained, cumulative", "persons", AMOUNT),
    Variable("troops", "Foreign soldiers present", "persons", AMOUNT, ("organisation",)),
    Variable("integration", "Integration", "0 to 1", SHARE, ("organisation",)),
    Variable("autonomy", "Autonomy", "0 to 1", SHARE, ("state",)),
    Variable("autonomy_demand", "Demand for autonomy", "index", ANY, ("state",)),
    Variable("cost", "Cost to patron, cumulative", "million USD", AMOUNT, ("state",)),
    Variable("reach", "Influence over all states", "sum of influence", AMOUNT, ("state",)),
    Variable("elite_alignment", "Alignment of elites", "-1 to 1", ALIGNMENT, ("state", "patron")),
    Variable("public_alignment", "Alignment of the public", "-1 to 1", ALIGNMENT, ("state", "patron")),
    Variable("favourable", "Citizens favourable to the patron", "percent of population", PERCENT, ("followed",)),
    Variable("influence_share", "Share of influence on the host", "0 to 1", SHARE, ("channel", "patron")),
)
SCALARS = tuple(v.name for v in VARIABLES if v.axes == ())  # of the host, in the order in which they are written
BY_NAME = {v.name: v for v in VARIABLES}
# stocks move monthly, so shares on every state are recorded monthly: row 0 before the first day, row m the last day of month m
SHARES = Variable("state_shares", "Share of influence on every state", "0 to 1", SHARE, ("channel", "patron", "state"))


def variable_range(column: str, days: int) -> tuple[float, float]:
    """Lowest and highest value of a column of the daily series, like 'cost:RUS', in a run of this many days."""
    return BY_NAME[column.partition(":")[0]].within.within(days)


def series_rows(name: str, days: int) -> int:
    """Number of rows of a series: the state before the first day, and this many days."""
    return 1 + (-(-days // MONTH) if name == SHARES.name else days)
