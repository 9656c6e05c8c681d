"""Directives and policies of a scenario: options, rules and addressees, by actor; and the checks of them."""

from typing import Any

from sim.actors.actor_codes import HOST
from sim.actors.choices import ADDRESSED, MEMBERS, ORGANISATION_OPTIONS, RULES, STATE_OPTIONS
from sim.core.faults import InvalidSpec, require_one_of
from sim.spec.schema import Spec

AIMS = (HOST, MEMBERS, "LEADER", "RUNNER_UP")


def host_or(spec: Spec, actor: str) -> str:
    """The code of an actor; HOST stands for the host's."""
    return spec.scenario.host if actor == HOST else actor


def by_actor(spec: Spec) -> dict[Any, Any]:
    """Directives by actor, with HOST standing for the scenario's host."""
    return {host_or(spec, actor): options for actor, options in spec.scenario.directives.items()}


def acting_alone(spec: Spec) -> dict[str, tuple[tuple[str, str], ...]]:
    """State that acts alone, by policy or by directive -> (instrument, target) of its directives."""
    acts: dict[str, tuple[tuple[str, str], ...]] = dict.fromkeys(
        (host_or(spec, actor) for actor in spec.scenario.policies), ()
    )
    for actor, options in by_actor(spec).items():
        for name, rule in options.items():
            if actor in spec.states and name in spec.instruments and name not in ADDRESSED:
                targets = rule if isinstance(rule, dict) else {actor: rule}
                directed = tuple((name, host_or(spec, target)) for target in targets)
                acts[actor] = (*acts.get(actor, ()), *directed)
    return acts


def directives(spec: Spec) -> dict[Any, Any]:
    """(actor's draw key, option) -> rule; an addressed option is kept under its addressee's draw key."""
    actors = {**spec.states, **spec.organisations}
    resolved = {}
    for actor, options in by_actor(spec).items():
        for option, rule in options.items():
            if isinstance(rule, dict):
                for addressee, value in rule.items():
                    key = actors[host_or(spec, addressee)].draw_key
                    resolved[actors[actor].draw_key, f"{option}:{key}"] = value
            else:
                resolved[actors[actor].draw_key, option] = rule
    return resolved


def check_policies(spec: Spec) -> None:
    """Check that policies exist, belong to states on stage, and name valid instruments and targets. Raises InvalidSpec."""
    for actor, name in spec.scenario.policies.items():
        key = f"scenario.policies.{actor}"
        require_one_of(key, actor, (HOST, *spec.states), "a state on stage, or HOST")
        require_one_of(key, name, tuple(spec.policies), "a policy")
    for name, policy in spec.policies.items():
        for instrument in policy.instruments:
            require_one_of(f"policies.{name}", instrument, tuple(spec.instruments), "an instrument")
        for aim in policy.aims:
            require_one_of(f"policies.{name}", aim, (*AIMS, *spec.states), f"a state on stage, {', '.join(AIMS)}")


def check_directives(spec: Spec, states: tuple[str, ...], organisations: tuple[str, ...]) -> None:
    """Directives name an actor on stage, an option or instrument that it has, and free | never | always | a day."""
    _check_host_once(spec, "scenario.directives", spec.scenario.directives)
    _check_host_once(spec, "scenario.policies", spec.scenario.policies)
    for actor, options in by_actor(spec).items():
        key = f"scenario.directives.{actor}"
        require_one_of(key, actor, states + organisations, "a state or organisation on stage")
        valid = tuple(ORGANISATION_OPTIONS) if actor in organisations else (*STATE_OPTIONS, *spec.instruments)
        for option, rule in options.items():
            require_one_of(f"{key}.{option}", option, valid, "an option or instrument of the actor")
            addressees = _addressees(spec, actor, option)
            if (addressees is not None) != isinstance(rule, dict):
                raise InvalidSpec(
                    f"{key}.{option}", rule, "requests and acts abroad name an addressee, other options do not"
                )
            if isinstance(rule, dict):
                _check_host_once(spec, f"{key}.{option}", rule)
            for addressee, value in rule.items() if isinstance(rule, dict) else [("", rule)]:
                if addressees is not None and addressee != HOST:
                    require_one_of(f"{key}.{option}", addressee, addressees, "an addressee on stage")
                is_day = actor in states and isinstance(value, int) and value >= 0
                if not is_day and value not in RULES:
                    raise InvalidSpec(f"{key}.{option}", value, "must be free, never, always or a day from 0", RULES)


def _check_host_once(spec: Spec, key: str, mapping: dict[Any, Any]) -> None:
    """The host stands as HOST or by its code among the keys of a mapping, not as both: one of the two would be lost."""
    host = spec.scenario.host
    if HOST in mapping and host in mapping:
        raise InvalidSpec(f"{key}.{host}", mapping[host], f"stands there as HOST too; write {HOST} or {host}")


def _addressees(spec: Spec, actor: str, option: str) -> tuple[str, ...] | None:
    """Valid addressees of an option; None if it has no addressee."""
    if option in ADDRESSED:
        return tuple(spec.organisations)
    if option not in spec.instruments or not spec.instruments[option].addressed:
        return None
    return tuple(code for code in spec.states if code != actor)
