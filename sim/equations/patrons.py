"""Answers of outside powers: stakes, distraction and the utility of consent (equations 8 and 11; docs/ODD.md, 7.11 and 7.18)."""

from sim.core.compiled import equation


@equation
def stake(influence: float, alignment: float, successor: float, alignment_stake: float) -> float:
    """Loss of a member or patron in alignment if the government fell.

    Parameters
    ----------
    influence : float
        I, its influence over the state, in [0, 1].
    alignment, successor : float
        Alignment of the government's elites and of the likely successor with it, in [-1, 1].
    alignment_stake : float
        e_S, assistance.alignment_stake [SiversonStarr1991].

    Returns
    -------
    float
        Utility, of the sign of the difference in alignment.
    """
    at_risk = (alignment - successor) / 2.0
    return alignment_stake * influence * at_risk


@equation
def engagement(distraction: float, strength: float) -> float:
    """Degree to which a power is engaged elsewhere: by attention, or by force that a war has taken.

    Parameters
    ----------
    distraction : float
        Size of a war that holds its attention, in [0, 1].
    strength : float
        Its deployable force; 1 = level of peace.

    Returns
    -------
    float
        At most 1 for a strength of at least 0.
    """
    return max(distraction, 1.0 - strength)


@equation
def event_utility(
    clause: float,
    size: float,
    burden: float,
    external: bool,
    attacked: bool,
    armed: float,
    tie: float,
    clause_weight: float,
    force_cost: float,
    home_cost: float,
    state_cost: float,
    entrapment_cost: float,
    armed_licence: float,
) -> float:
    """Part of the utility of consent that follows from the event: clause, cost of sending, adversary.

    Parameters
    ----------
    clause : float
        1 if a clause of the charter covers the event, else 0.
    size : float
        Share of the available force that is sent, in [0, 1].
    burden : float
        Share of the cost of sending that this member bears, in [0, 1].
    external, attacked : bool
        True if the adversary comes from outside, and if a state attacks today.
    armed : float
        Level of an armed challenge at home, at least 0.
    tie : float
        Influence of an attacking state over the members, in [0, 1].
    clause_weight, force_cost, home_cost, state_cost, entrapment_cost : float
        e_C, e_K, k_home, k_st and e_A, the parameters of `assistance` of these names.
    armed_licence : float
        lic, assistance.armed_licence: an armed challenge licenses the answer as it does the question.

    Returns
    -------
    float
        Utility, of either sign.

    Notes
    -----
    Sources: [Snyder1984], [Fox2015].
    """
    clause_term = clause_weight * clause
    sending = force_cost * size
    if not external:
        sending += home_cost * (1.0 - armed_licence * min(1.0, armed))
    elif attacked:
        sending += state_cost
    return clause_term - burden * sending - entrapment_cost * tie


@equation
def consent_utility(event: float, stake: float, engagement: float, distraction_cost: float) -> float:
    """Utility of sending force for one member or patron (equation 8).

    Parameters
    ----------
    event : float
        `event_utility`.
    stake : float
        `stake` of the member.
    engagement : float
        `engagement` of the member.
    distraction_cost : float
        e_D, assistance.distraction_cost.

    Returns
    -------
    float
        Utility, of either sign.
    """
    return event + (stake - distraction_cost * engagement)


@equation
def with_leader(utility: float, influence: float, leader_utility: float) -> float:
    """Utility of consent for a member that leans towards the leader by the leader's influence over it.

    Parameters
    ----------
    utility : float
        `consent_utility` of the member.
    influence : float
        Influence of the leader over the member, in [0, 1].
    leader_utility : float
        `consent_utility` of the leader.

    Returns
    -------
    float
        Utility, of either sign.
    """
    return utility + influence * leader_utility


@equation
def initiative_utility(
    stake: float, cost_share: float, engagement: float, clause_weight: float, force_cost: float, distraction_cost: float
) -> float:
    """Utility of an instrument that an organisation uses on its initiative (equation 11).

    Parameters
    ----------
    stake, engagement : float
        `stake` and `engagement` of the leader.
    cost_share : float
        Political cost of the instrument, in shares of that of the full pool.
    clause_weight, force_cost, distraction_cost : float
        e_C, e_K and e_D, the parameters of `assistance` of these names.

    Returns
    -------
    float
        Utility, of either sign.
    """
    return clause_weight + stake - force_cost * cost_share - distraction_cost * engagement
