"""Tables of indicators: centre, half-width and scale; one draw per world."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.core.arithmetic import log1p_each, order_free_sum
from sim.core.axes import CHANNELS, MILITARY
from sim.core.draw_names import draw_unit
from sim.core.streams import Stream, uniform_each
from sim.spec.schema import Indicators, Spec, StateTies
from sim.spec.schema.indicators import Indicator


@dataclass(frozen=True)
class Drawn:
    """A table of indicators: centre, half-width and scale, drawn per world by the actors' draw keys."""

    value: np.ndarray
    width: np.ndarray
    absolute: np.ndarray

    def draw(self, key: int, units: np.ndarray, option: int) -> np.ndarray:
        """value x (1 +- width) or value +- width, uniform; indicators of zero width stay as they are."""
        result, wide = self.value.copy(), self.width.nonzero()
        z = 2.0 * uniform_each(key, Stream.INDICATORS, units[wide], 0, option) - 1.0
        shift = self.width[wide] * z
        result[wide] += np.where(self.absolute[wide], shift, shift * self.value[wide])
        return result


class IndicatorTables:
    """The indicators of all states and ties as tables, rows in the order of the states."""

    def __init__(self, spec: Spec):
        self.spec = spec
        self.row = {name: i for i, name in enumerate(spec.states)}
        self.draw_key = np.array([s.draw_key for s in spec.states.values()], dtype=np.int64)
        self.state = {name: self._state_table(name) for name in Indicators.model_fields}
        self.tie = {name: self._tie_table(name) for name in StateTies.model_fields}

    def _width(self, indicator: Indicator) -> tuple[float, bool]:
        source = self.spec.sources.get(indicator.source)
        return (0.0, False) if source is None else (source.width, source.scale == "absolute")

    def _state_table(self, name: str) -> Drawn:
        rows = [getattr(s.indicators, name) for s in self.spec.states.values()]
        spread = [(0.0, False) if f is None else self._width(f) for f in rows]
        value = np.array([0.0 if f is None else f.value for f in rows])
        return Drawn(value, np.array([w for w, _ in spread]), np.array([a for _, a in spread]))

    def _tie_table(self, name: str) -> Drawn:
        n = len(self.row)
        value, width, absolute = np.zeros((n, n)), np.zeros((n, n)), np.zeros((n, n), dtype=bool)
        for code, state in self.spec.states.items():
            for partner, indicator in getattr(state.ties, name).items():
                index = self.row[partner], self.row[code]
                value[index] = indicator.value
                width[index], absolute[index] = self._width(indicator)
        return Drawn(value, width, absolute)

    def centre(self) -> tuple[dict[Any, Any], dict[Any, Any]]:
        """All indicators at their centre, by name: (S,) of states and (S partner, S state) of ties."""
        return {n: t.value for n, t in self.state.items()}, {n: t.value for n, t in self.tie.items()}

    def draw(self, key: int) -> tuple[dict[Any, Any], dict[Any, Any]]:
        """All indicators of one world. A draw belongs to the actors' draw keys, so that names and rows play no part."""
        one = self.draw_key << 20
        two = (self.draw_key[:, None] << 10) + self.draw_key[None, :]
        state = {n: t.draw(key, one, draw_unit(n)) for n, t in self.state.items()}
        tie = {n: t.draw(key, two, draw_unit(n)) for n, t in self.tie.items()}
        for name in ("population_m", "gdp_busd", "rent_ratio", "security_personnel_k"):
            state[name] = np.maximum(state[name], 0.01 * self.state[name].value)
        state["legitimacy"] = np.clip(state["legitimacy"], 0.0, 1.0)
        state["corruption_cpi"] = np.clip(state["corruption_cpi"], 0.0, 100.0)
        for name in ("language", "kinship", "media", "alliance", "base"):
            tie[name] = np.clip(tie[name], 0.0, 1.0)
        for name in ("elite_alignment", "public_alignment"):
            tie[name] = np.clip(tie[name], -1.0, 1.0)
        return state, tie


def stocks(state: dict[Any, Any], tie: dict[Any, Any]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Bandwidth, dependence, volumes (C, S patron, S state) and the largest volume per channel, from indicators."""
    imports = np.maximum(tie["imports_musd"], 0.0)
    trade = imports + imports.T
    volume = np.stack([trade, np.maximum(tie["arms_tiv"], 0.0), np.maximum(tie["students"] + tie["emigrants"], 0.0)])
    ceiling = np.maximum(volume.max(axis=(1, 2)), 1.0)
    bandwidth = log1p_each(volume) / log1p_each(ceiling)[:, None, None]
    gdp = state["gdp_busd"] * 1e3
    total = np.maximum((state["exports_busd"] + state["imports_busd"]) * 1e3, order_free_sum(trade, 0))
    openness = np.minimum(1.0, total / gdp)
    transfers = (tie["remittances_pct_gdp"] + tie["aid_pct_gdp"]) / 100.0
    economic = trade / np.maximum(total, 1e-9) * openness + transfers
    weapons_total = np.maximum(state["arms_tiv_total"], order_free_sum(volume[MILITARY], 0))
    weapons = volume[MILITARY] / np.maximum(weapons_total, 1.0)
    military = (weapons + tie["alliance"] + tie["base"]) / 3.0
    n_students = np.maximum(order_free_sum(tie["students"], 0), 1.0)
    cultural = (tie["language"] + tie["media"] + tie["kinship"] + tie["students"] / n_students) / 4.0
    stated = np.stack(
        [tie[f"{channel}_dependence"] for channel in CHANNELS]
    )  # replaces the dependence from the indicators
    dependence = np.clip(np.where(stated > 0.0, stated, np.stack([economic, military, cultural])), 0.0, 1.0)
    return np.clip(bandwidth, 0.0, 1.0), dependence, volume, ceiling
