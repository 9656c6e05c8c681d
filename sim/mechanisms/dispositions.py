"""Dispositions of elites and publics: shifts by acts, refusals, foreign troops and ruptures; the parameters of alignment."""

from enum import StrEnum

import numpy as np
from pydantic import Field

from sim.core.axes import CULTURAL
from sim.core.mechanism import Mechanism
from sim.core.parameters import parameter
from sim.core.world import World


class Rule(StrEnum):
    """Published rules of opinion change."""

    friedkin_johnsen = "friedkin_johnsen"
    degroot = "degroot"
    bounded_confidence = "bounded_confidence"


class Dispositions(Mechanism):
    """Parameters of the mechanism `Alignment`, and its operations on dispositions."""

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

    def persuade(self, world: World, state: int, patron: int, public: float, elites: float) -> None:
        """An act of the patron reaches segments by its cultural bandwidth and factions as a bargain."""
        if not self.enabled:
            return
        rows, factions = world.fixed.segments_of(state), world.fixed.factions_of(state)
        contact = world.bandwidth[CULTURAL, patron, state]
        world.disposition[rows, patron] += self.persuasion * public * contact * (1.0 - world.alignment[rows, patron])
        world.disposition[factions, patron] += self.gratitude * elites * (1.0 - world.alignment[factions, patron])

    def abandon(self, world: World, state: int, patron: int) -> None:
        """A refused request: factions turn away, the public as much under attack and a fifth of it otherwise."""
        if not self.enabled:
            return
        loss = self.abandonment * self.gratitude
        self.estrange(world, state, patron, loss)
        world.disposition[world.fixed.segments_of(state), patron] -= loss * (1.0 if world.attack[state] > 0 else 0.2)

    def estrange(self, world: World, state: int, patron: int, loss: float) -> None:
        """Factions of a state turn away from a patron."""
        if self.enabled:
            world.disposition[world.fixed.factions_of(state), patron] -= loss

    def presence(self, world: World, s: int, k: int) -> None:
        """A day of patron k's troops in state s: gratitude of the factions, resentment of the segments."""
        rows, segments = world.fixed.factions_of(s), world.fixed.segments_of(s)
        n_factions = world.fixed.rent_ratio.size
        identity = world.fixed.identity[segments.start - n_factions : segments.stop - n_factions]
        world.disposition[rows, k] += self.gratitude * (1.0 - world.alignment[rows, k])
        world.disposition[segments, k] -= self.resentment * identity * (1.0 + world.alignment[segments, k])

    def felt_disposition(self, world: World) -> np.ndarray:
        """(E, S) dispositions, less the effect of current ruptures between two states."""
        if not world.events_active or not world.rift.any():
            return world.disposition
        rift = world.rift[world.fixed.state_of]
        n_factions = world.fixed.rent_ratio.size
        rift[:n_factions] *= self.rupture_elites
        rift[n_factions:] *= self.rupture_public
        return world.disposition - rift
