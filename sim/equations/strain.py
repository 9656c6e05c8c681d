"""Strain: what a large event leaves behind and wears a government out with (equation 6; docs/ODD.md, 7.9)."""

from math import exp

from sim.core.compiled import equation
from sim.equations.choice import logistic

STEEPNESS = -1.5  # of weakness in the mean log rent ratio
DAYS_PER_YEAR = 365.0
OUTLOOK = 30.0  # days over which elites weigh a slow fall
SPENT = 1e-3  # strain that has faded to this is over


@equation
def load(
    grievance: float, full_grievance: float, armed: float, attack: float, by_arms: float, by_attack: float
) -> float:
    """Strain that events leave where the rents of the elites are ordinary.

    Parameters
    ----------
    grievance : float
        Size of the grievance, of either sign.
    full_grievance : float
        events.full_grievance, the size that leaves strain 1.
    armed, attack : float
        Sizes of an armed challenge and of an attack by a state, at least 0.
    by_arms, by_attack : float
        strain.by_arms and strain.by_attack.

    Returns
    -------
    float
        At least 0.
    """
    return max(0.0, grievance / full_grievance + by_arms * armed + by_attack * attack)


@equation
def weakness(log_rents: float, factions: int) -> float:
    """Weakness of a government by the rents of its elites.

    Parameters
    ----------
    log_rents : float
        Sum of the log rent ratios of all factions.
    factions : int
        Number of factions.

    Returns
    -------
    float
        In [0, 2]; 1 at a mean rent ratio of 1, the weaker the rents the larger.
    """
    return 2.0 * logistic(STEEPNESS * log_rents / max(1, factions))


@equation
def hazard(strain: float, erosion: float) -> float:
    """Chance of a slow fall today (equation 6).

    Parameters
    ----------
    strain : float
        Strain today, at least 0.
    erosion : float
        strain.erosion, 1/year.

    Returns
    -------
    float
        1/day; 0 without strain.
    """
    return erosion / DAYS_PER_YEAR * strain


@equation
def outlook(hazard: float) -> float:
    """Chance that no slow fall comes in the next month, a factor of perceived survival.

    Parameters
    ----------
    hazard : float
        Today's hazard, 1/day.

    Returns
    -------
    float
        In (0, 1]; 1 without strain.
    """
    return exp(-OUTLOOK * hazard)


@equation
def decay(strain: float, half_life: float) -> float:
    """Strain of the next day.

    Parameters
    ----------
    strain : float
        Strain today, at least 0.
    half_life : float
        strain.half_life, days.

    Returns
    -------
    float
        At least 0; exactly 0 once it is spent.
    """
    level = strain * 2.0 ** (-1.0 / half_life)
    return level if level >= SPENT else 0.0
