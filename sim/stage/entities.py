"""Factions and segments of all states as rows, from a complete specification."""

from dataclasses import dataclass
from math import exp
from typing import Any, cast

import numpy as np

from sim.core.arithmetic import order_free_total
from sim.core.fixed import Names
from sim.spec.schema import Spec, State
from sim.spec.schema.actors import Faction
from sim.spec.schema.indicators import Indicator


@dataclass(frozen=True)
class Entities:
    """The factions of all states, then their segments; axes as in `sim.core.axes`."""

    state_of: np.ndarray  # (E,) state row of each entity
    faction_starts: np.ndarray  # (S+1,)
    segment_starts: np.ndarray  # (S+1,) counted from the first segment
    weight: np.ndarray  # (E,) power weight of a faction, population share of a segment
    identity: np.ndarray  # (G,)
    rent_factor: np.ndarray  # (F,) rents of a faction relative to its state's
    cohesion: np.ndarray  # (F,) share of the rents that a split of the host's elites leaves
    security_faction: np.ndarray  # (S,) faction row, -1 where there is none
    faction_key: np.ndarray  # (F,) draw key

    @classmethod
    def of(cls, spec: Spec, names: Names) -> "Entities":
        """The entities of a specification."""
        row = {name: i for i, name in enumerate(names.states)}
        state_of = np.array([row[code] for code, _ in names.factions + names.segments])
        n_factions, bounds = len(names.factions), np.arange(len(row) + 1)
        factions = [spec.states[code].factions[role] for code, role in names.factions]
        security = np.full(len(row), -1)
        for f, (code, role) in enumerate(names.factions):
            if role == "security":
                security[row[code]] = f
        return cls(
            state_of=state_of,
            faction_starts=np.searchsorted(state_of[:n_factions], bounds),
            segment_starts=np.searchsorted(state_of[n_factions:], bounds),
            weight=np.array(_shares(spec)),
            identity=np.array([_identity(spec.states[code], key) for code, key in names.segments]),
            rent_factor=np.array([f.rent_factor for f in factions]),
            cohesion=np.array(
                [_cohesion(spec, code, f) for (code, _), f in zip(names.factions, factions, strict=True)]
            ),
            security_faction=security,
            faction_key=np.array(
                [spec.states[s].draw_key * 1000 + spec.states[s].factions[f].draw_key for s, f in names.factions]
            ),
        )


def _shares(spec: Spec) -> list[float]:
    """Power weights of the factions and population shares of the segments; those of a state sum to 1."""
    sizes: list[list[Any]] = [[f.weight for f in state.factions.values()] for state in spec.states.values()]
    sizes += [[g.population_k.value for g in state.segments.values()] for state in spec.states.values()]
    return [size / order_free_total(group) for group in sizes for size in group]


def _identity(state: State, key: str) -> float:
    identity = state.segments[key].identity
    return cast(Indicator, state.indicators.identity).value if identity is None else identity


def _cohesion(spec: Spec, code: str, faction: Faction) -> float:
    split = spec.scenario.split
    return exp(-2.0 * split.depth) if faction.old_guard and code == spec.scenario.host else 1.0
