"""Payoffs of patrons and host as weighted sums; the weights are neutral and meant for sweeps (equation 18).

Deaths carry no weight: they are counted and given with ranges, never set off against gains.
"""

from math import exp
from typing import Any

from sim.core.arithmetic import order_free_total
from sim.core.parameters import Checked, parameter
from sim.core.world import World


def _weight(default: float, text: str, high: float = 5.0) -> Any:
    return parameter(default, -high, high, unit="payoff", source="[assumed]", text=text, claim=True)


class Payoffs(Checked):
    influence: float = _weight(1.0, "w1, per unit of influence over all states")
    elites: float = _weight(1.0, "w2, per unit of alignment of the host's elites with the patron")
    public: float = _weight(1.0, "w3, per unit of alignment of the host's public with the patron")
    incumbent: float = _weight(1.0, "w4, for a government of day 0 in office whose elites are on the patron's side")
    expense: float = _weight(-1.0, "per thousand million USD that the patron spends")
    survival: float = _weight(1.0, "w5, for the host: government of day 0 in office")
    autonomy: float = _weight(1.0, "w6, for the host: per unit of autonomy")
    host_expense: float = _weight(-1.0, "w8, for the host: per thousand million USD that it spends")

    def patron(self, world: World, k: int) -> float:
        """Equation 18 for a patron today; its gain is the difference of two days."""
        h = world.fixed.host
        return self.of_patron(
            world.reach.item(k), world.elite_alignment.item(h, k), world.public_alignment.item(h, k),
            bool(world.incumbent[h]), world.cost.item(k),
        )  # fmt: skip

    def of_patron(self, reach: float, elites: float, public: float, incumbent: bool, cost: float) -> float:
        """Influence over all states, alignments of the host, its government of day 0 in office, million USD spent."""
        parts = {
            "influence": reach,
            "elites": elites,
            "public": public,
            "incumbent": float(incumbent and elites > 0.0),
            "expense": cost / 1e3,
        }
        return self.weighed(parts)

    def of_host(self, incumbent: bool, autonomy: float, cost: float) -> float:
        """Government of day 0 in office, autonomy, million USD spent."""
        return self.weighed({"survival": float(incumbent), "autonomy": autonomy, "host_expense": cost / 1e3})

    def weighed(self, parts: dict[str, float]) -> float:
        """Sum of parts times their weights."""
        return order_free_total(getattr(self, name) * value for name, value in parts.items())

    def responses(self, payoffs: list[float], rationality: float) -> list[float]:
        """Chances of a quantal response over options [McKelveyPalfrey1995]."""
        top = max(payoffs)
        raw = [exp(rationality * (p - top)) for p in payoffs]
        total = order_free_total(raw)
        return [r / total for r in raw]
