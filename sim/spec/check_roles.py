"""Checks of roles in a scenario: the host is a government, a bloc is patron or organisation, a leader asks itself for nothing."""

from typing import Any

from sim.actors.choices import FREE, NEVER
from sim.core.faults import InvalidSpec, require_one_of
from sim.spec.directives import host_or
from sim.spec.schema import Spec


def check_roles(spec: Spec, on_stage: tuple[str, ...]) -> None:
    """Check the roles of states and organisations. Raises InvalidSpec."""
    _check_host(spec, on_stage)
    for name, organisation in spec.organisations.items():
        if organisation.stands_for is not None:
            _check_bloc(spec, f"organisations.{name}.stands_for", organisation.stands_for)
        for actor, options in spec.scenario.directives.items():
            asks = host_or(spec, actor)
            if asks == organisation.leader:
                _check_leader(f"scenario.directives.{asks}", asks, name, options)


def _check_host(spec: Spec, on_stage: tuple[str, ...]) -> None:
    """The host is a government: a bloc has no elites."""
    host = spec.scenario.host
    require_one_of("scenario.host", host, on_stage, "a state on stage")
    if spec.states[host].bloc:
        governments = tuple(code for code, state in spec.states.items() if not state.bloc)
        raise InvalidSpec("scenario.host", host, "is a bloc; the host must be a government", governments)


def _check_bloc(spec: Spec, key: str, bloc: str) -> None:
    """A bloc acts as a patron or through the organisation that stands for it, never as both in one scenario."""
    require_one_of(key, bloc, tuple(code for code, state in spec.states.items() if state.bloc), "a bloc on stage")
    for place in ("patrons", "directives", "policies"):
        if bloc in getattr(spec.scenario, place):
            allowed = f"the bloc is among scenario.{place}; it is a patron or an organisation, never both"
            raise InvalidSpec(key, bloc, allowed)


def _check_leader(key: str, leader: str, organisation: str, options: dict[Any, Any]) -> None:
    """No directive lets the leader of an organisation ask it."""
    for option, addressees in options.items():
        value = addressees.get(organisation, FREE) if isinstance(addressees, dict) else FREE
        if value not in (FREE, NEVER):
            allowed = f"{leader} leads {organisation} and cannot ask itself; free and never are allowed"
            raise InvalidSpec(f"{key}.{option}.{organisation}", value, allowed)
