"""Terms of the daily change of legitimacy (equation 2; docs/ODD.md, 7.2)."""

from sim.core.compiled import equation


@equation
def recovery(legitimacy: float, resting_level: float, discredit: float, rate: float) -> float:
    """Daily return of legitimacy to its resting level.

    Parameters
    ----------
    legitimacy, resting_level : float
        Legitimacy and its resting level, in [0, 1].
    discredit : float
        Fall of the resting level that an event causes today.
    rate : float
        nu, legitimacy.recovery, 1/day.

    Returns
    -------
    float
        Change of a day.
    """
    return rate * (resting_level - discredit - legitimacy)


@equation
def after_concession(legitimacy: float, resting_level: float, gain: float) -> float:
    """Legitimacy after a concession: it restores what was lost, and never more.

    Parameters
    ----------
    legitimacy, resting_level : float
        Legitimacy and its resting level, in [0, 1].
    gain : float
        response.concession_gain; below zero a concession shows weakness.

    Returns
    -------
    float
        In [0, 1]; above the resting level only where legitimacy was above it before.
    """
    most = max(legitimacy, resting_level)
    return min(most, max(0.0, legitimacy + gain))


@equation
def backlash(deaths: float, population: float, framing: float, per_death: float, framing_discount: float) -> float:
    """Legitimacy lost with the deaths of a day.

    Parameters
    ----------
    deaths : float
        Deaths of the day, persons.
    population : float
        Inhabitants.
    framing : float
        1 if the government names the events an attack on the state, else 0.
    per_death : float
        delta_v, legitimacy.backlash, per death per 100,000 inhabitants.
    framing_discount : float
        f3, legitimacy.framing_discount.

    Returns
    -------
    float
        Loss of a day; its sign is that of per_death unless framing turns it.

    Notes
    -----
    Sources: [Francisco2004], [Entman1993].
    """
    per_100k = deaths / population * 1e5
    return per_death * (1.0 + framing_discount * framing) * per_100k


@equation
def resentment(public_alignment: float, foreign_troops: float) -> float:
    """Legitimacy lost on a day on which soldiers of one organisation or power are present.

    Parameters
    ----------
    public_alignment : float
        Alignment of the public with the sender, in [-1, 1].
    foreign_troops : float
        delta_f, legitimacy.foreign_troops, 1/day.

    Returns
    -------
    float
        Loss of a day, of the sign of foreign_troops.
    """
    distance = (1.0 - public_alignment) / 2.0
    return foreign_troops * distance


@equation
def rally(attack: float, days: float, gain: float, weariness: float, half_life: float) -> float:
    """Change of legitimacy under attack by a state: a rally at first, weariness later.

    Parameters
    ----------
    attack : float
        Intensity of the attack, in [0, 1].
    days : float
        Days since the crisis opened.
    gain, weariness : float
        legitimacy.rally and legitimacy.weariness, 1/day.
    half_life : float
        T, legitimacy.rally_half_life, days.

    Returns
    -------
    float
        Change of a day.

    Notes
    -----
    Source: [Mueller1970].
    """
    fresh = 2.0 ** (-days / half_life)
    return attack * (gain * fresh - weariness * (1.0 - fresh))
