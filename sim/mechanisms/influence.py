"""Influence: stocks of bandwidth x dependence per channel, which move slowly with the flows (equation 13)."""

from typing import ClassVar

import numpy as np

from sim.core.arithmetic import log1p_each, order_free_sum
from sim.core.axes import CHANNELS, MONTH
from sim.core.mechanism import Mechanism
from sim.core.parameters import parameter
from sim.core.state import Declaration, array
from sim.core.world import World
from sim.kernels.stocks import adjust_stocks, shares

# (C,) dependence of a state without dependence in a channel, after it relies on one patron there: the weight of arms imports and
# of students in the indicators; a first trade deal is small against GDP.
FIRST_TIE_DEPENDENCE = np.array([0.0, 1 / 3, 1 / 4])


class Influence(Mechanism):
    uses: ClassVar[tuple[str, ...]] = ("alignment",)

    economic_weight: float = parameter(
        1 / 3, 0.0, 1.0, unit="1", source="[Moyer2021]", text="omega of the economic channel"
    )
    military_weight: float = parameter(
        1 / 3, 0.0, 1.0, unit="1", source="[Moyer2021]", text="omega of the military channel"
    )
    cultural_weight: float = parameter(
        1 / 3, 0.0, 1.0, unit="1", source="[Moyer2021]", text="omega of the cultural channel"
    )
    adjustment: float = parameter(
        0.08,
        0.0,
        0.5,
        unit="1/month",
        source="[assumed]",
        text="rho_c, share of the gap between stock and flow closed per month",
    )

    class State:
        bandwidth: Declaration = array(
            "CSS", "stock of contact, by channel, patron and state", unit="0 to 1", low=0.0, high=1.0,
            start=lambda _, fixed: fixed.ties.bandwidth,
        )  # fmt: skip
        dependence: Declaration = array(
            "CSS", "stock of dependence, by channel, patron and state", unit="0 to 1", low=0.0, high=1.0,
            start=lambda _, fixed: fixed.ties.dependence,
        )  # fmt: skip
        reach: Declaration = array("S", "influence of each patron over all states", unit="sum of influence", low=0.0)
        influence: Declaration = array(
            "SS", "bandwidth x dependence over the channels, by patron and state", unit="0 to 1", low=0.0, high=1.0
        )
        influence_share: Declaration = array(
            "CSS", "share of each channel and patron in the influence on a state", unit="share", low=0.0, high=1.0
        )

    @property
    def weights(self) -> np.ndarray:
        """(C,) channel weights, normalised to sum 1."""
        raw = np.array([self.economic_weight, self.military_weight, self.cultural_weight])
        return raw / raw.sum() if raw.sum() > 0 else np.full(len(CHANNELS), 1 / len(CHANNELS))

    def step(self, world: World) -> None:
        if world.day == 0 or world.day % MONTH:
            return
        flows = world.volume * world.flow_left
        if not self.unchanged_since_start(world, flows):
            self.adjust(world, flows)
            self.refresh(world)

    @staticmethod
    def unchanged_since_start(world: World, flows: np.ndarray) -> bool:
        """True while flows and stocks are those of the first day."""
        ties = world.fixed.ties
        return (
            np.array_equal(flows, world.fixed.volume0)
            and np.array_equal(world.bandwidth, ties.bandwidth)
            and np.array_equal(world.dependence, ties.dependence)
        )

    def adjust(self, world: World, flows: np.ndarray) -> None:
        """Stocks move towards the level that today's flows sustain; a cut tie stays cut, and a deal may open a new tie."""
        adjust_stocks(
            world.bandwidth, world.dependence, world.fixed.ties.bandwidth, world.fixed.ties.dependence,
            self.gained_contact(world, flows), flows, world.fixed.volume0, self.adjustment,
        )  # fmt: skip
        where = world.fixed.ties.openable & (world.volume > world.fixed.volume0)
        if where.any():
            self.open_ties(world, flows, where)

    def open_ties(self, world: World, flows: np.ndarray, where: np.ndarray) -> None:
        """Add the growth that flows sustain to ties which did not exist on the first day; their decay is done already.

        where (C, S, S) bool: deals have begun a flow there, or raised one that was no tie.
        """
        total_dependence = order_free_sum(world.fixed.ties.dependence, 1)
        total_dependence = np.where(total_dependence > 0.0, total_dependence, FIRST_TIE_DEPENDENCE[:, None])[:, None]
        dependence = (
            world.fixed.ties.dormant + (flow_shares(flows) - flow_shares(world.fixed.volume0)) * total_dependence
        )
        contact = log1p_each(flows[where]) / log1p_each(world.fixed.volume_ceiling)[where.nonzero()[0]]
        world.bandwidth[where] += self.adjustment * np.clip(contact, 0.0, 1.0)
        world.dependence[where] += self.adjustment * np.clip(dependence[where], 0.0, 1.0)

    def gained_contact(self, world: World, flows: np.ndarray) -> np.ndarray:
        """(C, S, S) bandwidth of today's flows above the bandwidth of the flows of the first day."""
        changed = (flows != world.fixed.volume0).nonzero()
        ceiling = log1p_each(world.fixed.volume_ceiling)[changed[0]]
        gain = np.zeros_like(flows)
        gain[changed] = log1p_each(flows[changed]) / ceiling - log1p_each(world.fixed.volume0[changed]) / ceiling
        return gain

    def products(self, bandwidth: np.ndarray, dependence: np.ndarray) -> np.ndarray:
        """(C, S patron, S state) weighted influence: no influence without both contact and dependence."""
        return self.weights[:, None, None] * bandwidth * dependence

    def refresh(self, world: World) -> None:
        """Compute influence, shares and standing messages from the stocks."""
        channel = self.products(world.bandwidth, world.dependence)
        world.influence, world.influence_share = shares(channel)
        world.reach = order_free_sum(world.influence, 1)
        world.mechanisms.alignment.hear_patrons(world, channel)


def flow_shares(flows: np.ndarray) -> np.ndarray:
    """(C, S patron, S state) share of each patron in all flows into a state; zeros where there are none."""
    total = order_free_sum(flows, 1)[:, None]
    return np.divide(flows, total, out=np.zeros_like(flows), where=total > 0.0)
