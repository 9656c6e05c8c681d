"""Contention: every mobilisable citizen weighs grievance, nearby protest and the risk of arrest (equation 1)."""

from enum import StrEnum
from functools import lru_cache, partial
from typing import Any

import numpy as np
from numba import get_num_threads
from pydantic import Field

from sim.core.axes import NEWS
from sim.core.mechanism import Mechanism
from sim.core.parameters import parameter
from sim.core.state import Declaration, array
from sim.core.world import World
from sim.equations import contention
from sim.kernels.citizens import BLOCK, ONE, active_rows, citizens_day, citizens_day_threaded, noise_table
from sim.kernels.edges import Adjacency, citizens_day_on_edges, exposure_by_degree
from sim.kernels.neighbours import CERTAIN
from sim.kernels.states import whole_units

THREADED_FROM = 1_000_000  # rows; with fewer, threads cost more than they save


@lru_cache(maxsize=32)
def _noise(tau: float) -> np.ndarray:
    return noise_table(tau)


@lru_cache(maxsize=32)
def _exposure(weight: float, neighbours: int) -> np.ndarray:
    return np.array([round(weight * n / max(1, neighbours) * ONE) for n in range(neighbours + 1)], dtype=np.int32)


@lru_cache(maxsize=8)
def _exposures(weight: float, ties: Adjacency) -> np.ndarray:
    return exposure_by_degree(ties.degrees, partial(_exposure, weight))


class Web(StrEnum):
    """Networks of citizens."""

    small_world = "small_world"
    block = "block"
    explicit = "explicit"


class Contention(Mechanism):
    threshold: float = parameter(
        0.33, 0.20, 0.40, unit="1", source="[Epstein2002]", text="T, net grievance at which a citizen acts", prior=True
    )
    neighbours: float = parameter(
        0.15,
        0.0,
        0.30,
        unit="1",
        source="[Granovetter1978]",
        text="beta_x, weight of the active share among neighbours",
        prior=True,
    )
    news: float = parameter(
        0.15, 0.0, 0.30, unit="1", source="[Kuran1991]", text="beta_n, weight of the national active share", prior=True
    )
    noise: float = parameter(
        0.035,
        0.0,
        0.08,
        unit="1",
        source="[McFadden1974]",
        text="tau, decision noise of the logit choice; 0 = hard threshold",
        prior=(0.02, 0.08),
    )
    mobilisable_share: float = parameter(
        0.10,
        0.01,
        1.0,
        unit="share of adults",
        source="[ChenowethStephan2011]",
        text="m_s, adults who could protest at all",
        prior=(0.05, 0.15),
    )
    adult_share: float = parameter(
        0.66, 0.4, 0.9, unit="share of population", source="[WorldBank2022]", text="inhabitants aged 15 and over"
    )
    redecide: float = parameter(
        0.6,
        0.05,
        1.0,
        unit="1/day",
        source="[assumed]",
        text="delta_A, chance that a citizen decides anew today",
    )
    network: Web = Field(
        default=Web.small_world,
        description="whom citizens see: small_world = rows next to them and long links; block = long links stay in the same "
        "region and language group; explicit = the ties of the file `edges`",
        json_schema_extra={"unit": "choice", "source": "[WattsStrogatz1998]"},
    )
    edges: str = Field(
        default="",
        description="file of ties for network=explicit: two row numbers a line, from 0, by region and language group",
        json_schema_extra={"unit": "file", "source": "[assumed]"},
    )
    mutual: bool = Field(
        default=True, description="both rows of a tie in `edges` see each other; false: the first sees the second"
    )
    ring: int = parameter(3, 0, 20, unit="rows", source="[WattsStrogatz1998]", text="kr, ring neighbours on each side")
    long_links: int = parameter(
        2, 0, 20, unit="links", source="[WattsStrogatz1998]", text="q, long links of each citizen"
    )
    homophily: float = parameter(
        0.3,
        0.0,
        1.0,
        unit="1",
        source="[McPherson2001]",
        text="chance that a long link stays in the same region and language group",
    )
    arrest_rate: float = parameter(
        0.05,
        0.0,
        0.5,
        unit="1/day",
        source="[Reuters2022]",
        text="chance of detention of a protester per day at full arrest risk",
        prior=(0.01, 0.15),
    )
    detention_days: int = parameter(
        15, 1, 200, unit="days", source="[HRW2022]", text="length of an administrative detention"
    )

    fatigue: float = parameter(
        0.035,
        -0.03,
        0.1,
        unit="1/day",
        source="[assumed]",
        text="k, rate at which days of notable protest wear the pressure of events out; below zero they feed it",
        claim=True,
    )

    class State:
        activity: Declaration = array(
            "N", "state of each citizen row, see kernels.citizens", unit="code", dtype=np.uint8
        )
        next_activity: Declaration = array("N", "second buffer of `activity`", unit="code", dtype=np.uint8)
        protest_counts: Declaration = array(
            "HB", "rows active and newly detained today", unit="rows", low=0, dtype=np.int64
        )
        active_share: Declaration = array("S", "share of adults who protest", unit="share", low=0.0, high=1.0)

    @property
    def explicit(self) -> bool:
        """True if a file gives the ties one by one."""
        return self.network is Web.explicit

    @property
    def own_chance(self) -> int:
        """Chance, times 2^32, that a long link stays in its segment."""
        return CERTAIN if self.network is Web.block else round(self.homophily * CERTAIN)

    def step(self, world: World) -> None:
        if not world.in_crisis[world.fixed.host] and not world.pressure.any():
            self.go_home(world)
        else:
            self.protest(world)

    def go_home(self, world: World) -> None:
        """Without a crisis and without a grievance that presses nobody protests, and detainees are released."""
        if world.active_share[world.fixed.host] > 0.0 or world.protest_counts.any():
            world.activity.fill(0)
            world.protest_counts.fill(0)
            world.active_share[world.fixed.host] = 0.0

    def protest(self, world: World) -> None:
        """Each citizen weighs grievance, nearby protest and the risk of arrest."""
        h, n_rows = world.fixed.host, world.activity.size
        risk = round(world.arrest_risk.item(h) * ONE)
        rule = (
            _noise(self.noise),
            round(
                self.news
                * (1.0 + world.instrument_levels.item(NEWS, h))
                * active_rows(world.protest_counts)
                / n_rows
                * ONE
            ),
            risk,
            round(self.threshold * ONE),
            round(self.redecide * CERTAIN),
            (round(self.arrest_rate * ONE) * risk) >> 16,
            self.detention_days,
        )
        share = contention.grievance_left(world.grievance_left.item(h), world.protest_days.item(h), self.fatigue)
        grievance = whole_units(1.0 - world.legitimacy.item(h), world.pressure * share, ONE)
        (self.look_around if world.fixed.edges is None else self.look_along_edges)(world, grievance, rule)
        world.activity, world.next_activity = world.next_activity, world.activity
        world.active_share[h] = (
            active_rows(world.protest_counts) * world.fixed.people_per_row / world.fixed.adults.item(h)
        )

    def look_around(self, world: World, grievance: np.ndarray, rule: tuple[Any, ...]) -> None:
        """Decide by neighbouring rows and long links."""
        threaded = world.activity.size >= THREADED_FROM and get_num_threads() > 1
        (citizens_day_threaded if threaded else citizens_day)(
            world.activity,
            world.next_activity,
            world.fixed.traits,
            world.fixed.links,
            world.fixed.row_bounds,
            self.own_chance,
            grievance,
            _exposure(self.neighbours, 2 * self.ring + self.long_links),
            *rule,
            self.ring,
            world.fixed.key,
            world.day,
            world.protest_counts,
            BLOCK,  # as a default argument it would cost numba a tenth of a millisecond
        )

    def look_along_edges(self, world: World, grievance: np.ndarray, rule: tuple[Any, ...]) -> None:
        """Decide by explicit ties."""
        ties = world.fixed.edges
        citizens_day_on_edges(
            world.activity,
            world.next_activity,
            world.fixed.traits,
            ties.starts,
            ties.ends,
            ties.slots,
            world.fixed.row_bounds,
            grievance,
            _exposures(self.neighbours, ties),
            *rule,
            world.fixed.key,
            world.day,
            world.protest_counts,
        )
