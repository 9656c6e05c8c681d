"""Checks of a scenario's events that types cannot make."""

from typing import Any

from sim.core.faults import InvalidSpec, require_one_of
from sim.mechanisms.event_kinds import EVENT_KINDS, OLD_GUARD, EventKind
from sim.spec.schema import Spec
from sim.spec.schema.scenario import Event

PARTICULAR = tuple(
    dict.fromkeys(key for kind in EVENT_KINDS.values() for key in kind.particulars)
)  # keys that only some kinds read


def check_events(spec: Spec, on_stage: tuple[str, ...]) -> None:
    """Check that every event strikes a valid state and sets the keys of its kind only. Raises InvalidSpec."""
    scenario = spec.scenario
    macro_regions = tuple(dict.fromkeys(g.macro_region for g in spec.states[scenario.host].segments.values()))
    for name, event in scenario.events.items():
        key, kind = f"scenario.events.{name}", EVENT_KINDS[event.kind]
        require_one_of(f"{key}.state", event.state, on_stage, "a state on stage")
        if kind.hosts_only and event.state != scenario.host:
            allowed = (
                f"an event of kind {event.kind} strikes the host, whose citizens are simulated; HOST stands for it"
            )
            raise InvalidSpec(f"{key}.state", event.state, allowed, (scenario.host,))
        if kind.other:
            others = tuple(code for code in on_stage if code != event.state)
            require_one_of(f"{key}.{kind.other}", str(getattr(event, kind.other)), others, "another state on stage")
        for field in PARTICULAR:
            if getattr(event, field) and field not in kind.particulars:
                raise InvalidSpec(
                    f"{key}.{field}", getattr(event, field), f"is not read by an event of kind {kind.name}"
                )
        for region in event.exposure:
            allowed = f"a macro-region of the host {scenario.host}: {', '.join(macro_regions)}"
            require_one_of(f"{key}.exposure", region, macro_regions, allowed)
        _check_factions(key, event, kind, spec.states[event.state].factions)


def _check_factions(key: str, event: Event, kind: EventKind, factions: dict[Any, Any]) -> None:
    """Check that the factions of an event exist, whether it names them or not."""
    for role in event.factions:
        require_one_of(f"{key}.factions", role, tuple(factions), f"a faction of {event.state}")
    if kind.factions and not struck(event, kind, factions):
        allowed = f"has nobody to strike: {event.state} has no faction of the old guard; name factions"
        raise InvalidSpec(f"{key}.factions", list(event.factions), allowed, tuple(factions))


def struck(event: Event, kind: EventKind, factions: dict[Any, Any]) -> tuple[str, ...]:
    """Roles of the factions that an event strikes."""
    if not kind.factions:
        return ()
    usual = (role for role, faction in factions.items() if faction.old_guard or kind.factions is not OLD_GUARD)
    return tuple(event.factions or usual)
