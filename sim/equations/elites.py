"""Elite factions: rents of loyalty, defection and return (equation 5)."""

from math import exp

from sim.core.compiled import equation
from sim.equations.choice import logistic

CUTOFF = 0.95  # perceived survival from which on the rival form of loyalty knows no doubt


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
def preference_to_leave(survival: float, rents: float, defected: float, sharpness: float, coordination: float) -> float:
    """Chance that a faction prefers to leave, if it thinks again today.

    Parameters
    ----------
    survival : float
        p, perceived survival of the government, in [0, 1].
    rents : float
        R, `rent_ratio` of the faction.
    defected : float
        G, power weight of the factions that have left, in [0, 1].
    sharpness : float
        lambda_e, defection.sharpness.
    coordination : float
        b, defection.coordination.

    Returns
    -------
    float
        In [0, 1]; the cut-off tends to p* = 1 / (1 + R) as sharpness grows [MorrisShin2003].
    """
    return logistic(sharpness * ((1.0 - survival) - survival * rents + coordination * defected))


@equation
def defection_hazard(
    survival: float, rents: float, defected: float, sharpness: float, coordination: float, review_rate: float
) -> float:
    """Chance that a loyal faction defects today (equation 5; docs/ODD.md, 7.8).

    Parameters
    ----------
    survival, rents, defected, sharpness, coordination : float
        As in `preference_to_leave`.
    review_rate : float
        r_e, defection.review_rate, 1/day.

    Returns
    -------
    float
        In [0, review_rate]; 0 where the government is safe and nobody has left.

    Notes
    -----
    Source: [CasperTyson2014] for the weight of what others have done.
    """
    in_calm = logistic(-sharpness * rents)
    return review_rate * max(0.0, preference_to_leave(survival, rents, defected, sharpness, coordination) - in_calm)


@equation
def return_hazard(
    survival: float,
    rents: float,
    defected: float,
    sharpness: float,
    coordination: float,
    review_rate: float,
    return_share: float,
) -> float:
    """Chance that a disloyal faction returns today (docs/ODD.md, 7.8).

    Parameters
    ----------
    survival, rents, defected, sharpness, coordination, review_rate : float
        As in `defection_hazard`; defected is the power weight of the others that have left.
    return_share : float
        defection.return_share.

    Returns
    -------
    float
        In [0, review_rate].
    """
    stays_away = preference_to_leave(survival, rents, defected, sharpness, coordination)
    return return_share * review_rate * (1.0 - stays_away)


@equation
def cutoff_hazard(survival: float, rents: float, sharpness: float, review_rate: float) -> float:
    """Chance that a loyal faction defects today, in the rival form: only below a perceived survival of `CUTOFF`.

    Parameters
    ----------
    survival, rents, sharpness, review_rate : float
        As in `defection_hazard`.

    Returns
    -------
    float
        In [0, review_rate].

    Notes
    -----
    Source: [MorrisShin2003]; the cut-off is assumed [assumed].
    """
    return review_rate * preference_to_leave(survival, rents, 0.0, sharpness, 0.0) if survival < CUTOFF else 0.0
