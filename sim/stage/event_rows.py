"""A scenario's events with rows for names."""

from typing import cast

import numpy as np

from sim.core.draw_names import draw_unit
from sim.core.streams import Stream, uniform
from sim.mechanisms.dated_event import Event
from sim.mechanisms.event_kinds import EVENT_KINDS
from sim.spec.check_events import struck
from sim.spec.schema import Spec
from sim.spec.schema.indicators import Indicator
from sim.spec.schema.scenario import Event as ScenarioEvent


def drawn(event: ScenarioEvent, name: str, key: int) -> ScenarioEvent:
    """The event with size and half-life drawn from the ranges of the reports; the same draws in every scenario with its name."""
    unit, change = draw_unit(name), {}
    for n, (field, span) in enumerate((("size", event.size_range), ("half_life", event.half_life_range))):
        if span is not None:
            change[field] = span[0] + (span[1] - span[0]) * uniform(key, Stream.EVENTS, unit, 0, n)
    return event.model_copy(update=change)


def resolved_events(
    spec: Spec, key: int, row: dict[str, int], faction_row: dict[tuple[str, str], int]
) -> tuple[Event, ...]:
    """The events of a scenario with rows for names. key: of the world; faction_row: (state, role) -> row."""
    host = spec.states[spec.scenario.host]
    hardship = cast(Indicator, host.indicators.hardship).value
    events = []
    for name, event in spec.scenario.events.items():
        if spec.indicators == "drawn":
            event = drawn(event, name, key)
        kind = EVENT_KINDS[event.kind]
        struck_roles = struck(event, kind, spec.states[event.state].factions)
        events.append(
            Event(
                name=name,
                state=row[event.state],
                exposure=np.array([event.exposure.get(g.macro_region, 1.0) * hardship for g in host.segments.values()]),
                other=row[getattr(event, kind.other)] if kind.other else -1,
                factions=tuple(faction_row[event.state, role] for role in struck_roles),
                **event.model_dump(
                    include={
                        "kind",
                        "start",
                        "size",
                        "ramp",
                        "half_life",
                        "territory",
                        "until",
                        "coded",
                        "least_crowd",
                        "most_force",
                    }
                ),
            )
        )
    return tuple(events)
