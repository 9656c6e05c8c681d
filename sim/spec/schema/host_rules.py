"""Host rules: coefficients and rules that derive elites and public from a state's indicators, for values that its file leaves out.

The weights of factions, the factors of their rents and the sizes of events were set for the first case. They belong to
its indicators, and the rules say by how much another state differs. The coefficients are coder's judgement; those that carry
a claim may have either sign.
"""

from math import exp, log
from typing import Any

from sim.core.arithmetic import order_free_total
from sim.core.parameters import Checked, parameter
from sim.spec.schema.indicators import Indicators

# keys of sources of values by rule
RULES = ("rule_legitimacy", "rule_rents", "rule_hardship", "rule_identity", "rule_segments", "default")
# indicators of Kazakhstan, for which weights, factors and sizes of events were set: with them every rule gives the default
KAZAKH_VALUES = {
    "polyarchy": 0.253,
    "corruption_cpi": 37.0,
    "resource_rents_pct_gdp": 16.889,
    "gini": 27.8,
    "youth_unemployment_pct": 3.8,
}
KAZAKH_FORCE = 110.0 / 19.744  # security personnel per 1,000 inhabitants


def _coefficient(default: float, low: float, high: float, unit: str, source: str, text: str) -> Any:
    return parameter(default, low, high, unit=unit, source=source, text=text, claim=True)


class HostRules(Checked):
    """Coefficients of the rules; a positive one is the direction that the cited work suggests."""

    legitimacy_base: float = parameter(
        0.65,
        0.4,
        0.9,
        unit="1",
        source="[assumed]",
        text="resting legitimacy of a state without elections and with a corruption index of 35",
    )
    legitimacy_polyarchy: float = _coefficient(
        0.15, -0.15, 0.45, "1", "[Gilley2006]", "resting legitimacy per unit of the electoral democracy index"
    )
    legitimacy_integrity: float = _coefficient(
        0.002, -0.002, 0.006, "1 per point", "[Gilley2006]", "resting legitimacy per point of the corruption index"
    )
    rents_base: float = parameter(
        0.6, 0.2, 1.5, unit="1", source="[assumed]", text="rent ratio of a full democracy without resource rents"
    )
    rents_closure: float = _coefficient(
        0.6, -0.3, 1.5, "1", "[Svolik2009]", "rent ratio per unit of closure, 1 - electoral democracy index"
    )
    rents_resources: float = _coefficient(
        0.02, -0.01, 0.05, "1 per % of GDP", "[Ross2001]", "rent ratio per percent of GDP in oil and gas rents"
    )
    weight_force: float = _coefficient(
        0.2, -0.2, 0.6, "log per log", "[Bellin2004]", "weight of the security faction with security personnel per head"
    )
    weight_closure: float = _coefficient(
        0.3, -0.3, 0.9, "log", "[Svolik2009]", "weight of the security faction per unit of closure"
    )
    weight_corruption: float = _coefficient(
        0.01, -0.01, 0.03, "log per point", "[Hale2015]", "weight of the ruling core per point of corruption"
    )
    weight_resources: float = _coefficient(
        0.01, -0.01, 0.03, "log per % of GDP", "[Ross2001]", "weight of the economic faction with oil and gas rents"
    )
    weight_openness: float = _coefficient(
        0.5, -0.5, 1.5, "log", "[assumed]", "weight of the regional faction per unit of the electoral democracy index"
    )
    factor_force: float = _coefficient(
        0.2, -0.4, 0.8, "log per log", "[Bellin2004]", "rents of the security faction with security personnel per head"
    )
    factor_corruption: float = _coefficient(
        0.005, -0.01, 0.02, "log per point", "[Hale2015]", "rents of the ruling core per point of corruption"
    )
    factor_resources: float = _coefficient(
        0.01, -0.01, 0.03, "log per % of GDP", "[Ross2001]", "rents of the economic faction with oil and gas rents"
    )
    hardship_inequality: float = _coefficient(
        0.01, -0.01, 0.03, "log per point", "[MullerSeligson1987]", "weight of a grievance per point of the Gini index"
    )
    hardship_unemployment: float = _coefficient(
        0.01, -0.01, 0.03, "log per point", "[Urdal2006]", "weight of a grievance per point of youth unemployment"
    )
    identity_language: float = _coefficient(
        0.0,
        -1.0,
        1.0,
        "1",
        "[assumed]",
        "national identity per share of inhabitants outside the largest language group",
    )

    def legitimacy(self, indicators: Indicators) -> float:
        """Resting legitimacy, 0.55 to 0.85."""
        integrity = self.legitimacy_integrity * (indicators.corruption_cpi.value - 35.0)
        return _within(
            self.legitimacy_base + self.legitimacy_polyarchy * indicators.polyarchy.value + integrity, 0.55, 0.85
        )

    def rent_ratio(self, indicators: Indicators) -> float:
        """Loss of a failed defection over gain of a successful one, 0.3 to 2.5."""
        resources = self.rents_resources * indicators.resource_rents_pct_gdp.value
        return _within(self.rents_base + self.rents_closure * (1.0 - indicators.polyarchy.value) + resources, 0.3, 2.5)

    def weights(self, indicators: Indicators, reference: dict[str, float]) -> dict[str, float]:
        """Power weights by role; those of the roles in `reference` (role -> weight) keep their sum."""
        closure = KAZAKH_VALUES["polyarchy"] - indicators.polyarchy.value
        shift = {
            "security": self.weight_force * _armed(indicators) + self.weight_closure * closure,
            "core": -self.weight_corruption * _beyond(indicators, "corruption_cpi"),
            "economic": self.weight_resources * _beyond(indicators, "resource_rents_pct_gdp"),
            "regional": -self.weight_openness * closure,
        }
        shifted = {role: weight * exp(shift.get(role, 0.0)) for role, weight in reference.items()}
        scale = order_free_total(reference.values()) / order_free_total(shifted.values())
        return {role: weight * scale for role, weight in shifted.items()}

    def rent_factors(self, indicators: Indicators) -> dict[str, float]:
        """Rents of a faction relative to its state's by role, 0.1 to 5; 1 for a role that is not named."""
        shift = {
            "security": self.factor_force * _armed(indicators),
            "core": -self.factor_corruption * _beyond(indicators, "corruption_cpi"),
            "economic": self.factor_resources * _beyond(indicators, "resource_rents_pct_gdp"),
        }
        return {role: _within(exp(value), 0.1, 5.0) for role, value in shift.items()}

    def hardship(self, indicators: Indicators) -> float:
        """Weight of a grievance on the public, 0.5 to 2; an indicator that is missing counts as the reference's."""
        shift = self.hardship_inequality * _beyond(indicators, "gini")
        shift += self.hardship_unemployment * _beyond(indicators, "youth_unemployment_pct")
        return _within(exp(shift), 0.5, 2.0)

    def identity(self, largest: float) -> float:
        """National identity, 0 to 1. largest: share of inhabitants in the largest language group."""
        return _within(0.5 + self.identity_language * (1.0 - largest), 0.0, 1.0)


def _beyond(indicators: Indicators, name: str) -> float:
    """An indicator above the reference's, 0 if it is missing."""
    indicator = getattr(indicators, name)
    return 0.0 if indicator is None else indicator.value - KAZAKH_VALUES[name]


def _armed(indicators: Indicators) -> float:
    """Log of security personnel per inhabitant, relative to the reference; bounded where there is hardly any."""
    force = indicators.security_personnel_k.value / indicators.population_m.value
    return log(max(force, 0.01 * KAZAKH_FORCE) / KAZAKH_FORCE)


def _within(value: float, low: float, high: float) -> float:
    return min(high, max(low, value))
