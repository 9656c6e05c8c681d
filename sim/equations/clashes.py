"""Deaths in crowd control, in fighting and under attack (equation 3; docs/ODD.md, 7.6 and 7.18)."""

from math import cos, log, pi, sqrt

from sim.core.compiled import equation

CROWD = 1e4  # protesters, the size at which crowd control has its stated toll


@equation
def control_deaths(protesters: float, violence: float, control: float, control_size: float, ordered: float) -> float:
    """Deaths of a day of crowd control on average.

    Parameters
    ----------
    protesters : float
        Persons who protest today.
    violence : float
        Violence of policing, in [0, 1].
    control : float
        a, clashes.control: deaths a day at 10,000 protesters without violence.
    control_size : float
        s, clashes.control_size: exponent of the crowd.
    ordered : float
        o, clashes.ordered: relative gain of deaths under full violence.

    Returns
    -------
    float
        Deaths, at least 0.

    Notes
    -----
    Source: [Davenport2007] for the effect of an order.
    """
    if protesters <= 0.0:
        return 0.0
    return control * (protesters / CROWD) ** control_size * max(0.0, 1.0 + ordered * violence)


@equation
def fighting_deaths(armed: float, days: float, fighting: float, fierceness: float, half_life: float) -> float:
    """Deaths of a day of fighting with an armed challenge on average.

    Parameters
    ----------
    armed : float
        Level of the armed challenge, 1 = high.
    days : float
        Days since the challenge began.
    fighting : float
        f, clashes.fighting: scale, deaths a day.
    fierceness : float
        q, clashes.fierceness: log10 of the deaths that a full challenge multiplies.
    half_life : float
        T, clashes.fighting_half_life: days in which the two sides come to keep apart.

    Returns
    -------
    float
        Deaths, at least 0; 0 without a challenge.
    """
    level = min(1.0, armed) * 2.0 ** (-days / half_life)
    return fighting * (10.0 ** (fierceness * level) - 1.0)


@equation
def crisis_factor(u: float, angle: float, spread: float) -> float:
    """Factor of a crisis on all its deaths: log-normal with median 1.

    Parameters
    ----------
    u, angle : float
        Two uniform draws of the crisis, in (0, 1) [BoxMuller1958].
    spread : float
        sigma, clashes.crisis_spread, in log10.

    Returns
    -------
    float
        Above 0.
    """
    normal = sqrt(-2.0 * log(u)) * cos(2.0 * pi * angle)
    return 10.0 ** (spread * normal)
