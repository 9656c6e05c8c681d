"""Alignments of single citizens of the host with patrons: neighbours, the segment's world, innate positions (equation 9)."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numba import get_num_threads
from pydantic import Field

from sim.core.parameters import Mechanism, parameter
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
from sim.kernels.publics import aim_words, favourable_percent, row_means, speak
from sim.mechanisms.contention import THREADED_FROM

SETTLING_DAYS = 24  # by then less than a thousandth of the first spread is left, at half the way a day
FASTEST = (1 << 15) - 1  # 2^-16, half the way a day


class Circle(StrEnum):
    """Which neighbours citizens hear about patrons."""

    ring = "ring"
    blocks = "blocks"
    full = "full"


_NETWORK = {Circle.ring: RING, Circle.blocks: BLOCKS, Circle.full: FULL}


class Opinions(Mechanism):
    circle: Circle = Field(
        default=Circle.ring,
        description="whom citizens hear: ring = rows next to them; blocks = also long links, one set for 64 rows; "
        "full = also their own long links, the same people whose protest they see",
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

    def hearing(self, alignment, contention) -> "Hearing":
        """The rule of a world in the whole numbers of the kernel, from its alignment and contention mechanisms."""
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

    def aims(self, world) -> np.ndarray:
        """(H,) words: where the followed alignments of a segment's rows are drawn to but for neighbours and themselves."""
        # the pass rounds two products down, by half a unit on average, and deviations of eight bits lie half a step low
        return aim_words(world.drawn, world.followed, 1.0 + world.hearing.innate / 512.0)

    def converse(self, world, rate: int, day: int) -> None:
        """One pass over all rows; leaves their totals by segment."""
        rule = world.hearing
        threaded = world.opinions.size >= THREADED_FROM and get_num_threads() > 1
        (opinions_day_threaded if threaded else opinions_day)(
            world.opinions,
            world.opinions_next,
            world.inhabitant_links,
            world.inhabitant_bounds,
            rule.homophily,
            world.deviations,
            self.aims(world),
            rule.weight,
            rule.innate,
            rate,
            rule.bound,
            rule.ring,
            rule.scale,
            rule.network,
            world.key,
            day,
            world.opinion_totals,
            world.favourable_rows,
            BLOCK,
        )
        world.opinions, world.opinions_next = world.opinions_next, world.opinions

    def settle(self, world) -> None:
        """Citizens start where their segments stand, and talk until they are at rest; what their mean is then away from
        the figure, by the chance of who they are, is kept apart and stays.
        """
        rows = world.segments_of(world.host)
        figures = world.alignment[rows][:, world.followed]
        lanes = np.zeros((figures.shape[0], LANES), dtype=np.int16)
        lanes[:, : world.followed.size] = np.clip(figures, -1.0, 1.0) * (UNIT - 1)
        world.opinions = np.repeat(lanes.view(np.uint64)[:, 0], np.diff(world.inhabitant_bounds))
        world.opinions_next = np.empty_like(world.opinions)
        for day in range(-SETTLING_DAYS, 0):
            self.converse(world, FASTEST, day)
        means = row_means(world.opinion_totals, world.rows_per_segment, world.peopled, world.followed.size)
        world.chance_lean = figures[world.peopled] - means
        favourable_percent(world.favourable_rows, world.opinions.size, world.favourable)

    def step(self, world, model) -> None:
        if not world.followed.size:
            return
        self.converse(world, world.hearing.rate, world.day)
        speak(
            world.opinion_totals, world.rows_per_segment, world.peopled, world.followed, world.chance_lean,
            world.segments_of(world.host).start, world.weight, world.alignment, world.public_alignment[world.host],
        )  # fmt: skip
        favourable_percent(world.favourable_rows, world.opinions.size, world.favourable)


@dataclass(frozen=True)
class Hearing:
    """How citizens hear, in the whole numbers of `kernels.opinions`; fixed for a world."""

    part: float  # of the attention to peers that goes to single citizens
    weight: int
    scale: tuple[int, int]
    innate: int
    rate: int
    bound: int
    network: int
    ring: int
    homophily: int
