"""The recorder: it writes the state of a world into the series, one row a day."""

import numpy as np

from sim.core.axes import CHANNELS
from sim.core.world import World
from sim.records.variables import SCALARS, SHARES, VARIABLES, series_rows


class Recorder:
    """Preallocated arrays, one row written per day."""

    def __init__(self, world: World, days: int):
        n_states, n_orgs = len(world.fixed.names.states), len(world.fixed.names.organisations)
        size = {
            "organisation": n_orgs,
            "state": n_states,
            "patron": n_states,
            "channel": len(CHANNELS),
            "followed": world.fixed.focal_patrons.size,
        }
        separate = [v for v in (*VARIABLES, SHARES) if v.name not in SCALARS]
        self.separate = {v.name: np.zeros((series_rows(v.name, days), *(size[a] for a in v.axes))) for v in separate}
        self.of_host = np.zeros((days + 1, len(SCALARS)))  # one assignment writes a row
        self.month, self.shares = -1, None  # of the last write

    @property
    def series(self) -> dict[str, np.ndarray]:
        """Name of a variable -> its array, a view; later days write to it."""
        return self.separate | {name: self.of_host[:, i] for i, name in enumerate(SCALARS)}

    def write(self, day: int, world: World, coalition: float, integration: list[float]) -> None:
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
        month = series_rows(SHARES.name, day) - 1
        if month != self.month or world.influence_share is not self.shares:  # shares change monthly
            out[SHARES.name][month] = self.shares = world.influence_share
            self.month = month
