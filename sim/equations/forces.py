"""Security forces of a state, soldiers from abroad, and the risk of arrest (equation 1; docs/ODD.md, 7.4)."""

from math import exp, floor

from sim.core.compiled import equation

LEAST_STEADINESS = 0.05  # share of the forces that stays even if all of them waver
SMOOTH, FLOOR, NEAREST, HILL = range(4)  # rules for the ratio of forces to protesters


@equation
def steadiness(disloyal: float, sites_lost: float, wavering: float, key_sites: float) -> float:
    """Share of the security forces left to a state whose forces waver or that has lost key sites.

    Parameters
    ----------
    disloyal : float
        Disloyalty of the security forces, in [0, 1].
    sites_lost : float
        Share of key sites that are lost, in [0, 1].
    wavering, key_sites : float
        policing.wavering and policing.key_sites.

    Returns
    -------
    float
        At most 1 for coefficients of at least 0; above 0.
    """
    return max(LEAST_STEADINESS, 1.0 - wavering * disloyal) * exp(-key_sites * sites_lost)


@equation
def loyal_force(
    security: float,
    capacity: float,
    loyalty: float,
    steady: float,
    attack: float,
    violence: float,
    draw_off: float,
    deterrence: float,
) -> float:
    """Loyal security personnel of a state per adult.

    Parameters
    ----------
    security : float
        Full force, officers per adult.
    capacity : float
        Share that rescues and coded facts have left; 1 = full.
    loyalty : float
        Share of the security forces that stands by the government, in [0, 1].
    steady : float
        Share that wavering and lost sites leave today (`steadiness`).
    attack, violence : float
        Intensity of an attack by a state, and violence of policing, in [0, 1].
    draw_off, deterrence : float
        policing.draw_off and policing.deterrence.

    Returns
    -------
    float
        Officers per adult, at least 0.

    Notes
    -----
    Source: [Lichbach1987] for the gain from violence.
    """
    return security * capacity * loyalty * steady * (1.0 - draw_off * min(1.0, attack)) * (1.0 + deterrence * violence)


@equation
def foreign_force(soldiers: float, adults: float, multiplier: float) -> float:
    """Officers per adult that soldiers from abroad are worth.

    Parameters
    ----------
    soldiers : float
        Soldiers present or promised.
    adults : float
        Adults of the state.
    multiplier : float
        Officers that one soldier is worth: policing.presence on the streets, contest.pledge in the expected contest.

    Returns
    -------
    float
        Officers per adult, of the sign of the multiplier.

    Notes
    -----
    Source: [Tokayev2022].
    """
    return multiplier * soldiers / adults


@equation
def arrest_risk(force: float, active: float, risk_constant: float, exponent: float, rule: int) -> float:
    """Arrest risk that citizens perceive, with x = k force / active; 1 where nobody protests.

    P = x^g / (1 + x^g) with the rule HILL, which never saturates; P = 1 - exp(-x) with the others.

    Parameters
    ----------
    force : float
        Officers per adult; below 0 as 0.
    active : float
        Protesters per adult, at least 0.
    risk_constant : float
        k, policing.risk_constant.
    exponent : float
        g, policing.force_exponent, above 0; only HILL reads it.
    rule : int
        HILL [Hill1910], SMOOTH [Epstein2002], FLOOR [Wilensky2004] or NEAREST [Mesa].

    Returns
    -------
    float
        In [0, 1].
    """
    if active <= 0.0:
        return 1.0
    ratio = max(0.0, force / active)
    if rule == HILL:
        x = (risk_constant * ratio) ** exponent
        return x / (1.0 + x)
    if rule == FLOOR:
        ratio = float(floor(ratio))
    elif rule == NEAREST:
        ratio = float(round(ratio))
    return 1.0 - exp(-risk_constant * ratio)
