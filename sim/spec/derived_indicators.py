"""Derived indicators: a rule gives each value that a state's file leaves out, for elites, publics, hardship, legitimacy, rents.

`complete` adds these values to a specification; the values of files never change.
"""

from collections import deque
from typing import Any

from sim.actors.actor_codes import HOST
from sim.core.arithmetic import order_free_total
from sim.spec.schema import Indicators, Segment, Spec, State
from sim.spec.schema.actors import DEFAULT_WEIGHTS
from sim.spec.schema.host_rules import HostRules
from sim.spec.schema.indicators import Indicator

SEGMENTS, DEFAULT = "rule_segments", "default"  # keys of sources
NEW_ROLE = 0.25  # power weight of a role without a default
URBAN, RURAL, NATIONAL = "urban", "rural", "national"  # regions of a public by rule

_recent: deque[tuple[Any, ...]] = deque(maxlen=16)  # of this process: states, rules, host, complete states


def complete(spec: Spec) -> Spec:
    """The specification with every weight, factor, segment and indicator by rule, and events of HOST under the host's code.

    The public of the host is divided by language and, if the urban share is known, by place, because events strike places.
    Other publics are divided by language only.
    """
    scenario, host = spec.scenario, spec.scenario.host
    struck = {
        name: event.model_copy(update={"state": host}) if event.state == HOST else event
        for name, event in scenario.events.items()
    }
    states = _states(spec.states, spec.host_rules, host)
    return spec.model_copy(update={"states": states, "scenario": scenario.model_copy(update={"events": struck})})


def _states(states: dict[str, State], rules: HostRules, host: str) -> dict[str, State]:
    """All states, complete. The points of a sweep share their states: the same objects give the same result again."""
    for source, by, of_host, result in tuple(_recent):
        if source is states and by is rules and of_host == host:
            return result
    result = {code: _completed(rules, state, code == host) for code, state in states.items()}
    _recent.append((states, rules, host, result))
    return result


def _completed(rules: HostRules, state: State, host: bool) -> State:
    segments = state.segments or _segments(state, host)
    indicators = _indicators(rules, state, segments)
    return state.model_copy(
        update={"indicators": indicators, "factions": _factions(rules, state), "segments": segments},
    )


def _indicators(rules: HostRules, state: State, segments: dict[str, Segment]) -> Indicators:
    indicators = state.indicators
    observed = indicators.gini is not None or indicators.youth_unemployment_pct is not None
    by_rule = {
        "legitimacy": ("rule_legitimacy", rules.legitimacy(indicators)),
        "rent_ratio": ("rule_rents", rules.rent_ratio(indicators)),
        "hardship": ("rule_hardship" if observed else DEFAULT, rules.hardship(indicators)),
        "identity": ("rule_identity" if rules.identity_language else DEFAULT, rules.identity(_largest(segments))),
    }
    new = {
        name: Indicator(value=value, source=source)
        for name, (source, value) in by_rule.items()
        if getattr(indicators, name) is None
    }
    return indicators.model_copy(update=new)


def _largest(segments: dict[str, Segment]) -> float:
    """Share of the inhabitants in the largest language group."""
    by_language: dict[str, list[float]] = {}
    for segment in segments.values():
        by_language.setdefault(segment.language, []).append(segment.population_k.value)
    sizes = [order_free_total(group) for group in by_language.values()]
    return max(sizes) / order_free_total(sizes)


def _factions(rules: HostRules, state: State) -> dict[Any, Any]:
    weights, factors = rules.weights(state.indicators, DEFAULT_WEIGHTS), rules.rent_factors(state.indicators)
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
