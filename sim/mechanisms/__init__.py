"""The processes of the model, one module each. `Mechanisms` lists them in the order of a day.

Adding a process means one module and one field here: the field is its registration, its default, its typed schema, its
configuration path (`mechanisms.contention.threshold`) and its place in the day.
"""

from typing import Any

from sim.actors.policies import POLICIES_WITH_STATE
from sim.core.mechanism import declarations
from sim.core.parameters import Checked
from sim.core.state import Declaration
from sim.mechanisms.alignment import Alignment
from sim.mechanisms.assistance import Assistance
from sim.mechanisms.autonomy import Autonomy
from sim.mechanisms.breach import Breach
from sim.mechanisms.clashes import Clashes
from sim.mechanisms.contention import Contention
from sim.mechanisms.contest import Contest
from sim.mechanisms.defection import Defection
from sim.mechanisms.delivery import Delivery
from sim.mechanisms.events import Events
from sim.mechanisms.influence import Influence
from sim.mechanisms.instruments import Instruments
from sim.mechanisms.integration import Integration
from sim.mechanisms.legitimacy import Legitimacy
from sim.mechanisms.logistics import Logistics
from sim.mechanisms.opinions import Opinions
from sim.mechanisms.policing import Policing
from sim.mechanisms.readiness import Readiness
from sim.mechanisms.rescue import Rescue
from sim.mechanisms.response import Response
from sim.mechanisms.statecraft import Statecraft
from sim.mechanisms.strain import Strain
from sim.mechanisms.succession import Succession
from sim.mechanisms.territory import Territory


class Mechanisms(Checked):
    """The day, in order."""

    events: Events = Events()  # exogenous events
    instruments: Instruments = Instruments()  # instruments in force hold or end
    readiness: Readiness = Readiness()  # deployable force under war and after it
    legitimacy: Legitimacy = Legitimacy()  # legitimacy after yesterday's deaths and presence
    delivery: Delivery = Delivery()  # arrivals and acts whose lag has elapsed
    logistics: Logistics = Logistics()  # soldiers stay or leave
    policing: Policing = Policing()  # forces present, arrest risk from yesterday's counts
    contention: Contention = Contention()  # citizens decide
    clashes: Clashes = Clashes()  # deaths and detentions
    strain: Strain = Strain()  # events leave strain, which fades
    contest: Contest = Contest()  # perceived survival of the government
    territory: Territory = Territory()  # the front of an attack that aims at territory
    defection: Defection = Defection()  # factions decide
    succession: Succession = Succession()  # fall, or end of the crisis
    response: Response = Response()  # the government decides
    assistance: Assistance = Assistance()  # organisations decide
    statecraft: Statecraft = Statecraft()  # states that act alone decide
    breach: Breach = Breach()  # an attack among members costs standing and credit
    alignment: Alignment = Alignment()  # elites and publics move
    opinions: Opinions = Opinions()  # citizens move, and their publics with them
    influence: Influence = Influence()  # stocks, monthly
    autonomy: Autonomy = Autonomy()  # autonomy and the demand for it
    integration: Integration = Integration()  # joint acts fade
    rescue: Rescue = Rescue()  # own security capacity recovers


def declared_state(mechanisms: Mechanisms) -> tuple[tuple[Any, Declaration], ...]:
    """Every piece of state with its owner: a mechanism, or a kind of policy with state."""
    owners = [*(getattr(mechanisms, name) for name in Mechanisms.model_fields), *POLICIES_WITH_STATE]
    return tuple(
        (owner, declaration)
        for owner in owners
        for declaration in declarations(owner if isinstance(owner, type) else type(owner))
    )
