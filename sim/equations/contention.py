"""Pressure of events that concessions and days of protest leave (equation 1; docs/ODD.md, 7.5)."""

from math import exp

from sim.core.compiled import equation


@equation
def grievance_left(share: float, days: float, fatigue: float) -> float:
    """Share of the pressure of events that is left.

    Parameters
    ----------
    share : float
        Share that concessions have left, at least 0.
    days : float
        Days of notable protest in the crisis.
    fatigue : float
        k, contention.fatigue, 1/day.

    Returns
    -------
    float
        Above 0; above 1 only where concessions encourage or days feed the protest.
    """
    return share * exp(-fatigue * days)
