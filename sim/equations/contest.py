"""Contest of a government with the crowd and with armed opponents (equation 4; docs/ODD.md, 7.7)."""

from sim.core.compiled import equation


@equation
def attacking_force(attack: float, attacker_strength: float, security: float, attack_strength: float) -> float:
    """Force of an attacking state, in officers of the attacked state per adult.

    Parameters
    ----------
    attack : float
        Intensity of the attack, at least 0.
    attacker_strength : float
        Deployable force that the attacker has left; 1 = level of peace.
    security : float
        Full force of the attacked state, officers per adult.
    attack_strength : float
        contest.attack_strength, in shares of the full force.

    Returns
    -------
    float
        Officers per adult, at least 0.
    """
    return attack_strength * attack * attacker_strength * security


@equation
def armed_force(armed: float, security: float, armed_strength: float) -> float:
    """Force of an armed challenge at home, in officers per adult.

    Parameters
    ----------
    armed : float
        Level of the challenge, at least 0; 1 = high.
    security : float
        Full force of the state, officers per adult.
    armed_strength : float
        contest.armed_strength, in shares of the full force.

    Returns
    -------
    float
        Officers per adult, at least 0.
    """
    return armed_strength * armed * security


@equation
def success(force: float, active: float, opposing: float, protesters_per_officer: float, decisiveness: float) -> float:
    """Perceived chance that the government survives: p = F^m / (F^m + (mu A + opposing)^m), in ratio form.

    Parameters
    ----------
    force : float
        F, officers per adult present and promised.
    active : float
        A, protesters per adult.
    opposing : float
        `attacking_force` and `armed_force`, officers per adult.
    protesters_per_officer : float
        mu, contest.protesters_per_officer.
    decisiveness : float
        m, contest.decisiveness, above 0.

    Returns
    -------
    float
        In [0, 1]; 1 where nobody opposes, 0 where somebody does and there is no force.

    Notes
    -----
    Source: [Hirshleifer1989].
    """
    opposition = protesters_per_officer * active + opposing
    if opposition <= 0.0:
        return 1.0
    if force <= 0.0:
        return 0.0
    return 1.0 / (1.0 + (opposition / force) ** decisiveness)
