"""Clashes between protesters and security forces: deaths and detentions (equation 3)."""

from math import ceil
from typing import ClassVar

from scipy.special import pdtr, pdtrik

from sim.actors.views import violence_of
from sim.core.axes import rows_where
from sim.core.mechanism import Mechanism
from sim.core.parameters import parameter
from sim.core.state import Declaration, array
from sim.core.streams import Stream, uniform
from sim.core.world import World
from sim.equations import clashes


def poisson_quantile(u: float, mean: float) -> int:
    """Smallest n with P(Poisson(mean) <= n) >= u."""
    if mean <= 0.0 or pdtr(0, mean) >= u:
        return 0
    n = ceil(pdtrik(u, mean))
    while n > 0 and pdtr(n - 1, mean) >= u:
        n -= 1
    return n


class Clashes(Mechanism):
    uses: ClassVar[tuple[str, ...]] = ("contest",)

    lethality: float = parameter(
        0.0025,
        0.0,
        0.01,
        unit="deaths per protester-day",
        source="[Prosecutor2022]",
        text="kappa_d, set so that the 225-238 deaths reported lie between median and mean of the free choice",
    )
    safe_risk: float = parameter(
        0.2, 0.0, 0.9, unit="1", source="[assumed]", text="P0, arrest risk below which clashes are not deadly"
    )
    armed_lethality: float = parameter(
        0.00005,
        0.0,
        0.01,
        unit="deaths per armed person and day",
        source="[assumed]",
        text="deaths in fighting with an armed challenge or an attacking state, per officer's equivalent of it",
        prior=(0.0, 0.0005),
    )

    class State:
        deaths_today: Declaration = array("S", "deaths of today", unit="persons", low=0.0, daily=0.0)
        deaths: Declaration = array("S", "deaths since day 0", unit="persons", low=0.0)
        detained: Declaration = array("S", "persons detained since day 0", unit="persons", low=0.0)

    def step(self, world: World) -> None:
        self.reset(world)
        for s in rows_where(world.in_crisis):
            protesters = world.active_share.item(s) * world.fixed.adults.item(s)
            if protesters > 0.0 or world.armed[s] > 0.0 or world.attack[s] > 0.0:
                u = uniform(world.fixed.key, Stream.CLASHES, world.fixed.draw_key.item(s), world.day, 0)
                world.deaths_today[s] = poisson_quantile(u, self.expected_deaths(world, s, protesters))
                world.deaths[s] += world.deaths_today[s]
        if world.in_crisis[world.fixed.host]:
            world.detained[world.fixed.host] += world.protest_counts[:, 1].sum() * world.fixed.people_per_row

    def expected_deaths(self, world: World, state: int, protesters: float) -> float:
        """Mean deaths of a day; nobody dies if the risk of arrest is below the safe one."""
        risk = world.clash_risk.item(state)
        fighters = world.mechanisms.contest.opposing_force(world, state) * world.fixed.adults.item(state)
        violence = violence_of(world, state)
        return clashes.expected_deaths(
            protesters, risk, violence, fighters, self.lethality, self.safe_risk, self.armed_lethality
        )
