"""What happened: daily series and events with name, unit and label; saved, re-read and re-measured without simulating."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from sim.actors.payoffs import Payoffs
from sim.core.axes import CHANNELS
from sim.core.fixed import Names
from sim.core.log import LogEntry
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
# stocks move monthly, so what every state gets is kept monthly: row 0 before the first day, row m the last day of month m so far
SHARES = Variable("state_shares", "Share of influence on every state", "0 to 1", SHARE, ("channel", "patron", "state"))
MONTH = 30  # days


def variable_range(column: str, days: int) -> tuple[float, float]:
    """Lowest and highest value of a column of the daily series, like 'cost:RUS', in a run of so many days."""
    return BY_NAME[column.partition(":")[0]].within.within(days)


def rows(name: str, days: int) -> int:
    """Rows of a series that hold the state before the first day and so many days."""
    return 1 + (-(-days // MONTH) if name == SHARES.name else days)


@dataclass
class Records:
    """Series of one run: `series[name]` has shape (days + 1, ...); row 0 is the state before the first day.

    `series["state_shares"]` has a row per month, see `share_days`.
    """

    names: Names
    host: str
    patrons: tuple[str, ...]
    followed: tuple[str, ...]  # patrons with whom every citizen's alignment is followed
    scenario: str
    seed: int
    replication: int
    days: int
    series: dict[str, np.ndarray]
    events: list[LogEntry] = field(default_factory=list)
    payoffs: Payoffs = field(default_factory=Payoffs)  # weights
    troop_days: np.ndarray | None = None  # (O,) in the host
    fall_day: int = -1

    def __getitem__(self, name: str) -> np.ndarray:
        return self.series[name]

    @property
    def share_days(self) -> list[int]:
        """Days elapsed at each row of the shares of influence on every state; the last may be amid a month."""
        return [min(MONTH * m, self.days) for m in range(rows(SHARES.name, self.days))]

    def axis(self, name: str) -> tuple[str, ...]:
        """Labels along a named axis."""
        return {
            "organisation": self.names.organisations,
            "state": self.names.states,
            "patron": self.names.states,
            "channel": CHANNELS,
            "followed": self.followed,
        }[name]

    def alignment(self, who: str, patron: str, state: str | None = None) -> np.ndarray:
        """(days + 1,) alignment of 'elite' or 'public' of a state (the host) with a patron."""
        s = self.names.states.index(state or self.host)
        return self.series[f"{who}_alignment"][:, s, self.names.states.index(patron)]

    def table(self) -> dict[str, np.ndarray]:
        """Flat columns of the host for export: day, scalars, and one column per organisation or shown patron."""
        columns = host_columns(self.names, self.host, self.patrons, self.followed)
        series = {name: self.series[v][:, *index] for name, (v, index) in columns.items()}
        return {"day": np.arange(self.days + 1)} | series


def host_columns(
    names: Names, host: str, patrons: tuple[str, ...], followed: tuple[str, ...]
) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Flat column -> its series and the place in it after the day: `Records.table` without the day, known before a run."""
    rows = {state: i for i, state in enumerate(names.states)}
    patron_rows, columns = [(f":{p}", rows[p]) for p in patrons], {}
    for v in VARIABLES:
        if v.axes == ():
            indices = [("", ())]
        elif v.axes == ("organisation",):
            indices = [(f":{o}", (i,)) for i, o in enumerate(names.organisations)]
        elif v.name in ("cost", "reach"):
            indices = [(label, (i,)) for label, i in patron_rows]
        elif v.axes == ("followed",):
            indices = [(f":{p}", (i,)) for i, p in enumerate(followed)]
        elif v.axes == ("state",):
            indices = [("", (rows[host],))]
        elif v.axes == ("state", "patron"):
            indices = [(label, (rows[host], i)) for label, i in patron_rows]
        else:
            indices = [(f":{c}{label}", (j, i)) for j, c in enumerate(CHANNELS) for label, i in patron_rows]
        columns |= {f"{v.name}{label}": (v.name, index) for label, index in indices}
    return columns


def in_order(keys: Iterable[Iterable[str]], names: Sequence[str]) -> list[str]:
    """All keys like 'cost:RUS' of several runs, each once: by name in a given order, then as they are met."""
    position = {name: i for i, name in enumerate(names)}
    return sorted(
        dict.fromkeys(key for several in keys for key in several), key=lambda k: position[k.partition(":")[0]]
    )


class Recorder:
    """Preallocated arrays, one row written per day."""

    def __init__(self, world, days: int):
        n_states, n_orgs = len(world.fixed.names.states), len(world.fixed.names.organisations)
        size = {
            "organisation": n_orgs,
            "state": n_states,
            "patron": n_states,
            "channel": len(CHANNELS),
            "followed": world.fixed.focal_patrons.size,
        }
        separate = [v for v in (*VARIABLES, SHARES) if v.name not in SCALARS]
        self.separate = {v.name: np.zeros((rows(v.name, days), *(size[a] for a in v.axes))) for v in separate}
        self.of_host = np.zeros((days + 1, len(SCALARS)))  # one row a day is written at once
        self.month, self.shares = -1, None  # written last

    @property
    def series(self) -> dict[str, np.ndarray]:
        """Name of a variable -> its array, a view that the following days write to."""
        return self.separate | {name: self.of_host[:, i] for i, name in enumerate(SCALARS)}

    def write(self, day: int, world, coalition: float, integration: list[float]) -> None:
        """Record the state at the end of a day (row 0: before the first)."""
        h, out = world.fixed.host, self.separate
        protesters = world.active_share.item(h) * world.fixed.adults.item(h)
        self.of_host[day] = (
            100.0 * protesters / world.fixed.population.item(h),
            protesters,
            world.legitimacy.item(h),
            world.arrest_risk.item(h),
            world.survival.item(h),
            coalition,
            world.incumbent.item(h),
            world.territory_lost.item(h),
            world.deaths.item(h),
            world.detained.item(h),
        )
        if world.forces_abroad:
            out["troops"][day] = world.soldiers[:, :, h].sum(axis=1)
        out["integration"][day] = integration
        out["autonomy"][day] = world.autonomy
        out["autonomy_demand"][day] = world.autonomy_demand
        out["cost"][day] = world.cost
        out["reach"][day] = world.reach
        out["elite_alignment"][day] = world.elite_alignment
        out["public_alignment"][day] = world.public_alignment
        out["favourable"][day] = world.favourable
        out["influence_share"][day] = world.influence_share[:, :, h]
        month = rows(SHARES.name, day) - 1
        if month != self.month or world.influence_share is not self.shares:  # they change monthly
            out[SHARES.name][month] = self.shares = world.influence_share
            self.month = month


@dataclass
class Ensemble:
    """Paired worlds of one scenario; a single run is an ensemble of one."""

    scenario: str
    label: str
    colour: str
    host: str
    host_name: str
    patrons: tuple[str, ...]
    organisations: tuple[str, ...]
    start_date: date
    days: int
    metrics: dict[str, np.ndarray]  # (runs,), NaN = not observed
    series: Mapping[str, np.ndarray]  # (runs, days + 1), the columns of Records.table()

    @property
    def n_runs(self) -> int:
        """Number of worlds."""
        return len(next(iter(self.metrics.values())))


def ensemble(spec, tables: list[dict], metrics: list[dict]) -> Ensemble:
    """Stack runs of one spec: tables[i] is `Records.table()` of the run that metrics[i] measured."""
    return ensemble_of(
        spec,
        {k: np.array([np.nan if m[k] is None else m[k] for m in metrics]) for k in metrics[0]},
        {k: np.stack([t[k] for t in tables]) for k in tables[0] if k != "day"},
    )


def ensemble_of(spec, metrics: dict[str, np.ndarray], series: Mapping[str, np.ndarray]) -> Ensemble:
    """Runs of one spec whose values are stacked already; series may be read from a file when it is asked for."""
    scenario = spec.scenario
    return Ensemble(
        scenario=scenario.name,
        label=scenario.label,
        colour=scenario.colour,
        host=scenario.host,
        host_name=spec.states[scenario.host].name.get("en", scenario.host),
        patrons=scenario.outside_patrons,
        organisations=tuple(spec.organisations),
        start_date=scenario.start_date,
        days=spec.days,
        metrics=metrics,
        series=series,
    )
