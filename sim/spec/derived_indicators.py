"""What the files of states leave unsaid, by rule: elites, the public's languages and places, hardship, legitimacy, rents.

A specification says what is known; `complete` adds what follows from it. What is said stays as said.
"""

from collections import deque

from sim.actors.actor_codes import HOST
from sim.core.arithmetic import order_free_total
from sim.spec.schema import Segment, Spec, State
from sim.spec.schema.actors import REFERENCE_WEIGHTS
from sim.spec.schema.host_rules import HostRules
from sim.spec.schema.indicators import Indicator

SEGMENTS, DEFAULT = "rule_segments", "default"  # keys of sources
NEW_ROLE = 0.25  # power weight of a role without a reference
URBAN, RURAL, NATIONAL = "urban", "rural", "national"  # regions of a public by rule

_met: deque[tuple] = deque(maxlen=16)  # of this process: states, rules, host, and what came of them


def complete(spec: Spec) -> Spec:
    """The specification with every weight, factor, segment and indicator that a rule gives, and events of HOST in its name.

    The public of the host is laid out by language and, where the urban share is known, by place: events strike places.
    Elsewhere no place is told apart.
    """
    scenario, host = spec.scenario, spec.scenario.host
    struck = {
        name: event.model_copy(update={"state": host}) if event.state == HOST else event
        for name, event in scenario.events.items()
    }
    states = _states(spec.states, spec.host_rules, host)
    return spec.model_copy(update={"states": states, "scenario": scenario.model_copy(update={"events": struck})})


def _states(states: dict[str, State], rules: HostRules, host: str) -> dict[str, State]:
    """All states, complete. The points of a sweep share their states: what came of the same objects serves again."""
    for known, by, at, whole in tuple(_met):
        if known is states and by is rules and at == host:
            return whole
    whole = {code: _completed(rules, state, code == host) for code, state in states.items()}
    _met.append((states, rules, host, whole))
    return whole


def _completed(rules: HostRules, state: State, host: bool) -> State:
    segments = state.segments or _segments(state, host)
    indicators = _indicators(rules, state, segments)
    return state.model_copy(
        update={"indicators": indicators, "factions": _factions(rules, state), "segments": segments},
    )


def _indicators(rules: HostRules, state: State, segments: dict[str, Segment]):
    said = state.indicators
    known = said.gini is not None or said.youth_unemployment_pct is not None
    by_rule = {
        "legitimacy": ("rule_legitimacy", rules.legitimacy(said)),
        "rent_ratio": ("rule_rents", rules.rent_ratio(said)),
        "hardship": ("rule_hardship" if known else DEFAULT, rules.hardship(said)),
        "identity": ("rule_identity" if rules.identity_language else DEFAULT, rules.identity(_largest(segments))),
    }
    new = {
        name: Indicator(value=value, source=source)
        for name, (source, value) in by_rule.items()
        if getattr(said, name) is None
    }
    return said.model_copy(update=new)


def _largest(segments: dict[str, Segment]) -> float:
    """Share of the inhabitants in the largest language group."""
    by_language: dict[str, list[float]] = {}
    for segment in segments.values():
        by_language.setdefault(segment.language, []).append(segment.population_k.value)
    sizes = [order_free_total(group) for group in by_language.values()]
    return max(sizes) / order_free_total(sizes)


def _factions(rules: HostRules, state: State) -> dict:
    weights, factors = rules.weights(state.indicators, REFERENCE_WEIGHTS), rules.rent_factors(state.indicators)
    return {
        role: faction.model_copy(
            update={
                "weight": weights.get(role, NEW_ROLE) if faction.weight is None else faction.weight,
                "rent_factor": factors.get(role, 1.0) if faction.rent_factor is None else faction.rent_factor,
            }
        )
        for role, faction in state.factions.items()
    }


def _segments(state: State, host: bool) -> dict[str, Segment]:
    """Language groups, in the host by urban and rural; language and place are taken as independent."""
    urban = state.indicators.urban_pct if host else None
    places = {NATIONAL: 1.0} if urban is None else {URBAN: urban.value / 100.0, RURAL: 1.0 - urban.value / 100.0}
    total = order_free_total(indicator.value for indicator in state.languages.values())
    people = state.indicators.population_m.value * 1e3
    return {
        language if place == NATIONAL else f"{language}_{place}": Segment(
            region=place,
            macro_region=place,
            language=language,
            population_k=Indicator(value=people * share * indicator.value / total, source=SEGMENTS),
        )
        for place, share in places.items()
        if share > 0.0
        for language, indicator in state.languages.items()
    }
