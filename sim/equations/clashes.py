"""Deaths in clashes and in fighting (equation 3; docs/ODD.md, 7.6 and 7.18)."""

from sim.core.compiled import equation


@equation
def expected_deaths(
    protesters: float,
    risk: float,
    violence: float,
    fighters: float,
    lethality: float,
    safe_risk: float,
    armed_lethality: float,
) -> float:
    """Deaths of a day on average; protesters are safe where the risk of arrest is below the safe one.

    Parameters
    ----------
    protesters : float
        Persons who protest today.
    risk : float
        Arrest risk from the state's forces alone, in [0, 1].
    violence : float
        Violence of policing, in [0, 1].
    fighters : float
        Armed opponents, persons.
    lethality : float
        clashes.lethality, deaths per protester-day.
    safe_risk : float
        P0, clashes.safe_risk.
    armed_lethality : float
        clashes.armed_lethality, deaths per armed person and day.

    Returns
    -------
    float
        Deaths, at least 0.

    Notes
    -----
    Source: [Prosecutor2022] for the size of lethality.
    """
    clashes = lethality * protesters * risk * max(0.0, risk - safe_risk) * violence
    return clashes + armed_lethality * fighters
