"""Records of one run: its series and events; metrics and figures need nothing else."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from sim.actors.payoffs import Payoffs
from sim.core.axes import CHANNELS, MONTH
from sim.core.fixed import Names
from sim.core.log import LogEntry
from sim.records.variables import SHARES, VARIABLES, series_rows


@dataclass
class Records:
    """Series of one run: `series[name]` has shape (days + 1, ...); row 0 is the state before the first day.

    `series["state_shares"]` has a row per month, see `share_days`.
    """

    names: Names
    host: str
    patrons: tuple[str, ...]
    followed: tuple[str, ...]  # patrons for whom each citizen has an alignment
    scenario: str
    seed: int
    replication: int
    days: int
    series: dict[str, np.ndarray]
    events: list[LogEntry] = field(default_factory=list)
    payoffs: Payoffs = field(default_factory=Payoffs)  # weights
    troop_days: np.ndarray | None = None  # (O,) in the host
    fall_day: int = -1
    slow_fall: bool = False  # the government fell to its strain, not in the contest

    def __getitem__(self, name: str) -> np.ndarray:
        return self.series[name]

    @property
    def share_days(self) -> list[int]:
        """Days elapsed at each row of the shares of influence on every state; the last may be amid a month."""
        return [min(MONTH * m, self.days) for m in range(series_rows(SHARES.name, self.days))]

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
        """Flat columns of the host for export: day, scalars, and one column per organisation or patron of the scenario."""
        columns = host_columns(self.names, self.host, self.patrons, self.followed)
        series = {name: self.series[v][:, *index] for name, (v, index) in columns.items()}
        return {"day": np.arange(self.days + 1)} | series


def host_columns(
    names: Names, host: str, patrons: tuple[str, ...], followed: tuple[str, ...]
) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Flat column -> (series, index after the day): the columns of `Records.table` without the day, before any run."""
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
    """All keys like 'cost:RUS' of several runs, each once: in the order of these names, then by first appearance."""
    position = {name: i for i, name in enumerate(names)}
    return sorted(
        dict.fromkeys(key for several in keys for key in several), key=lambda k: position[k.partition(":")[0]]
    )
