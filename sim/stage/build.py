"""The stage: it builds the worlds of one specification, each ready for its first day."""

from dataclasses import replace
from functools import cached_property

import numpy as np

from sim.core.fixed import Ties
from sim.core.streams import world_key
from sim.core.world import World
from sim.mechanisms import declared_state
from sim.spec.priors import Draws
from sim.stage.coded_facts import with_facts
from sim.stage.fixed_data import fixed_data
from sim.stage.indicators import stocks
from sim.stage.start import start
from sim.stage.survey import Survey


class Stage(Survey):
    """The shared data of the worlds of a specification: rows, tables of indicators, the graph and its compiled ties.

    `spec` is the argument, `complete_spec` has the values that follow by rule.

    graph: a changed copy of `network(spec)` to compile instead.
    like: a stage that lends its indicators, graph and ties, which saves most of the work. The two specifications may differ
    in scenario, mechanisms, parameters and citizens, not in the actors on stage, their indicators, their network or the host.
    """

    def world(self, seed: int, replication: int) -> World:
        """The world of one (seed, replication), ready for its first day."""
        spec, key = self.spec, world_key(seed, replication)
        mechanisms = self.draws.mechanisms(key, replication)
        if spec.indicators == "drawn":
            state, tie = self.indicators.draw(key)
            bandwidth0, dependence0, volume, ceiling = stocks(state, tie)
            intact, ties = self._scaled_ties(bandwidth0, dependence0)
        else:
            state, tie = self.indicators.centre()
            volume, ceiling = self.central[2:]
            intact, ties = self.intact, self.ties
        fixed = fixed_data(self, key, mechanisms, state, ties, volume, ceiling)
        if spec.scenario.facts is not None:
            fixed = with_facts(fixed, mechanisms, spec.scenario.facts)
        world = World(fixed, mechanisms, declared_state(mechanisms))
        start(world, tie, intact, draw_successors=spec.indicators == "drawn")
        return world

    @cached_property
    def draws(self) -> Draws:
        """The parameters that are drawn anew in each world."""
        return Draws.of(self.spec)

    def _scaled_ties(self, bandwidth: np.ndarray, dependence: np.ndarray) -> tuple[Ties, Ties]:
        """Intact and present ties: the graph has the ties at the central indicators, and a draw scales them."""
        scale = [
            np.divide(drawn, central, out=np.ones_like(drawn), where=central > 0)
            for drawn, central in zip((bandwidth, dependence), self.central, strict=False)
        ]
        intact = _scaled(self.intact, *scale)
        return intact, intact if self.ties is self.intact else _scaled(self.ties, *scale)


def _scaled(ties: Ties, bandwidth: np.ndarray, dependence: np.ndarray) -> Ties:
    """Ties with their stocks multiplied, each stock at most 1."""
    factors = {"bandwidth": bandwidth, "dependence": dependence, "dormant": dependence}
    scaled = {name: np.clip(getattr(ties, name) * factor, 0.0, 1.0) for name, factor in factors.items()}
    return replace(ties, **scaled)
