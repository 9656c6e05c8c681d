"""Exposure of factions and segments to the messages of a patron through a channel."""

from typing import Any

from sim.core.arithmetic import order_free_total
from sim.core.axes import CHANNELS
from sim.spec.schema import Spec, State

# By the faction's role; others listen to all channels alike.
# Coder's judgement: officers meet arms suppliers and allies, holdings meet trade, regions meet kin and border traffic.
ROLE_EXPOSURE = {
    "security": (0.5, 2.0, 0.5),
    "core": (1.0, 1.0, 1.0),
    "economic": (2.0, 0.5, 0.5),
    "regional": (1.0, 0.5, 1.5),
}


def exposures(spec: Spec, patron: str, code: str) -> dict[str, tuple[float, ...]]:
    """Node of each faction and segment of a state -> its exposure to the channels of a patron, in the order of CHANNELS."""
    state = spec.states[code]
    alike = (1.0,) * len(CHANNELS)
    match = _language_factor(spec.network.language_exposure, state, spec.states[patron].home_language)
    factions = {f"{code}/{role}": ROLE_EXPOSURE.get(role, alike) for role in state.factions}
    segments = {
        f"{code}/{key}": (*alike[:-1], match.get(segment.language, match[None]))
        for key, segment in state.segments.items()
    }
    return factions | segments


def _language_factor(gain: float, state: State, language: str | None) -> dict[Any, Any]:
    """Exposure by segment language to a patron of that home language; the population mean stays 1."""
    sizes = [(seg.language, seg.population_k.value) for seg in state.segments.values()]
    total = order_free_total(n for _, n in sizes)
    same = order_free_total(n for tongue, n in sizes if tongue == language) / total
    if language is None or same in (0.0, 1.0):
        return {None: 1.0}
    gain = min(gain, (1.0 - same) / same)
    return {language: 1.0 + gain, None: 1.0 - gain * same / (1.0 - same)}
