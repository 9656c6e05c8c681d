"""Quantal response: the chance of an act and the decision with its random utility (equations 7 and 8)."""

from math import exp, inf

from sim.core.compiled import equation


@equation
def logistic(x: float) -> float:
    """Logistic function without overflow.

    Parameters
    ----------
    x : float
        Any number.

    Returns
    -------
    float
        1 / (1 + exp(-x)), in [0, 1].
    """
    if x >= 0.0:
        return 1.0 / (1.0 + exp(-x))
    e = exp(x)
    return e / (1.0 + e)


@equation
def chance(utility: float, rationality: float) -> float:
    """Probability of an act before its random utility is drawn (docs/ODD.md, 7.10 and 7.11).

    Parameters
    ----------
    utility : float
        Utility of the act, in units of the regime's stake.
    rationality : float
        Lambda of the quantal response, above 0; infinity is the threshold rule.

    Returns
    -------
    float
        In [0, 1].

    Notes
    -----
    Source: [McKelveyPalfrey1995].
    """
    if rationality == inf:
        return 1.0 if utility > 0.0 else 0.0
    return logistic(rationality * utility)


@equation
def takes(utility: float, rationality: float, random_utility: float) -> bool:
    """Decision with a random utility: true with `chance(utility, rationality)` over logistic draws.

    Parameters
    ----------
    utility : float
        Utility of the act, in units of the regime's stake.
    rationality : float
        Lambda of the quantal response, above 0.
    random_utility : float
        Standard logistic draw [McFadden1974], one per actor, option and crisis.

    Returns
    -------
    bool
        True if the actor takes the act.
    """
    return rationality * utility + random_utility > 0.0
