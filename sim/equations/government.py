"""A government's acts at home and its requests abroad: prices and utilities (equations 7 and 14; docs/ODD.md, 7.10 and 7.18)."""

from sim.core.compiled import equation
from sim.equations.coded_facts import openness


@equation
def act_utility(gain: float, cost: float, stake: float) -> float:
    """Utility of an act at home.

    Parameters
    ----------
    gain : float
        Perceived survival with the act less that without it; for a purge the weight of the faction, for framing
        `framing_gain`.
    cost : float
        Cost of the act.
    stake : float
        V, response.stake.

    Returns
    -------
    float
        V x gain - cost.
    """
    return stake * gain - cost


@equation
def protest_after_concession(active: float, relief: float) -> float:
    """Protest that a government expects after a concession.

    Parameters
    ----------
    active : float
        Protesters per adult today.
    relief : float
        Share of the protest that the concession ends, response.concession_relief or that of a mediation, in [0, 1].

    Returns
    -------
    float
        Protesters per adult.
    """
    return active * (1.0 - relief)


@equation
def force_with_violence(force: float, deterrence: float) -> float:
    """Force that a government expects after an order to repress.

    Parameters
    ----------
    force : float
        Officers per adult, present and promised.
    deterrence : float
        policing.deterrence [Lichbach1987].

    Returns
    -------
    float
        Officers per adult.
    """
    return force * (1.0 + deterrence)


@equation
def repression_cost(framing: float, force_cost: float, framing_licence: float) -> float:
    """Cost of open violence, lower while the events count as an attack on the state.

    Parameters
    ----------
    framing : float
        1 if the government names the events an attack on the state, else 0.
    force_cost, framing_licence : float
        response.force_cost [Davenport2007] and f1, response.framing_licence [Entman1993].

    Returns
    -------
    float
        Utility.
    """
    return force_cost * (1.0 - framing_licence * framing)


@equation
def framing_gain(survival: float, framing_value: float) -> float:
    """Share of its stake that a government expects to save by framing.

    Parameters
    ----------
    survival : float
        Perceived survival, in [0, 1].
    framing_value : float
        response.framing_value.

    Returns
    -------
    float
        In units of the stake.
    """
    return (1.0 - survival) * framing_value


@equation
def asking_price(
    demand: float,
    influence: float,
    alignment: float,
    autonomy_price: float,
    alignment_cost: float,
    asking_cost: float,
) -> float:
    """Price of asking a patron for anything: autonomy, distance in alignment, and a fixed part.

    Parameters
    ----------
    demand : float
        n, demand of the state for autonomy.
    influence : float
        I, influence of the patron over the state.
    alignment : float
        Alignment of the elites with the patron, in [-1, 1].
    autonomy_price, alignment_cost, asking_cost : float
        The parameters of `response` of these names.

    Returns
    -------
    float
        Utility.

    Notes
    -----
    Source: [Morrow1991].
    """
    price = autonomy_price * (1.0 + demand)
    distance = 1.0 - alignment
    return price * influence + alignment_cost * distance + asking_cost


@equation
def force_surcharge(dependence: float, clause: float, stranger_cost: float, clause_gain: float) -> float:
    """Price of asking for force beyond the price of asking: foreign soldiers cost more, a clause makes them cheaper.

    Parameters
    ----------
    dependence : float
        Dependence of the state's forces on the patron, in [0, 1].
    clause : float
        1 if a clause of the charter covers the event, else 0.
    stranger_cost, clause_gain : float
        c_str, response.stranger_cost [Lake2009], and b_cl, response.clause_gain [Voeten2005].

    Returns
    -------
    float
        Utility, of either sign.
    """
    foreign = 1.0 - dependence
    return stranger_cost * foreign - clause_gain * clause


@equation
def adversary_utility(
    external: bool,
    polyarchy: float,
    armed: float,
    outsider_gain: float,
    home_cost: float,
    openness_cost: float,
    armed_licence: float,
) -> float:
    """Utility of a request for force that depends on the adversary alone, whatever the answer is.

    Parameters
    ----------
    external : bool
        True if the adversary comes from outside.
    polyarchy : float
        Index of polyarchy, in [0, 1].
    armed : float
        Intensity of an armed challenge, at least 0.
    outsider_gain, home_cost, openness_cost, armed_licence : float
        b_int, c_dom, c_open [Fearon1994] and lic [Fox2015], the parameters of `response` of these names.

    Returns
    -------
    float
        Utility, of either sign.
    """
    if external:
        return outsider_gain
    licence = armed_licence * min(1.0, armed)
    return -(home_cost + openness_cost * openness(polyarchy)) * (1.0 - licence)


@equation
def expected_consent(consent: float, foresight: float) -> float:
    """Chance of consent that a government reckons with.

    Parameters
    ----------
    consent : float
        Chance of consent by equation 8, in [0, 1].
    foresight : float
        response.foresight: 1 knows that chance, 0 expects an even one.

    Returns
    -------
    float
        A chance for foresight in [0, 1]; may leave [0, 1] outside it.
    """
    return consent + (1.0 - foresight) * (0.5 - consent)


@equation
def request_utility(hope: float, gain: float, price: float, adversary: float, stake: float) -> float:
    """Utility of a request for force (equation 7).

    Parameters
    ----------
    hope : float
        Chance of consent that the government reckons with.
    gain : float
        Perceived survival with the soldiers less that without them.
    price : float
        `asking_price` and `force_surcharge`.
    adversary : float
        `adversary_utility`.
    stake : float
        V, response.stake.

    Returns
    -------
    float
        Utility, of either sign.

    Notes
    -----
    Source: [Morrow1991].
    """
    return stake * hope * gain - price + adversary
