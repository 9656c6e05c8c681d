"""Alignment of elites and publics with every patron: peers, messages, events (equation 9)."""

from enum import StrEnum

import numpy as np
from pydantic import Field

from sim.core.parameters import Mechanism, parameter
from sim.core.world import CULTURAL, rows_where
from sim.kernels.alignment import alignment_day, fade, influence_step, standing_messages
from sim.kernels.means import measure_states


class Rule(StrEnum):
    """Published rules of opinion change."""

    friedkin_johnsen = "friedkin_johnsen"
    degroot = "degroot"
    bounded_confidence = "bounded_confidence"


class Alignment(Mechanism):
    rule: Rule = Field(
        default=Rule.friedkin_johnsen,
        description="rule of opinion change: friedkin_johnsen, degroot (nobody is stubborn), bounded_confidence",
        json_schema_extra={"unit": "choice", "source": "[FriedkinJohnsen1999]"},
    )
    susceptibility: float = parameter(
        0.6,
        0.3,
        0.9,
        unit="1",
        source="[FriedkinJohnsen1999]",
        text="s, openness of factions and segments to others",
        prior=True,
    )
    rate: float = parameter(
        0.1, 0.01, 0.5, unit="1/day", source="[assumed]", text="eta, share of the gap closed per day"
    )
    message_share: float = parameter(
        0.3, 0.0, 1.0, unit="1", source="[assumed]", text="weight of patrons' messages against peers"
    )
    confidence_bound: float = parameter(
        0.5,
        0.05,
        2.0,
        unit="alignment",
        source="[HegselmannKrause2002]",
        text="ties further apart are ignored (rule bounded_confidence)",
    )
    gratitude: float = parameter(
        0.045,
        -0.02,
        0.08,
        unit="1/day",
        source="[assumed]",
        text="gamma_d, elite gratitude per day under a patron's guard",
        claim=True,
    )
    gratitude_half_life: float = parameter(
        120.0, 20.0, 400.0, unit="days", source="[Gallup2023]", text="half-life of elite gratitude"
    )
    resentment: float = parameter(
        0.017,
        -0.01,
        0.03,
        unit="1/day",
        source="[assumed]",
        text="chi, public resentment per day of foreign troops",
        claim=True,
    )
    persuasion: float = parameter(
        0.0275,
        -0.02,
        0.05,
        unit="1 per act",
        source="[Nye2004]",
        text="psi, public attraction per cultural or diplomatic act",
        claim=True,
    )
    public_half_life: float = parameter(
        180.0, 20.0, 1000.0, unit="days", source="[assumed]", text="half-life of public attraction and resentment"
    )
    abandonment: float = parameter(
        5.0,
        0.0,
        20.0,
        unit="backed days",
        source="[Snyder1984]",
        text="gratitude lost by a refusal, in days of backing",
    )
    corruption_channel: float = parameter(
        0.5,
        -1.0,
        2.0,
        unit="1",
        source="[Unlumis2022]",
        text="c1, gain of a patron's elite channel at full corruption",
        claim=True,
    )

    rupture_elites: float = parameter(
        0.4,
        -0.3,
        1.0,
        unit="1",
        source="[assumed]",
        text="fall of the elites' disposition towards the other side of a full rupture",
        claim=True,
    )
    rupture_public: float = parameter(
        0.4,
        -0.3,
        1.0,
        unit="1",
        source="[assumed]",
        text="fall of the public's disposition towards the other side of a full rupture",
        claim=True,
    )

    @property
    def bound(self) -> float:
        """Confidence bound in force; 2 = every tie is heard."""
        return self.confidence_bound if self.rule is Rule.bounded_confidence else 2.0

    @property
    def openness(self) -> float:
        """Susceptibility under the chosen rule."""
        return 1.0 if self.rule is Rule.degroot else self.susceptibility

    def standing_message(self, influence: np.ndarray, exposure: np.ndarray, world) -> np.ndarray:
        """(E, S) message of the standing ties: channel influence on the entity's state x its exposure, clipped.

        influence (C, S patron, S state), exposure (C, S patron, E).
        """
        gain = 1.0 + self.corruption_channel * world.corruption
        return standing_messages(influence, exposure, world.owner, world.rent_ratio.size, gain)

    def persuade(self, world, state: int, patron: int, public: float, elites: float) -> None:
        """An act of the patron reaches segments by its cultural bandwidth and factions as a bargain."""
        if not self.enabled:
            return
        rows, factions = world.segments_of(state), world.factions_of(state)
        contact = world.bandwidth[CULTURAL, patron, state]
        world.disposition[rows, patron] += self.persuasion * public * contact * (1.0 - world.alignment[rows, patron])
        world.disposition[factions, patron] += self.gratitude * elites * (1.0 - world.alignment[factions, patron])

    def abandon(self, world, state: int, patron: int) -> None:
        """A refused request: factions turn away, the public as much under attack and a fifth of it otherwise."""
        if not self.enabled:
            return
        loss = self.abandonment * self.gratitude
        self.estrange(world, state, patron, loss)
        world.disposition[world.segments_of(state), patron] -= loss * (1.0 if world.attack[state] > 0 else 0.2)

    def estrange(self, world, state: int, patron: int, loss: float) -> None:
        """Factions of a state turn away from a patron."""
        if self.enabled:
            world.disposition[world.factions_of(state), patron] -= loss

    def presence(self, world, s: int, k: int) -> None:
        """A day of patron k's troops in state s: gratitude of the factions, resentment of the segments."""
        rows, segments = world.factions_of(s), world.segments_of(s)
        n_factions = world.rent_ratio.size
        identity = world.identity[segments.start - n_factions : segments.stop - n_factions]
        world.disposition[rows, k] += self.gratitude * (1.0 - world.alignment[rows, k])
        world.disposition[segments, k] -= self.resentment * identity * (1.0 + world.alignment[segments, k])

    def step(self, world, model) -> None:
        elites, publics = 0.5 ** (1.0 / self.gratitude_half_life), 0.5 ** (1.0 / self.public_half_life)
        fade(world.disposition, world.rent_ratio.size, elites, publics)
        for charter in world.by_draw_key if world.abroad else ():
            for s in rows_where(world.troops[charter.row]):
                self.presence(world, s, charter.leader)
        alignment_day(
            *self.pulls(world, world.ties, world.standing), world.owner, world.weight, world.loyal, world.faction_starts,
            world.segment_starts, world.elite_alignment, world.public_alignment,
        )  # fmt: skip

    def resting_innate(self, world, ties, message: np.ndarray) -> np.ndarray:
        """(E, S) innate terms under which today's alignments are at rest."""
        pulled, nothing = world.alignment.copy(), np.zeros_like(world.alignment)
        influence_step(
            pulled, np.full_like(pulled, np.inf), np.empty_like(pulled), ties.starts, ties.sources, ties.weights,
            ties.attention, world.susceptibility, self.message_share, message, nothing, nothing, 1.0, self.bound, 0, 0.0,
            nothing[:0],
        )  # fmt: skip
        return world.alignment - pulled

    def mood(self, world) -> np.ndarray:
        """(E, S) dispositions, less what a rupture between two states takes from them while it lasts."""
        if not world.stirred or not world.rift.any():
            return world.disposition
        felt = world.rift[world.owner]
        n_factions = world.rent_ratio.size
        felt[:n_factions] *= self.rupture_elites
        felt[n_factions:] *= self.rupture_public
        return world.disposition - felt

    def move(self, world, ties, message: np.ndarray) -> None:
        """Move alignments by a day, and find where the citizens of the host are drawn to."""
        influence_step(*self.pulls(world, ties, message))

    def pulls(self, world, ties, message: np.ndarray) -> tuple:
        """Arguments of `influence_step`: what moves alignments today."""
        return (
            world.alignment, world.heard, world.peers, ties.starts, ties.sources, ties.weights, ties.attention,
            world.susceptibility, self.message_share, message, world.innate, self.mood(world), self.rate, self.bound,
            world.segments_of(world.host).start, world.hearing.part, world.drawn,
        )  # fmt: skip


def measure(world) -> None:
    """Alignment of every state's elites, its loyal factions, and of its public with every patron."""
    measure_states(
        world.alignment, world.weight, world.loyal, world.faction_starts, world.segment_starts,
        world.elite_alignment, world.public_alignment,
    )  # fmt: skip
