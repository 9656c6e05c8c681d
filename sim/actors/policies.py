"""Policies: what an actor does by itself, from what it sees. A YAML file under `configs/policy/` is one policy.

A doctrine is a list of rules: when this holds of the target, use that instrument. Adaptive effort puts each quarter's
means where the last quarters paid most (equation 17).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from sim.actors.actor_codes import HOST, StateCode
from sim.actors.charter import Charter
from sim.actors.choices import FREE, directive_for, requests_made
from sim.core.parameters import Checked, Labels, Prose, parameter
from sim.core.state import array
from sim.core.streams import Stream, uniform
from sim.core.world import World

ORDERED = 0.8  # violence above which an order to repress is seen to be in force


class When(Checked):
    """What must hold of the target; what is not named does not matter."""

    crisis: bool | None = Field(default=None, description="a crisis is open")
    incumbent: bool | None = Field(default=None, description="the government of day 0 is in office")
    attacked: bool | None = Field(default=None, description="another state attacks it")
    asked: bool | None = Field(default=None, description="its government has asked somebody for force in this crisis")
    guarded: bool | None = Field(default=None, description="somebody's force is promised or present")
    repressing: bool | None = Field(default=None, description="an order to repress is in force")
    framed: bool | None = Field(default=None, description="its government calls the events an attack on the state")
    protest_above: float | None = Field(default=None, ge=0.0, le=100.0, description="percent of population")
    survival_below: float | None = Field(
        default=None, ge=0.0, le=1.0, description="perceived survival of its government"
    )
    aligned_above: float | None = Field(default=None, ge=-1.0, le=1.0, description="its elites with the actor")
    aligned_below: float | None = Field(default=None, ge=-1.0, le=1.0, description="its elites with the actor")
    led_above: float | None = Field(
        default=None, ge=0.0, le=1.0, description="share of one other patron in the influence on it"
    )
    from_day: int = Field(
        default=0, ge=0, le=36500, description="days since the crisis opened, or of the run where there is none"
    )
    until_day: int | None = Field(default=None, ge=0, le=36500, description="the same count, last day")

    @cached_property
    def _said(self) -> tuple:
        """What is named: (what is seen, how it is compared, with what)."""
        signs = ((seen, bool.__eq__, getattr(self, name)) for name, seen in _SIGNS.items())
        bounds = ((seen, crosses, getattr(self, name)) for name, (seen, crosses) in _BOUNDS.items())
        return tuple(one for one in (*signs, *bounds) if one[2] is not None)

    def rules_out(self, world, s: int) -> bool:
        """True if crisis and day, which cost least to see, are not as described."""
        crisis = world.in_crisis.item(s)
        if self.crisis not in (None, crisis):
            return True
        days = world.day - (world.crisis_day.item(s) if crisis else 0)
        return days < self.from_day or (self.until_day is not None and days > self.until_day)

    def holds(self, world, k: int, s: int) -> bool:
        """True if state s, which crisis and day do not rule out, is as described in the eyes of state k."""
        return all(compare(seen(world, k, s), value) for seen, compare, value in self._said)


def _protest(world, k: int, s: int) -> float:
    return 100.0 * world.active_share.item(s) * world.fixed.adults.item(s) / world.fixed.population.item(s)


def _leading_other(world, k: int, s: int) -> float:
    """Largest share of a patron other than k in the influence on s."""
    return np.delete(world.influence_share[:, :, s].sum(axis=0), (k, s)).max().item()


_SIGNS = {
    "crisis": lambda w, k, s: w.in_crisis.item(s),
    "incumbent": lambda w, k, s: w.incumbent.item(s),
    "attacked": lambda w, k, s: w.attack.item(s) > 0.0,
    "asked": lambda w, k, s: requests_made(w, s) > 0,
    "guarded": lambda w, k, s: bool(w.commitments[:, :, s].any() or w.soldiers[:, :, s].any()),
    "repressing": lambda w, k, s: w.violence.item(s) > ORDERED,
    "framed": lambda w, k, s: w.framing.item(s) > 0.0,
}


_BOUNDS = {
    "protest_above": (_protest, float.__gt__),
    "survival_below": (lambda w, k, s: w.survival.item(s), float.__lt__),
    "aligned_above": (lambda w, k, s: w.elite_alignment.item(s, k), float.__gt__),
    "aligned_below": (lambda w, k, s: w.elite_alignment.item(s, k), float.__lt__),
    "led_above": (_leading_other, float.__gt__),
}


@dataclass(frozen=True)
class Order:
    """An instrument that an actor decides to use today, or at intensity 0 to end. `token` keeps it from being decided twice."""

    instrument: str
    target: int  # state row
    intensity: float
    token: str
    free: bool = False  # taken only if a quantal response to what it is worth says so


def directed_orders(world: World, charter: Charter) -> Iterator[Order]:
    """Acts that directives name, of a state that acts alone."""
    for name, s in charter.directed:
        free = directive_for(world, charter.leader, name, s) == FREE
        # the token is the address of the lag's draw
        yield Order(name, s, 1.0, f"told {name}:{world.fixed.draw_key[s]}", free)


class Rule(Checked):
    """When this holds of the target, use that instrument."""

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

    def orders(self, world, k: int, targets: tuple[int, ...], number: int):
        """The acts that this rule calls for today."""
        for target in targets:
            seen = k if target < 0 else target  # towards whoever leads at home if this holds at home
            if self.when.rules_out(world, seen):
                continue
            s = target if target >= 0 else ranked_patron(world, k, -target)
            period = world.crisis.item(s) if self.every is None else world.day // self.every
            token = f"rule {number}:{world.fixed.draw_key.item(s)}:{period}"
            if not ordered(world, k, token) and self.when.holds(world, k, seen):
                yield Order(self.use, s, self.intensity, token, self.choice == "free")


def ordered(world, k: int, token: str) -> bool:
    """True if state k has decided on the act of that token before."""
    return (world.fixed.draw_key.item(k), token, 0) in world.choices


LEADER, RUNNER_UP = -1, -2  # targets: the patrons with the most and the second most influence on the actor


def ranked_patron(world, s: int, rank: int) -> int:
    """Row of the patron whose influence on s is the rank-th largest, 1 = the largest; draw keys break ties."""
    order = np.lexsort((world.fixed.draw_key, -world.influence[:, s]))
    return order[order != s][rank - 1].item()


Vote = Literal["free", "always", "never"]


class Doctrine(Checked):
    """A list of rules, and how its holder votes on requests for force."""

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

    def orders(self, world, charter, targets: tuple[tuple[int, ...], ...]):
        """Acts of today; targets: rows by rule."""
        for number, (rule, rows) in enumerate(zip(self.rules, targets, strict=True)):
            yield from rule.orders(world, charter.leader, rows, number)


class AdaptiveEffort(Checked):
    """Each quarter one channel, by a quantal response to what effort in it has paid so far (equation 17)."""

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
        effort_channel = array(
            "S", "channel of the last effort of an adaptive policy", unit="row", low=0, dtype=np.int64
        )
        effort_payoff = array("CS", "payoff of effort in a channel so far", unit="payoff")
        payoff_before = array("S", "payoff at the start of the quarter", unit="payoff")

    @property
    def instruments(self) -> tuple[str, ...]:
        """Names of the instruments that it may use."""
        return tuple(dict.fromkeys(self.channels.values()))

    @property
    def aims(self) -> tuple[str, ...]:
        """Its one target, as written."""
        return (self.target,)

    def orders(self, world, charter, targets: tuple[tuple[int, ...], ...]):
        """At the start of a quarter: learn what the last effort paid, choose the next, and end what stays of the last."""
        if world.day % self.period:
            return
        k, tools, quarter = charter.leader, tuple(self.channels.values()), world.day // self.period
        before = world.effort_channel.item(k)
        paid = world.fixed.payoffs.patron(world, k)
        if quarter:
            gained = paid - world.payoff_before[k]
            world.effort_payoff[before, k] += self.memory * (gained - world.effort_payoff[before, k])
        world.payoff_before[k] = paid
        used = tools[self.choose(world, k, quarter)]
        left = tools[before] if quarter else used
        for s in targets[0]:
            if left != used and charter.instruments[left].stays:
                yield Order(left, s, 0.0, f"leave {quarter}:{world.fixed.draw_key[s]}")
            yield Order(used, s, 1.0, f"effort {quarter}:{world.fixed.draw_key[s]}")

    def choose(self, world, k: int, quarter: int) -> int:
        """Number of the channel of this quarter, by a quantal response."""
        chances = world.fixed.payoffs.responses(world.effort_payoff[: len(self.channels), k].tolist(), self.rationality)
        u = uniform(world.fixed.key, Stream.EFFORT, world.fixed.draw_key.item(k), quarter, 0)
        chosen = next((i for i, reached in enumerate(accumulate(chances)) if u < reached), len(chances) - 1)
        world.effort_channel[k] = chosen
        return chosen


Policy = Annotated[AdaptiveEffort | Doctrine, Field(discriminator="kind")]
POLICY_KINDS = ("adaptive_effort", "doctrine")
POLICIES_WITH_STATE = (AdaptiveEffort,)


@dataclass(frozen=True)
class Held:
    """A policy in the hands of a state, its targets resolved to rows."""

    policy: Doctrine | AdaptiveEffort
    targets: tuple[tuple[int, ...], ...]

    def orders(self, world, charter):
        """Acts of today, under the charter of the state that holds it."""
        return self.policy.orders(world, charter, self.targets)
