"""Day 0: the state of a world before its first day, at rest under its intact ties."""

import numpy as np

from sim.core.fixed import Ties
from sim.core.streams import Stream, uniform_each
from sim.core.world import World
from sim.kernels.alignment import align_with_home


def start(world: World, tie: dict[str, np.ndarray], intact: Ties, *, draw_successors: bool) -> None:
    """Let each mechanism compute its state on day 0, in an order in which each finds the earlier results.

    tie: indicators of ties by name, (patron, state) each; intact: the ties before any was cut.
    """
    mechanisms = world.mechanisms
    alignment = _observed_alignment(world, tie)
    channel = mechanisms.influence.products(intact.bandwidth, intact.dependence)
    mechanisms.alignment.start_at_rest(world, alignment, intact, channel)
    mechanisms.opinions.begin(world)
    mechanisms.influence.refresh(world)
    mechanisms.alignment.average(world)
    mechanisms.succession.set_first_successors(world, _successor_draws(world) if draw_successors else None)
    mechanisms.integration.begin(world)
    mechanisms.autonomy.begin(world)


def _observed_alignment(world: World, tie: dict[str, np.ndarray]) -> np.ndarray:
    """(E, S) alignment of factions and segments with each patron by the indicators."""
    fixed = world.fixed
    n_factions = fixed.rent_ratio.size
    elites = tie["elite_alignment"].T[fixed.state_of[:n_factions]]
    publics = tie["public_alignment"].T[fixed.state_of[n_factions:]]
    alignment = np.concatenate([elites, publics])
    align_with_home(alignment, fixed.state_of)
    return alignment


def _successor_draws(world: World) -> np.ndarray:
    """(S, S) in [-1, 1]: to which side of the public the likely successor of a state leans towards each patron."""
    key = world.fixed.draw_key
    units = (key[:, None] << 10) + key
    return 2.0 * uniform_each(world.fixed.key, Stream.SUCCESSOR, units, 0, 0) - 1.0
