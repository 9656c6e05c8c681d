"""Conditions of a policy's rules: a description of the target that state k checks on a day."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np
from pydantic import Field

from sim.actors.choices import requests_made
from sim.core.parameters import Checked
from sim.core.world import World

REPRESSION_ORDER = 0.8  # violence above which others see an order to repress in force


class When(Checked):
    """Conditions on the target; a condition without a value does not count."""

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
    def _conditions(self) -> tuple[tuple[Callable[..., Any], Callable[..., Any], Any], ...]:
        """The conditions that have a value: (observation of the target, comparison, value)."""
        flags = ((observe, bool.__eq__, getattr(self, name)) for name, observe in _FLAGS.items())
        bounds = ((observe, compare, getattr(self, name)) for name, (observe, compare) in _BOUNDS.items())
        return tuple(condition for condition in (*flags, *bounds) if condition[2] is not None)

    def rules_out(self, world: World, s: int) -> bool:
        """True if crisis and day, the cheapest conditions, do not hold for state s."""
        crisis = world.in_crisis.item(s)
        if self.crisis not in (None, crisis):
            return True
        days = world.day - (world.crisis_day.item(s) if crisis else 0)
        return days < self.from_day or (self.until_day is not None and days > self.until_day)

    def holds(self, world: World, k: int, s: int) -> bool:
        """True if all other conditions hold for state s in the eyes of state k."""
        return all(compare(observe(world, k, s), value) for observe, compare, value in self._conditions)


def _protest(world: World, k: int, s: int) -> float:
    return 100.0 * world.active_share.item(s) * world.fixed.adults.item(s) / world.fixed.population.item(s)


def _leading_other(world: World, k: int, s: int) -> float:
    """Largest share of a patron other than k in the influence on s."""
    return np.delete(world.influence_share[:, :, s].sum(axis=0), (k, s)).max().item()


_FLAGS = {
    "crisis": lambda w, k, s: w.in_crisis.item(s),
    "incumbent": lambda w, k, s: w.incumbent.item(s),
    "attacked": lambda w, k, s: w.attack.item(s) > 0.0,
    "asked": lambda w, k, s: requests_made(w, s) > 0,
    "guarded": lambda w, k, s: bool(w.commitments[:, :, s].any() or w.soldiers[:, :, s].any()),
    "repressing": lambda w, k, s: w.violence.item(s) > REPRESSION_ORDER,
    "framed": lambda w, k, s: w.framing.item(s) > 0.0,
}


_BOUNDS = {
    "protest_above": (_protest, float.__gt__),
    "survival_below": (lambda w, k, s: w.survival.item(s), float.__lt__),
    "aligned_above": (lambda w, k, s: w.elite_alignment.item(s, k), float.__gt__),
    "aligned_below": (lambda w, k, s: w.elite_alignment.item(s, k), float.__lt__),
    "led_above": (_leading_other, float.__gt__),
}
