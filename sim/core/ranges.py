"""The values that a quantity can take. Intervals of its mean stay inside them."""

from typing import NamedTuple

INFINITE = float("inf")


class Range(NamedTuple):
    """Lowest and highest value; low_days and high_days are added once for every day of the run."""

    low: float
    high: float
    low_days: float = 0.0
    high_days: float = 0.0

    def within(self, days: int) -> tuple[float, float]:
        """Lowest and highest value in a run of this many days."""
        return self.low + self.low_days * days, self.high + self.high_days * days


SHARE = Range(0.0, 1.0)
PERCENT = Range(0.0, 100.0)
AMOUNT = Range(0.0, INFINITE)
ALIGNMENT = Range(-1.0, 1.0)
ANY = Range(-INFINITE, INFINITE)
DAYS = Range(0.0, 0.0, high_days=1.0)


def change(of: Range) -> Range:
    """Range of the difference of two values."""
    return Range(of.low - of.high, of.high - of.low, of.low_days - of.high_days, of.high_days - of.low_days)
