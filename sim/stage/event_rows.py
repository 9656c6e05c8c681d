"""A scenario's events with rows for names."""

from typing import cast

import numpy as np

from sim.mechanisms.event_kinds import EVENT_KINDS
from sim.mechanisms.events import Event
from sim.spec.check_events import struck
from sim.spec.schema import Spec
from sim.spec.schema.indicators import Indicator


def resolved_events(spec: Spec, row: dict[str, int], faction_row: dict[tuple[str, str], int]) -> tuple[Event, ...]:
    """The events of a scenario with rows for names. faction_row: (state, role) -> row."""
    host = spec.states[spec.scenario.host]
    hardship = cast(Indicator, host.indicators.hardship).value
    events = []
    for name, event in spec.scenario.events.items():
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
                    include={"kind", "start", "size", "ramp", "half_life", "territory", "until", "coded"}
                ),
            )
        )
    return tuple(events)
