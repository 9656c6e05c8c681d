"""Course of a dated event (equation 12; docs/ODD.md, 7.1)."""

from sim.core.compiled import equation

SPENT = 1e-3  # an event that has faded to this size is over


@equation
def intensity(size: float, day: int, start: int, ramp: int, half_life: float) -> float:
    """Size of an event today: linear rise over `ramp` days, then exponential decay until it is spent.

    Parameters
    ----------
    size : float
        Size at the peak.
    day, start : int
        Today, and the first day of the event.
    ramp : int
        Days of the rise, at least 1.
    half_life : float
        Days in which the event halves after its peak, above 0.

    Returns
    -------
    float
        Between 0 and size.
    """
    if day < start:
        return 0.0
    days = day - start + 1
    if days <= ramp:
        return size * days / ramp
    size_left = size * 2.0 ** (-(days - ramp) / half_life)
    return size_left if size_left >= SPENT else 0.0
