"""A scenario's events: what types cannot check of them, and their names as rows."""

import numpy as np

from sim.core.faults import InvalidSpec, known
from sim.mechanisms.event_kinds import KINDS, OLD_GUARD, Kind
from sim.mechanisms.events import Shock

PARTICULAR = tuple(
    dict.fromkeys(key for kind in KINDS.values() for key in kind.particulars)
)  # only some kinds read them


def check_shocks(spec, on_stage: tuple[str, ...]) -> None:
    """Every event strikes a state that its kind can strike, and says what its kind reads. Raises InvalidSpec."""
    scenario = spec.scenario
    macro_regions = tuple(dict.fromkeys(g.macro_region for g in spec.states[scenario.host].segments.values()))
    for name, shock in scenario.shocks.items():
        key, kind = f"scenario.shocks.{name}", KINDS[shock.kind]
        known(f"{key}.state", shock.state, on_stage, "a state on stage")
        if kind.hosts_only and shock.state != scenario.host:
            allowed = f"a shock of kind {shock.kind} strikes the host, whose citizens are simulated; HOST stands for it"
            raise InvalidSpec(f"{key}.state", shock.state, allowed, (scenario.host,))
        if kind.other:
            others = tuple(code for code in on_stage if code != shock.state)
            known(f"{key}.{kind.other}", str(getattr(shock, kind.other)), others, "another state on stage")
        for field in PARTICULAR:
            if getattr(shock, field) and field not in kind.particulars:
                raise InvalidSpec(
                    f"{key}.{field}", getattr(shock, field), f"is not read by a shock of kind {kind.name}"
                )
        for region in shock.exposure:
            allowed = f"a macro-region of the host {scenario.host}: {', '.join(macro_regions)}"
            known(f"{key}.exposure", region, macro_regions, allowed)
        _check_factions(key, shock, kind, spec.states[shock.state].factions)


def _check_factions(key: str, shock, kind: Kind, factions: dict) -> None:
    """The factions that it names are there, or those that it strikes unnamed."""
    for role in shock.factions:
        known(f"{key}.factions", role, tuple(factions), f"a faction of {shock.state}")
    if kind.factions and not _struck(shock, kind, factions):
        allowed = f"has nobody to strike: {shock.state} has no faction of the old guard; name factions"
        raise InvalidSpec(f"{key}.factions", list(shock.factions), allowed, tuple(factions))


def _struck(shock, kind: Kind, factions: dict) -> tuple[str, ...]:
    """Roles of the factions that an event strikes."""
    if not kind.factions:
        return ()
    usual = (role for role, faction in factions.items() if faction.old_guard or kind.factions is not OLD_GUARD)
    return tuple(shock.factions or usual)


def shocks(spec, row: dict[str, int], faction_row: dict[tuple[str, str], int]) -> tuple[Shock, ...]:
    """The events of a scenario by rows. faction_row: (state, role) -> row."""
    host = spec.states[spec.scenario.host]
    hardship = host.indicators.hardship.value
    found = []
    for name, shock in spec.scenario.shocks.items():
        kind = KINDS[shock.kind]
        struck = _struck(shock, kind, spec.states[shock.state].factions)
        found.append(
            Shock(
                name=name,
                state=row[shock.state],
                exposure=np.array([shock.exposure.get(g.macro_region, 1.0) * hardship for g in host.segments.values()]),
                other=row[getattr(shock, kind.other)] if kind.other else -1,
                factions=tuple(faction_row[shock.state, role] for role in struck),
                **shock.model_dump(
                    include={"kind", "start", "size", "ramp", "half_life", "territory", "until", "coded"}
                ),
            )
        )
    return tuple(found)
