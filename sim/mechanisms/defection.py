"""Defection: elite factions review their loyalty in a crisis (equation 5)."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any

import numpy as np
from pydantic import Field

from sim.core.arithmetic import order_free_total
from sim.core.axes import rows_where
from sim.core.mechanism import DecidingMechanism
from sim.core.parameters import parameter
from sim.core.state import Declaration, array
from sim.core.world import World
from sim.equations import elites
from sim.equations.coded_facts import coded_rent_ratio


class Form(StrEnum):
    """Forms of the hazard of defection."""

    coordination = "coordination"
    cutoff = "cutoff"


class Defection(DecidingMechanism):
    decided_by = "Elite"

    sharpness: float = parameter(
        9.0,
        3.0,
        15.0,
        unit="1",
        source="[McKelveyPalfrey1995]",
        text="lambda_e, sharpness of the elite choice",
        prior=True,
    )
    review_rate: float = parameter(
        0.175,
        0.05,
        0.60,
        unit="1/day",
        source="[Svolik2009]",
        text="r_e, rate at which a faction reviews its loyalty",
        prior=True,
    )
    return_share: float = parameter(
        0.3, 0.0, 1.0, unit="1", source="[assumed]", text="rate of return to loyalty relative to the review rate"
    )
    coordination: float = parameter(
        0.5,
        -1.0,
        2.0,
        unit="1",
        source="[CasperTyson2014]",
        text="b, weight of the power that has already left",
        claim=True,
    )
    form: Form = Field(
        default=Form.coordination,
        description="hazard of defection: coordination = what others have done enters, cutoff = none above a survival of .95",
        json_schema_extra={"unit": "choice", "source": "[CasperTyson2014]"},
    )
    framing_cohesion: float = parameter(
        0.25,
        -1.0,
        1.5,
        unit="1",
        source="[Entman1993]",
        text="f2, relative change of the rent ratio when events are named an attack on the state",
        claim=True,
    )
    armed_cohesion: float = parameter(
        0.0,
        -1.0,
        2.0,
        unit="log",
        source="[ChenowethStephan2011]",
        text="log rent ratio that a full armed challenge adds: elites close ranks against arms, or leave",
        claim=True,
    )
    base_rents: float = parameter(
        0.75,
        -0.5,
        2.0,
        unit="log",
        source="[Svolik2009]",
        text="log rent ratio of every government, beyond its indicator and the facts of a case",
        prior=True,
    )
    autocracy_rents: float = parameter(
        0.35,
        -0.3,
        1.0,
        unit="log",
        source="[BuenoDeMesquita2003]",
        text="log rent ratio of a closed regime in a coded case",
        claim=True,
    )
    oil_rents: float = parameter(
        0.25,
        -0.3,
        0.8,
        unit="log",
        source="[assumed]",
        text="log rent ratio with high oil rents, coded case",
        claim=True,
    )
    tenure_rents: float = parameter(
        0.25,
        -0.5,
        1.0,
        unit="log",
        source="[Svolik2009]",
        text="log rent ratio per log ten-fold of years in office, coded case",
        claim=True,
    )
    split_rents: float = parameter(
        0.75,
        -0.5,
        2.0,
        unit="log",
        source="[assumed]",
        text="log rent ratio lost in a deep elite split, coded case",
        claim=True,
    )
    wavering_rents: float = parameter(
        0.75,
        -0.5,
        2.0,
        unit="log",
        source="[assumed]",
        text="log rent ratio of the security faction lost if its forces are disloyal, coded case",
        claim=True,
    )

    class State:
        loyal: Declaration = array("F", "stands by the government", unit="yes or no", start=True, dtype=np.bool_)
        loyal_forces: Declaration = array(
            "S",
            "share of the security forces that stands by the government",
            unit="share",
            low=0.0,
            high=1.0,
            start=1.0,
        )
        defected: Declaration = array(
            "S", "power weight of the factions that had left this morning", unit="0 to 1", low=0.0, high=1.0
        )

    def coded_rents(self, facts: Any, week: Any, security: bool) -> float:
        """Factor of a coded case's facts on the rent ratio of a faction, beyond the base that every state has."""
        return coded_rent_ratio(
            facts.autocracy, facts.oil, facts.tenure, week.split, week.forces, security, 0.0,
            self.autocracy_rents, self.oil_rents, self.tenure_rents, self.split_rents, self.wavering_rents,
        )  # fmt: skip

    def rents(self, world: World, row: int) -> float:
        """Rent ratio of a faction today, after framing and events."""
        s = world.fixed.state_of.item(row)
        base, loss = world.fixed.rent_ratio.item(row), world.rent_loss.item(row)
        framing, armed = world.framing.item(s), world.armed.item(s)
        return elites.rent_ratio(base, framing, armed, loss, self.framing_cohesion, self.armed_cohesion)

    def step(self, world: World) -> None:
        for s in rows_where(world.in_crisis):
            rows = range(world.fixed.faction_starts[s], world.fixed.faction_starts[s + 1])
            gone = (world.fixed.weight.item(row) * (1.0 - self.share_loyal(world, row)) for row in rows)
            world.defected[s] = min(1.0, order_free_total(gone))

    def share_loyal(self, world: World, row: int) -> float:
        """Share of a faction that stands by the government: 0 or 1, but the security forces are divisible."""
        s = world.fixed.state_of.item(row)
        return world.loyal_forces.item(s) if row == world.fixed.security_faction[s] else float(world.loyal[row])

    def coalition(self, world: World, state: int) -> float:
        """Power weight that stands by the government."""
        rows = range(world.fixed.faction_starts[state], world.fixed.faction_starts[state + 1])
        return order_free_total(world.fixed.weight.item(row) * self.share_loyal(world, row) for row in rows)

    def chances(self, world: World, row: int) -> tuple[float, float]:
        """Chances that who is loyal of a faction leaves today, and that who has left returns."""
        s = world.fixed.state_of.item(row)
        survival, rents, defected = world.survival.item(s), self.rents(world, row), world.defected.item(s)
        gone = world.fixed.weight.item(row) * (1.0 - self.share_loyal(world, row))
        others = max(0.0, defected - gone)
        return self.hazard(survival, rents, defected), self.return_hazard(survival, rents, others)

    def hazard(self, survival: float, rent_ratio: float, defected: float) -> float:
        """Chance that a loyal faction defects today; cut-off p* = 1/(1+R) as sharpness grows [MorrisShin2003]."""
        if self.form is Form.cutoff:
            return elites.cutoff_hazard(survival, rent_ratio, self.sharpness, self.review_rate)
        return elites.defection_hazard(
            survival, rent_ratio, defected, self.sharpness, self.coordination, self.review_rate
        )

    def return_hazard(self, survival: float, rent_ratio: float, defected: float) -> float:
        """Chance that a defected faction returns today."""
        return elites.return_hazard(
            survival, rent_ratio, defected, self.sharpness, self.coordination, self.review_rate, self.return_share
        )

    def questions(self, world: World) -> Iterator[tuple[int, int]]:
        """Each faction of a government in crisis is asked whether it changes sides."""
        for s in rows_where(world.in_crisis):
            if world.incumbent[s]:
                for row in range(world.fixed.faction_starts[s], world.fixed.faction_starts[s + 1]):
                    yield row, row

    def carry_out(self, world: World, question: int, answer: float) -> None:
        """A faction stands by the government with this share, and counts as loyal from one half on."""
        s, loyal = world.fixed.state_of.item(question), answer >= 0.5
        if question == world.fixed.security_faction[s]:
            world.loyal_forces[s] = answer
        if loyal != world.loyal[question]:
            world.loyal[question] = loyal
            kind = "return" if world.loyal[question] else "defection"
            state = world.fixed.names.states[world.fixed.state_of[question]]
            world.record("/".join(world.fixed.names.factions[question]), kind, state)

    def win_back(self, world: World, faction: int) -> None:
        """A purge makes a faction loyal again."""
        world.loyal[faction] = True
        state = world.fixed.state_of.item(faction)
        if faction == world.fixed.security_faction[state]:
            world.loyal_forces[state] = 1.0

    def begin_anew(self, world: World, state: int) -> None:
        """All factions stand by a new government."""
        world.loyal[world.fixed.factions_of(state)] = True
        world.loyal_forces[state], world.defected[state] = 1.0, 0.0
