"""Names of the rows of a world: states, organisations, factions and segments in their order."""

from sim.core.fixed import Names
from sim.spec.directives import acting_alone
from sim.spec.schema import Spec


def names(spec: Spec) -> Names:
    """Names of a complete specification, by row."""
    return Names(
        states=tuple(spec.states),
        organisations=(*spec.organisations, *(f"{code} alone" for code in acting_alone(spec))),
        factions=tuple((code, role) for code, state in spec.states.items() for role in state.factions),
        segments=tuple((code, key) for code, state in spec.states.items() for key in state.segments),
        n_alone=len(acting_alone(spec)),
    )
