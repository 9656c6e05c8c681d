"""Clashes between protesters and security forces: deaths and detentions (equation 3)."""

from math import ceil
from typing import ClassVar

import numpy as np
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

    control: float = parameter(
        0.012,
        0.0,
        1.0,
        unit="deaths/day",
        source="[assumed]",
        text="a, deaths of a day of crowd control at 10,000 protesters, without violence",
        prior=(0.0, 0.06),
    )
    control_size: float = parameter(
        0.3,
        0.0,
        1.0,
        unit="1",
        source="[assumed]",
        text="s, exponent of the crowd in the toll of its control",
        prior=True,
    )
    ordered: float = parameter(
        5.0,
        -1.0,
        20.0,
        unit="1",
        source="[Davenport2007]",
        text="o, relative change of the toll of crowd control under full violence",
        claim=True,
    )
    fighting: float = parameter(
        0.3,
        0.0,
        5.0,
        unit="deaths/day",
        source="[assumed]",
        text="f, scale of the toll of a day of fighting with an armed challenge",
        prior=(0.0, 1.0),
    )
    fierceness: float = parameter(
        2.7,
        0.0,
        4.0,
        unit="log10",
        source="[assumed]",
        text="q, log10 of the toll of fighting that a full armed challenge multiplies",
        prior=(1.0, 4.0),
    )
    fighting_half_life: float = parameter(
        3.0,
        0.5,
        60.0,
        unit="days",
        source="[assumed]",
        text="T, days of an armed challenge after which half of its level still fights",
        prior=(1.0, 10.0),
    )
    crisis_spread: float = parameter(
        0.85,
        0.0,
        1.5,
        unit="log10",
        source="[assumed]",
        text="sigma, standard deviation of the factor on all deaths of a crisis at home",
        prior=(0.3, 1.2),
    )
    attack_lethality: float = parameter(
        0.00005,
        0.0,
        0.01,
        unit="deaths per armed person and day",
        source="[assumed]",
        text="deaths in fighting with an attacking state, per officer's equivalent of its force",
        prior=(0.0, 0.0005),
    )

    class State:
        deaths_today: Declaration = array("S", "deaths of today", unit="persons", low=0.0, daily=0.0)
        deaths: Declaration = array("S", "deaths since day 0", unit="persons", low=0.0)
        detained: Declaration = array("S", "persons detained since day 0", unit="persons", low=0.0)
        days_of_arms: Declaration = array(
            "S", "days in a row with an armed challenge before today", unit="days", low=0, dtype=np.int64
        )

    def step(self, world: World) -> None:
        self.reset(world)
        for s in rows_where(world.in_crisis):
            protesters = world.active_share.item(s) * world.fixed.adults.item(s)
            if protesters > 0.0 or world.armed[s] > 0.0 or world.attack[s] > 0.0:
                u = uniform(world.fixed.key, Stream.CLASHES, world.fixed.draw_key.item(s), world.day, 0)
                world.deaths_today[s] = poisson_quantile(u, self.expected_deaths(world, s, protesters))
                world.deaths[s] += world.deaths_today[s]
            world.days_of_arms[s] = world.days_of_arms[s] + 1 if world.armed[s] > 0.0 else 0
        if world.in_crisis[world.fixed.host]:
            world.detained[world.fixed.host] += world.protest_counts[:, 1].sum() * world.fixed.people_per_row

    def expected_deaths(self, world: World, state: int, protesters: float) -> float:
        """Mean deaths of a day at home, times the factor of the crisis, and under attack."""
        days = world.days_of_arms.item(state)
        toll = clashes.fighting_deaths(
            world.armed.item(state), days, self.fighting, self.fierceness, self.fighting_half_life
        )
        if world.calm_days[state] == 0:  # protest was notable yesterday, or the crisis is new
            violence = violence_of(world, state)
            toll += clashes.control_deaths(protesters, violence, self.control, self.control_size, self.ordered)
        attackers = world.mechanisms.contest.attacking_force(world, state) * world.fixed.adults.item(state)
        return toll * self.factor(world, state) + self.attack_lethality * attackers

    def factor(self, world: World, state: int) -> float:
        """Factor on the deaths of the current crisis, drawn once."""
        key, unit, crisis = world.fixed.key, world.fixed.draw_key.item(state), world.crisis.item(state)
        u, angle = (uniform(key, Stream.CRISIS_FACTOR, unit, crisis, n) for n in range(2))
        return clashes.crisis_factor(u, angle, self.crisis_spread)
