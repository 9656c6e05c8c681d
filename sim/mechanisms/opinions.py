"""Opinions: alignments of single citizens of the host with patrons, from neighbours, segment and innate positions (equation 9)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

import numpy as np
from numba import get_num_threads
from pydantic import Field

from sim.core.mechanism import Mechanism
from sim.core.parameters import parameter
from sim.core.state import Declaration, array
from sim.core.world import World
from sim.kernels.opinions import (
    BLOCK,
    BLOCKS,
    FULL,
    LANES,
    RING,
    UNBOUNDED,
    UNIT,
    opinions_day,
    opinions_day_threaded,
    peer_weight,
    scale_of,
)
from sim.kernels.publics import aim_words, favourable_percent, row_means
from sim.mechanisms.alignment import Alignment
from sim.mechanisms.contention import THREADED_FROM, Contention

SETTLING_DAYS = 24  # then less than a thousandth of the first spread remains, at half the way a day
FASTEST = (1 << 15) - 1  # 2^-16, half the way a day


class Circle(StrEnum):
    """Networks over which citizens hear about patrons."""

    ring = "ring"
    blocks = "blocks"
    full = "full"


_NETWORK = {Circle.ring: RING, Circle.blocks: BLOCKS, Circle.full: FULL}


class Opinions(Mechanism):
    uses: ClassVar[tuple[str, ...]] = ("alignment",)

    circle: Circle = Field(
        default=Circle.ring,
        description="whom citizens hear: ring = rows next to them; blocks = also long links, one set for 64 rows; "
        "full = also their own long links, the neighbours in contention",
        json_schema_extra={"unit": "choice", "source": "[WattsStrogatz1998]"},
    )
    acquaintances: float = parameter(
        0.5,
        0.0,
        1.0,
        unit="1",
        source="[assumed]",
        text="part of the attention to peers that goes to single citizens, the rest going to segments as a public",
    )
    heterogeneity: float = parameter(
        0.5,
        0.0,
        1.0,
        unit="alignment",
        source="[assumed]",
        text="innate positions of citizens are even within this distance of their segment's",
    )

    class State:
        opinions: Declaration = array(
            "A", "four alignments of each row, see kernels.opinions", unit="packed", dtype=np.uint64
        )
        next_opinions: Declaration = array("A", "second buffer of `opinions`", unit="packed", dtype=np.uint64)
        opinion_totals: Declaration = array("HL", "sums over the rows of a segment", unit="2^-12", dtype=np.int64)
        favourable_rows: Declaration = array(
            "HL", "rows whose alignment is not negative", unit="rows", low=0, dtype=np.int64
        )
        chance_lean: Declaration = array(
            "IP", "indicator of a segment less the mean of its rows at rest", unit="alignment"
        )
        favourable: Declaration = array(
            "P", "citizens of the host whose alignment is not negative", unit="percent", low=0.0, high=100.0
        )

    def hearing(self, alignment: Alignment, contention: Contention) -> "Hearing":
        """The rule in the whole numbers of the kernel, from the alignment and contention mechanisms."""
        n = 2 * contention.ring + (0 if self.circle is Circle.ring else contention.long_links)
        s = alignment.openness
        peers = s * (1.0 - alignment.message_share)
        up, down = scale_of(n)
        weight = peer_weight(self.acquaintances * peers, n) if n else 0
        return Hearing(
            part=weight * n * 2.0 ** (up - down) / 65536 / peers if weight else 0.0,
            weight=weight,
            scale=(up, down),
            innate=round(2.0 * self.heterogeneity * (1.0 - s) * UNIT),
            rate=min(round(alignment.rate * 65536), FASTEST),
            bound=UNBOUNDED if alignment.bound >= 2.0 else round(alignment.bound * UNIT),
            network=_NETWORK[self.circle],
            ring=contention.ring,
            homophily=contention.own_chance,
        )

    def aims(self, world: World) -> np.ndarray:
        """(H,) words: targets of a segment's rows for the focal patrons, without neighbours and deviations."""
        # the pass rounds two products down by half a unit on average, and deviations of eight bits lie half a step low
        return aim_words(world.attraction, world.fixed.focal_patrons, 1.0 + world.fixed.hearing.innate / 512.0)

    def converse(self, world: World, rate: int, day: int) -> None:
        """One pass over all rows; leaves their totals by segment."""
        rule = world.fixed.hearing
        threaded = world.opinions.size >= THREADED_FROM and get_num_threads() > 1
        (opinions_day_threaded if threaded else opinions_day)(
            world.opinions,
            world.next_opinions,
            world.fixed.inhabitant_links,
            world.fixed.inhabitant_bounds,
            rule.homophily,
            world.fixed.deviations,
            self.aims(world),
            rule.weight,
            rule.innate,
            rate,
            rule.bound,
            rule.ring,
            rule.scale,
            rule.network,
            world.fixed.key,
            day,
            world.opinion_totals,
            world.favourable_rows,
            BLOCK,
        )
        world.opinions, world.next_opinions = world.next_opinions, world.opinions

    def begin(self, world: World) -> None:
        """Citizens start at the alignment of their segment and talk until they are at rest. The difference of their mean from
        the indicator, a chance of their deviations, is stored and stays.
        """
        if not world.fixed.focal_patrons.size:
            return
        rows = world.fixed.segments_of(world.fixed.host)
        observed = world.alignment[rows][:, world.fixed.focal_patrons]
        lanes = np.zeros((observed.shape[0], LANES), dtype=np.int16)
        lanes[:, : world.fixed.focal_patrons.size] = np.clip(observed, -1.0, 1.0) * (UNIT - 1)
        world.opinions = np.repeat(lanes.view(np.uint64)[:, 0], np.diff(world.fixed.inhabitant_bounds))
        world.next_opinions = np.empty_like(world.opinions)
        for day in range(-SETTLING_DAYS, 0):
            self.converse(world, FASTEST, day)
        means = row_means(
            world.opinion_totals,
            world.fixed.rows_per_segment,
            world.fixed.inhabited_segments,
            world.fixed.focal_patrons.size,
        )
        world.chance_lean = observed[world.fixed.inhabited_segments] - means
        favourable_percent(world.favourable_rows, world.opinions.size, world.favourable)

    def step(self, world: World) -> None:
        if not world.fixed.focal_patrons.size:
            return
        self.converse(world, world.fixed.hearing.rate, world.day)
        world.mechanisms.alignment.follow_citizens(world)
        favourable_percent(world.favourable_rows, world.opinions.size, world.favourable)


@dataclass(frozen=True)
class Hearing:
    """The rule of opinion change of citizens, in the whole numbers of `kernels.opinions`; fixed for a replication."""

    part: float  # of the attention to peers that goes to single citizens
    weight: int
    scale: tuple[int, int]
    innate: int
    rate: int
    bound: int
    network: int
    ring: int
    homophily: int
