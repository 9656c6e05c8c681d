"""Numbers that the coded facts of a historical crisis become (docs/ODD.md, 7.18). All forms are assumptions [assumed]."""

from math import exp

import numpy as np

from sim.core.compiled import equation

MIDDLING_POLYARCHY = 0.45  # of a regime that is neither closed nor open
POLYARCHY_STEP = 0.2  # one step of openness
MOST_STEPS = 1.5


@equation
def openness(polyarchy: float) -> float:
    """Steps by which a regime is more open than a middling one.

    Parameters
    ----------
    polyarchy : float
        Index of polyarchy, in [0, 1].

    Returns
    -------
    float
        In [-1.5, 1.5]; negative for closed regimes.
    """
    return min(MOST_STEPS, max(-MOST_STEPS, (polyarchy - MIDDLING_POLYARCHY) / POLYARCHY_STEP))


@equation
def resting_legitimacy(figure: float, democracy: float, elections: float) -> float:
    """Resting legitimacy of a government: open regimes are given more, or less.

    Parameters
    ----------
    figure : float
        Resting legitimacy of a middling or closed regime, in [0, 1].
    democracy : float
        Openness above a middling regime, in [0, 1.5].
    elections : float
        legitimacy.elections.

    Returns
    -------
    float
        In [0, 1].
    """
    level = figure + elections * democracy
    return min(1.0, max(0.0, level))


@equation
def full_force(figure: float, autocracy: float, autocracy_force: float) -> float:
    """Full security force of a state, larger in a closed regime.

    Parameters
    ----------
    figure : float
        Officers per adult of a middling or open regime.
    autocracy : float
        Closure below a middling regime, in [0, 1.5].
    autocracy_force : float
        policing.autocracy_force.

    Returns
    -------
    float
        Officers per adult.

    Notes
    -----
    `numpy.exp`, not `math.exp`: they differ in the last bit, and recorded results hold the former.
    """
    return figure * np.exp(autocracy_force * autocracy)


@equation
def grievance_scale(crowd: float, full_grievance: float, first_days: float) -> float:
    """Grievance of a coded event of size 1.

    Parameters
    ----------
    crowd : float
        log10 of the early protest relative to the middle case, in [-1.5, 1.5].
    full_grievance, first_days : float
        shocks.full_grievance and shocks.first_days [Lohmann1994].

    Returns
    -------
    float
        Above 0.
    """
    return full_grievance * exp(first_days * crowd)


@equation
def coded_rent_ratio(
    autocracy: float, oil: float, tenure: float, split: float, disloyal: float, is_security: bool, base_rents: float,
    autocracy_rents: float, oil_rents: float, tenure_rents: float, split_rents: float, wavering_rents: float,
) -> float:  # fmt: skip
    """Rent ratio of a faction in a coded crisis, relative to the state's figure.

    Parameters
    ----------
    autocracy, oil, split, disloyal : float
        Closure of the regime, oil rents, elite split and disloyalty of the forces, each at least 0.
    tenure : float
        log10 of the years in office, relative to a usual term.
    is_security : bool
        True for the faction that holds the security forces.
    base_rents, autocracy_rents, oil_rents, tenure_rents, split_rents, wavering_rents : float
        The parameters of `defection` of these names.

    Returns
    -------
    float
        Above 0.
    """
    log_ratio = base_rents + autocracy_rents * autocracy + oil_rents * oil
    log_ratio += tenure_rents * tenure - split_rents * split
    return exp(log_ratio - wavering_rents * disloyal * is_security)
