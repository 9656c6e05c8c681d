"""Policies: orders that an actor gives by its observations. A YAML file under `configs/policy/` is one policy.

A doctrine is a list of rules: when conditions on the target hold, use that instrument. Adaptive effort puts each quarter's
means where the last quarters paid most (equation 17).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from sim.actors.actor_codes import HOST, StateCode
from sim.actors.charter import Charter
from sim.actors.conditions import When
from sim.actors.orders import Order, already_decided
from sim.core.parameters import Checked, Labels, Prose, parameter
from sim.core.state import Declaration, array
from sim.core.streams import Stream, uniform
from sim.core.world import World

LEADER, RUNNER_UP = -1, -2  # targets: the patrons with the most and the second most influence on the actor


def ranked_patron(world: World, s: int, rank: int) -> int:
    """Row of the patron whose influence on s is the rank-th largest, 1 = the largest; draw keys break ties."""
    order = np.lexsort((world.fixed.draw_key, -world.influence[:, s]))
    return order[order != s][rank - 1].item()


class Rule(Checked):
    """When conditions on the target hold, use that instrument."""

    use: str = Field(description="instrument of the catalogue")
    target: StateCode = Field(
        default="HOST",
        description="state on stage, HOST, MEMBERS of organisations that the actor leads, LEADER or RUNNER_UP",
    )
    when: When = When()
    every: int | None = Field(
        default=None,
        ge=1,
        le=36500,
        description="days of a period, counted from day 0, in which it is used at most once; none: once per crisis",
    )
    intensity: float = parameter(1.0, -1.0, 1.0, unit="1", source="[assumed]", text="how much of the instrument")
    choice: Literal["always", "free"] = Field(
        default="always", description="free: a quantal response to stake and cost"
    )

    def orders(self, world: World, k: int, targets: tuple[int, ...], number: int) -> Iterator[Order]:
        """The orders of this rule today, for state k; number: position of the rule in its doctrine."""
        for target in targets:
            described = k if target < 0 else target  # for a leading patron the conditions are about the actor's home
            if self.when.rules_out(world, described):
                continue
            s = target if target >= 0 else ranked_patron(world, k, -target)
            period = world.crisis.item(s) if self.every is None else world.day // self.every
            token = f"rule {number}:{world.fixed.draw_key.item(s)}:{period}"
            if not already_decided(world, k, token) and self.when.holds(world, k, described):
                yield Order(self.use, s, self.intensity, token, self.choice == "free")


Vote = Literal["free", "always", "never"]


class Doctrine(Checked):
    """A list of rules, and the vote of its holder on requests for force."""

    kind: Literal["doctrine"] = "doctrine"
    label: Labels
    summary: Prose
    vote: Vote = Field(default="free", description="consent to a request for force, where the holder has a vote")
    sources: list[str] = []
    rules: list[Rule] = []

    @property
    def instruments(self) -> tuple[str, ...]:
        """Names of the instruments that it may use."""
        return tuple(dict.fromkeys(rule.use for rule in self.rules))

    @property
    def aims(self) -> tuple[str, ...]:
        """Target of each rule, as written."""
        return tuple(rule.target for rule in self.rules)

    def orders(self, world: World, charter: Charter, targets: tuple[tuple[int, ...], ...]) -> Iterator[Order]:
        """Orders of today; targets: rows by rule."""
        for number, (rule, rows) in enumerate(zip(self.rules, targets, strict=True)):
            yield from rule.orders(world, charter.leader, rows, number)


class AdaptiveEffort(Checked):
    """Each quarter one channel, by a quantal response to the payoffs of earlier effort in it (equation 17)."""

    kind: Literal["adaptive_effort"]
    label: Labels
    summary: Prose
    vote: Vote = "free"
    sources: list[str] = []
    target: StateCode = HOST
    channels: dict[Literal["economic", "military", "cultural"], str] = Field(
        min_length=2, description="channel -> instrument that effort in it uses"
    )
    period: int = Field(default=91, ge=7, le=3650, description="days between decisions")
    rationality: float = parameter(
        4.0, 0.0, 50.0, unit="1/payoff", source="[McKelveyPalfrey1995]", text="lambda of the quantal response"
    )
    memory: float = parameter(
        0.5, 0.0, 1.0, unit="1", source="[assumed]", text="weight of the last quarter's payoff against those before"
    )

    class State:
        effort_channel: Declaration = array(
            "S", "channel of the last effort of an adaptive policy", unit="row", low=0, dtype=np.int64
        )
        effort_payoff: Declaration = array("CS", "payoff of effort in a channel so far", unit="payoff")
        payoff_before: Declaration = array("S", "payoff at the start of the quarter", unit="payoff")

    @property
    def instruments(self) -> tuple[str, ...]:
        """Names of the instruments that it may use."""
        return tuple(dict.fromkeys(self.channels.values()))

    @property
    def aims(self) -> tuple[str, ...]:
        """Its one target, as written."""
        return (self.target,)

    def orders(self, world: World, charter: Charter, targets: tuple[tuple[int, ...], ...]) -> Iterator[Order]:
        """At the start of a quarter: learn from the last payoff, choose a channel, and end instruments of the last one."""
        if world.day % self.period:
            return
        k, tools, quarter = charter.leader, tuple(self.channels.values()), world.day // self.period
        last_channel = world.effort_channel.item(k)
        payoff = world.fixed.payoffs.patron(world, k)
        if quarter:
            gain = payoff - world.payoff_before[k]
            world.effort_payoff[last_channel, k] += self.memory * (gain - world.effort_payoff[last_channel, k])
        world.payoff_before[k] = payoff
        current = tools[self.choose(world, k, quarter)]
        previous = tools[last_channel] if quarter else current
        for s in targets[0]:
            if previous != current and charter.instruments[previous].stays:
                yield Order(previous, s, 0.0, f"leave {quarter}:{world.fixed.draw_key[s]}")
            yield Order(current, s, 1.0, f"effort {quarter}:{world.fixed.draw_key[s]}")

    def choose(self, world: World, k: int, quarter: int) -> int:
        """Number of the channel of this quarter, by a quantal response."""
        chances = world.fixed.payoffs.responses(world.effort_payoff[: len(self.channels), k].tolist(), self.rationality)
        u = uniform(world.fixed.key, Stream.EFFORT, world.fixed.draw_key.item(k), quarter, 0)
        channel = next((i for i, bound in enumerate(accumulate(chances)) if u < bound), len(chances) - 1)
        world.effort_channel[k] = channel
        return channel


Policy = Annotated[AdaptiveEffort | Doctrine, Field(discriminator="kind")]
POLICY_KINDS = ("adaptive_effort", "doctrine")
POLICIES_WITH_STATE = (AdaptiveEffort,)


@dataclass(frozen=True)
class StatePolicy:
    """The policy of one state, with its targets as rows."""

    policy: Doctrine | AdaptiveEffort
    targets: tuple[tuple[int, ...], ...]

    def orders(self, world: World, charter: Charter) -> Iterator[Order]:
        """Orders of today, under the charter of the state."""
        return self.policy.orders(world, charter, self.targets)
