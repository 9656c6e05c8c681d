"""Elite factions: rents of loyalty, defection, return and the erosion of a government (equations 5 and 6)."""

from math import exp

from sim.core.compiled import equation
from sim.equations.choice import logistic

STEEPNESS = -1.5  # of weakness in the mean log rent ratio
DAYS_PER_YEAR = 365.0


@equation
def rent_ratio(
    base: float, framing: float, armed: float, loss: float, framing_cohesion: float, armed_cohesion: float
) -> float:
    """Rent ratio R of a faction today (docs/ODD.md, 7.8).

    Parameters
    ----------
    base : float
        Rent ratio before today's events, above 0.
    framing : float
        1 if the government names the events an attack on the state, else 0.
    armed : float
        Intensity of an armed challenge, in [0, 1].
    loss : float
        Fall of the log rent ratio under today's events.
    framing_cohesion, armed_cohesion : float
        f2 and b, defection.framing_cohesion and defection.armed_cohesion.

    Returns
    -------
    float
        Gain of a loyal faction if the government survives, in units of its loss if the government falls.

    Notes
    -----
    Sources: [Entman1993], [ChenowethStephan2011].
    """
    framed = 1.0 + framing_cohesion * framing
    events = armed_cohesion * armed - loss
    return base * framed * exp(events)


@equation
def defection_hazard(survival: float, rents: float, sharpness: float, review_rate: float) -> float:
    """Chance that a loyal faction defects today (equation 5; docs/ODD.md, 7.8).

    Parameters
    ----------
    survival : float
        p, perceived survival of the government, in [0, 1].
    rents : float
        R, `rent_ratio` of the faction.
    sharpness : float
        lambda_e, defection.sharpness.
    review_rate : float
        r_e, defection.review_rate, 1/day.

    Returns
    -------
    float
        In [0, review_rate]; the cut-off tends to p* = 1 / (1 + R) as sharpness grows [MorrisShin2003].
    """
    return review_rate * logistic(sharpness * ((1.0 - survival) - survival * rents))


@equation
def return_hazard(survival: float, return_share: float, review_rate: float, return_above: float) -> float:
    """Chance that a disloyal faction returns today (docs/ODD.md, 7.8).

    Parameters
    ----------
    survival : float
        Perceived survival of the government, in [0, 1].
    return_share, return_above : float
        defection.return_share and defection.return_above.
    review_rate : float
        defection.review_rate, 1/day.

    Returns
    -------
    float
        In [0, review_rate].
    """
    return return_share * review_rate if survival > return_above else 0.0


@equation
def erosion_hazard(log_rents: float, factions: int, strain: float, erosion: float) -> float:
    """Chance of a fall today from strain that outlasts the protest (equation 6; docs/ODD.md, 7.18).

    Parameters
    ----------
    log_rents : float
        Sum of the log rent ratios of all factions.
    factions : int
        Number of factions.
    strain : float
        `coded_facts.strain` of the event, at least 0.
    erosion : float
        succession.erosion, 1/year.

    Returns
    -------
    float
        1/day; the weaker the rents the larger.
    """
    weakness = 2.0 * logistic(STEEPNESS * log_rents / max(1, factions))
    return erosion / DAYS_PER_YEAR * strain * weakness
