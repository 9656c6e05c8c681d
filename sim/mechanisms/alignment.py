"""Alignment of elites and publics with every patron: peers, messages, events (equation 9)."""

from typing import Any

import numpy as np

from sim.actors.views import troops
from sim.core.axes import rows_where
from sim.core.fixed import Ties
from sim.core.state import Declaration, array
from sim.core.world import World
from sim.kernels.alignment import alignment_day, fade, influence_step, standing_messages
from sim.kernels.means import state_means
from sim.kernels.publics import speak
from sim.mechanisms.dispositions import Dispositions, Rule


class Alignment(Dispositions):
    class State:
        alignment: Declaration = array(
            "ES", "alignment of factions and segments with each patron", unit="-1 to 1", low=-1.0, high=1.0
        )
        previous_alignment: Declaration = array(
            "ES",
            "the alignments of which `peer_alignment` is the mean; infinite = none yet",
            unit="-1 to 1",
            start=np.inf,
            snapshot=False,
        )
        peer_alignment: Declaration = array(
            "ES", "mean alignment of the peers of each entity", unit="-1 to 1", low=-1.0, high=1.0, snapshot=False
        )
        attraction: Declaration = array(
            "HS", "pull on the citizens of a segment, their neighbours apart", unit="alignment"
        )
        innate: Declaration = array("ES", "innate position times stubbornness", unit="alignment")
        disposition: Declaration = array(
            "ES", "gratitude (factions), attraction or resentment (segments) after events", unit="alignment"
        )
        message: Declaration = array("ES", "message of the standing ties", unit="-1 to 1", low=-1.0, high=1.0)
        elite_alignment: Declaration = array(
            "SS", "power-weighted mean of a state's loyal factions", unit="-1 to 1", low=-1.0, high=1.0
        )
        public_alignment: Declaration = array(
            "SS", "population-weighted mean of its segments", unit="-1 to 1", low=-1.0, high=1.0
        )

    @property
    def bound(self) -> float:
        """Confidence bound in force; 2 = every tie counts."""
        return self.confidence_bound if self.rule is Rule.bounded_confidence else 2.0

    @property
    def openness(self) -> float:
        """Susceptibility under the chosen rule."""
        return 1.0 if self.rule is Rule.degroot else self.susceptibility

    def standing_message(self, influence: np.ndarray, exposure: np.ndarray, world: World) -> np.ndarray:
        """(E, S) message of the standing ties: channel influence on the entity's state x its exposure, clipped.

        influence (C, S patron, S state), exposure (C, S patron, E).
        """
        gain = 1.0 + self.corruption_channel * world.fixed.corruption
        return standing_messages(influence, exposure, world.fixed.state_of, world.fixed.rent_ratio.size, gain)

    def step(self, world: World) -> None:
        elites, publics = 0.5 ** (1.0 / self.gratitude_half_life), 0.5 ** (1.0 / self.public_half_life)
        fade(world.disposition, world.fixed.rent_ratio.size, elites, publics)
        for charter in world.fixed.by_draw_key if world.forces_abroad else ():
            for s in rows_where(troops(world)[charter.row]):
                self.presence(world, s, charter.leader)
        alignment_day(
            *self.step_arguments(world, world.fixed.ties, world.message), world.fixed.state_of, world.fixed.weight, world.loyal, world.fixed.faction_starts,
            world.fixed.segment_starts, world.elite_alignment, world.public_alignment,
        )  # fmt: skip

    def resting_innate(self, world: World, ties: Ties, message: np.ndarray) -> np.ndarray:
        """(E, S) innate terms under which today's alignments are at rest."""
        pulled, nothing = world.alignment.copy(), np.zeros_like(world.alignment)
        influence_step(
            pulled, np.full_like(pulled, np.inf), np.empty_like(pulled), ties.starts, ties.sources, ties.weights,
            ties.attention, world.fixed.susceptibility, self.message_share, message, nothing, nothing, 1.0, self.bound, 0, 0.0,
            nothing[:0],
        )  # fmt: skip
        return world.alignment - pulled

    def hear_patrons(self, world: World, channel: np.ndarray) -> None:
        """Standing messages follow the influence of each channel, (C, S patron, S state)."""
        world.message = self.standing_message(channel, world.fixed.ties.exposure, world)

    def turn_over(self, world: World, state: int, weight: np.ndarray, successor: np.ndarray) -> None:
        """Elites after a fall: part of the way, `weight` (S,) by patron, to the alignment of the successor (S,)."""
        rows = world.fixed.factions_of(state)
        shift = weight * (successor - world.alignment[rows])
        world.alignment[rows] += shift
        world.innate[rows] += (1.0 - world.fixed.susceptibility[rows, None]) * shift

    def follow_citizens(self, world: World) -> None:
        """The host's segments take the mean alignments of their citizens."""
        fixed = world.fixed
        speak(
            world.opinion_totals, fixed.rows_per_segment, fixed.inhabited_segments, fixed.focal_patrons,
            world.chance_lean, fixed.segments_of(fixed.host).start, fixed.weight, world.alignment,
            world.public_alignment[fixed.host],
        )  # fmt: skip

    def move(self, world: World, ties: Ties, message: np.ndarray) -> None:
        """Move alignments by a day, and compute the attraction of the citizens of the host."""
        influence_step(*self.step_arguments(world, ties, message))

    def step_arguments(self, world: World, ties: Ties, message: np.ndarray) -> tuple[Any, ...]:
        """Arguments of `influence_step` today."""
        return (
            world.alignment, world.previous_alignment, world.peer_alignment, ties.starts, ties.sources, ties.weights, ties.attention,
            world.fixed.susceptibility, self.message_share, message, world.innate, self.felt_disposition(world), self.rate, self.bound,
            world.fixed.segments_of(world.fixed.host).start, world.fixed.hearing.part, world.attraction,
        )  # fmt: skip

    def average(self, world: World) -> None:
        """Alignment of every state's elites, its loyal factions, and of its public with every patron."""
        state_means(
            world.alignment, world.fixed.weight, world.loyal, world.fixed.faction_starts, world.fixed.segment_starts,
            world.elite_alignment, world.public_alignment,
        )  # fmt: skip

    def start_at_rest(self, world: World, alignment: np.ndarray, intact: Ties, channel: np.ndarray) -> None:
        """Alignments start at the indicators; innate positions keep the intact network at rest there.

        With x the alignments and m the standing messages, the innate term is x - s [(1 - w) W x + w m]: the observed
        alignments are read as the resting state of the observed ties. A tie that is cut later shows as movement.

        alignment (E, S), channel (C, S patron, S state): influence of the intact ties.
        """
        world.alignment[:] = alignment
        message = self.standing_message(channel, intact.exposure, world)
        world.innate = self.resting_innate(world, intact, message)
        self.move(world, intact, message)  # at rest nobody moves; the attraction of citizens follows
        # peers over ties that are cut do not count
        world.alignment[:], world.previous_alignment[:] = alignment, np.inf
